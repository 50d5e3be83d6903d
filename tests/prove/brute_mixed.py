"""Mixed mode, state by state: the CTL beside the ITL, LSCs, and who can register.

Written from docs/proof.md ("In mixed mode"), domain.md (§0, P7, P9, P10, H13, H14, H17, R3) and trust-formats.md §6.2,
not from prove/. A CTL is made on the publisher, which writes the database: it holds what is on every disk at that
moment. From there it gets to each TFTP node when it likes, also to the publisher's own Cisco Tftp.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from ringtrust.change import night
from ringtrust.change.ground import ETOKEN, FirstCtl, Ground, item, token
from tests.prove.brute import World
from tests.prove.brute_state import (
    CALLMANAGER_SERVICE,
    CAPF_SERVICE,
    CTL,
    LIST,
    ROLLBACK,
    STOPPED,
    Ctl,
    Ear,
    State,
    TrustList,
)

NO_ITL = TrustList("", (), (), emptied=True)
"""What a device without Security by Default holds for ever beside its CTL (H14)."""


class Harm(NamedTuple):
    """Deeds done, and what the phone holds: SASTs, the TVS of its group, whether it is emptied, its CTL and LSC."""

    done: int
    sasts: frozenset[str]
    tvs: frozenset[str]
    emptied: bool
    ctl: Ctl | None
    lsc: str


class MixedWorld(World):
    """A cluster in mixed mode, with phones of one class."""

    def __init__(self, ground: Ground, deeds: Sequence[night.Deed]) -> None:
        self.made = [_first_ctl(each) for each in ground.ctl]
        self.phones = ground.classes[0]
        super().__init__(ground, deeds)
        self.capf = item("CAPF", ground.publisher)
        self.stores = list(self._stores())
        self._with_ctls()

    def _ears_of_lists(self) -> Iterator[Ear]:
        yield from super()._ears_of_lists()
        yield from (Ear(node, CTL, LIST) for node in self.ground.tftp)

    # What is so on the servers after each number of deeds

    def _with_ctls(self) -> None:
        """The CTLs that were made by then, in their order, by their numbers."""
        history = tuple(range(len(self.made)))
        saved = history[-1]
        self.histories[0][CTL] = history
        for done, deed in enumerate(self.deeds, 1):
            signer = self._who_signs(self.made[history[-1]], deed)
            if signer:
                self.made.append(self._ctl_of_now(self.made[history[-1]], signer, done))
                history = (*history, len(self.made) - 1)
            saved = history[-1] if isinstance(deed, night.BackUp) else saved
            history = (*history, saved) if isinstance(deed, night.Restore) else history
            self.histories[done][CTL] = history

    def _who_signs(self, last: Ctl, deed: night.Deed) -> str:
        """An eToken goes on signing until `utils ctl reset localkey` (S72, S79); empty where no CTL is made."""
        if isinstance(deed, night.ResetCtl):
            return self.ground.ctl_second
        if not isinstance(deed, night.UpdateCtl):
            return ""
        return ETOKEN if "@" not in last.signer else self.ground.ctl_signer.replace(ETOKEN, "")

    def _ctl_of_now(self, last: Ctl, signer: str, done: int) -> Ctl:
        def disk(place: str) -> str:
            return token(place, self.histories[done][place][-1])

        serving = [node.name for node in self.ground.nodes if CALLMANAGER_SERVICE in node.services]
        servers = frozenset(disk(item("CallManager", name)) for name in serving)
        capf = frozenset({disk(item("CAPF", self.ground.publisher))})
        if signer == ETOKEN:
            sasts = frozenset(disk(each.partition("#")[0]) if "@" in each else each for each in last.sasts)
            return Ctl(last.signer, sasts, servers, capf)
        units = [each for each in (self.ground.ctl_signer, self.ground.ctl_second) if each not in {"", ETOKEN}]
        sasts = frozenset(disk(item(unit, self.ground.publisher)) for unit in units)
        return Ctl(disk(item(signer, self.ground.publisher)), sasts, servers, capf)

    def _stores(self) -> Iterator[frozenset[tuple[str, str]]]:
        """After each number of deeds, whose certificates of phones CallManager-trust of a node holds (200860, S118)."""
        now = frozenset((node.name, issuer) for node in self.ground.nodes for issuer in node.issuers)
        saved = now
        yield now
        for done, deed in enumerate(self.deeds, 1):
            match deed:
                case night.Renew(unit="CAPF"):
                    new = token(self.capf, self.histories[done][self.capf][-1])
                    now |= {(node, new) for node in self.nodes}
                case night.Delete(store="CallManager-trust" as store, name=name, node=node):
                    files = [copy for copy in self.ground.copies if (copy.store, copy.file) == (store, name)]
                    gone = {copy.certificate for copy in files}
                    where = set(self.nodes) if self.ground.deletes_everywhere else {node}
                    now -= set(product(where, gone))
                case night.BackUp():
                    saved = now
                case night.Restore():
                    now = saved
            yield now

    # What may happen

    def first(self) -> Iterator[State]:
        """Phones hold any CTL that is served, and nodes serve any, whichever that is."""
        ears = [self.ear[Ear(node, CTL, LIST)] for node in self.ground.tftp]
        for state in super().first():
            held = state.held if self.phones.asks and self.phones.start in {"a list of now", "an ITL alone"} else NO_ITL
            for positions in product(range(len(self.ground.ctl)), repeat=len(ears)):
                heard = list(state.heard)
                for ear, position in zip(ears, positions, strict=True):
                    heard[ear] = position
                for ctl in self._first_ctls():
                    yield state._replace(
                        heard=tuple(heard), held=held, ctl=ctl, lsc=self.phones.issuer, capf=token(self.capf, 0)
                    )

    def _first_ctls(self) -> tuple[Ctl | None, ...]:
        return (
            tuple(map(_first_ctl, self.ground.ctl))
            if self.phones.start in {"a list of now", "a CTL alone"}
            else (None,)
        )

    def steps(self, state: State) -> Iterator[State]:
        yield from super().steps(state)
        yield from self._both_fetched(state) if self._is_blank(state) else self._ctls_fetched(state)
        if state.done < len(self.deeds) and self._begins(self.deeds[state.done]):
            yield state._replace(pending=True)
        if state.pending and state.capf and self._knows_capf(state):
            yield state._replace(lsc=state.capf, pending=False)

    def _fetched(self, state: State, served: TrustList | None) -> Iterator[State]:
        if self.phones.asks and not self._is_blank(state):
            yield from super()._fetched(state, served)

    def _is_blank(self, state: State) -> bool:
        """It has neither list, and takes both at once, whoever signed them (trust-formats.md §6.1, §6.2)."""
        return self.phones.asks and state.held.emptied and state.ctl is None

    def _both_fetched(self, state: State) -> Iterator[State]:
        for itl, ctl in product(state.lists, self._served_ctls(state)):
            if itl is not None:
                yield state._replace(held=itl, ctl=ctl)

    def _ctls_fetched(self, state: State) -> Iterator[State]:
        for ctl in self._served_ctls(state):
            if ctl != state.ctl and self._accepts(state, ctl.signer):
                yield state._replace(ctl=ctl)

    def _served_ctls(self, state: State) -> list[Ctl]:
        running = [node for number, node in enumerate(self.nodes) if state.lists[number] is not None]
        return [self.made[self.number(state, Ear(node, CTL, LIST))] for node in running]

    def _accepts(self, state: State, signer: str) -> bool:
        """Signers of either list count for both (domain.md §0, 3). An emptied ITL empties no CTL (213407)."""
        if state.ctl is not None and signer in state.ctl.sasts:
            return True
        if state.ctl is not None and state.held.emptied:
            state = state._replace(held=state.held._replace(emptied=False))
        if not self.phones.asks:
            state = state._replace(held=NO_ITL._replace(emptied=state.ctl is None))
        return super()._accepts(state, signer)

    def _is_asked(self, deed: night.Deed) -> bool:
        """Whether phones of this class are to fetch a new LSC."""
        group_meant = isinstance(deed, night.IssueLscs) and deed.group in {"", self.phones.group}
        return group_meant and bool(self.phones.issuer)

    def _begins(self, deed: night.Deed) -> bool:
        """A complete round begins, and then waits."""
        return isinstance(deed, night.IssueLscs) and deed.complete and self._is_asked(deed)

    def _knows_capf(self, state: State) -> bool:
        """By its ITL, or TVS, or the CTL: devices without TVS have the CTL alone (S123)."""
        return self.phones.asks or (state.ctl is not None and state.capf in state.ctl.capf)

    def _back(self, state: State, number: int, node: str) -> State:
        state = super()._back(state, number, node)
        return self._capf_started(state) if state.capf and node == self.ground.publisher else state

    def _capf_started(self, state: State) -> State:
        return state._replace(capf=self.disk(state, self.capf))

    def _deed(self, state: State, deed: night.Deed) -> Iterator[State]:
        then = state._replace(done=state.done + 1)
        match deed:
            case night.IssueLscs() if self._is_asked(deed):
                if not deed.complete:
                    yield then._replace(pending=True)
                elif state.lsc == self.disk(state, self.capf):
                    yield then
            case night.Wave(complete=True):
                yield from (then,) if self._is_current(state) else ()
            case night.Stop(service=service) | night.Start(service=service) if service == CAPF_SERVICE:
                yield self._capf_service(then, start=isinstance(deed, night.Start))
            case night.Delete(store="CallManager-trust"):
                yield then
            case night.Arrive():
                yield self._ctl_arrived(then)
            case _:
                yield from super()._deed(state, deed)

    def _is_current(self, state: State) -> bool:
        return (not self.phones.asks or state.held in state.lists) and state.ctl in self._served_ctls(state)

    def _ctl_arrived(self, state: State) -> State:
        """The CTL of now is on every node (G-CTL); nights wait for nothing else by name here."""
        for node in self.ground.tftp:
            last = len(self.histories[state.done][CTL]) - 1
            state = self._heard(state, self.ear[Ear(node, CTL, LIST)], last)
        return state

    def _capf_service(self, state: State, *, start: bool) -> State:
        """A start of what runs already does nothing."""
        if not start:
            return state._replace(capf=STOPPED)
        return state if state.capf else self._capf_started(state)

    def _restored(self, state: State) -> State:
        return self._capf_started(super()._restored(state))

    # Who is harmed

    def _then(self, state: State) -> State:
        """All is up, and has arrived."""
        arrived = self._all_arrived(state)
        return arrived._replace(loaded=tuple(self.disk(state, item("TVS", node)) for node in self.nodes))

    def stranded(self, state: State) -> bool:
        """Whether it can never have both lists of now, whichever first, R1 and R3 among what may sign."""
        then = self._then(state)
        last = self.made[self.histories[state.done][CTL][-1]]
        signers = [] if self.ground.ctl_signer == ETOKEN else [self.ground.ctl_signer, self.ground.ctl_second]
        signers += [] if "@" in last.signer else [ETOKEN]
        ctls = {self._ctl_of_now(last, signer, state.done) for signer in signers if signer}
        ctls |= {last} if last[1:] in {each[1:] for each in ctls} else set()
        return not any(
            self._takes_both(then, itl, ctl)
            for itl in (self._itls_of_now(then, rescue=True) if self.phones.asks else (None,))
            for ctl in ctls
        )

    def _itls_of_now(self, then: State, *, rescue: bool) -> Iterator[TrustList]:
        """What each node serves, signed as ever, or by `utils itl reset localkey`."""
        for number, node in enumerate(self.nodes):
            if node in self.ground.tftp:
                served = then.lists[number]
                new = self._built(then, node, emptied=bool(self.histories[then.done][ROLLBACK][-1]))
                yield new
                if rescue and self.ground.recovery:
                    yield new._replace(signer=self.disk(then, item(self.ground.recovery, self.ground.publisher)))
                elif served is not None:
                    yield new._replace(signer=served.signer)

    def _takes_both(self, state: State, itl: TrustList | None, ctl: Ctl) -> bool:
        if itl is None:
            return self._accepts(state, ctl.signer)
        if self._is_blank(state):
            return True
        itl_first = self._accepts(state, itl.signer) and self._accepts(state._replace(held=itl), ctl.signer)
        return itl_first or (self._accepts(state, ctl.signer) and self._accepts(state._replace(ctl=ctl), itl.signer))

    def barred(self, state: State) -> bool:
        """Whether it cannot register once all is up and has arrived and it has fetched what it takes (H13, H17)."""
        if not self.phones.secure:
            return False
        members = [each for each in dict.fromkeys(self.members) if self._is_registrar(each)]
        return not any(self._registers(one, each) for one in self._settled(self._then(state)) for each in members)

    def _is_registrar(self, node: str) -> bool:
        return CALLMANAGER_SERVICE in self.ground.node(node).services

    def _settled(self, then: State) -> set[State]:
        """All that it may come to hold then, of what is served."""
        ctl = self.made[self.histories[then.done][CTL][-1]]
        found, waiting = {then}, [then]
        while waiting:
            state = waiting.pop()
            nexts = [state._replace(ctl=ctl)] if self._accepts(state, ctl.signer) and not self._is_blank(state) else []
            if self._is_blank(state):
                nexts = [state._replace(held=itl, ctl=ctl) for itl in self._itls_of_now(state, rescue=False)]
            elif self.phones.asks:
                itls = self._itls_of_now(state, rescue=False)
                nexts += [state._replace(held=itl) for itl in itls if self._accepts(state, itl.signer)]
            waiting += set(nexts) - found
            found |= set(nexts)
        newest = {state for state in found if state.ctl == ctl}
        return newest or found

    def _registers(self, state: State, member: str) -> bool:
        """Its CTL holds the certificate of the node, and the node knows its issuer.

        Without a CTL it registers without TLS (118892).
        """
        if state.ctl is None:
            return True
        shown = self.disk(state, item("CallManager", member))
        listed = shown in state.ctl.servers
        known = (member, state.lsc) in self.stores[state.done] and state.lsc not in self.ground.expired
        return listed and known

    def settles(self, done: int) -> bool:
        """Where docs/proof.md asks: Cisco CallManager starts, behind a wave, a deletion or a round of LSCs, the end."""
        if done == 0:
            return False
        match self.deeds[done - 1]:
            case night.Start(service=service):
                asked = service == CALLMANAGER_SERVICE
            case night.Delete(store=store):
                asked = store == "CallManager-trust"
            case night.Wave():
                asked = True
            case night.IssueLscs(complete=complete):
                asked = complete
            case _:
                asked = False
        return asked or done == len(self.deeds)

    def harms(self, at_most: int) -> tuple[frozenset[Harm], frozenset[Harm]]:
        """All who are stranded, and all who cannot register where that is asked. Raises TooLargeError."""
        reached = self.reachable(at_most)
        return (
            frozenset(self._as_harm(state) for state in reached if self.stranded(state)),
            frozenset(self._as_harm(state) for state in reached if self.settles(state.done) and self.barred(state)),
        )

    def _as_harm(self, state: State) -> Harm:
        done, sasts, tvs, emptied = self._as_stranding(state)
        return Harm(done, sasts, tvs, emptied, state.ctl, state.lsc)


def _first_ctl(first: FirstCtl) -> Ctl:
    return Ctl(first.signer, frozenset(first.sasts), frozenset(first.servers), frozenset(first.capf))
