"""A restore for people and for programs: what returns, who is lost, and what is to be done around it."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ringtrust.change.plan import Note
from ringtrust.cluster.facts import Known
from ringtrust.plan.recover.reached import Return
from ringtrust.plan.restore.restore import LOST, Lost, Restoration
from ringtrust.plan.restore.returning import Stored
from ringtrust.trust.names import counted, printable, some

FORMAT: Final = "ringtrust.restoration/1"
_WIDTH: Final = 110
_NAMED: Final = 10
_TEXTS: Final = {
    Return.BACK: "trust it, and hold the lists of then behind one wave",
    Return.LATER: "are not there, and come by themselves when they start anew",
    Return.NEXT: "need a plan --recover behind the restore",
    Return.RENEWAL: "come to the lists of then, and cannot register before something is renewed",
    Return.PERHAPS: "may be lost: nobody can see or knows which list they hold",
    Return.NOT: "would be lost: their list knows none of the keys that return (H24)",
}


def restoration_lines(found: Restoration) -> Iterator[str]:
    """For people; nothing in it that a terminal would obey."""
    yield from map(printable, _lines(found))


def _lines(found: Restoration) -> Iterator[str]:
    when = f", made {found.completed.value:%Y-%m-%d %H:%M} UTC" if isinstance(found.completed, Known) else ""
    yield f"{found.cluster} (version {found.version}): what a restore of {found.backup}{when} would bring back,"
    yield f"by what was seen {found.before:%Y-%m-%d %H:%M} and {found.taken:%Y-%m-%d %H:%M} UTC."
    yield from _told("In the way", found.hindered)
    yield from _returning(found)
    yield from _phones(found)
    yield from _told("Around it, in this order", found.notes)
    yield ""
    yield from _verdict(found)


def _returning(found: Restoration) -> Iterator[str]:
    yield ""
    yield (
        f"{counted(len(found.returns), 'certificate')} would return with its key"
        if found.returns
        else "No key returns."
    )
    for each in found.returns:
        expired = ", EXPIRED" if each.expired else ""
        until = f"valid until {each.not_after:%Y-%m-%d}{expired}"
        yield f"  {each.unit} of {each.node}: {each.now} becomes {each.then}, {until}"
    yield from _stores("Trust stores would have again", found.comes)
    yield from _stores("Trust stores would lose", found.goes)


def _stores(head: str, rows: Sequence[Stored]) -> Iterator[str]:
    if rows:
        named = [f"{each.file} ({each.store})" for each in rows]
        yield from textwrap.wrap(f"{head} {some(named, _NAMED)}.", _WIDTH)


def _phones(found: Restoration) -> Iterator[str]:
    yield ""
    yield f"{counted(len(found.found), 'phone')}, by the list that they hold now"
    count = Counter(found.found.values())
    yield from (f"  {count[how]:>7,}  {text}" for how, text in _TEXTS.items() if count[how])
    for name, head in ((Return.NOT, "Lost"), (Return.PERHAPS, "Perhaps lost")):
        rows = [each for each in found.lost if each.sure is (name is Return.NOT)]
        yield from _named(head, rows)


def _named(head: str, rows: Sequence[Lost]) -> Iterator[str]:
    if rows:
        well = sum(each.well for each in rows)
        names = some([each.name for each in rows], _NAMED)
        yield from textwrap.wrap(f"{head}: {names}. Well now: {well:,} of {len(rows):,}.", _WIDTH)


def _told(head: str, notes: Sequence[Note]) -> Iterator[str]:
    if notes:
        yield ""
        yield head
    for note in notes:
        text = f"{note.text} [{', '.join(note.sources)}]"
        yield from textwrap.wrap(text, _WIDTH, initial_indent="  * ", subsequent_indent="    ")


def _verdict(found: Restoration) -> Iterator[str]:
    if found.lost:
        sure = sum(each.sure for each in found.lost)
        yield (
            f"Do not restore it for their sake: {counted(sure, 'phone')} would be lost, and of "
            f"{counted(len(found.lost) - sure, 'phone')} nobody can tell. Who they are: --json."
        )
    else:
        yield f"No phone would be lost: all {len(found.found):,} trust the keys that return."


def restoration_document(found: Restoration) -> dict[str, Any]:
    """The same for programs, with every phone."""
    return {
        "format": FORMAT,
        "cluster": found.cluster,
        "version": found.version,
        "taken": found.taken,
        "before": found.before,
        "backup": found.backup,
        "completed": found.completed.value if isinstance(found.completed, Known) else None,
        "returns": found.returns,
        "stores": {"comes": found.comes, "goes": found.goes},
        "phones": {name: how.name.lower() for name, how in found.found.items()},
        "trusting": found.trusting,
        "lost": found.lost,
        "lost_kinds": [how.name.lower() for how in LOST],
        "hindered": found.hindered,
        "notes": found.notes,
    }
