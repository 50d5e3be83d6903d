"""G-PAR: whether phones wait to be reset. What the parameter is called nobody has written down: any answer may come."""

from typing import Any

import pytest

from ringtrust.change.gate import ResetsByHand
from ringtrust.change.outcome import Failed, Passed, Unknown, Verdict
from ringtrust.cluster.node import Role
from ringtrust.lab.state import parameters
from ringtrust.observe.eyes import Site
from ringtrust.observe.rows import INTERACTION_SQL
from ringtrust.verify.resets import by_hand
from tests.support.clusters import bench, small
from tests.support.live import live


class DatabaseEyes:
    """A publisher whose database answers so."""

    publisher = Site("pub", "10.0.0.1", Role.PUBLISHER)

    def __init__(self, *values: str) -> None:
        self._values = values

    async def sql(self, node: str, query: str) -> tuple[dict[str, str], ...]:
        assert (node, query) == ("pub", INTERACTION_SQL)
        return tuple({"paramname": "PhoneInteraction", "paramvalue": value} for value in self._values)


async def _seen(*values: str, said: bool) -> Verdict:
    eyes: Any = DatabaseEyes(*values)
    return await by_hand(eyes, ResetsByHand(said=said))


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Reset manually", Passed),
        ("MANUAL", Passed),
        ("Automatic", Failed),
        ("Automatically reset phones; not manually", Failed),
    ],
)
@live
async def test_what_the_database_tells_counts_whatever_was_said(value: str, kind: type[Verdict], said: bool) -> None:
    verdict = await _seen(value, said=said)
    assert isinstance(verdict, kind)
    assert value in verdict.evidence[0]


@pytest.mark.parametrize("values", [(), ("0",), ("1",), ("",), ("manual", "1")])
@live
async def test_where_it_does_not_tell_somebody_has_to_have_said_so(values: tuple[str, ...]) -> None:
    told = await _seen(*values, said=True)
    assert isinstance(told, Passed)
    assert "it was said" in told.evidence[-1]
    assert isinstance(await _seen(*values, said=False), Unknown)


def test_the_query_is_one_that_a_database_can_answer() -> None:
    made = bench(small("campus-14", phones=0)).cluster
    for value in (parameters.AUTOMATIC, parameters.MANUAL):
        made.set_parameter(parameters.RESETS, value)
        assert getattr(made.publisher.replica.query(INTERACTION_SQL), "rows", ()) == ((parameters.RESETS, value),)
