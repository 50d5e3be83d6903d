"""`show risdb query phone`: the phones that one node has seen (public clients of the CLI; interfaces.md has no sample).

Commas and blanks stand between the fields, and a row of their names above them. A description may hold commas too: it
is the one field that may be longer than the names say.
"""

from typing import Final

from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable
from ringtrust.connect.ports import DeviceSeen

_COMMAND: Final = "show risdb query phone"
_NAME, _DESCRIPTION = "devicename", "descr"
_NEEDED: Final = (_NAME, "ipaddr", "regstatus")
_TOTAL: Final = "total count"
_APART: Final = ","
_FIELDS_AT_MOST: Final = 128
_STATUS: Final = {
    "reg": "Registered",
    "unr": "UnRegistered",
    "par": "PartiallyRegistered",
    "rej": "Rejected",
    "unk": "Unknown",
}
"""By its first three letters: nodes abbreviate it, and not all alike [U]."""


def read_devices(text: str, node: str) -> tuple[DeviceSeen, ...]:
    """The phones that a node has seen, in their order; none where there is a head, and no row under it.

    Raises UnreadableError and RefusedError, also where a row is missing.
    """
    lines = [line.strip() for line in answer_lines(text, _COMMAND)]
    heads = [place for place, line in enumerate(lines) if line.lower().startswith(f"{_NAME}{_APART}")]
    if len(heads) != 1:
        raise unreadable(_COMMAND, "it has no row of names", first_told(lines))
    columns = [name.strip().lower() for name in lines[heads[0]].split(_APART)]
    missing = [name for name in (*_NEEDED, _DESCRIPTION) if name not in columns]
    if missing or len(columns) > _FIELDS_AT_MOST:
        raise unreadable(_COMMAND, f"it lacks {', '.join(missing) or 'an end of its names'}", lines[heads[0]])
    found = tuple(_device(line, columns, node) for line in _rows(lines[heads[0] + 1 :]))
    _check_total(lines, len(found))
    return found


def _rows(lines: list[str]) -> list[str]:
    """Up to the empty line, or the line of dashes, that ends them."""
    end = next((place for place, line in enumerate(lines) if not line.strip("- ")), len(lines))
    return [line for line in lines[:end] if not line.lower().startswith(_TOTAL)]


def _device(line: str, columns: list[str], node: str) -> DeviceSeen:
    parts = [part.strip() for part in line.split(_APART)]
    more = len(parts) - len(columns)
    if not 0 <= more <= _FIELDS_AT_MOST:
        raise unreadable(_COMMAND, "a row has fewer fields than there are names", line)
    at = columns.index(_DESCRIPTION)
    description = ", ".join(parts[at : at + 1 + more])
    fields = dict(zip(columns, [*parts[:at], description, *parts[at + 1 + more :]], strict=True))
    status = _STATUS.get(fields["regstatus"].lower()[:3])
    if not fields[_NAME] or status is None:
        raise unreadable(_COMMAND, "a row names no device, or no status", line)
    load = fields.get("activeloadid") or fields.get("loadid", "")
    return DeviceSeen(fields[_NAME], status, node, fields["ipaddr"], fields.get("devicemodel", ""), load)


def _check_total(lines: list[str], found: int) -> None:
    """The last lines say how many there are."""
    for line in lines:
        if line.lower().startswith(_TOTAL):
            told = line[len(_TOTAL) :].strip(" :=")
            if told.isascii() and told.isdigit() and len(told) < 10 and int(told) != found:  # noqa: PLR2004 - 32 bits
                raise unreadable(_COMMAND, f"it shows {found} of {told} phones", line)
