"""`utils disaster_recovery schedule list`, `device list` and `show_backupfiles` (interfaces.md §1.11)."""

import re
from typing import Final

from ringtrust.cluster.surroundings import BackupDevice, Schedule
from ringtrust.connect.platform.backups import refuse_without_agent
from ringtrust.connect.platform.failures import answer_lines, first_told, lines_of, unreadable

_SCHEDULES: Final = "utils disaster_recovery schedule list"
_DEVICES: Final = "utils disaster_recovery device list"
_FILES: Final = "utils disaster_recovery show_backupfiles"
_TAR: Final = re.compile(r"\d{4}(?:-\d{2}){5}\.tar", re.IGNORECASE)
_SCHEDULE_HEAD: Final = "schedule name"
_DEVICE_HEAD: Final = "device name"
_MESSAGE: Final = "drfclimsg:"
_NONE: Final = re.compile(
    r"\bno\b.{0,40}\b(?:schedules?|devices?|backups?|files?|available|found|configured)\b", re.IGNORECASE
)
# Names may hold single blanks: columns stand apart by a tab or by two blanks.
_APART: Final = re.compile(r"\t+| {2,}")
_STATES: Final = {"enabled": True, "disabled": False}
_TYPES: Final = frozenset({"network", "tape", "local"})


def read_schedules(text: str) -> tuple[Schedule, ...]:
    """The schedules; none only where the node says so, or shows a head without rows.

    Raises UnreadableError and RefusedError.
    """
    return tuple(_schedule(line) for line in _rows(text, _SCHEDULES, _SCHEDULE_HEAD))


def _schedule(line: str) -> Schedule:
    """The state is the last word. Where the columns do not stand apart, the names cannot be told from each other."""
    cells = _APART.split(line.strip())
    if len(cells) == 2 and cells[1].split()[-1:] and " " in cells[1]:  # noqa: PLR2004 - the state behind one blank
        cells = [cells[0], *cells[1].rsplit(" ", 1)]
    if len(cells) != 3 or cells[2].lower() not in _STATES:  # noqa: PLR2004 - name, device, state
        raise unreadable(_SCHEDULES, "this is no row of a schedule", line)
    return Schedule(cells[0], cells[1].strip(), _STATES[cells[2].lower()])


def read_backup_devices(text: str) -> tuple[BackupDevice, ...]:
    """The devices; none only where the node says so, or shows a head without rows.

    The guide names the columns name, type and path; their layout no source shows [U]. Raises UnreadableError and
    RefusedError.
    """
    return tuple(_device(line) for line in _rows(text, _DEVICES, _DEVICE_HEAD))


def _device(line: str) -> BackupDevice:
    words = line.split()
    place = next((place for place, word in enumerate(words[:12]) if word.lower() in _TYPES and place > 0), 0)
    if place == 0:
        raise unreadable(_DEVICES, "this is no row of a device", line)
    return BackupDevice(" ".join(words[:place]), words[place].upper(), " ".join(words[place + 1 :]))


def read_backup_files(text: str) -> tuple[str, ...]:
    """The backups that are there, the oldest first: YYYY-MM-DD-HH-MM-SS.tar. None only where the node says so.

    How the node lays them out no source shows [U]: whatever reads like the name of a backup is one. Raises
    UnreadableError and RefusedError.
    """
    refuse_without_agent(lines_of(text, _FILES))
    told = [line for line in answer_lines(text, _FILES) if line.strip()]
    found = sorted({name.lower() for line in told for name in _TAR.findall(line)})
    if not found and not any(_NONE.search(line) for line in told):
        raise unreadable(_FILES, "it shows no backup, and does not say that there is none", first_told(told))
    return tuple(found)


def _rows(text: str, command: str, head: str) -> list[str]:
    """The lines under the head. Raises UnreadableError where there is neither a head nor a sentence that says none."""
    refuse_without_agent(lines_of(text, command))
    told = [line for line in answer_lines(text, command) if line.strip()]
    heads = [place for place, line in enumerate(told) if line.strip().lower().startswith(head)]
    if not heads and len(told) == 1 and told[0].strip().lower().startswith(_MESSAGE) and _NONE.search(told[0]):
        return []
    if len(heads) != 1:
        raise unreadable(command, "it has no table", first_told(told))
    return [line for line in told[heads[0] + 1 :] if line.strip(" -=\t")]
