"""What a deed does to the servers. Phones are none of its business: they fetch whenever they like."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from ringtrust.change import night
from ringtrust.change.ground import Ground, item
from ringtrust.cluster.names import CHANGE_NOTIFICATION, ITLRECOVERY, TFTP_SERVICE, TVS, TVS_SERVICE
from ringtrust.prove.frame import ANCHORS, AS_RELEASED, CTL, ROLLBACK, Frame, ctl_of

_SERVICES: Final = frozenset({CHANGE_NOTIFICATION, TFTP_SERVICE, TVS_SERVICE})
PHONE_SAST: Final = "Phone-SAST-trust"


def after(ground: Ground, frame: Frame, deed: night.Deed) -> Frame:  # noqa: C901, PLR0911 - a closed family
    """The frame after it; the same one where no phone could tell the difference."""
    match deed:
        case night.Renew(unit=unit, node=node):
            return _renewed(frame, item(unit, node)) if unit in ANCHORS else frame
        case night.Rename(node=node):
            return _renamed(ground, frame, node)
        case night.Stop(service=service, node=node):
            return frame if service not in _SERVICES else replace(frame, stopped=frame.stopped | {(service, node)})
        case night.Start(service=service, node=node):
            return _started(ground, frame, service, node)
        case night.Synchronise():
            return _synchronised(frame)
        case night.SetRollback(value=value):
            return replace(frame, past={**frame.past, ROLLBACK: (*frame.past[ROLLBACK], int(value))})
        case night.UpdateCtl():
            return _ctl_updated(ground, frame)
        case night.ResetItl():
            return _signed_anew(ground, frame)
        case night.Delete():
            return _deleted(ground, frame, deed)
        case night.BackUp():
            return replace(frame, saved={place: numbers[-1] for place, numbers in frame.past.items()})
        case night.Restore():
            return _restored(frame)
        case night.Wave():
            return frame


def _renewed(frame: Frame, place: str) -> Frame:
    """A new certificate on disk. Every list is built anew some time after it, and then signed as ever."""
    numbers = frame.past[place]
    return replace(
        frame,
        past={**frame.past, place: (*numbers, max(numbers) + 1)},
        forgotten=frozenset(each for each in frame.forgotten if each[1] != place),
        signed_anew=_may_be_rebuilt(frame.signed_anew),
    )


def _may_be_rebuilt(signed_anew: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    return {node: signers | {AS_RELEASED} for node, signers in signed_anew.items()}


def _renamed(ground: Ground, frame: Frame, node: str) -> Frame:
    """All its identities at once; ITLRecovery is left alone (IPC)."""
    for unit in ground.node(node).units:
        if unit in ANCHORS and unit != ITLRECOVERY:
            frame = _renewed(frame, item(unit, node))
    return frame


def _started(ground: Ground, frame: Frame, service: str, node: str) -> Frame:
    """It loads what is on its disk. A service that runs already is not started again, and loads nothing."""
    if (service, node) not in frame.stopped:
        return frame
    frame = replace(frame, stopped=frame.stopped - {(service, node)})
    if service == TVS_SERVICE and node in frame.loaded:
        return replace(frame, loaded={**frame.loaded, node: frame.last(item(TVS, node))})
    if service == TFTP_SERVICE and node in frame.built:
        fresh = {place: _fresh(ground, frame, place, node) for place in frame.built[node]}
        return replace(
            frame,
            built={**frame.built, node: fresh},
            signed_anew={**frame.signed_anew, node: frozenset({AS_RELEASED})},
        )
    return frame


def _fresh(ground: Ground, frame: Frame, place: str, node: str) -> int:
    """What a list built now holds at least: of its own node what is on disk, of others what it has heard of."""
    own = place.partition("@")[2] == node and place.partition("@")[0] in ground.node(node).units
    return frame.last(place) if own else max(frame.built[node][place], frame.heard[place])


def _synchronised(frame: Frame) -> Frame:
    """Everything has arrived, and lists follow certificates by themselves (S113).

    They do not follow the parameter (S89); whether they follow ITLRecovery before Cisco Tftp restarts documents do not
    agree (P9 and 214231 restart it): so they may or may not.
    """
    news = {place: frame.last(place) for place in frame.past}
    built = {node: _rebuilt(frame, node, news) for node in frame.built}
    return frame if (news, built) == (frame.heard, frame.built) else replace(frame, heard=news, built=built)


def _rebuilt(frame: Frame, node: str, news: Mapping[str, int]) -> Mapping[str, int]:
    if (TFTP_SERVICE, node) in frame.stopped:
        return frame.built[node]
    before = frame.built[node]
    return {place: position if _is_followed(place) else before[place] for place, position in news.items()}


def _is_followed(place: str) -> bool:
    return place != ROLLBACK and not place.startswith(f"{ITLRECOVERY}@")


def _ctl_updated(ground: Ground, frame: Frame) -> Frame:
    if not ground.mixed:
        return frame
    made = ctl_of(ground, {place: frame.now(place) for place in frame.past if place not in {ROLLBACK, CTL}})
    numbers = frame.past[CTL]
    return replace(frame, past={**frame.past, CTL: (*numbers, len(frame.ctls))}, ctls=(*frame.ctls, made))


def _signed_anew(ground: Ground, frame: Frame) -> Frame:
    """The list of every node whose Cisco Tftp runs; one that is still to be built anew may have lost it again."""
    signer = frame.now(item(ground.recovery, ground.publisher))
    return replace(
        frame,
        signed_anew={
            node: signers if (TFTP_SERVICE, node) in frame.stopped else _signers(frame, node, signer)
            for node, signers in frame.signed_anew.items()
        },
    )


def _signers(frame: Frame, node: str, signer: str) -> frozenset[str]:
    late = any(position < frame.last(place) for place, position in frame.built[node].items() if place != ROLLBACK)
    return frozenset({signer, AS_RELEASED} if late else {signer})


def _deleted(ground: Ground, frame: Frame, deed: night.Delete) -> Frame:
    """Up to 10.x Change Notification brings back what is deleted while it runs anywhere (CSCto86463, 211300)."""
    notifying = any((CHANGE_NOTIFICATION, name) not in frame.stopped for name in ground.names)
    if deed.store != PHONE_SAST or (notifying and not ground.deletes_everywhere):
        return frame
    places = [copy.place for copy in ground.copies if copy.file == deed.name]
    nodes: Iterable[str] = ground.names if ground.deletes_everywhere else (deed.node,)
    gone = {(node, place) for node in nodes for place in places}
    return replace(frame, forgotten=frame.forgotten | gone)


def _restored(frame: Frame) -> Frame:
    """What was saved last is on every disk, and every service has started with it."""
    past = {
        place: (*numbers, frame.saved[place]) if place in frame.saved and numbers[-1] != frame.saved[place] else numbers
        for place, numbers in frame.past.items()
    }
    last = {place: len(numbers) - 1 for place, numbers in past.items()}
    return replace(
        frame,
        past=past,
        heard=last,
        built={node: dict(last) for node in frame.built},
        loaded={node: last[item(TVS, node)] for node in frame.loaded},
        signed_anew={node: frozenset({AS_RELEASED}) for node in frame.signed_anew},
        forgotten=frozenset(),
        stopped=frozenset(),
    )
