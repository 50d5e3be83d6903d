"""Somebody at the Windows PC of a lab that runs: the CTL client, and the eTokens in the drawer beside it (S66, S72)."""

from typing import Final

import msgspec

from ringtrust.errors import RefusedError
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state.tokens import Token

_MODES: Final = {"": None, "mixed": True, "non-secure": False}


class Made(msgspec.Struct, frozen=True):
    """What the client has done: with which eToken, which others there are, and the mode since."""

    signer: str
    tokens: tuple[str, ...]
    mode: str


def ctl_made(lab: Lab, name: str, mode: str) -> dict[str, object]:
    """Makes the CTL anew with an eToken, the first where `name` is empty. Raises RefusedError where that cannot be."""
    if mode not in _MODES:
        raise RefusedError(f"There is no mode {mode[:40]!r}.", advice="Take mixed or non-secure.")
    token = _token(lab, name)
    lab.cluster.client_ctl(token, token.password, mixed=_MODES[mode])
    now = "mixed" if lab.cluster.ctl.mixed else "non-secure"
    made = Made(token.name.strip(), tuple(each.name.strip() for each in lab.cluster.tokens), mode or now)
    found: dict[str, object] = msgspec.to_builtins(made)
    return found


def _token(lab: Lab, name: str) -> Token:
    known = {token.name.strip().upper(): token for token in lab.cluster.tokens}
    if not known:
        raise RefusedError(
            "This lab has no eTokens.",
            advice="Its CTL is made by utils ctl at the CLI; secure-9.1 begins with two eTokens.",
        )
    if name and name.upper() not in known:
        names = ", ".join(token.name.strip() for token in known.values())
        raise RefusedError(f"There is no eToken {name[:40]!r} here.", advice=f"Take one of {names}.")
    return known[name.upper()] if name else next(iter(known.values()))
