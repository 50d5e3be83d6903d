"""Groups, phones and parameters out of the database (interfaces.md §1.12)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from ringtrust.cluster.phone import SOFTWARE, Group
from ringtrust.cluster.surroundings import Parameter
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust.names import quoted

SECURITY_MODE: Final = "ClusterSecurityMode"
ROLLBACK: Final = "RollBackToPreGrayback"

GROUPS_SQL: Final = (
    "select g.name as groupname, n.name as nodename, m.priority as priority from callmanagergroupmember as m "
    "inner join callmanagergroup as g on g.pkid = m.fkcallmanagergroup "
    "inner join callmanager as c on c.pkid = m.fkcallmanager "
    "inner join processnode as n on n.pkid = c.fkprocessnode"
)
# Class Phone holds much that is none: CTI ports, remote destinations. Names tell devices that have trust lists: desk
# and wireless phones and TelePresence (SEP), analog adapters, and the four kinds of Jabber.
_NAMES: Final = ("SEP", "ATA", *SOFTWARE)
IS_PHONE: Final = "d.tkclass = 1 and (" + " or ".join(f"d.name like '{name}%'" for name in _NAMES) + ")"


def of_phones(select: str) -> str:
    """A query about `device as d`, for phones only, in the order of their names."""
    return f"{select} where {IS_PHONE} order by d.name"


PHONES_SQL: Final = of_phones(
    "select d.name as name, d.description as description, t.name as model, g.name as groupname, p.name as poolname "
    "from device as d "
    "inner join devicepool as p on p.pkid = d.fkdevicepool "
    "inner join callmanagergroup as g on g.pkid = p.fkcallmanagergroup "
    "inner join typemodel as t on t.enum = d.tkmodel"
)
# [U] What the database calls Phone Interaction on Certificate Update (SG15, 14.0 and later) no document tells; nor
# which of its values is which: delivered is that phones reset by themselves.
INTERACTION_SQL: Final = (
    "select paramname,paramvalue from processconfig where lower(paramname) like '%phoneinteraction%' "
    "or lower(paramname) like '%certificateupdate%'"
)
SSO_SQL: Final = "select name,tkssomode from processnode where nodeid > 1"
_SSO_OFF: Final = "0"  # typessomode: Disable, Agent Flow, SAML
_SERIAL: Final = re.compile(r"[0-9A-Fa-f]{1,80}\Z")
_PARAMETER: Final = re.compile(r"[A-Za-z]{1,60}\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,9}\Z")

Row = Mapping[str, str]


class Listed(msgspec.Struct, frozen=True):
    """A phone as the database knows it."""

    name: str
    description: str
    model: str
    group: str
    pool: str = ""


def parameter_sql(name: str) -> str:
    """The value of an enterprise parameter. Raises RefusedError for what is no name of one."""
    if not _PARAMETER.match(name):
        raise RefusedError(f"{name!r} is no name of a parameter.")
    return f"select paramname,paramvalue from processconfig where paramname='{name}'"  # noqa: S608 - letters only


def serial_sql(serial: str) -> str:
    """Whether the database has a certificate with this serial number. Raises RefusedError for what is no number."""
    if not _SERIAL.match(serial):
        raise RefusedError(f"{serial!r} is no serial number.")
    digits = serial.lower()
    bare = digits.lstrip("0") or "0"  # [U] whether the database keeps a zero in front
    return f"select serialnumber from certificate where serialnumber in ('{digits}', '{bare}')"  # noqa: S608 - digits only


def parameter_in(rows: Sequence[Row], name: str) -> str:
    """The value in the answer. Raises UnreadableError."""
    values = {row.get("paramvalue", "") for row in rows if row.get("paramname") == name}
    if len(values) != 1:
        raise UnreadableError(f"The database holds {len(values)} values of {name}.", advice="Look at it by hand.")
    return values.pop()


def interaction_in(rows: Sequence[Row]) -> Parameter:
    """Phone Interaction on Certificate Update. Raises UnreadableError where none, or more than one, has that name."""
    found = {Parameter(*cells(row, "paramname", "paramvalue")) for row in rows}
    if len(found) != 1:
        names = ", ".join(sorted(quoted(each.name) for each in found)) or "no parameter"
        raise UnreadableError(
            f"The database has {names} for what is called Phone Interaction on Certificate Update.",
            advice="Look at Enterprise Parameters, Security Parameters.",
        )
    return found.pop()


def sso_in(rows: Sequence[Row], node_of: Mapping[str, str]) -> tuple[str, ...]:
    """The nodes where single sign-on is on. Raises UnreadableError."""
    modes = [cells(row, "name", "tkssomode") for row in rows]
    if not modes:
        raise UnreadableError("The database names no node.", advice="Look at `run sql` by hand.")
    on = {node_of.get(name, name) for name, mode in modes if _sso_mode(name, mode) != _SSO_OFF}
    return tuple(sorted(on))


def _sso_mode(name: str, mode: str) -> str:
    return str(number_in(mode, f"The mode of single sign-on of {name}"))


def number_in(value: str, what: str) -> int:
    """A number of nine digits at most. Raises UnreadableError."""
    if not _NUMBER.match(value):
        raise UnreadableError(f"{what} is {quoted(value)}, no number.", advice="Look at it by hand.")
    return int(value)


def groups_in(rows: Sequence[Row], node_of: Mapping[str, str]) -> tuple[Group, ...]:
    """The CM groups. `node_of` gives a node's name for how the server table calls it. Raises UnreadableError."""
    members: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        group, node, priority = cells(row, "groupname", "nodename", "priority")
        members.setdefault(group, []).append(
            (number_in(priority, "The priority of a node in a CM group"), node_of.get(node, node))
        )
    return tuple(Group(name, tuple(node for _, node in sorted(found))) for name, found in sorted(members.items()))


def phones_in(rows: Iterable[Row]) -> tuple[Listed, ...]:
    """The phones. Raises UnreadableError."""
    return tuple(_phones(rows))


def _phones(rows: Iterable[Row]) -> Iterator[Listed]:
    for row in rows:
        name, description, model, group = cells(row, "name", "description", "model", "groupname")
        yield Listed(name, description, model, group, row.get("poolname", ""))


def cells(row: Row, *names: str) -> tuple[str, ...]:
    """The values of these columns. Raises UnreadableError when the answer lacks one."""
    missing = [name for name in names if name not in row]
    if missing:
        raise UnreadableError(f"An answer of the database lacks {', '.join(missing)}.", advice="Look at it by hand.")
    return tuple(row[name] for name in names)
