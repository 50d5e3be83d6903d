"""One table, a cluster a line; and how many of them, while they are worked on."""

from collections.abc import Sequence
from typing import Any, Final

from ringtrust.cli.output import say, say_json
from ringtrust.errors import HalfWayError, UnreadableError
from ringtrust.journal.jobs import Job
from ringtrust.report.plans import span
from ringtrust.trust.names import counted, printable

_STATUS: Final = {0: "done", 1: "findings", 2: "refused", 3: "not read", 4: "stopped half-way"}
_RANK: Final = (HalfWayError.exit_status, UnreadableError.exit_status, 2, 1, 0)
_GAP: Final = "  "
_LONGEST: Final = 60


def told(rows: Sequence[Sequence[str]]) -> None:
    """A table, the first row its head; the last column may be as long as it likes."""
    clean = [[printable(cell) for cell in row] for row in rows]
    widths = [min(_LONGEST, max(len(row[place]) for row in clean)) for place in range(len(clean[0]))]
    for row in clean:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        say(_GAP.join((*cells, row[-1])).rstrip())


def jobs_told(format_: str, batch: str, jobs: Sequence[Job], extra: dict[str, str], *, as_json: bool) -> None:
    """What came of each job. `extra` says something about a cluster, by its name."""
    if as_json:
        say_json({"format": format_, "batch": batch, "clusters": [_document(job, extra) for job in jobs]})
        return
    head = ("CLUSTER", "HOW", "TOOK", "RUN", "WHAT")
    told([head, *(_row(job, extra) for job in jobs)])
    say(counts(jobs))


def counts(jobs: Sequence[Job]) -> str:
    """How many are done, and how many not."""
    over = [job for job in jobs if job.over]
    kinds = [f"{sum(job.status == status for job in over)} {word}" for status, word in _STATUS.items()]
    shown = [kind for kind in kinds if not kind.startswith("0 ")]
    at_work = sum(bool(job.began) and not job.over for job in jobs)
    waiting = len(jobs) - len(over) - at_work
    rest = [*([f"{at_work} at work"] if at_work else []), *([f"{waiting} waiting"] if waiting else [])]
    return f"{counted(len(jobs), 'cluster')}: {', '.join((*shown, *rest))}."


def worst(statuses: Sequence[int]) -> int:
    """One exit status for all: half-way weighs most, then what could not be read, what was refused, what was found."""
    return next((status for status in _RANK if status in statuses), 0)


def _row(job: Job, extra: dict[str, str]) -> tuple[str, ...]:
    how = _STATUS.get(job.status, str(job.status)) if job.over else _still(job)
    what = extra.get(job.name, "") or " ".join(job.told)
    return job.name, how, span(round(job.seconds)) if job.over else "", str(job.run or ""), what


def _still(job: Job) -> str:
    """A job that has said why it is not over yet has given its place to another cluster meanwhile."""
    if job.told:
        return "waits"
    return "at work" if job.began else "waiting"


def _document(job: Job, extra: dict[str, str]) -> dict[str, Any]:
    found = {"name": job.name, "over": job.over, "status": job.status, "seconds": job.seconds, "run": job.run}
    return {**found, "worker": job.worker, "told": list(job.told), "what": extra.get(job.name, "")}
