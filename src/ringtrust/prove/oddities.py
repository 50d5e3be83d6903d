"""What makes no sense in a proof that comes from elsewhere: names that stand for nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ringtrust.change import night
from ringtrust.change.ground import ETOKEN, UNKNOWN, Ground, PhoneClass, item, place_of
from ringtrust.prove.frame import ANCHORS, CTL, ROLLBACK

_NUMBERED: Final = re.compile(r"-?[0-9]{1,6}\Z")


def oddities(ground: Ground, stages: Iterable[night.Stage]) -> Iterator[str]:
    """A sentence for each."""
    yield from _of_ground(ground)
    for stage in stages:
        yield from (f"{stage.where}: {text}" for text in _of_deed(ground, stage.deed))


def _of_ground(ground: Ground) -> Iterator[str]:
    names = {node.name for node in ground.nodes}
    if ground.publisher not in names:
        yield f"The publisher {ground.publisher!r} is none of the nodes."
    if ground.nodes and ground.signer not in ground.sasts:
        yield f"{ground.signer} signs the lists, and is not among those who may."
    yield from (f"There is no certificate {place}." for place in _missing(ground))
    for phones in ground.classes:
        yield from _of_phones(ground, phones)
    yield from (f"{each!r} names no certificate." for each in _certificates(ground) if not _is_named(each))
    for ctl in ground.all_ctls:
        named = (each for each in (*ctl.servers, *ctl.capf, *(one for one in ctl.sasts if "@" in one)))
        yield from (f"{each!r} names no certificate." for each in named if not _is_named(each))
    if ground.ctl and ground.ctl_signer != ETOKEN and item(ground.ctl_signer, ground.publisher) not in _places(ground):
        yield f"{ground.ctl_signer} signs the CTL, and the publisher has none."
    if ground.ctl and ground.ctl_second and item(ground.ctl_second, ground.publisher) not in _places(ground):
        yield f"{ground.ctl_second} signs the CTL after a reset, and the publisher has none."


def _of_phones(ground: Ground, phones: PhoneClass) -> Iterator[str]:
    if not set(phones.lists) <= set(ground.tftp):
        yield f"{phones.name} hold the list of a node that serves none."
    if any(not -1 <= held.ctl < len(ground.all_ctls) for held in phones.holds):
        yield f"{phones.name} hold a CTL that is not there."


def _missing(ground: Ground) -> Iterator[str]:
    """Places that the model asks for, and that nobody has."""
    there = _places(ground)
    wanted = [item(unit, ground.owner(unit, node)) for node in ground.tftp for unit in ground.sasts]
    wanted += [item(ground.recovery, ground.publisher)] if ground.recovery else []
    yield from dict.fromkeys(place for place in wanted if place not in there)


def _places(ground: Ground) -> set[str]:
    return {item(unit, node.name) for node in ground.nodes for unit in node.units}


def _certificates(ground: Ground) -> Iterator[str]:
    for node in ground.nodes:
        yield node.tvs
        for first in node.serves:
            yield from (first.signer, *first.sasts, *first.tvs)
    for phones in ground.classes:
        for held in phones.holds:
            yield from (*held.sasts, *held.tvs)
    yield from ground.saved


def _is_named(certificate: str) -> bool:
    return certificate == UNKNOWN or bool(_NUMBERED.match(certificate.partition("#")[2]))


def _of_deed(ground: Ground, deed: night.Deed) -> Iterator[str]:
    match deed:
        case night.Renew(unit=unit, node=node) if unit in ANCHORS and item(unit, node) not in _places(ground):
            yield f"{node} has no {unit}."
        case night.Rename(node=node) if all(each.name != node for each in ground.nodes):
            yield f"There is no node {node}."
        case night.ResetItl() if not ground.recovery:
            yield "This release has no `utils itl reset localkey`."
        case night.UpdateCtl() | night.ResetCtl() if not ground.ctl:
            yield "There is no CTL outside mixed mode."
        case night.Arrive(place=place) if place not in {ROLLBACK, CTL} and place_of(place) not in _places(ground):
            yield f"There is no certificate {place}."
        case _:
            pass
