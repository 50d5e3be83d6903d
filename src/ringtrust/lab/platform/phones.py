"""`show risdb query phone`: the phones that this node knows to be registered, or to have been.

The first line, and that the columns stand in the sixth and an empty line follows the rows, is how public parsers read
it; so are the columns up to RegStatusChg. What stands between, and the columns behind it, are [U].
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command

_DEVICES: Final = "select name, description, tkmodel from device"
_NO_ADDRESS: Final = "::"


async def query(call: Call) -> None:
    """`show risdb query phone`: other tables of RIS are not served."""
    if call.words != ("phone",):
        raise CommandFailedError(texts.NO_SUCH_TABLE)
    rows = list(_rows(call))
    registered = sum(", reg, " in row for row in rows)
    totals = (len(rows), registered, 0, registered, len(rows) - registered, 0, 0, 0, 0)
    await call.page(
        (
            texts.PHONE_TABLE,
            "",
            texts.PHONE_TOTALS,
            ", ".join(map(str, totals)),
            "",
            texts.PHONE_COLUMNS,
            *rows,
            "",
            texts.PHONE_COUNT.format(count=len(rows)),
        )
    )


def _rows(call: Call) -> Iterator[str]:
    known = {name: (text, model) for name, text, model in call.node.replica.rows(_DEVICES)}
    for one in call.cluster.registrations:
        if one.node == call.node.name:
            yield _row(call, one.device, known.get(one.device, ("", 0)), (one.address, "reg", one.since))
    for device, gone in sorted(call.cluster.registrations.departures.items()):
        if gone.node == call.node.name and call.cluster.registrations.find(device) is None:
            yield _row(call, device, known.get(device, ("", 0)), (gone.address, "unr", gone.when))


def _row(call: Call, device: str, known: tuple[object, object], seen: tuple[str, str, datetime]) -> str:
    text, model = known
    address, state, when = seen
    load, stamp = call.cluster.topology.phones.load, str(int(when.timestamp()))
    description = str(text or "").replace(",", " ")
    fields = (
        *(device, description, address, _NO_ADDRESS, "3", "0", device.removeprefix("SEP"), state, "SIP", str(model)),
        *("yes", "0", "0", "", "1", stamp, "1", load, load, "", "", "", "0", "", stamp, "2"),
    )
    return ", ".join(fields)


COMMANDS: Final[tuple[Command, ...]] = (command("show risdb query", query, 1, syntax="table"),)
