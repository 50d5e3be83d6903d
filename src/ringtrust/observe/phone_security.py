"""Security profiles and LSCs of phones out of the database (interfaces.md §1.12, trust-formats.md §5.8, §6.8).

Each is a query of its own, so that a column that a release does not have takes nothing else with it. What is told of an
LSC itself came with 11.5: before, the last success of CAPF is all there is.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from ringtrust.cluster.phone import AUTHENTICATED, ENCRYPTED, NON_SECURE, Lsc
from ringtrust.cluster.release import Release
from ringtrust.errors import UnreadableError
from ringtrust.observe.rows import Row, cells, of_phones
from ringtrust.trust.names import common_name, quoted

FIRST_WITH_LSC: Final = Release(11, 5)
"""The first release whose database tells of LSCs."""

PROFILES_SQL: Final = of_phones(
    "select d.name as name, m.name as mode from device as d "
    "left join securityprofile as p on p.pkid = d.fksecurityprofile "
    "left join typedevicesecuritymode as m on m.enum = p.tkdevicesecuritymode"
)
OPERATIONS_SQL: Final = of_phones(
    "select d.name as name, o.name as operation, s.name as status, a.name as authentication from device as d "
    "left join typecertificateoperation as o on o.enum = d.tkcertificateoperation "
    "left join typecertificatestatus as s on s.enum = d.tkcertificatestatus "
    "left join typeauthenticationmode as a on a.enum = d.tkauthenticationmode"
)
LSCS_SQL: Final = of_phones(
    "select d.name as name, d.lscissuername as issuer, d.lscvaliduntil as until, "
    "d.lscissuervaliduntil as issueruntil from device as d"
)
# [U] the wording of the table; AXL's list has these (interfaces.md §3.3).
_MODES: Final[Mapping[str, str]] = {
    "nonsecure": NON_SECURE,
    "authenticated": AUTHENTICATED,
    "encrypted": ENCRYPTED,
    "notselected": "",
    "": "",
}
_NO_DATE: Final = frozenset({"", "0"})
_SECONDS: Final = re.compile(r"[0-9]{1,11}\Z")
_BEYOND_LETTERS: Final = re.compile(r"[^a-z]")


def profiles_in(rows: Iterable[Row]) -> dict[str, str]:
    """The device security mode of each phone; empty where it has none. Raises UnreadableError."""
    found = {}
    for row in rows:
        name, mode = cells(row, "name", "mode")
        word = _BEYOND_LETTERS.sub("", mode.lower())
        if word not in _MODES:
            raise UnreadableError(f"{quoted(mode)} is no device security mode that is known.")
        found[name] = _MODES[word]
    return found


def lscs_in(operations: Iterable[Row], certificates: Iterable[Row]) -> dict[str, Lsc]:
    """The LSC of each phone. `certificates` are none where the release does not tell. Raises UnreadableError."""
    told = {row.get("name", ""): row for row in certificates}
    return {row.get("name", ""): _lsc(row, told.get(row.get("name", ""))) for row in operations}


def _lsc(row: Row, certificate: Row | None) -> Lsc:
    _, operation, status, authentication = cells(row, "name", "operation", "status", "authentication")
    issuer, until, issuer_until = (
        cells(certificate, "issuer", "until", "issueruntil") if certificate is not None else ("", "", "")
    )
    return Lsc(
        issuer=common_name(issuer),  # [U] whether the database has the whole name
        expires=_moment(until),
        issuer_expires=_moment(issuer_until),
        operation=operation,
        status=status,
        authentication=authentication,
    )


def _moment(seconds: str) -> datetime | None:
    """A moment from Unix seconds; None for none. Raises UnreadableError."""
    if seconds.strip() in _NO_DATE:
        return None
    if not _SECONDS.match(seconds):
        raise UnreadableError(f"{quoted(seconds)} is no time of a certificate.", advice="Look at it by hand.")
    return datetime.fromtimestamp(int(seconds), UTC)
