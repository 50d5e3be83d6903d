"""What a deed does to the servers. Phones are none of its business: they fetch whenever they like."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from msgspec.structs import replace

from ringtrust.change import night
from ringtrust.change.ground import ETOKEN, Ground, item, token
from ringtrust.cluster.names import CAPF, CAPF_SERVICE, CHANGE_NOTIFICATION, ITLRECOVERY, TFTP_SERVICE, TVS, TVS_SERVICE
from ringtrust.prove.frame import (
    AS_RELEASED,
    CTL,
    ONCE_ARRIVED,
    PERHAPS,
    ROLLBACK,
    SURELY,
    Ctl,
    Frame,
    ctl_by_token,
    ctl_of_now,
    fresh_list,
)

_SERVICES: Final = frozenset({CAPF_SERVICE, CHANGE_NOTIFICATION, TFTP_SERVICE, TVS_SERVICE})
PHONE_SAST: Final = "Phone-SAST-trust"
CALLMANAGER_TRUST: Final = "CallManager-trust"
CAPF_TRUST: Final = "CAPF-trust"


def after(ground: Ground, frame: Frame, deed: night.Deed) -> Frame:  # noqa: C901, PLR0911, PLR0912 - a closed family
    """The frame after it; the same one where no phone could tell the difference."""
    match deed:
        case night.Renew(unit=unit, node=node):
            return _renewed(ground, frame, item(unit, node)) if item(unit, node) in frame.past else frame
        case night.Rename(node=node):
            return _renamed(ground, frame, node)
        case night.Stop(service=service, node=node):
            return frame if service not in _SERVICES else replace(frame, stopped=frame.stopped | {(service, node)})
        case night.Start(service=service, node=node):
            return _started(ground, frame, service, node)
        case night.Synchronise():
            return _synchronised(frame)
        case night.Arrive(place=place):
            return _arrived(frame, place)
        case night.MatchLists(emptied=emptied, anew=anew):
            return _matched(frame, emptied=emptied, anew=anew)
        case night.SetRollback(value=value):
            return _rolled_back(ground, frame, value=value)
        case night.UpdateCtl() | night.ResetCtl() | night.SetMode():
            return _with_ctl(ground, frame, deed)
        case night.ResetItl():
            return _signed_anew(ground, frame)
        case night.Delete():
            return _deleted(ground, frame, deed)
        case night.BackUp():
            saved = {place: numbers[-1] for place, numbers in frame.past.items()}
            return replace(frame, saved=saved, saved_trust=frame.trusted)
        case night.Restore():
            return _restored(frame)
        case night.IssueLscs():
            return _issued(ground, frame, deed)
        case night.Wave():
            return frame


def begun(frame: Frame, deed: night.Deed) -> Frame:
    """The frame while a deed waits: CAPF serves a complete round of LSCs before that has come to its end."""
    if isinstance(deed, night.IssueLscs) and deed.complete and deed.group not in frame.issuing:
        return replace(frame, issuing=frame.issuing | {deed.group})
    return frame


def _issued(ground: Ground, frame: Frame, deed: night.IssueLscs) -> Frame:
    """CAPF goes on to wait for whoever has missed it. Behind a complete round it is known to sign as of now."""
    frame = replace(frame, issuing=frame.issuing | {deed.group})
    meant = [phones for phones in ground.classes if phones.issuer and deed.group in {"", phones.group}]
    seen = deed.complete and any(phones.waited for phones in meant)
    return frame.with_capf_loaded() if seen else frame


def _renewed(ground: Ground, frame: Frame, place: str) -> Frame:
    """A new certificate on disk. Every list is built anew some time after it, and then signed as ever.

    A new CAPF gets into CallManager-trust by itself (S118).
    """
    numbers = frame.past[place]
    new = max(numbers) + 1
    signs = place == item(CAPF, ground.publisher)
    return replace(
        frame,
        past={**frame.past, place: (*numbers, new)},
        trusted=frame.trusted | set(product(ground.names, [token(place, new)] if signs else [])),
        forgotten={each: how for each, how in frame.forgotten.items() if each[1] != place},
    )


def _renamed(ground: Ground, frame: Frame, node: str) -> Frame:
    """All its identities at once; ITLRecovery is left alone (IPC)."""
    for unit in ground.node(node).units:
        if item(unit, node) in frame.past and unit != ITLRECOVERY:
            frame = _renewed(ground, frame, item(unit, node))
    return frame


def _started(ground: Ground, frame: Frame, service: str, node: str) -> Frame:
    """It loads what is on its disk. A service that runs already is not started again, and loads nothing."""
    if (service, node) not in frame.stopped:
        return frame
    frame = replace(frame, stopped=frame.stopped - {(service, node)})
    if service == CAPF_SERVICE and node == ground.publisher:
        return frame.with_capf_loaded()
    if service == TVS_SERVICE and node in frame.loaded:
        return replace(frame, loaded={**frame.loaded, node: frame.last(item(TVS, node))})
    if service == TFTP_SERVICE and node in frame.built:
        return replace(
            frame,
            built={**frame.built, node: tuple(_fresh(ground, frame, node))},
            signed_anew={**frame.signed_anew, node: frozenset({AS_RELEASED})},
        )
    return frame


def _rolled_back(ground: Ground, frame: Frame, *, value: bool) -> Frame:
    """Lists follow when Cisco Tftp starts (S89); any that runs may, as its node may be down, and come back."""
    frame = replace(frame, past={**frame.past, ROLLBACK: (*frame.past[ROLLBACK], int(value))})
    fresh = {node: fresh_list(ground, frame, node, frame.last(ROLLBACK)) for node in frame.built}
    return replace(frame, built={node: (*lists, fresh[node]) for node, lists in frame.built.items()})


def _fresh(ground: Ground, frame: Frame, node: str) -> Iterator[Mapping[str, int]]:
    """Its list after a start, for each value of the parameter that it may have heard of; the publisher holds it.

    What its last list held for certain it has heard of, and no list becomes older.
    """
    surely = {place: min(each[place] for each in frame.built[node]) for place in frame.past}
    first = frame.last(ROLLBACK) if node == ground.publisher else frame.heard[ROLLBACK]
    for position in range(first, frame.last(ROLLBACK) + 1):
        fresh = fresh_list(ground, frame, node, position)
        yield {place: at if place == ROLLBACK else max(at, surely[place]) for place, at in fresh.items()}


def _synchronised(frame: Frame) -> Frame:
    """Everything has arrived, and lists follow certificates by themselves (S113).

    They do not follow the parameter (S89); whether they follow ITLRecovery before Cisco Tftp restarts documents do not
    agree (P9 and 214231 restart it): so they may or may not.
    """
    news = {place: frame.last(place) for place in frame.past}
    built = {
        node: lists if (TFTP_SERVICE, node) in frame.stopped else tuple(_rebuilt(each, news) for each in lists)
        for node, lists in frame.built.items()
    }
    forgotten = {each: SURELY if how == ONCE_ARRIVED else how for each, how in frame.forgotten.items()}
    if (news, built, forgotten) == (frame.heard, frame.built, frame.forgotten):
        return frame
    return replace(frame, heard=news, built=built, forgotten=forgotten)


def _arrived(frame: Frame, place: str) -> Frame:
    """One thing has got to every node; which lists hold it by now is another question."""
    if place not in frame.past or frame.heard[place] == frame.last(place):
        return frame
    return replace(frame, heard={**frame.heard, place: frame.last(place)})


def _matched(frame: Frame, *, emptied: bool, anew: bool) -> Frame:
    """Somebody has looked at every list that is served: the full ones hold what there is now, signed as ever.

    After R1 they are signed `anew`; a node that starts by itself meanwhile comes back with the list as ever.
    """
    news = {place: frame.last(place) for place in frame.past}
    running = [node for node in frame.built if (TFTP_SERVICE, node) not in frame.stopped]
    looked = {node: tuple(_seen(frame, node, news, emptied=emptied)) for node in running}
    passed = {node: lists for node, lists in looked.items() if lists}
    signers = {} if emptied or anew else dict.fromkeys(passed, frozenset({AS_RELEASED}))
    return replace(frame, built={**frame.built, **passed}, signed_anew={**frame.signed_anew, **signers})


def _seen(frame: Frame, node: str, news: Mapping[str, int], *, emptied: bool) -> Iterator[Mapping[str, int]]:
    for each in frame.built[node]:
        if bool(frame.past[ROLLBACK][each[ROLLBACK]]) == emptied:
            yield each if emptied else {**news, ROLLBACK: each[ROLLBACK]}


def _rebuilt(before: Mapping[str, int], news: Mapping[str, int]) -> Mapping[str, int]:
    return {place: position if _is_followed(place) else before[place] for place, position in news.items()}


def _is_followed(place: str) -> bool:
    return place != ROLLBACK and not place.startswith(f"{ITLRECOVERY}@")


def _with_ctl(ground: Ground, frame: Frame, deed: night.Ctl) -> Frame:
    """A CTL is made. One that is made again is the one of before: what is in it tells, and who signed it."""
    made = tuple(_made_ctl(ground, frame, deed))
    if not made:
        return frame
    ctls = frame.ctls if made[0] in frame.ctls else (*frame.ctls, *made)
    return replace(frame, past={**frame.past, CTL: (*frame.past[CTL], ctls.index(made[0]))}, ctls=ctls)


def _made_ctl(ground: Ground, frame: Frame, deed: night.Ctl) -> Iterator[Ctl]:
    """None outside mixed mode, nor where a release has no key to sign it with but that of an eToken."""
    match deed:
        case night.UpdateCtl() if frame.mixed and frame.ctl.by_token:
            yield ctl_by_token(ground, frame)
        case night.ResetCtl() if frame.mixed and ground.ctl_second:
            yield ctl_of_now(ground, frame, ground.ctl_second)
        case night.SetMode(mixed=False) if frame.mixed:
            by_token = frame.ctl.by_token
            made = ctl_by_token(ground, frame) if by_token else ctl_of_now(ground, frame, ground.ctl_signer)
            yield replace(made, servers=frozenset())
        case night.UpdateCtl() | night.SetMode(mixed=True) if ground.ctl_signer != ETOKEN and (
            frame.mixed or isinstance(deed, night.SetMode)
        ):
            yield ctl_of_now(ground, frame, ground.ctl_signer)
        case _:
            return


def _signed_anew(ground: Ground, frame: Frame) -> Frame:
    """The list of every node whose Cisco Tftp runs. A node that was down then, or is later, comes back as ever."""
    signers = frozenset({frame.now(item(ground.recovery, ground.publisher)), AS_RELEASED})
    running = {node: signers for node in frame.signed_anew if (TFTP_SERVICE, node) not in frame.stopped}
    return replace(frame, signed_anew={**frame.signed_anew, **running})


def _deleted(ground: Ground, frame: Frame, deed: night.Delete) -> Frame:
    """What a node has heard of is deleted on it, and what comes later is not. The others learn of it in their time.

    Up to 10.x Change Notification brings back what is deleted while it runs anywhere (CSCto86463, 211300). Whose LSCs
    are taken is not left to that: whoever restarts Cisco CallManager first would meet the gap.
    """
    nodes: Iterable[str] = ground.names if ground.deletes_everywhere else (deed.node,)
    meant = [copy for copy in ground.copies if (copy.store, copy.file) == (deed.store, deed.name)]
    if deed.store == CALLMANAGER_TRUST:
        return replace(frame, trusted=frame.trusted - set(product(nodes, [copy.certificate for copy in meant])))
    notifying = any((CHANGE_NOTIFICATION, name) not in frame.stopped for name in ground.names)
    brought_back = notifying and not ground.deletes_everywhere
    if deed.store != PHONE_SAST or brought_back:
        return frame
    forgotten = dict(frame.forgotten)
    for node, place in product(nodes, [copy.place for copy in meant]):
        how = SURELY if node == deed.node else ONCE_ARRIVED
        how = how if frame.heard[place] == frame.last(place) else PERHAPS
        forgotten[node, place] = max(how, forgotten.get((node, place), PERHAPS))
    return replace(frame, forgotten=forgotten)


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
        built=dict.fromkeys(frame.built, (last,)),
        loaded={node: last[item(TVS, node)] for node in frame.loaded},
        signed_anew={node: frozenset({AS_RELEASED}) for node in frame.signed_anew},
        forgotten={},
        stopped=frozenset(),
        trusted=frame.saved_trust,
    ).with_capf_loaded()
