"""What Cisco Tftp of a node counts, by the names that PerfMon shows (`Cisco TFTP`)."""

from typing import Final

REQUESTS, NOT_FOUND, PROCESSED = "Requests", "RequestsNotFound", "RequestsProcessed"
HTTP_REQUESTS, HTTP_NOT_FOUND = "HttpRequests", "HttpRequestsNotFound"
TFTP_COUNTERS: Final = (REQUESTS, NOT_FOUND, PROCESSED, HTTP_REQUESTS, HTTP_NOT_FOUND)
