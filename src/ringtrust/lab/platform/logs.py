"""`file list` and `file view`: the logs that a person looks at during a renewal (interfaces.md §1.11)."""

from fnmatch import fnmatchcase

from ringtrust.lab.platform import pager
from ringtrust.lab.platform.call import Call, CommandFailedError

_SYSLOG = "syslog/CiscoSyslog"


async def file_list(call: Call) -> None:
    """`file list activelog SPEC`."""
    found = [name for name in _files(call) if fnmatchcase(name, call.words[1])]
    for name in found:
        call.say(name.rpartition("/")[2])
    call.say(f"dir count = 0, file count = {len(found)}")


async def file_view(call: Call) -> None:
    """`file view activelog FILE`, through the pager of its own."""
    lines = _files(call).get(call.words[1])
    if lines is None:
        raise CommandFailedError(f"The file {call.words[1]} does not exist.")  # [U]
    await pager.view(call.session.terminal, lines)


def _files(call: Call) -> dict[str, list[str]]:
    if call.words[0] != "activelog":
        raise CommandFailedError
    return {_SYSLOG: list(call.node.syslog)}
