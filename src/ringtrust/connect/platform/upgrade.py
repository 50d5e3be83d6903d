"""`utils system upgrade status`: whether a node is being upgraded (G-UPG; CLI15).

Of its answer only one is seen whole, that of a failed upgrade (226218): `Upgrade status: Failed`, and under it the file
and the log. How one that runs is told, and that there was none, is [U]: what is taken for which stands here alone.
"""

import re
from typing import Final

import msgspec

from ringtrust.cluster.surroundings import Progress
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_COMMAND: Final = "utils system upgrade status"
_STATUS: Final = re.compile(r"upgrade status\s*[:=]\s*(\S.{0,200})\Z", re.IGNORECASE)
_FILE: Final = re.compile(r"upgrade file\s*[:=]\s*(\S{1,200})\Z", re.IGNORECASE)
# In this order: "not in progress" and "no upgrade is running" speak of none.
_NONE: Final = re.compile(
    r"\bno\b.{0,40}\bupgrade\b|\bnot\b.{0,20}\b(?:running|started|in progress|available)\b|\bnone\b", re.IGNORECASE
)
_RUNS: Final = re.compile(
    r"\bin[ -]?progress\b|\brunning\b|\bstarted\b|\bupgrading\b|\binstalling\b|\bdownloading\b|\bpending\b",
    re.IGNORECASE,
)
_ENDED: Final = re.compile(r"\bfail|\bsuccess|\bcomplete|\bcancel|\bfinished\b|\babort", re.IGNORECASE)


class UpgradeStatus(msgspec.Struct, frozen=True):
    """What a node says of the last upgrade, or of the one that runs: `text` in its own words, and the file."""

    progress: Progress
    text: str
    file: str = ""


def read_upgrade_status(text: str) -> UpgradeStatus:
    """How it stands. Raises UnreadableError where nothing is said, and RefusedError."""
    told = [line.strip() for line in answer_lines(text, _COMMAND) if line.strip()]
    if not told:
        raise unreadable(_COMMAND, "it says nothing", first_told(told))
    statuses = [found[1] for line in told if (found := _STATUS.match(line)) is not None]
    if len(statuses) > 1:
        raise unreadable(_COMMAND, "it tells more than one status", told[0])
    file = next((found[1] for line in told if (found := _FILE.match(line)) is not None), "")
    said = statuses[0] if statuses else told[0][:200]
    return UpgradeStatus(_progress(said), said, file)


def _progress(said: str) -> Progress:
    kinds = ((_NONE, Progress.NONE), (_RUNS, Progress.RUNS), (_ENDED, Progress.ENDED))
    return next((progress for words, progress in kinds if words.search(said)), Progress.UNCLEAR)
