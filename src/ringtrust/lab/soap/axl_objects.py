"""AXL: objects of the database, many (`list…`) or one (`get…`) (interfaces.md §3.3)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from lxml import etree

from ringtrust.lab.soap.axl_kinds import Field, Kind, Schema
from ringtrust.lab.soap.envelope import FaultError, Operation, tagged
from ringtrust.lab.state.database import Replica
from ringtrust.safe_xml import children, first, local_name, text
from ringtrust.trust.names import brief

CHARACTERS_AT_MOST: Final = 8 * 1024 * 1024
NOT_FOUND: Final = 5007
_CRITERION_AT_MOST: Final = 255
_NUMBER: Final = re.compile(r"[0-9]{1,9}\Z")
_UUID: Final = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\Z", re.IGNORECASE)
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Row = Sequence[Any]


def too_large(total: int, fitting: int) -> FaultError:
    """More than 8 MB: the sentence of the AXL developer guide (interfaces.md §3.2). The number to ask for is [U]."""
    rows = f"Total rows matched: {total} rows. Suggestive Row Fetch: less than {max(fitting, 1)} rows"
    return FaultError(f"Query request too large. {rows}")


def not_found(name: str) -> FaultError:
    """There is no such object."""
    return FaultError(f"Item not valid: The specified {brief(name)} was not found", NOT_FOUND)


def printable(value: str) -> str:
    """A text of the database without what XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", value)


def key_of(uuid: str) -> str:
    """The key of an object, as SQL has it, from the UUID of AXL, in braces or not. Raises FaultError."""
    found = _UUID.match(uuid)
    if found is None:
        raise not_found(uuid)
    return found[1].lower()


def uuid_of(key: str) -> str:
    """The UUID of AXL: upper case, in braces (interfaces.md §3.1)."""
    return f"{{{key.upper()}}}"


def listed(replica: Replica, kind: Kind, operation: Operation, schema: Schema) -> str:
    """`list…`: all that match every criterion; `skip` and `first` take a part of them. Raises FaultError.

    Without criteria all are given, and without tags all elements [U].
    """
    fields = _wanted(kind, operation, schema, one=False)
    where, values = _criteria(kind, first(operation.parameters, "searchCriteria"))
    paging = f"limit {_number(operation, 'first', -1)} offset {_number(operation, 'skip', 0)}"
    rows = replica.rows(f"{_select(kind, fields)} where {where} order by {kind.order} {paging}", *values)
    return _joined((_object(kind, fields, row) for row in rows), len(rows))


def got(replica: Replica, kind: Kind, operation: Operation, schema: Schema) -> str:
    """`get…`: the one that is named. Raises FaultError."""
    fields = _wanted(kind, operation, schema, one=True)
    rows = replica.rows(f"{_select(kind, fields)} where {kind.key} = ?", found(replica, kind, operation.parameters))
    return _object(kind, fields, rows[0])


def found(replica: Replica, kind: Kind, named: etree._Element) -> str:
    """The key of the one object that is named, by `uuid` or by what names this kind. Raises FaultError."""
    uuid = text(named, "uuid")
    if uuid:
        return _key(replica, kind, f"{kind.key} = ?", [key_of(uuid)])
    given = {tag: name for tag in kind.named if (name := text(named, tag))}
    where = " and ".join(f"lower({_column(kind, tag)}) = lower(?)" for tag in given) or "false"
    return _key(replica, kind, where, list(given.values()), given.get("name", ""))


def referred(replica: Replica, kind: Kind, reference: etree._Element | None) -> str:
    """The key of an object that another one names: by its name, else by its `uuid`. Raises FaultError."""
    name = text(reference)
    uuid = str(reference.get("uuid", "")) if reference is not None and not name else ""
    return _key(replica, kind, f"{kind.key} = ?", [key_of(uuid)]) if uuid else keyed(replica, kind, name)


def keyed(replica: Replica, kind: Kind, name: str) -> str:
    """The key of the object of this name. Raises FaultError."""
    return _key(replica, kind, f"lower({_column(kind, 'name')}) = lower(?)", [name])


def _key(replica: Replica, kind: Kind, where: str, values: list[str], name: str = "") -> str:
    rows = replica.rows(f"select {kind.key} from {kind.source} where {where}", *values)  # noqa: S608 - our own words
    if not rows:
        raise not_found(name or " ".join(values) or kind.element)
    return str(rows[0][0])


def _wanted(kind: Kind, operation: Operation, schema: Schema, *, one: bool) -> list[Field]:
    tags = first(operation.parameters, "returnedTags")
    names = {local_name(each) for each in tags} if tags is not None else set()
    return [
        field
        for field in kind.fields
        if field.since <= schema and (one or field.listed) and (not names or field.tag in names)
    ]


def _criteria(kind: Kind, criteria: etree._Element | None) -> tuple[str, list[str]]:
    """As SQL; a percent sign stands for anything, and case does not count [U]."""
    where, values = ["true"], []
    for each in criteria if criteria is not None else ():
        tag = local_name(each)
        if tag and tag not in kind.searched:
            raise FaultError(f"{brief(tag)} is no criterion for {kind.element} here.")
        if tag:
            where.append(f"lower(coalesce({_column(kind, tag)}, '')) like lower(?)")
            values.append((each.text or "").strip())
    if any(len(value) > _CRITERION_AT_MOST for value in values):
        raise FaultError(f"A criterion has more than {_CRITERION_AT_MOST} characters.")
    return " and ".join(where), values


def _column(kind: Kind, tag: str) -> str:
    return next(field.column for field in kind.fields if field.tag == tag)


def _number(operation: Operation, name: str, otherwise: int) -> int:
    given = text(operation.parameters, name)
    if given and not _NUMBER.match(given):
        raise FaultError(f"{name} is no number.")
    return int(given) if given else otherwise


def _select(kind: Kind, fields: Iterable[Field]) -> str:
    columns = "".join(f", {field.column}, {field.reference}" for field in fields)
    return f"select {kind.key}{columns} from {kind.source}"  # noqa: S608 - our own words


def _object(kind: Kind, fields: Sequence[Field], row: Row) -> str:
    pairs = zip(fields, row[1::2], row[2::2], strict=True)
    inner = "".join(_element(field, value, reference) for field, value, reference in pairs)
    return f'<{kind.element} uuid="{uuid_of(row[0])}">{inner}</{kind.element}>'


def _element(field: Field, value: object, reference: str | None) -> str:
    """NULL is an empty element: how CUCM writes it is not certain (interfaces.md §3.4)."""
    if field.markup:
        return f"<{field.tag}>{value or ''}</{field.tag}>"
    if value is None or value == "":
        return "" if field.absent else f"<{field.tag}/>"
    written = tagged(field.tag, printable(str(value)))
    return written.replace(">", f' uuid="{uuid_of(reference)}">', 1) if reference else written


def _joined(objects: Iterator[str], total: int) -> str:
    """All of them. Raises FaultError when they are more than AXL gives at once."""
    given: list[str] = []
    size = 0
    for each in objects:
        size += len(each)
        if size > CHARACTERS_AT_MOST:
            raise too_large(total, len(given))
        given.append(each)
    return "".join(given)


def fields_given(named: etree._Element, known: Iterable[str]) -> dict[str, str]:
    """The elements of a change by their tags; `known` says which may stand there. Raises FaultError."""
    allowed = set(known)
    given: dict[str, str] = {}
    for tag in filter(None, map(local_name, named)):
        if tag not in allowed:
            raise FaultError(f"The element {brief(tag)} is not served.")
        if len(children(named, tag)) > 1:
            raise FaultError(f"The element {tag} stands there twice.")
        given[tag] = text(named, tag)
    return given
