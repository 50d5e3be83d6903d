"""The paths of the certificate REST interface (interfaces.md §2). The one place that knows those that are [U]."""

from typing import Final

BASE: Final = "/platformcom/api/v1/certmgr/config/"
REALM: Final = "CMPlatform"

SNAPSHOT: Final = "snapshot/server"
OPTIONS: Final = ("options", "snapshot/options")
IDENTITY: Final = "identity/certificate"
IDENTITIES: Final = "identity/certificates"
CSR: Final = "csr"
TRUST: Final = "trust/certificate"
TRUSTS: Final = "trust/certificates"

# [U] The DevNet introduction names these two acts, and no source shows how they are asked for. Here:
#     DELETE trust/certificate?service=tomcat&filename=NAME.pem
#     POST   identity/certificates/self-signed   {"service": "tomcat"}
DELETION: Final = ("DELETE", TRUST)
FILE_NAME: Final = "filename"
REGENERATION: Final = ("POST", "identity/certificates/self-signed")

THIS_SERVER: Final = "this-server"
MULTI_SERVER: Final = ("multi-server", "multi-server(san)")  # [U] the spelling; in whichever case
