"""One change at a time for a cluster, wherever it comes from; whoever was replaced cannot write a word."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from ringtrust.change.outcome import Done
from ringtrust.errors import HalfWayError, RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.lease import LEASE_SECONDS
from ringtrust.journal.who import Holder, machine
from tests.journal.material import NOW, REGENERATE, a_plan

ANNA = Holder("anna@laptop", "m1", 11, "apply TVS")
BERT = Holder("bert@server", "m2", 22, "apply all")


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def two(place: Path | URL, clock: Hands) -> Iterator[tuple[Journal, Journal]]:
    with closing(Journal(place, clock)) as first, closing(Journal(place, clock)) as second:
        yield first, second


def _let_end(journal: Journal, clock: Hands) -> None:
    """Nothing is heard of the holder for as long as a lease holds."""
    clock.at += timedelta(seconds=LEASE_SECONDS + 1)
    with journal.store.writing() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        if connection.dialect.name == "postgresql":
            connection.execute(text("update cluster set until = :past"), {"past": past.isoformat()})


def test_a_second_one_is_refused_with_the_name_of_the_first(two: tuple[Journal, Journal]) -> None:
    first, second = two
    first.leases.take("campus", ANNA)
    with pytest.raises(RefusedError, match=r"anna@laptop, process 11: apply TVS"):
        second.leases.take("campus", BERT)
    second.leases.take("branch", BERT)
    first.leases.release("campus")
    second.leases.take("campus", BERT)


def test_nobody_writes_for_a_cluster_whose_lease_another_has(two: tuple[Journal, Journal]) -> None:
    first, second = two
    run = second.begin("campus", a_plan(), NOW)
    first.leases.take("campus", ANNA)
    with pytest.raises(HalfWayError, match="anna"):
        second.intend(run, 1, REGENERATE, "0A", NOW)
    assert first.open_intents(run) == ()
    first.intend(run, 1, REGENERATE, "0A", NOW)


def test_whoever_slept_through_the_end_of_the_lease_cannot_write_a_word_more(
    two: tuple[Journal, Journal], clock: Hands
) -> None:
    first, second = two
    first.leases.take("campus", ANNA)
    run = first.begin("campus", a_plan(), NOW)
    intended = first.intend(run, 1, REGENERATE, "0A", NOW)
    _let_end(first, clock)
    second.leases.take("campus", BERT)
    for act in (
        lambda: first.intend(run, 2, REGENERATE, "0A", NOW),
        lambda: first.conclude(intended, Done(), NOW),
        lambda: first.end(run, "finished", NOW),
        first.leases.renew,
    ):
        with pytest.raises(HalfWayError, match="bert@server"):
            act()
    assert second.open_intents(run) == (intended,)
    first.leases.release("campus")
    second.conclude(intended, Done(), NOW)


def test_a_lease_holds_as_long_as_its_holder_is_heard_of(two: tuple[Journal, Journal], clock: Hands) -> None:
    first, second = two
    first.leases.take("campus", ANNA)
    for _ in range(3):
        clock.at += timedelta(seconds=LEASE_SECONDS - 1)
        first.leases.renew()
        with pytest.raises(RefusedError):
            second.leases.take("campus", BERT)


def test_on_one_machine_whoever_has_its_lock_need_not_wait_for_the_dead(two: tuple[Journal, Journal]) -> None:
    first, second = two
    first.leases.take("campus", ANNA)
    with pytest.raises(RefusedError):
        second.leases.take("campus", BERT, alone=True)
    second.leases.take("campus", Holder("anna@laptop", "m1", 12, "resume"), alone=True)


def test_a_machine_keeps_its_name(tmp_path: Path) -> None:
    assert machine(tmp_path / "state") == machine(tmp_path / "state")
    assert machine(tmp_path / "state") != machine(tmp_path / "other")
