"""What an alarm is asked with, and what a certificate in it turns out to be."""

import re
from datetime import date
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.units import Unit
from ringtrust.change.finding import Severity
from ringtrust.cluster.alarm import Alarm
from ringtrust.cluster.facts import Known, Skipped
from ringtrust.trust.names import brief

# A node or a file that may stand in a command: somebody copies it into a shell.
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\Z")


class Asked(msgspec.Struct, frozen=True):
    """An alarm, with what is known: the catalog, the release where somebody named it, and what day it is."""

    alarm: Alarm
    catalog: Catalog
    release: Known[ReleaseFacts] | Skipped
    today: date


class Meaning(msgspec.Struct, frozen=True):
    """What a certificate in an alarm is. `usual` is how bad the end of such a one is; UNREAD: as the alarm says."""

    where: str
    notes: tuple[str, ...]
    breaks: tuple[str, ...]
    steps: tuple[str, ...]
    sources: tuple[str, ...]
    usual: Severity = Severity.UNREAD


def node_of(alarm: Alarm) -> str:
    """Who reports it, for a sentence."""
    return brief(alarm.node) or "an unnamed node"


def may_be_typed(name: str) -> bool:
    """Whether a foreign name may stand in a command."""
    return _PLAIN.match(name) is not None


def target_of(unit: Unit, node: str) -> str:
    """What `ringtrust plan --renew` is given: UNIT@NODE; the unit alone where the node cannot be typed."""
    return f"{unit.name}@{node}" if may_be_typed(node) else unit.name
