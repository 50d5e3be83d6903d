"""Two audits of one cluster: what is new, what is gone, what is still there.

A finding is the same one when its code, its place and its cluster are. Dates, counts and evidence change every day
and tell nothing; where several are alike in that, they are told apart by their order.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.change.finding import Finding

NEW: Final = "new"
STILL: Final = "still there"
GONE: Final = "gone"
_COUNTED: Final = re.compile(r"[0-9][0-9,]* ([a-z]+?)s?")


class Changes(msgspec.Struct, frozen=True):
    """Since an older snapshot, taken at `taken` (UTC): findings by fingerprint; `gone` are those of then."""

    taken: datetime
    new: Mapping[str, Finding]
    still: Mapping[str, Finding]
    gone: Mapping[str, Finding]

    def states(self) -> Mapping[Finding, str]:
        """`new` or `still there`, of every finding of now."""
        return {**dict.fromkeys(self.new.values(), NEW), **dict.fromkeys(self.still.values(), STILL)}


def place(where: str) -> str:
    """A place without a count: `4 phones` and `1 phone` are both `phones`."""
    match = _COUNTED.fullmatch(where)
    return f"{match[1]}s" if match else where


def fingerprints(findings: Iterable[Finding], cluster: str) -> Iterator[tuple[str, Finding]]:
    """Each finding with what stays the same from audit to audit, in hexadecimal."""
    import hashlib  # noqa: PLC0415 - slow to load, and text does without

    seen: Counter[str] = Counter()
    for finding in findings:
        text = "\0".join((finding.code, place(finding.where), cluster))
        print_ = hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()[:32]
        seen[print_] += 1
        yield print_ if seen[print_] == 1 else f"{print_}:{seen[print_]}", finding


def compare(before: Iterable[Finding], now: Iterable[Finding], cluster: str, taken: datetime) -> Changes:
    """What has changed between two audits of a cluster, of which the older snapshot was taken at `taken`."""
    then, today = dict(fingerprints(before, cluster)), dict(fingerprints(now, cluster))
    return Changes(
        taken,
        new={key: finding for key, finding in today.items() if key not in then},
        still={key: finding for key, finding in today.items() if key in then},
        gone={key: finding for key, finding in then.items() if key not in today},
    )
