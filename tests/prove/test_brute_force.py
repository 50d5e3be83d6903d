"""The search finds whoever is stranded in some history, and nobody else: compared with all histories, one by one."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.change import night
from ringtrust.change.ground import Ground
from ringtrust.change.night import Deed, Stage
from ringtrust.prove.search import frames, search
from ringtrust.prove.served import lost
from tests.prove.brute import Stranding, TooLargeError, World
from tests.prove.brute_state import TFTP, TVS_SERVICE
from tests.prove.small import deeds, ground, grounds

STATES_AT_MOST = 10_000
EXAMPLES = min(settings.default.max_examples, 4_000) if settings.default else 150

CM, TVS, RECOVERY = "CallManager", "TVS", "ITLRecovery"
SYNC, WAVE = night.Synchronise(), night.Wave(complete=True)
CANARY = night.Wave(complete=True, canary=True)


def searched(small: Ground, plan: list[Deed]) -> frozenset[Stranding]:
    """Every stranding that the search finds, not only the first."""
    stages = tuple(Stage(f"line {number}", "", deed) for number, deed in enumerate(plan, 1))
    places, phones = frames(small, stages), small.classes[0]
    reached = search(small, stages, places, phones).reached
    return frozenset(
        (done, held.sasts, held.tvs, held.emptied)
        for done, frame in enumerate(places)
        for held in reached[done]
        if lost(small, frame, phones, held)
    )


def _canary(small: Ground, *, first: bool) -> Ground:
    """The same, with phones that are the canary, or none of it."""
    return replace(small, classes=tuple(replace(each, canary=first) for each in small.classes))


@settings(max_examples=EXAMPLES // 5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_a_wave_of_the_canary_leaves_nobody_of_it_behind_and_says_nothing_of_the_others(data: st.DataObject) -> None:
    """Of any night: for the canary its wave is a complete one, and for all others it is none; so it says once more."""
    small = data.draw(grounds())
    plan = data.draw(deeds(small))
    place = data.draw(st.integers(0, len(plan)))
    alone = [*plan[:place], CANARY, *plan[place:]]
    for first in (True, False):
        mine = _canary(small, first=first)
        found, real = searched(mine, alone), all_histories(mine, alone)
        assert real <= found, "the search misses somebody"
        if len(small.tftp) == 1:
            assert real == found, "the search makes somebody up"


CANARY_NIGHT = [night.Renew(CM, "pub"), SYNC, CANARY, night.Renew(TVS, "pub"), SYNC]


def test_whom_the_canary_goes_ahead_of_is_lost_when_nobody_sends_him_too() -> None:
    """CallManager and TVS of the only node: with a wave in between phones bear both, and without none does (H01)."""
    small = ground("9.1", ("pub",), ("pub",), nodes=1)
    assert searched(_canary(small, first=True), CANARY_NIGHT) == frozenset()
    lost_ones = searched(_canary(small, first=False), CANARY_NIGHT)
    assert lost_ones == World(_canary(small, first=False), CANARY_NIGHT).strandings(STATES_AT_MOST)
    assert lost_ones


def all_histories(small: Ground, plan: list[Deed]) -> frozenset[Stranding]:
    try:
        return World(small, plan).strandings(STATES_AT_MOST)
    except TooLargeError:
        assume(condition=False)
        raise


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_the_search_strands_whom_some_history_strands(data: st.DataObject) -> None:
    """Nobody is left out. Nobody is made up, at least where one node serves lists (docs/proof.md)."""
    small = data.draw(grounds())
    plan = data.draw(deeds(small))
    found, real = searched(small, plan), all_histories(small, plan)
    assert real <= found, "the search misses somebody"
    if len(small.tftp) == 1:
        assert real == found, "the search makes somebody up"


PUB_ALONE = ground("9.1", ("pub",), ("pub",), nodes=1)
FOUND = {
    "a restore of the backup from before the night": (
        PUB_ALONE,
        [night.Renew(CM, "pub"), night.Renew(TVS, "pub"), night.Restore()],
    ),
    "the rollback parameter is True, and no list was built with it yet": (
        ground("9.1", ("pub",), ("pub",), rollback=True, old=frozenset({("pub", "rollback")})),
        [WAVE, night.Renew(CM, "pub"), night.Renew(TVS, "pub")],
    ),
    "what no list names yet in the beginning may not have got to its node yet": (
        ground("9.1", ("sub1",), ("pub",), old=frozenset({("sub1", "TVS@pub"), ("pub", "loaded")})),
        [night.Stop(TFTP, "sub1"), night.Renew(CM, "sub1"), WAVE],
    ),
}
MADE_UP = {
    "who reads the rollback parameter at a start reads its own certificate too": (
        ground("9.1", ("sub1",), ("pub",), rollback=True),
        [night.Renew(TVS, "pub"), night.Renew(CM, "sub1"), night.SetRollback(value=False)],
    ),
    "the publisher knows of the rollback parameter at once": (
        PUB_ALONE,
        [
            *(night.SetRollback(value=True), night.Stop(TFTP, "pub"), night.Start(TFTP, "pub"), WAVE),
            *(night.Renew(CM, "pub"), night.Renew(TVS, "pub")),
        ],
    ),
}
SAFE = {
    "one type at a time": (
        ground("9.1", ("pub",), ("sub1",)),
        [night.Renew(CM, "pub"), SYNC, WAVE, night.Renew(TVS, "sub1")],
    ),
}


@pytest.mark.parametrize(("small", "plan"), FOUND.values(), ids=FOUND)
def test_strandings_that_the_search_once_missed(small: Ground, plan: list[Deed]) -> None:
    real = World(small, plan).strandings(STATES_AT_MOST)
    assert real
    assert searched(small, plan) == real


@pytest.mark.parametrize(("small", "plan"), (MADE_UP | SAFE).values(), ids=MADE_UP | SAFE)
def test_nights_that_hold_in_every_history(small: Ground, plan: list[Deed]) -> None:
    assert searched(small, plan) == World(small, plan).strandings(STATES_AT_MOST) == frozenset()


@pytest.mark.parametrize("old", [frozenset(), frozenset({("pub", "TVS@pub")})])
def test_a_node_serves_no_list_that_is_older_than_one_it_has_served(old: frozenset[tuple[str, str]]) -> None:
    small = ground("9.1", ("pub",), ("pub",), nodes=1, old=old)
    restart: list[Deed] = [night.Stop(TVS_SERVICE, "pub"), night.Start(TVS_SERVICE, "pub")]
    for plan in (
        [night.Renew(CM, "pub"), night.Renew(CM, "pub")],
        [night.Renew(TVS, "pub"), *restart, night.Renew(CM, "pub"), night.Renew(TVS, "pub"), night.Renew(CM, "pub")],
    ):
        assert searched(small, plan) == World(small, plan).strandings(STATES_AT_MOST)
