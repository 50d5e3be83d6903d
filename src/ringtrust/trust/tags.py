"""The tags of headers and of records, with the names under which `show itl` prints them (trust-formats.md §1.2, §1.4).

The two are spaces of their own: tag 4 is the signer's name in a header and the function in a record.
"""

from collections.abc import Mapping
from typing import Final

from ringtrust.trust.choices import CERTIFICATE_HASH_NAME, HASH_ALGORITHM_NAME, SIGNER_VERSION_NAME


class HeaderTag:
    """Tags of a header. 16 to 27 describe encryption (§3); whatever is not named here is kept as it is."""

    VERSION: Final = 1
    HEADER_LENGTH: Final = 2
    SIGNER_ID: Final = 3
    SIGNER_NAME: Final = 4
    SERIAL_NUMBER: Final = 5
    CA_NAME: Final = 6
    SIGNATURE_INFO: Final = 7
    DIGEST_ALGORITHM: Final = 8
    SIGNATURE_ALGORITHM_INFO: Final = 9
    SIGNATURE_ALGORITHM: Final = 10
    SIGNATURE_MODULUS: Final = 11
    SIGNATURE: Final = 12
    FILENAME: Final = 14
    TIMESTAMP: Final = 15
    ENCRYPTION_INFO: Final = 16
    IV_INFO: Final = 17
    CIPHER: Final = 18
    IV: Final = 19
    FILLER: Final = 20
    KEY_INFO: Final = 21
    KEY_CIPHER: Final = 22
    KEY_SIZE: Final = 23
    KEY_ALGORITHM: Final = 24
    KEY: Final = 25
    CLEAR_DIGEST_ALGORITHM: Final = 26
    CLEAR_DIGEST: Final = 27
    SIGNER_VERSION: Final = 28


class RecordTag:
    """Tags of a record; whatever is not named here is kept as it is."""

    RECORD_LENGTH: Final = 1
    DNS_NAME: Final = 2
    SUBJECT_NAME: Final = 3
    FUNCTION: Final = 4
    ISSUER_NAME: Final = 5
    SERIAL_NUMBER: Final = 6
    PUBLIC_KEY: Final = 7
    SIGNATURE: Final = 8
    CERTIFICATE: Final = 9
    IP_ADDRESS: Final = 10
    CERTIFICATE_HASH: Final = 11
    HASH_ALGORITHM: Final = 12


# Cisco's spelling.
HEADER_NAMES: Final[Mapping[int, str]] = {
    3: "SIGNERID",
    4: "SIGNERNAME",
    5: "SERIALNUMBER",
    6: "CANAME",
    7: "SIGNATUREINFO",
    8: "DIGESTALGORTITHM",
    9: "SIGNATUREALGOINFO",
    10: "SIGNATUREALGORTITHM",
    11: "SIGNATUREMODULUS",
    12: "SIGNATURE",
    14: "FILENAME",
    15: "TIMESTAMP",
    28: SIGNER_VERSION_NAME,
}

RECORD_NAMES: Final[Mapping[int, str]] = {
    1: "RECORDLENGTH",
    2: "DNSNAME",
    3: "SUBJECTNAME",
    4: "FUNCTION",
    5: "ISSUERNAME",
    6: "SERIALNUMBER",
    7: "PUBLICKEY",
    8: "SIGNATURE",
    9: "CERTIFICATE",
    10: "IPADDRESS",
    11: CERTIFICATE_HASH_NAME,
    12: HASH_ALGORITHM_NAME,
}
