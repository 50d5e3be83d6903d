"""What a person should know before a recovery: the other ways, who is left, and what not to touch."""

from collections.abc import Iterator, Mapping, Sequence

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.plan import Note
from ringtrust.plan.recover.hands import ByHand
from ringtrust.plan.recover.reached import Return
from ringtrust.plan.recover.told import phones
from ringtrust.plan.recover.weigh import Way
from ringtrust.plan.recover.wrong import Wrong
from ringtrust.trust.names import some


def notes(
    ranked: Sequence[Way], found: Mapping[str, Return], rows: Sequence[ByHand], wrong: Wrong, facts: ReleaseFacts
) -> Iterator[Note]:
    """All of them, the most important first."""
    yield Note(
        "Touch no certificate before this is done: what phones still know is what brings them back. Keep the DRS "
        "backup from before the change, and let no new one take its place.",
        ("R4", "H24", "I2"),
    )
    if wrong.unloaded:
        yield Note(
            "Restart no Cisco Trust Verification Service, and no node, before the step that says so: what still runs "
            "with the certificate of before may be all that phones know.",
            ("H01", "G-TVS"),
        )
    yield from _left(found, rows)
    for way in ranked[1:]:
        yield Note(f"Another way: {way.means.name}. It brings back {_worth(way)}.", ("R1", "R3", "R4"))
    yield from _beside(facts, rows)
    yield Note("With problems, or if help is needed, contact Cisco TAC.", ("S188",))


def _left(found: Mapping[str, Return], rows: Sequence[ByHand]) -> Iterator[Note]:
    away = [name for name, how in found.items() if how is Return.LATER]
    later = [name for name, how in found.items() if how is Return.NEXT]
    if away:
        yield Note(f"{phones(len(away))} are not there, and come back by themselves: {some(away)}.", ("I5",))
    barred = [name for name, how in found.items() if how is Return.RENEWAL]
    if barred:
        yield Note(
            f"{phones(len(barred))} come to the lists of now, and cannot register before what has expired is renewed: "
            f"one that is registered still is not any more when it starts anew: {some(barred)}. Renew right behind "
            "this plan: plan --renew expiring, and its LSCs with it.",
            ("S120", "S169", "R11"),
        )
    if later:
        yield Note(f"{phones(len(later))} need one more plan --recover behind this one: {some(later)}.", ("R1", "P9"))
    sure = [row.name for row in rows if row.sure]
    perhaps = [row.name for row in rows if not row.sure]
    if sure:
        yield Note(f"{phones(len(sure))} only a hand can help: {some(sure)}.", ("R6", "R7"))
    if perhaps:
        yield Note(
            f"Of {phones(len(perhaps))} nobody can tell: {some(perhaps)}. This plan helps them most likely. Who "
            "holds the same list behind it needs a hand.",
            ("I6", "H08"),
        )


def _worth(way: Way) -> str:
    more = way.reached.at_best - way.reached.back
    return f"{phones(way.reached.back)}{f', and perhaps {more:,} more' if more else ''}"


def _beside(facts: ReleaseFacts, rows: Sequence[ByHand]) -> Iterator[Note]:
    """What ringtrust does not do itself, and cannot prove: files and clusters that it does not see."""
    if not rows:
        return
    if facts.signing.second:
        yield Note(
            "Was the old ITLRecovery.p12 saved (file get tftp ITLRecovery.p12)? Whether ringtrust has it says "
            "ringtrust recovery-key list CLUSTER. Then utils itl reset remotekey with it signs the lists with the key "
            "of then (R2; CLI guides of 12.5 and 14).",
            ("R2", "CLI125", "CLI14"),
        )
    yield Note(
        "Is there another cluster or TFTP server that these phones still trust? Point them to it by DHCP option 150, "
        "with the CallManager and ITLRecovery of this cluster imported into its Phone-SAST-trust: its TVS then vouches "
        "(R5).",
        ("R5", "213407", "215539"),
    )
    yield Note(
        "Phones that are registered, or whose web page answers, may be sent the same key presses from afar: PhoneView, "
        "or scripts over CTI (R8).",
        ("R8",),
    )
