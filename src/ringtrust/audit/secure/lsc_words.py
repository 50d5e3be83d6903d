"""What CAPF says of a phone, in Cisco's words, and the way out of it (S120 to S123, S175 to S177; §5.8).

The words are those of AXL's list; what to do about most of them is inferred from what they say [INF]. At the phone
itself the seed knows a way, which is the last one for all of them.
"""

from collections.abc import Mapping
from typing import Final

from ringtrust.cluster.phone import Lsc

AT_THE_PHONE: Final = (
    "at the phone, while it resets: Settings > (6) Security Configuration > (4) LSC > **# > Update > Submit; **# "
    "unlocks the menu, and Update is not visible before it (S175, S176)"
)
_WAYS: Final[Mapping[str, str]] = {
    "invalid lsc": "the LSC it proved itself with is of a CAPF that is not trusted any more, or has expired: set By "
    "Null String, which proves nothing, save and apply (S121, S173)",
    "invalid mic": "the issuer of its MIC is not in CAPF-trust: put Cisco's manufacturing CAs back, or set By Null "
    "String, save and apply (S173)",
    "invalid authentication string": "what was typed on the phone is not what stands on its page: set By Null String, "
    "save and apply (S173)",
    "invalid credentials": "it did not prove who it is: set By Null String, save and apply (S173)",
    "phone communication failure": "the phone did not speak with CAPF: see that port 3804 of the publisher is open to "
    "it, that it holds a list with the CAPF of now (S123), and reset it",
    "key generation failed": "the phone made no key in time: set it again with the same key size, and leave it alone "
    "for half an hour",
    "ca communication failure": "CAPF did not reach the CA: see to Cisco Certificate Enrollment Service and the CA",
    "ca rejected connection": "the CA turned CAPF away: see to the account that CAPF has there",
    "user initiated request late": "it came too late: set the operation again, with a later time to be completed by",
    "timedout": "it came too late: set the operation again, with a later time to be completed by",
    "no support for ec only": "its CAPF client knows no EC keys alone: set Key Order to RSA Only",
}


def failed(lsc: Lsc) -> bool:
    """Whether the last operation failed."""
    return "failed" in lsc.status.lower()


def way_out(status: str) -> str:
    """What to do about a failure, in one sentence: the remedy of its own, if there is one, and the one at the phone."""
    lower = status.lower()
    own = next((way for words, way in _WAYS.items() if words in lower), "")
    last = f"{AT_THE_PHONE[0].upper()}{AT_THE_PHONE[1:]}."
    return f"{own[0].upper()}{own[1:]}. {last}" if own else f"Set the operation again, save and apply. {last}"
