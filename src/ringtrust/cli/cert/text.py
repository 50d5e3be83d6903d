"""The certificates that `ringtrust cert` sees, as text for people and as documents for programs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from ringtrust.cli.cert.look import NodeRows, Row, Shown
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import brief, common_name, printable

Document = dict[str, Any]

FORMAT: Final = "ringtrust.certificates/1"
_SERIAL_SHOWN: Final = 16


def listing_lines(nodes: Iterable[NodeRows], now: datetime) -> Iterator[str]:
    """A table a node; nothing in it that a terminal would obey."""
    for node in nodes:
        yield printable(f"{node.node}:")
        if not isinstance(node.rows, Known):
            yield printable(f"  could not be read: {node.rows.reason}")
            continue
        width = max((len(_path(row)) for row in node.rows.value), default=0)
        for row in node.rows.value:
            yield printable(f"  {_path(row):<{width}}  {_told(row, now)}")


def _path(row: Row) -> str:
    """A unit is its own file, under the same name."""
    return row.folder if row.file.rpartition(".")[0] == row.folder else f"{row.folder}/{row.file}"


def _told(row: Row, now: datetime) -> str:
    if not isinstance(row.found, Known):
        return f"could not be read: {row.found.reason}"
    found = row.found.value
    return (
        f"{life(found, now):<33} {_short(found.serial):<17} {signed(found):<15} "
        f"{brief(found.common_name)}{_issuer(found)}"
    )


def _short(serial: str) -> str:
    return serial if len(serial) <= _SERIAL_SHOWN else f"{serial[:_SERIAL_SHOWN]}…"


def _issuer(found: Shown) -> str:
    return "" if found.self_signed else f", by {brief(common_name(found.issuer))}"


def life(found: Shown, now: datetime) -> str:
    """Until when, and how many days that is; in capitals when it is over."""
    if not isinstance(found.not_after, Known):
        return "until a date that is not read"
    left = (found.not_after.value - now).days
    return f"until {found.not_after.value:%Y-%m-%d}  {f'{left} days left' if left >= 0 else 'EXPIRED'}"


def signed(found: Shown) -> str:
    """By whom, in two words."""
    return "self-signed" if found.self_signed else "signed by a CA"


def certificate_lines(where: str, found: Shown, now: datetime) -> Iterator[str]:
    """One certificate, line by line."""
    rows = (
        ("subject", found.subject),
        ("issuer", found.issuer),
        ("serial", found.serial),
        ("valid", life(found, now)),
        ("signed", signed(found)),
        ("names", ", ".join(found.names)),
        ("SHA-256", found.sha256),
    )
    yield printable(where)
    yield from (printable(f"  {name:<8} {value}") for name, value in rows if value)
    if not found.pem:
        yield "  The node prints no PEM of it: this is what its text says."


def listing_document(cluster: str, nodes: Sequence[NodeRows], now: datetime) -> Document:
    """All rows."""
    return {"format": FORMAT, "cluster": cluster, "nodes": [_node(node, now) for node in nodes]}


def _node(node: NodeRows, now: datetime) -> Document:
    if not isinstance(node.rows, Known):
        return {"node": node.node, "unread": node.rows.reason}
    return {"node": node.node, "certificates": [_row(row, now) for row in node.rows.value]}


def _row(row: Row, now: datetime) -> Document:
    head = {"in": row.folder, "file": row.file, "description": row.description}
    if not isinstance(row.found, Known):
        return {**head, "unread": row.found.reason}
    return {**head, **certificate_document(row.found.value, now)}


def certificate_document(found: Shown, now: datetime) -> Document:
    """One certificate. What the node does not show is not in it."""
    document: Document = {
        "common_name": found.common_name,
        "subject": found.subject,
        "issuer": found.issuer,
        "serial": found.serial,
        "self_signed": found.self_signed,
    }
    if isinstance(found.not_after, Known):
        until = found.not_after.value
        document |= {"not_after": until.isoformat(), "days_left": (until - now).days, "expired": until <= now}
    if found.pem:
        document |= {"names": list(found.names), "sha256": found.sha256, "pem": found.pem}
    return document
