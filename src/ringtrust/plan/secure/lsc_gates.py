"""The gates about eTokens, and about the phones' own certificates: some only a person can open."""

from typing import Final

from ringtrust.change.gate import Gate, LscIssuersTrusted, LscsRenewed, PartnersTold, TokenAtHand
from ringtrust.plan.gates import HOUR, MINUTE
from ringtrust.trust.names import counted

TOKEN_OPTION: Final = "--token-at-hand"  # noqa: S105 - no secret
PARTNERS_OPTION: Final = "--partners-told"


def token_at_hand(tokens: tuple[str, ...]) -> Gate:
    """Without one, and its password, a CTL that an eToken signed cannot follow any change (S66, S67, H15)."""
    what = f"one of the eTokens {', '.join(tokens)} is at hand, and its password known"
    return Gate(TokenAtHand(tokens), what, sources=("G-TOKEN", "S66", "S67", "H15"))


def issuers_trusted() -> Gate:
    """Whoever signed the LSC of a phone is trusted by every node (H17, I7)."""
    what = "whoever signed an LSC in use is trusted on every node"
    return Gate(LscIssuersTrusted(), what, patience=10 * MINUTE, sources=("G-LSC-CA", "H17", "I7"))


def lscs_renewed(phones: tuple[str, ...]) -> Gate:
    """Each phone is followed to the end: it is back, and its new LSC is of the CAPF of now (S169, P10)."""
    what = f"of {counted(len(phones), 'phone')} every one has an LSC of the CAPF of now, and is registered"
    return Gate(LscsRenewed(phones), what, patience=HOUR, interval=15, sources=("G-LSC", "S169", "P10"))


def partners_told(node: str, serial: str) -> Gate:
    """802.1X and VPN phones lose the network when whoever checks them does not know who signed their LSC (H18)."""
    what = "a person has said that RADIUS, ISE, ASA and SRST hold the new CAPF certificate, or that there are none"
    return Gate(PartnersTold(node, serial), what, sources=("G-PARTNER", "H18", "225746", "200860"))
