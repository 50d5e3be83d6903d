"""The guard rails of a single deletion from a trust store (S109, S110, S112, S136 to S143, S151 to S164)."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.stores import Deletion, Preloaded, Store
from ringtrust.change.plan import Note
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import is_store, store_name
from ringtrust.plan.acts import I_KNOW, Allowed, Insight, Judgement, Refused
from ringtrust.trust import names

RESETS: Final = "CSCut58407"
RESETTING: Final = ("CAPF-trust", "CallManager-trust", "TVS-trust")
"""The stores after a deletion from which phones may reset by themselves (S110)."""
COMES_BACK: Final = "CSCto86463"


class Uses(msgspec.Struct, frozen=True):
    """Who lives by a certificate right now, as `UNIT of NODE`: whose identity it is, and whose it has signed.

    The CAs above the one that has signed an identity have signed it too.
    """

    serves: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """A certificate in a trust store of a node, be it the publisher or not.

    `uses` are those of the whole cluster; where a certificate or a node could not be read, nobody knows them.
    """

    store: str
    file: str
    common_name: str
    uses: Known[Uses] | Unread
    publisher: bool = True


def store_named(facts: ReleaseFacts, name: str) -> Store:
    """The trust store that somebody means, with -trust or without, in whichever case (S141). Raises RefusedError."""
    wanted = store_name(name)
    found = next((store for store in facts.stores if store.name.lower() == wanted.lower()), None)
    if found is not None:
        return found
    # CallManager-ECDSA has no store of its own: its copies stand in that of CallManager.
    unit = next((unit for unit in facts.units if unit.name.lower() == name.lower()), None)
    shared = unit.trust_store if unit is not None and not is_store(name) else ""
    return facts.store(shared or wanted)


def may_delete(catalog: Catalog, facts: ReleaseFacts, entry: Entry, said: Insight) -> Judgement:
    """Whether an entry may be deleted. Raises RefusedError for a store that the release does not have."""
    if facts.deletion(entry.store).reach == "publisher" and not entry.publisher:
        return Refused(f"{entry.store} is looked after on the publisher: delete it there.", "SG15")
    kept = _preloaded(catalog.preloaded, entry, keep=True)
    if kept is not None and not said.known:
        return Refused(
            f"{kept.name} was there from installation on, and phones are known by it: Cisco advises against deleting "
            "it.",
            ", ".join(("S157", *kept.numbers[-1:])),
            I_KNOW,
        )
    used = None if said.known else _in_use(entry)
    return used or Allowed(tuple(_before(catalog, facts, entry)))


def _in_use(entry: Entry) -> Refused | None:
    """Could not read is never "nobody uses it" (design §4.2)."""
    file = names.quoted(entry.file)
    if isinstance(entry.uses, Unread):
        return Refused(f"Nobody can tell who uses {file}: {entry.uses.reason}", "S151, S152", I_KNOW)
    uses = entry.uses.value
    if uses.serves:
        return Refused(
            f"{file} is the certificate that {names.some(uses.serves)} uses now: its copies are how others trust it.",
            "S151, S152",
            I_KNOW,
        )
    if uses.signed:
        return Refused(
            f"{file} has signed the certificate that {names.some(uses.signed)} uses now, or a CA between: whoever "
            "checks that one trusts it by this.",
            "S152, 217138",
            I_KNOW,
        )
    return None


def afterwards(facts: ReleaseFacts, store: str) -> Iterator[Note]:
    """What a deletion asks for besides restarts. Raises RefusedError for a store that the release does not have."""
    stopped = facts.deletion(store).stop
    if stopped:
        yield Note(f"Start again on all nodes what was stopped for this: {', '.join(stopped)}.", ("S112", "211300"))
    if any(defect.id == COMES_BACK for defect in facts.defects):
        yield Note(f"List {store} of every node again in half an hour: what was deleted may have come back.", ("S112",))


def _preloaded(rows: Sequence[Preloaded], entry: Entry, *, keep: bool) -> Preloaded | None:
    """By the name of its file, or by its common name: a file may be called anything."""
    for row in rows:
        if row.keep is keep and (row.is_stored_as(entry.file) or row.name == entry.common_name):
            return row
    return None


def _before(catalog: Catalog, facts: ReleaseFacts, entry: Entry) -> Iterator[Note]:
    store, deletion = facts.store(entry.store), facts.deletion(entry.store)
    held = {defect.id: defect for defect in facts.defects}
    if entry.store in RESETTING and RESETS in held:
        defect = held[RESETS]
        yield Note(f"{defect.text} {defect.workaround} ({RESETS})", defect.sources)
    if COMES_BACK in held:
        defect = held[COMES_BACK]
        yield Note(f"{defect.text} {defect.workaround} ({COMES_BACK})", defect.sources)
    yield Note(_reach(deletion), deletion.sources)
    if store.deletion_note:
        yield Note(store.deletion_note, store.sources)
    gone = _preloaded(catalog.preloaded, entry, keep=False)
    if gone is not None:
        yield Note(gone.note, gone.sources)


def _reach(deletion: Deletion) -> str:
    """How far it reaches, and what has to be stopped before."""
    reach = {
        "own node": "This deletes it on this node only.",
        "every node": "This deletes it on every node.",
        "publisher": "This is done on the publisher.",
    }[deletion.reach]
    stop = f" Stop before, on all nodes: {', '.join(deletion.stop)}." if deletion.stop else ""
    imp = f" On IM&P nodes too: {', '.join(deletion.stop_on_imp)}." if deletion.stop_on_imp else ""
    note = f" {deletion.note}" if deletion.note else ""
    return f"{reach}{stop}{imp}{note}"
