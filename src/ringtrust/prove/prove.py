"""A night in, a Proof out."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.change.ground import Ground, PhoneClass
from ringtrust.change.night import IssueLscs, Stage, Wave
from ringtrust.change.plan import Basis
from ringtrust.change.proof import (
    FORMAT,
    Holding,
    Holds,
    Proof,
    Reach,
    Refuted,
    Remark,
    Verdict,
    Violation,
    sealed_proof,
)
from ringtrust.prove.documents import remarks, violations
from ringtrust.prove.repair import repaired
from ringtrust.prove.search import Found, cannot_register, first_holdings, frames, search
from ringtrust.prove.story import story
from ringtrust.trust.names import counted

_CERTIFICATE: Final = re.compile(r"([\w-]+)@([\w.-]+)#-?[0-9]+")
_MECHANISM: Final = (
    (
        "I1 Between any two deeds, with every service up and everything arrived, every phone takes the list of some "
        "TFTP node, or one that R1 signs: it knows the signer, or a TVS of its CM group that it knows vouches."
    ),
    "I5 That holds for phones that were off for any time, or missed any wave that does not wait for them.",
    "I6 It holds in the beginning: no phone has lost trust before the first deed.",
    (
        "I7 In mixed mode every phone takes the CTL too, or one that R3 signs. Whenever Cisco CallManager starts, "
        "behind every wave and deletion, and in the end, every secure phone can register with a node of its CM group: "
        "its CTL holds the certificate of that node, and the node knows who signed its own."
    ),
    (
        "I8 Phones that have gone astray before the night, and that it is to bring back, hold the lists of now behind "
        "the first complete wave, as long as no node starts anew by itself before it. I1 and I6 hold for them from "
        "there on."
    ),
)
_DOCUMENTED: Final = (
    "I2 CallManager, TVS and ITLRecovery never change together without a complete wave in between (H01 to H04).",
    "I4 No type begins before every phone holds a list with the last one (H06).",
    "H09 to H12, H23 and H24 are kept.",
)
ASSUMPTIONS: Final = (
    "The night may end for ever between any two deeds; a line for several nodes is one deed a node.",
    (
        "Any one node may be down for any time: meanwhile phones ask the next TFTP node, or the next TVS. It comes "
        "back with its services freshly started, but for those that the night has stopped."
    ),
    "Any phones may be off at any moment, for as long as they like, and any part of a wave may be reached.",
    "Replication, Change Notification and new lists are as late as they like; `wait sync` waits for them.",
    (
        "A plain wave may be missed by any phone. A complete one passes when every known phone holds the list of now, "
        "so that nobody who missed it meets what comes after. That of a canary tells of its phones alone."
    ),
    "A phone may ask any TFTP node of the cluster; DHCP option 150 names them all.",
    "A phone whose list could not be seen holds one that was served in the beginning.",
    "In the beginning all has arrived but for certificates that a list still names in their older form.",
    "A restore brings the last backup of the night; before the first one, that of the beginning.",
    "A phone that waits for a node or a service is not lost. One that only a restore would bring back is (R4).",
    "Phones keep nothing but their lists, and behave as documented: defects of firmware are left out (H27).",
    (
        "Secure phones ask no TVS about the CallManager that they register with, and fetch their lists again by "
        "themselves when nobody takes them. Between a renewal and the CTL update that belongs to it those of a node "
        "that restarts just then wait for the update, or register elsewhere."
    ),
    "An LSC of which the database does not tell who signed it, as before 11.5, is one of the CAPF of the beginning.",
    (
        "Devices without Security by Default know no ITL and ask no TVS. What partners know of CAPF a person gives "
        "them (H18)."
    ),
)


class Subject(msgspec.Struct, frozen=True):
    """What is proved: its name for people, and the SHA-256 of the plan or the runbook."""

    name: str
    digest: str


def prove(ground: Ground, night: tuple[Stage, ...], basis: Basis, subject: Subject, made: datetime) -> Proof:
    """The proof that a night holds, or that it does not."""
    found = examined(ground, night)
    forbidden = violations(ground, night) if basis == "documented" else ()
    return sealed_proof(
        Proof(
            format=FORMAT,
            subject=subject.name,
            digest_of=subject.digest,
            made=made,
            basis=basis,
            ground=ground,
            night=night,
            assumptions=ASSUMPTIONS,
            invariants=invariants(basis),
            states=sum(each.states for each in found),
            fetches=sum(each.fetches for each in found),
            verdict=_verdict(ground, night, found, forbidden, basis),
            remarks=(*remarks(ground, night), *_barred_before(ground, night), *_stuck(found, night)),
        )
    )


def invariants(basis: Basis) -> tuple[str, ...]:
    """What is claimed."""
    return _MECHANISM + (_DOCUMENTED if basis == "documented" else ())


def examined(ground: Ground, night: tuple[Stage, ...]) -> tuple[Found, ...]:
    """All that any phone may come to, class by class."""
    return tuple(examining(ground, night))


def examining(ground: Ground, night: tuple[Stage, ...]) -> Iterator[Found]:
    """The same, one after the other. Classes that differ in their names only are searched once."""
    places = frames(ground, night)
    meant = frozenset(stage.deed.group for stage in night if isinstance(stage.deed, IssueLscs | Wave))
    searched: dict[PhoneClass, Found] = {}
    for phones in ground.classes:
        alike = _nameless(phones, meant)
        if alike not in searched:
            searched[alike] = search(ground, night, places, phones)
        yield msgspec.structs.replace(searched[alike], phones=phones)


def _nameless(phones: PhoneClass, meant: frozenset[str]) -> PhoneClass:
    """The CM group matters where the night names it: new LSCs, or a wave, may be for that one alone."""
    return msgspec.structs.replace(
        phones,
        name="",
        group=phones.group if phones.group in meant else "",
        members=tuple(sorted(set(phones.members))),
        phones=0,
        examples=(),
    )


def _verdict(
    ground: Ground, night: tuple[Stage, ...], found: Iterable[Found], forbidden: tuple[Violation, ...], basis: Basis
) -> Verdict:
    places = frames(ground, night)
    stories = [story(ground, night, places, each) for each in found if each.harmed]
    if stories or forbidden:
        told = tuple(sorted(stories, key=lambda each: each.before))
        return Refuted(told, forbidden, repaired(ground, night, basis))
    return _holds(found)


def _holds(found: Iterable[Found]) -> Holds:
    """Every holding once, and for each class and place which of them; a place like the one before it is left out."""
    numbers: dict[Holding, int] = {}
    reach: list[Reach] = []
    for each in found:
        before: frozenset[Holding] = frozenset()
        for place, held in enumerate(each.reached):
            if held != before:
                reached = tuple(sorted(numbers.setdefault(one, len(numbers)) for one in held))
                reach.append(Reach(each.phones.name, place, reached))
            before = held
    return Holds(tuple(numbers), tuple(reach))


def _barred_before(ground: Ground, night: tuple[Stage, ...]) -> Iterator[Remark]:
    """Who cannot register when the night begins: that is not counted against it, and nobody should overlook it."""
    begins = frames(ground, night)[0]
    for phones in ground.classes:
        why = set(cannot_register(ground, begins, phones, first_holdings(ground, begins, phones)))
        if why:
            told = _CERTIFICATE.sub(r"\1 of \2", " and ".join(sorted(why)))
            yield Remark(
                f"{phones.name}, {counted(phones.phones, 'phone')}: some cannot register before the night begins, and "
                f"that is not counted against it: {told}.",
                ("H13", "H17", "S120"),
            )


def _stuck(found: Iterable[Found], night: tuple[Stage, ...]) -> Iterator[Remark]:
    """What comes behind a wave that nobody passes holds because it never comes."""
    deeds = {stage.where: stage.deed for stage in night}
    for where in dict.fromkeys(where for each in found for where in each.stuck(night)):
        what = "The complete wave of {}", "hold a list that is served then"
        if isinstance(deeds[where], IssueLscs):
            what = (
                "The complete round of LSCs of {}",
                "get one of the CAPF of now",
            )
        yield Remark(
            f"{what[0].format(where)} waits for ever: no phone can {what[1]}. What comes after it is not judged, as it "
            "never happens.",
            ("I4",),
        )
