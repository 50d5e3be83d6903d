"""The backups before and after a plan: who takes them, and that the first outlives the second (S58, S60, S189; P17).

A device keeps so many copies, and when one more is complete the oldest goes (214287). How many is set where the device
is set up, 2 unless somebody says otherwise (CLI15). No command of the CLI tells it, so whoever plans has to say it.
"""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.act import HandOver, TakeBackup
from ringtrust.change.gate import Gate
from ringtrust.change.plan import Note, Step
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Backup, Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.drafts import Draft
from ringtrust.trust.names import quoted, some

Taker = Literal["person", "ringtrust"]
COPIES: Final = 2
"""What a device keeps where nobody has said how many (CLI15)."""
PHASE: Final = "backup"
_NETWORK: Final = "NETWORK"
_FEATURES: Final = "UCM"
_WHY_FIRST: Final = (
    "It is the first step of any change of this size, and the last way back (Disaster Recovery System guide)."
)
_SEE: Final = "utils disaster_recovery status backup, and the logs that it names: file view LOG"


class Backups(msgspec.Struct, frozen=True):
    """Who takes them. The device and its features may be empty: then the snapshot tells them, or nobody does."""

    by: Taker = "person"
    device: str = ""
    features: str = ""
    copies: int = COPIES


BY_PERSON: Final = Backups()


def settled(wanted: Backups, snapshot: Snapshot) -> Backups:
    """The same with a device and features where ringtrust takes them. Raises RefusedError where that cannot be."""
    if wanted.by == "person":
        return wanted
    if wanted.copies < COPIES:
        raise RefusedError(
            "The device keeps one backup only: the one after the change would take the place of the one from before, "
            "which is the last way back (S189).",
            advice="Let the device keep 2 or more (Disaster Recovery System > Backup > Backup Device), then say "
            "--backup-copies 2; or take the backups yourself, to two devices: --backup person.",
        )
    return msgspec.structs.replace(
        wanted, device=wanted.device or _device(snapshot), features=wanted.features or _features(snapshot)
    )


def _device(snapshot: Snapshot) -> str:
    """The one network device. Raises RefusedError where there is none, or where there are several."""
    drs = snapshot.surroundings.drs
    found = [each.name for each in drs.value.devices if each.kind == _NETWORK] if isinstance(drs, Known) else []
    if len(found) == 1:
        return found[0]
    told = f"{len(found)} network devices: {some(found)}" if isinstance(drs, Known) else drs.reason
    raise RefusedError(
        f"To which device backups go is not clear. {told if found or not isinstance(drs, Known) else 'There is none.'}",
        advice="Name it with --backup-device, or take the backups yourself: --backup person.",
    )


def _features(snapshot: Snapshot) -> str:
    """Those of the last good backup; UCM where none tells."""
    found = [each.features for each in good(snapshot) if each.features and " " not in each.features]
    return found[-1] if found else _FEATURES


def good(snapshot: Snapshot) -> tuple[Backup, ...]:
    """The backups that have succeeded, the latest last."""
    return tuple(each for each in snapshot.backups.value if each.good) if isinstance(snapshot.backups, Known) else ()


def first(backups: Backups, publisher: str, before: tuple[Gate, ...]) -> Draft:
    """The first step of any plan."""
    if backups.by == "person":
        return Draft(
            PHASE,
            HandOver("take a DRS backup, and see that it succeeds on every node"),
            _WHY_FIRST,
            after=(gates.backed_up(), *before),
            sources=("S58", "S60", "S189"),
        )
    return Draft(
        PHASE,
        _taken(backups, publisher),
        _WHY_FIRST,
        after=(gates.backup_ended(), *before),
        sources=("S58", "S60", "S189", "214287"),
        if_it_fails=f"Nothing has been changed yet. Look at {_SEE}. Mend that, then call apply again.",
    )


def last(backups: Backups, publisher: str, facts: ReleaseFacts, before: tuple[Gate, ...] = ()) -> Draft:
    """The last step of any plan: it may not push out the one from before (S189)."""
    newest = "Only the newest backup can bring back the keys that phones trust from now on (P0)."
    older = "A restore from the backup of before would bring back what phones do not trust any more (P0, H24)."
    sources = ("S58", "S189", "SG15", "H24")
    why = newest if facts.backup_holds_keys else older
    if backups.by == "person":
        act = HandOver("take a new DRS backup, and keep the one from before the change")
        return Draft(PHASE, act, why, before, sources=sources)
    again = msgspec.structs.replace(_taken(backups, publisher), again=True)
    failing = (
        "The certificates are renewed, and nothing else is due. Where it would push out the backup from before, copy "
        "that elsewhere, or let the device keep more, and plan the number; or take this backup by hand to another "
        "device, and let the gate pass."
    )
    return Draft(PHASE, again, why, before, (gates.backup_ended(),), (*sources, "214287"), if_it_fails=failing)


def _taken(backups: Backups, publisher: str) -> TakeBackup:
    return TakeBackup(publisher, backups.device, backups.features, backups.copies)


def backup_notes(backups: Backups, snapshot: Snapshot, facts: ReleaseFacts, steps: tuple[Step, ...]) -> Iterator[Note]:
    """Which one is the last way back, and what could cost it (S59, S61, S189)."""
    if not any(step.phase == PHASE for step in steps):
        return
    yield from _kept(backups, snapshot)
    yield from _scheduled(backups, snapshot)
    if not facts.backup_holds_certificates:
        yield Note(
            "Take copies of the certificates before the first step, for no restore brings them back (CSCtn50405): on "
            "each node OS Administration > Security > Certificate Management, Download of every .pem and .der; their "
            "private keys cannot be exported. Whoever wants to be sure upgrades first, to 8.6 or later.",
            ("S61", "CSCtn50405"),
        )


def _kept(backups: Backups, snapshot: Snapshot) -> Iterator[Note]:
    if backups.by == "ringtrust":
        yield Note(
            f"ringtrust takes both backups, of {backups.features} to the device {quoted(backups.device)}, which is "
            f"said to keep {backups.copies}. The one from before is named when it is made, in what apply says and in "
            "the journal; the last step is refused where one more would push it out. The CLI does not tell how many "
            "a device keeps (2, unless somebody has set another number): look at Disaster Recovery System > Backup > "
            "Backup Device.",
            ("S58", "S189", "CLI15", "214287"),
        )
        return
    found = good(snapshot)
    named = f" As of the scan that is {found[-1].file}, unless you take a newer one." if found else ""
    yield Note(
        "The backup from before the change must outlive the one after it: see that the device keeps 2 or more "
        f"(Disaster Recovery System > Backup > Backup Device), or copy its files elsewhere.{named}",
        ("S189", "CLI15", "214287"),
    )


def _scheduled(backups: Backups, snapshot: Snapshot) -> Iterator[Note]:
    """A backup by schedule counts like any other when the oldest has to go."""
    drs = snapshot.surroundings.drs
    schedules = drs.value.schedules if isinstance(drs, Known) else ()
    hit = [each.name for each in schedules if each.enabled and backups.device in {"", each.device}]
    if hit:
        yield Note(
            f"Backups are also made by schedule ({some(hit)}): each of them counts when the device lets the oldest go, "
            "so that a plan that takes more than a night may cost the backup from before. Disable the schedule until "
            "the plan is done: utils disaster_recovery schedule disable NAME.",
            ("S189", "CLI15", "214287"),
        )
