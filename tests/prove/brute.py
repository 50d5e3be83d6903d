"""The same world once more, told without the abstraction of prove/: every state of a small cluster, one by one.

Written from docs/proof.md (the adversary) and domain.md (§0 the acceptance rule, P5 to P9, R1), not from prove/. A
state holds what really is: how much each node has heard, what each TVS has loaded, which list each TFTP node serves and
who signed it, and what one phone holds. What is on disk follows from the number of deeds done. Anything that may happen
next is one step: a deed, a change that arrives, a list built anew, a node that was down and comes back, a fetch.

A node that stays down is one whom nobody asks and nothing reaches, which every step may do anyway;
so that only its return is a step of its own.
"""

from collections import deque
from collections.abc import Iterator

from ringtrust.change import night
from ringtrust.change.ground import item, token
from tests.prove.brute_state import LIST, ROLLBACK, STOPPED, STORE, TFTP, TVS_SERVICE, Cluster, Ear, State, TrustList


class TooLargeError(Exception):
    """More states than were asked for."""


Stranding = tuple[int, frozenset[str], frozenset[str], bool]
"""Deeds done, and of the list that is held: its SASTs, its TVS of the phone's group, whether it is emptied."""


class World(Cluster):
    """A cluster, and all that may happen to it in a night."""

    # What may happen next

    def steps(self, state: State) -> Iterator[State]:
        if state.done < len(self.deeds):
            yield from self._deed(state, self.deeds[state.done])
        yield from self._arrivals(state)
        for number, node in enumerate(self.nodes):
            yield from self._built_anew(state, number, node)
            yield self._back(state, number, node)
            yield from self._fetched(state, state.lists[number])

    def _arrivals(self, state: State) -> Iterator[State]:
        """Something later than what a node has heard of gets there."""
        for number, ear in enumerate(self.ears):
            for position in range(state.heard[number] + 1, len(self.histories[state.done][ear.place])):
                yield self._heard(state, number, position)
        for deletion in state.deletions:
            yield self._deletion(state._replace(deletions=state.deletions - {deletion}), deletion)

    def _heard(self, state: State, number: int, position: int) -> State:
        ear = self.ears[number]
        heard = (*state.heard[:number], position, *state.heard[number + 1 :])
        gone = state.gone - {(ear.node, ear.place)} if ear.use == STORE else state.gone
        return state._replace(heard=heard, gone=gone)

    def _deletion(self, state: State, deletion: tuple[str, str, int]) -> State:
        """It deletes one certificate: whoever has heard of a later one keeps that."""
        node, place, position = deletion
        number = self.ear[Ear(node, place, STORE)]
        if state.heard[number] > position:
            return state
        state = self._heard(state, number, position)
        return state._replace(gone=state.gone | {(node, place)})

    def _built(self, state: State, node: str, *, emptied: bool) -> TrustList:
        now = {place: token(place, self.number(state, Ear(node, place, LIST))) for place in self.list_places(node)}
        sasts = tuple(now[place] for place in self.sast_places(node))
        tvs = tuple(now[item("TVS", each)] for each in self.nodes)
        signer = sasts[self.ground.sasts.index(self.ground.signer)]
        return TrustList(signer, sasts, () if emptied else tvs, emptied)

    def _built_anew(self, state: State, number: int, node: str) -> Iterator[State]:
        """A running TFTP node builds its list when what is in it changes (S113), with the parameter as it started."""
        now = state.lists[number]
        if now is not None:
            new = self._built(state, node, emptied=now.emptied)
            if (new.sasts, new.tvs) != (now.sasts, now.tvs):
                yield self._serving(state, number, new)

    @staticmethod
    def _serving(state: State, number: int, served: TrustList | None) -> State:
        return state._replace(lists=(*state.lists[:number], served, *state.lists[number + 1 :]))

    @staticmethod
    def _loaded(state: State, number: int, certificate: str) -> State:
        return state._replace(loaded=(*state.loaded[:number], certificate, *state.loaded[number + 1 :]))

    def _tftp_started(self, state: State, number: int, node: str) -> State:
        """It reads what is on its node: its own certificates, and whatever has arrived for either use."""
        if node not in self.ground.tftp:
            return state
        for place in self.list_places(node):
            state = self._heard(state, self.ear[Ear(node, place, LIST)], self._on_node(state, node, place))
        emptied = bool(self.number(state, Ear(node, ROLLBACK, LIST)))
        return self._serving(state, number, self._built(state, node, emptied=emptied))

    def _on_node(self, state: State, node: str, place: str) -> int:
        if self.at_home(place, node):
            return len(self.histories[state.done][place]) - 1
        ears = [self.ear.get(Ear(node, place, use)) for use in (LIST, STORE)]
        return max(state.heard[number] for number in ears if number is not None)

    def _tvs_started(self, state: State, number: int, node: str) -> State:
        return self._loaded(state, number, self.disk(state, item("TVS", node)))

    def _back(self, state: State, number: int, node: str) -> State:
        """The node was down; what ran on it has started again."""
        if state.loaded[number] != STOPPED:
            state = self._tvs_started(state, number, node)
        return state if state.lists[number] is None else self._tftp_started(state, number, node)

    # What phones do (domain.md §0)

    def _fetched(self, state: State, served: TrustList | None) -> Iterator[State]:
        if served is not None and served != state.held and self._accepts(state, served.signer):
            yield state._replace(held=served)

    def _accepts(self, state: State, signer: str) -> bool:
        if state.held.emptied or signer in state.held.sasts:
            return True
        return any(
            state.loaded[self.nodes.index(member)] in state.held.tvs and self._knows(state, member, signer)
            for member in self.members
        )

    def _knows(self, state: State, member: str, signer: str) -> bool:
        place = signer.partition("#")[0]
        if self.at_home(place, member):
            return signer == self.disk(state, place)
        if place.partition("@")[0] not in self.ground.vouched or (member, place) in state.gone:
            return False
        return signer == token(place, self.number(state, Ear(member, place, STORE)))

    def stranded(self, state: State) -> bool:
        """Whether no list can reach it, every service up, all arrived, and R1 among what may sign (design.md §3)."""
        arrived = self._all_arrived(state)
        loaded = tuple(self.disk(state, item("TVS", node)) for node in self.nodes)
        then = arrived._replace(loaded=loaded)
        return not any(self._accepts(then, self.disk(then, place)) for place in self.signer_places)

    def _all_arrived(self, state: State) -> State:
        for number, ear in enumerate(self.ears):
            last = len(self.histories[state.done][ear.place]) - 1
            if state.heard[number] < last:
                state = self._heard(state, number, last)
        for deletion in state.deletions:
            state = self._deletion(state, deletion)
        return state._replace(deletions=frozenset())

    # The deeds of the night

    def _deed(self, state: State, deed: night.Deed) -> Iterator[State]:
        then = state._replace(done=state.done + 1)
        match deed:
            case night.Stop(service=service, node=node) | night.Start(service=service, node=node):
                yield self._service(then, service, self.nodes.index(node), start=isinstance(deed, night.Start))
            case night.Wave(complete=True, canary=canary):
                if state.held in state.lists or (canary and not self.ground.classes[0].canary):
                    yield then
            case night.Synchronise():
                yield self._synchronised(then)
            case night.ResetItl():
                yield self._signed_anew(then)
            case night.Delete(name=name, node=node):
                yield self._deleted(then, name, node)
            case night.Restore():
                yield self._restored(then)
            case _:
                yield then

    def _service(self, state: State, service: str, number: int, *, start: bool) -> State:
        """A start of what runs already does nothing."""
        node, stopped = self.nodes[number], self._serving(state, number, None)
        if service == TFTP:
            running = state.lists[number] is not None
            return (state if running else self._tftp_started(state, number, node)) if start else stopped
        if service == TVS_SERVICE:
            running = state.loaded[number] != STOPPED
            return (
                (state if running else self._tvs_started(state, number, node)) if start else self._deaf(state, number)
            )
        return state

    def _deaf(self, state: State, number: int) -> State:
        return self._loaded(state, number, STOPPED)

    def _synchronised(self, state: State) -> State:
        """Every list is built anew, but that it may keep its ITLRecovery until Cisco Tftp restarts; or not (a step)."""
        state = self._all_arrived(state)
        for number, node in enumerate(self.nodes):
            before = state.lists[number]
            for then in self._built_anew(state, number, node):
                state = self._serving(then, number, self._with_recovery_of(before, then.lists[number]))
        return state

    def _with_recovery_of(self, before: TrustList | None, now: TrustList | None) -> TrustList | None:
        if before is None or now is None:
            return now
        kept = {place for place, unit in enumerate(self.ground.sasts) if unit == "ITLRecovery"}
        sasts = tuple(
            old if place in kept else new for place, (old, new) in enumerate(zip(before.sasts, now.sasts, strict=True))
        )
        signer = sasts[self.ground.sasts.index(self.ground.signer)]
        same = (sasts, now.tvs) == (before.sasts, before.tvs)
        return before if same else now._replace(sasts=sasts, signer=signer)

    def _signed_anew(self, state: State) -> State:
        """`utils itl reset localkey`: every list that is served, with the other key of the publisher."""
        signer = self.disk(state, item(self.ground.recovery, self.ground.publisher))
        return state._replace(lists=tuple(each and each._replace(signer=signer) for each in state.lists))

    def _deleted(self, state: State, name: str, node: str) -> State:
        """What the node has now is deleted on it; the others learn of that like of anything else.

        Up to 10.x Change Notification, which nobody stops here, brings it back (CSCto86463).
        """
        if not self.ground.deletes_everywhere:
            return state
        for place in [copy.place for copy in self.ground.copies if copy.file == name]:
            number = self.ear.get(Ear(node, place, STORE))
            last = len(self.histories[state.done][place]) - 1
            position = last if number is None else state.heard[number]
            state = state if number is None else self._deletion(state, (node, place, position))
            if self.ground.deletes_everywhere:
                others = {(ear.node, place, position) for ear in self.ears if ear[1:] == (place, STORE)}
                state = state._replace(deletions=state.deletions | others - {(node, place, position)})
        return state

    def _restored(self, state: State) -> State:
        """The backup is on every node at once, and every service has started with it."""
        heard = tuple(len(self.histories[state.done][place]) - 1 for _, place, _ in self.ears)
        state = state._replace(heard=heard, gone=frozenset(), deletions=frozenset())
        for number, node in enumerate(self.nodes):
            state = self._tftp_started(self._tvs_started(state, number, node), number, node)
        return state

    # All of it

    def strandings(self, at_most: int) -> frozenset[Stranding]:
        """Every stranding there is. Raises TooLargeError."""
        return frozenset(self._as_stranding(state) for state in self.reachable(at_most) if self.stranded(state))

    def reachable(self, at_most: int) -> set[State]:
        """Every state that can be reached, breadth first. Raises TooLargeError."""
        found = set(self.first())
        waiting = deque(found)
        while waiting:
            for state in self.steps(waiting.popleft()):
                if state not in found:
                    found.add(state)
                    waiting.append(state)
            if len(found) > at_most:
                raise TooLargeError
        return found

    def _as_stranding(self, state: State) -> Stranding:
        held, hosts = state.held, {item("TVS", member) for member in self.members}
        tvs = frozenset(each for each in held.tvs if each.partition("#")[0] in hosts)
        return state.done, frozenset(held.sasts), tvs, held.emptied
