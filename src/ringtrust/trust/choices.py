"""What the documents leave open, decided here only. Reading accepts every variant; these we write and print.

Each constant names the open point of reference/trust-formats.md that it settles, and what would settle it for good.
"""

from typing import Final

# §4.2 [U]: which of the two tags of a TVS query is the issuer. CUCM logs subject, issuer, serial in that order.
# A whole recorded query of a phone would settle it; until then `tvs` tells the two apart by their content when reading.
TVS_ISSUER_TAG: Final = 4
TVS_SERIAL_TAG: Final = 5

# §7.2 [U]: no transcript shows a list whose signature does not hold, so that the second line is ours. Neither holds
# anything of the file: whoever looks for the first in the last line of a report finds it there or not at all.
VERIFIED: Final = "The {kind} file was verified successfully."
NOT_VERIFIED: Final = "The {kind} file was not verified."

# §1.4, §7.2 [U]: names of the two tags of a record that holds its certificate by hash (8.x and 9.x).
CERTIFICATE_HASH_NAME: Final = "CERTHASH"
HASH_ALGORITHM_NAME: Final = "HASH ALGORITHM"
# §1.2: no transcript shows a header with tag 28.
SIGNER_VERSION_NAME: Final = "SIGNERVERSION"

# §1.5 [U]: texts of functions that no transcript shows are the names of CUCM's own enumeration, shortened.
FUNCTION_TEXTS: Final = {
    0: "System Administrator Security Token",
    1: "CCM",
    2: "CCM+TFTP",
    3: "TFTP",
    4: "CAPF",
    5: "SRST",
    6: "CCM",  # a firewall (ASA) shows as CCM, Security Guide 12.5
    7: "APPLICATION SERVER",
    20: "CERTIFICATE AUTHORITY",
    21: "TVS",
    22: "SIGNALING CALL CONTROL",
    23: "PROVISIONING SERVICE",
    24: "DATA SERVICE",
    25: "NETWORK ELEMENT",
    26: "VPN",
    27: "SERVICEABILITY",
    255: "UNKNOWN",
}

# A phone stops downloading a trust list at 2048 KB (§1.8); more is not a trust list.
LIST_BYTES_AT_MOST: Final = 2048 * 1024
# 39 certificates fit into the 64 KB that a phone can use (§1.6, H19); hostile files hold more.
RECORDS_AT_MOST: Final = 512
# Genuine records have 10 items and genuine headers 15 to 25.
ITEMS_AT_MOST: Final = 64

# The longest name seen in a list has 76 bytes. Longer ones only serve to fill memory and screens.
NAME_BYTES_AT_MOST: Final = 1024
SERIAL_BYTES_AT_MOST: Final = 64

# §1.6, H19: above either a phone cannot load its ITL.
ITL_BYTES_USABLE: Final = 64 * 1024
ITL_CERTIFICATES_USABLE: Final = 39

# §1.4 [U]: what a record without an address holds in IPADDRESS: transcripts show the length 4 and never the value.
NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - nothing is bound to it

# §5.3 [I]: the first byte of a certificate element in CAPF is always 1, probably a count. We write 1 and read any.
CAPF_CERTIFICATES: Final = 1

# §3 [I], [O]: the numbers that name the ciphers of an encrypted file have one value each in all that was seen. We write
# these, and say "unknown" of any other rather than trying them. A genuine file of CUCM would settle what they mean.
CIPHER_AES_128_CBC: Final = 0
KEY_CIPHER_RSA: Final = 0
KEY_ALGORITHM: Final = 1
# §3 [O]: what certutils fills the last block with. The count in the header is what counts when reading.
FILLER_BYTE: Final = 0x0D
