"""`utils disaster_recovery history|status backup` (interfaces.md §1.11)."""

from typing import Final

import msgspec

from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.snapshot import Backup
from ringtrust.connect.platform import dates
from ringtrust.connect.platform.failures import answer_lines, first_told, lines_of, small_number, unreadable
from ringtrust.errors import UnreadableError

_HISTORY: Final = "utils disaster_recovery history backup"
_STATUS: Final = "utils disaster_recovery status backup"
_HEAD: Final = "tar filename:"
_FILE_SUFFIX: Final = ".tar"
_NO_MASTER_AGENT: Final = "unable to connect to master agent"
_NO_HISTORY: Final = "no history data is available"
_NO_STATUS: Final = "no backup status available"
_NONE_FAILED: Final = "---"
_WHOLE: Final = 100
_ENDED: Final = ("success", "complete")
_GIVEN_UP: Final = ("error", "fail", "cancel")
_PART_DONE: Final = "SUCCESS"
_RESULT_AT: Final = 3
_LOG: Final = "/drf/log/"
_WORDS_AT_MOST: Final = 20


class BackupPart(msgspec.Struct, frozen=True):
    """A component of a feature on a node: how it goes, and the log of it; `log` is empty where none is told yet."""

    feature: str
    node: str
    component: str
    result: str
    log: str

    @property
    def failed(self) -> bool:
        """Whether it was given up."""
        return any(word in self.result.lower() for word in _GIVEN_UP)

    @property
    def good(self) -> bool:
        """Whether it was backed up."""
        return self.result.upper() == _PART_DONE


class BackupStatus(msgspec.Struct, frozen=True):
    """The backup that runs, or the last one. `status` is text, as `SUCCESS :Backup Completed...`.

    `parts` are its components, as far as the node shows them.
    """

    status: str
    file: str
    operation: str
    percent: Fact[int]
    parts: tuple[BackupPart, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether it runs no more. [U] which words it has for that: success, or the end of trying; else the figure."""
        words = self.status.lower()
        done = not isinstance(self.percent, Known) or self.percent.value >= _WHOLE
        return self.failed or (done and any(word in words for word in _ENDED))

    @property
    def failed(self) -> bool:
        """Whether it was given up, or says that it ended with an error."""
        words = self.status.lower()
        return any(word in words for word in _GIVEN_UP)


class NoBackupStatus(msgspec.Struct, frozen=True):
    """There is nothing to tell of: no backup ran since the agent started."""


def read_history(text: str) -> tuple[Backup, ...]:
    """The backups, in their order; none only where the node says that there is none.

    Raises UnreadableError and RefusedError. Releases up to 14 print no version and no failed features.
    """
    told = _told(text, _HISTORY)
    if len(told) == 1 and _NO_HISTORY in told[0].lower():
        return ()
    rows = [line for line in told if not line.lower().startswith(_HEAD)]
    if not rows:
        raise unreadable(_HISTORY, "it shows no backup, and does not say that there is none", first_told(told))
    return tuple(_backup(line) for line in rows)


def _backup(line: str) -> Backup:
    """The date stands in the middle: the file and the device before it, the result and the rest behind it."""
    words = line.split()
    at = next((place for place, word in enumerate(words[:8]) if word in dates.DAYS), 0)
    behind = words[at + dates.WORDS :]
    if at == 0 or not words[0].lower().endswith(_FILE_SUFFIX) or not behind or not behind[0].isalpha():
        raise unreadable(_HISTORY, "this is no row of a backup", line)
    features, failed = _features(behind[2:])
    result = f"{behind[0]} without {failed}" if failed else behind[0]
    return Backup(words[0], result, features, dates.read_date(" ".join(words[at : at + dates.WORDS])))


def _features(words: list[str]) -> tuple[str, str]:
    """What was backed up, and what failed. With a version before them, the last word is the one that failed."""
    if not words or not _is_version(words[0]):
        return " ".join(words), ""
    rest = words[1:]
    if len(rest) > 1:
        return " ".join(rest[:-1]), "" if rest[-1] == _NONE_FAILED else rest[-1]
    return " ".join(rest), ""


def _is_version(word: str) -> bool:
    """Whether it reads like 15.0.1.12900-234."""
    return word.count(".") > 1 and word.replace(".", "").replace("-", "").isdecimal()


def read_status(text: str) -> BackupStatus | NoBackupStatus:
    """How the backup goes, and each of its components. Raises UnreadableError and RefusedError.

    Another product on the same platform shows a row as FEATURE NODE COMPONENT RESULT DATE LOG (PCA API guide), and the
    guide of Prime Collaboration Deployment has all components show SUCCESS; CUCM shows the same in Disaster Recovery
    System. A line that is no such row is left alone [U].
    """
    told = _told(text, _STATUS)
    if len(told) == 1 and _NO_STATUS in told[0].lower():
        return NoBackupStatus()
    fields: dict[str, str] = {}
    parts: list[BackupPart] = []
    for line in told:
        name, colon, value = line.partition(":")
        if (part := _part(line)) is not None:
            parts.append(part)
        elif colon:
            fields.setdefault(" ".join(name.lower().split()), value.strip())
    if not fields.get("status"):
        raise unreadable(_STATUS, "it tells no status", first_told(told))
    file, operation = fields.get("tar filename", ""), fields.get("operation", "")
    percent = _percent(fields.get("percentage complete", ""))
    return BackupStatus(fields["status"], file, operation, percent, tuple(parts))


def _part(line: str) -> BackupPart | None:
    """A component by its row: how it went stands before its date, or before its log; None for no row."""
    words = line.split()[:_WORDS_AT_MOST]
    log = words[-1] if words and _LOG in words[-1].lower() else ""
    ends = [place for place, word in enumerate(words) if word in dates.DAYS or word == log != ""]
    end = ends[0] if ends else 0
    if end <= _RESULT_AT or words[0].endswith(":"):
        return None
    return BackupPart(words[0], words[1], words[2], " ".join(words[_RESULT_AT:end]), log)


def _percent(text: str) -> Fact[int]:
    number = text.strip("% ")
    if not small_number(number) or int(number) > 100:  # noqa: PLR2004 - per cent
        return Unread("The status of the backup tells no percentage.")
    return Known(int(number))


def _told(text: str, command: str) -> list[str]:
    """The lines that say something. Raises UnreadableError where the agents do not answer."""
    refuse_without_agent(lines_of(text, command))
    told = [line.strip() for line in answer_lines(text, command) if line.strip()]
    if not told:
        raise unreadable(command, "it says nothing")
    return told


def refuse_without_agent(lines: list[str]) -> None:
    """That an agent is down has an advice of its own."""
    if any(_NO_MASTER_AGENT in line.lower() for line in lines):
        raise UnreadableError(
            "The node cannot reach the master agent of the Disaster Recovery System.",
            advice="See whether `Cisco DRF Master` (or `Primary`) runs on the publisher, and `Cisco DRF Local` here.",
        )
