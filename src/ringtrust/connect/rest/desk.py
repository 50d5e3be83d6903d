"""The certificates of a node over REST: looked at, CSRs, imports (interfaces.md §2)."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import msgspec

from ringtrust.clock import SystemTimer, Timer
from ringtrust.cluster.release import Release
from ringtrust.connect.patience import BusyError, patiently
from ringtrust.connect.ports import CsrRequest, Holdings, NodeRefusedError
from ringtrust.connect.rest import uncertain as guessed
from ringtrust.connect.rest.documents import BYTES_AT_MOST, csr_body, read_csr, read_holdings, read_reason
from ringtrust.connect.web import Account, Answer, LoginRefusedError, NoRightError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

PORT: Final = 443
FIRST: Final = Release(14, 0)
_BASE: Final = "/platformcom/api/v1/certmgr/config/"
_ACCEPT: Final = {"Accept": "application/json"}
_JSON: Final = {**_ACCEPT, "Content-Type": "application/json"}
_DONE: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT})
_BLOCKS: Final = re.compile(r"-----BEGIN ([^-\r\n]*)-----")
_LOOK: Final = "Look which certificates and CSRs are there before you do anything else."
_STALE: Final = f"A CSR that was made later would be a reason: make a new one, have it signed, import that. {_LOOK}"
_NO_REST: Final = "It came with release 14. Check that the Platform Communication Web Service runs on this node."
_NOT_SO: Final = "Check what was asked for. A certificate whose CA is not in the trust store yet needs that first."
# The node understood, and will not: nothing has changed.
_WILL_NOT: Final = {400: _NOT_SO, 404: _NO_REST, 405: _NO_REST, 409: _NOT_SO, 422: _NOT_SO}


class RestDesk:
    """Certificate REST of any node, each with the platform administrator's login. An act is sent once.

    Raises RefusedError when `web` has the application user's login, and for releases before 14, which have no REST.
    """

    def __init__(
        self, web: Web, release: Release, *, port: int = PORT, uncertain: bool = False, timer: Timer | None = None
    ) -> None:
        if release < FIRST:
            raise RefusedError(
                f"Release {release.name} has no certificate REST.", advice=f"It came with {FIRST.name}: use the CLI."
            )
        self._web = web.for_account(Account.PLATFORM)
        self._port = port
        self._uncertain = uncertain
        self._timer = timer or SystemTimer()

    async def holdings(self, address: str) -> Holdings:
        """All that a node has; a busy node is waited for. Raises UnreadableError, LoginRefusedError."""
        return await patiently(self._timer, lambda: self._holdings(Server(address, self._port)))

    async def _holdings(self, server: Server) -> Holdings:
        answer = await self._web.get(server, f"{_BASE}snapshot/server", headers=_ACCEPT, bytes_at_most=BYTES_AT_MOST)
        if not answer.good:
            raise _unreadable(server, answer)
        return read_holdings(answer.body)

    async def new_csr(self, address: str, request: CsrRequest) -> str:
        """Makes a CSR, which takes the place of one that is pending, and gives it in PEM.

        Raises RefusedError, and UnreadableError when it is not known whether it was made.
        """
        return read_csr((await self._post(address, "csr", csr_body(request))).body)

    async def import_identity(self, address: str, unit: str, chain: Sequence[str]) -> None:
        """Puts a signed certificate in place: PEM, the unit's own first, then its CAs.

        Raises RefusedError, also for what is no certificate; UnreadableError when it is not known what happened.
        """
        body = {"service": unit, "certificates": _certificates(chain)}
        await self._post(address, "identity/certificates", body, unknown=_STALE)

    async def import_trust(
        self, address: str, units: Sequence[str], certificates: Sequence[str], description: str
    ) -> None:
        """Puts certificates (PEM) into the stores of these units. Raises as import_identity does."""
        found = _certificates(certificates)
        await self._post(
            address, "trust/certificates", {"service": list(units), "certificates": found, "description": description}
        )

    async def delete(self, address: str, store: str, file_name: str) -> None:
        """Takes a certificate out of a store. Raises RefusedError unless this desk may guess; as import_identity."""
        self._refuse_to_guess(f"set cert delete {names.brief(store)} {names.brief(file_name)}")
        server = Server(address, self._port)
        target = f"{_BASE}{guessed.delete_target(store, file_name)}"
        _check(server, await self._web.delete(server, target, _ACCEPT), _LOOK)

    async def regenerate(self, address: str, unit: str) -> None:
        """Makes a new self-signed certificate. Raises RefusedError unless this desk may guess; as import_identity."""
        self._refuse_to_guess(f"set cert regen {names.brief(unit)}")
        await self._post(address, guessed.REGENERATE, guessed.regenerate_body(unit))

    def _refuse_to_guess(self, command: str) -> None:
        if not self._uncertain:
            raise RefusedError(
                "No document shows how REST does this, so it is not tried.",
                advice=f"Use the CLI of the node: {command}",
            )

    async def _post(self, address: str, path: str, body: Mapping[str, object], unknown: str = _LOOK) -> Answer:
        server = Server(address, self._port)
        answer = await self._web.post(server, f"{_BASE}{path}", msgspec.json.encode(body), _JSON)
        _check(server, answer, unknown)
        return answer


def _check(server: Server, answer: Answer, unknown: str) -> None:
    """Raises NodeRefusedError where the node will not, UnreadableError where it is not known what it did."""
    if answer.status in _DONE:
        return
    if answer.status in _WILL_NOT:
        raise NodeRefusedError(f"{server.text} refuses: {_said(answer)}.", advice=_WILL_NOT[answer.status])
    raise _unreadable(server, answer, unknown)


def _unreadable(server: Server, answer: Answer, unknown: str = "") -> UnreadableError:
    match answer.status:
        case 401:
            return LoginRefusedError(
                f"{server.text} does not take the user or the password.",
                advice="Check the platform administrator of this node, who logs in to its CLI; the application user is "
                "another. It is not tried again, because that could lock the account.",
            )
        case 403:
            return NoRightError(
                f"{server.text} does not let this user do that: {_said(answer)}.",
                advice="Privilege level 0 may only look; changes need a platform administrator of level 1 or higher.",
            )
        case 404:
            return UnreadableError(f"{server.text} has no certificate REST.", advice=_NO_REST)
        case 503:
            return BusyError(f"{server.text} is busy: {_said(answer)}.", advice=unknown or "Look again later.")
        case _:
            return UnreadableError(f"{server.text} failed: {_said(answer)}.", advice=unknown or "Look again later.")


def _said(answer: Answer) -> str:
    reason = read_reason(answer.body)
    return names.quoted(reason) if reason else f"HTTP status {answer.status}"


def _certificates(texts: Sequence[str]) -> list[str]:
    """The texts, one certificate each. Raises RefusedError: a private key must not leave this machine."""
    for text in texts:
        if _BLOCKS.findall(text) != ["CERTIFICATE"]:
            raise RefusedError(
                "This is not one certificate in PEM.",
                advice="Give each certificate for itself, and never a private key.",
            )
    if not texts:
        raise RefusedError("There is no certificate to import.")
    return list(texts)
