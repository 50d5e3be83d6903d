"""What nobody can see from here, and a person has said when calling apply (S66, S67, H18)."""

from typing import Final

import msgspec

from ringtrust.change.gate import PartnersTold, TokenAtHand
from ringtrust.change.outcome import Passed, Unknown, Verdict
from ringtrust.trust.names import brief


class Said(msgspec.Struct, frozen=True):
    """The eTokens that are at hand, with their passwords; and which CAPF certificate partners hold.

    `partners` is its serial number, so that nobody can say it before there is one, or NO_PARTNERS.
    """

    tokens: tuple[str, ...] = ()
    partners: str = ""


NO_PARTNERS: Final = "none"
NOTHING_SAID: Final = Said()


def at_hand(said: Said, condition: TokenAtHand) -> Verdict:
    """Whether one of these eTokens is."""
    named = {token.upper() for token in said.tokens}
    found = [token for token in condition.tokens if token.upper() in named]
    if found:
        return Passed((f"It was said that {found[0]} is at hand, and its password known.",))
    told = [f"It was said of {', '.join(said.tokens)}, which is none of these."] if said.tokens else []
    ask = (
        f"Nobody has said that one of {', '.join(condition.tokens)} is at hand. Call apply with --token-at-hand "
        f"{condition.tokens[0] if condition.tokens else 'TOKEN'} when somebody holds it and knows its password."
    )
    return Unknown((*told, ask))


def told(said: Said, condition: PartnersTold, now: str) -> Verdict:
    """Whether RADIUS, ISE, ASA and SRST hold the CAPF certificate of now, by its serial number."""
    if said.partners.lower() == NO_PARTNERS:
        return Passed(("It was said that no RADIUS, ISE, ASA or SRST checks phones.",))
    if _serial(said.partners) == _serial(now):
        return Passed((f"It was said that they hold the CAPF certificate with serial {now}.",))
    old = f"; the old one, serial {condition.serial}, stays there" if condition.serial else ""
    other = (f"What was said is serial {brief(said.partners)}, which is not that of now.",) if said.partners else ()
    ask = (
        f"Nobody has said that RADIUS, ISE, ASA and SRST hold the CAPF certificate of {condition.node} with "
        f"serial {now}{old}. Call apply with --partners-told {now} when they do, or with --partners-told {NO_PARTNERS} "
        f"when there are no such systems. `ringtrust cert show CLUSTER {condition.node} CAPF --pem` prints it."
    )
    return Unknown((*other, ask))


def _serial(text: str) -> str:
    """A serial number as others write it too: in lower case, with colons or blanks."""
    return "".join(text.replace(":", " ").split()).upper().lstrip("0")
