"""What a person should know before certificates are deleted."""

from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.plan import Note, Straggler
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.plan.clean.chosen import Chosen
from ringtrust.plan.deletions import COMES_BACK, RESETS, RESETTING
from ringtrust.trust.names import brief, counted, some

_NAMED: Final = 6
_NEVER: Final = "CSCul78787"


def notes(
    chosen: Chosen, verdicts: Sequence[StoreVerdict], facts: ReleaseFacts, stragglers: Sequence[Straggler]
) -> Iterator[Note]:
    """All of them, the most important first."""
    stores = tuple(dict.fromkeys(each.store for each in chosen.all))
    yield from _window(stores, facts)
    yield from _answered(chosen)
    yield from _left(verdicts, chosen)
    yield from _defects(stores, facts)
    yield from (Note(facts.store(store).deletion_note, facts.store(store).sources) for store in _noted(stores, facts))
    yield from _imp(stores, facts)
    yield from _known(chosen)
    yield from _stragglers(stragglers)
    yield Note(
        "Every certificate is kept in the journal before it is deleted: `ringtrust runs deleted RUN` writes them to "
        "files, and `ringtrust cert import` brings one back that has not expired.",
        ("L03",),
    )
    yield Note(
        "Keep the backup of before: it is the last way back, when Cisco TAC has no other (S189).",
        ("S58", "S60", "S189"),
    )


def _window(stores: Sequence[str], facts: ReleaseFacts) -> Iterator[Note]:
    resets = bool(set(RESETTING).intersection(stores))
    may = "Phones may reset by themselves when something goes from CAPF-, CallManager- or TVS-trust" if resets else ""
    parameter = "" if facts.reset_is_automatic else f", as far as {facts.resets.parameter} lets them"
    text = f"{may}{parameter}; services restart." if resets else "Services restart."
    yield Note(f"Do this in a maintenance window: {text[0].lower()}{text[1:]}", ("S5", "S110", "S116", "H29"))


def _answered(chosen: Chosen) -> Iterator[Note]:
    for each in chosen.named:
        if each.doubts or each.fate is Fate.ASK:
            why = " ".join(each.doubts) or "Nobody but you knows what it is for."
            yield Note(f"You have named {each.store}/{brief(each.files[0])} yourself. {why}", ("S151",))


def _left(verdicts: Sequence[StoreVerdict], chosen: Chosen) -> Iterator[Note]:
    gone = {id(each) for each in chosen.all}
    for fate, text in ((Fate.HELD, "Left for now"), (Fate.ASK, "Left until a person decides")):
        found = [each for each in verdicts if each.fate is fate and id(each) not in gone]
        if found:
            names = some([f"{each.store}/{brief(each.files[0])}" for each in found], _NAMED)
            told = f"{text}, {counted(len(found), 'certificate')}: {names}. `ringtrust stores` says why."
            yield Note(told, ("S151",))


def _defects(stores: Sequence[str], facts: ReleaseFacts) -> Iterator[Note]:
    for defect in facts.defects:
        meant = defect.id in {COMES_BACK, _NEVER} or (defect.id == RESETS and set(RESETTING).intersection(stores))
        if meant:
            yield Note(f"{defect.text} {defect.workaround} ({defect.id})", defect.sources)


def _known(chosen: Chosen) -> Iterator[Note]:
    """What goes, and came with CUCM, asks for something in its place: Smart Call Home wants another CA (S155)."""
    found = (each for each in chosen.all if each.kind is Kind.OBSOLETE)
    told = {each.whose: Note(f"{brief(each.whose)}: {each.evidence[-1]}", each.sources) for each in found}
    yield from told.values()


def _noted(stores: Sequence[str], facts: ReleaseFacts) -> Iterator[str]:
    yield from (store for store in stores if facts.store(store).deletion_note)


def _imp(stores: Sequence[str], facts: ReleaseFacts) -> Iterator[Note]:
    """Ringtrust has no hands on IM and Presence nodes: what runs there brings certificates back as well."""
    stopped = tuple(dict.fromkeys(name for store in stores for name in facts.deletion(store).stop_on_imp))
    if stopped:
        yield Note(
            f"If the cluster has IM and Presence nodes: stop {' and '.join(stopped)} there by hand before, delete "
            "there too, and start them again afterwards.",
            ("211300", "214231"),
        )


def _stragglers(stragglers: Sequence[Straggler]) -> Iterator[Note]:
    if stragglers:
        names = some([each.name for each in stragglers], _NAMED)
        yield Note(f"{counted(len(stragglers), 'phone')} cannot be waited for: {names}.", ("H07", "H08"))
