"""What is said of a step that may not begin now."""

from collections.abc import Sequence
from datetime import datetime

from ringtrust.apply.window import Go, May, NotBefore, Over, TooLong
from ringtrust.change.plan import Step
from ringtrust.change.window import Window, zone_of
from ringtrust.report.plans import span


def may_text(may: May, step: Step, windows: Sequence[Window]) -> str:
    """Why a step does not begin, in a sentence; empty where it does."""
    which = f"Step {step.number}, {step.title},"
    match may:
        case Go():
            return ""
        case NotBefore(instant=instant):
            return f"{which} waits for its window, which opens {moment(instant, windows)}."
        case TooLong(until=until, needs=needs, last=last, owed=owed):
            behind = f" with what is due behind it, up to step {last}" if last > step.number else ""
            due = " It is due from what has been done: phones keep their trust meanwhile." if owed else ""
            return f"{which} takes {long(needs)}{behind}; the window closes {moment(until, windows)}.{due}"
        case Over():
            return f"{which} may not begin: the last window is over."


def moment(instant: datetime, windows: Sequence[Window]) -> str:
    """`on Sat 2026-11-28 at 22:00 Europe/Berlin`: by the clocks of the first window."""
    zone = next((each.zone for each in windows), "UTC")
    return f"on {instant.astimezone(zone_of(zone)):%a %Y-%m-%d at %H:%M} {zone}"


def long(seconds: float) -> str:
    """A time of so many seconds, in words."""
    return span(max(round(seconds), 1))
