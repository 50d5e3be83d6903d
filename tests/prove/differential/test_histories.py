"""Random clusters, nights, interruptions, stragglers and lost nodes: the proof and the lab name the same phones.

A history is one phone's night: a cluster with real keys, a night, and when that phone was off. Every example has as
many of them as it has phones.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.prove.differential.compare import compared
from tests.prove.differential.nights import Cut, Down, Happening, Mend, Off, On, Pass, Up
from tests.prove.differential.worlds import RELEASES, Shape

PHONES = 4
EXAMPLES = 2_500 if "RINGTRUST_SOAK" in os.environ else 120
"""Eight phones each: 960 histories, and 20,000 in `make soak`."""

SHAPES = [
    Shape(release, nodes, tftp, groups)
    for release in RELEASES
    for nodes, tftp, groups in (
        (1, 1, (("pub",), ("pub",))),
        (2, 2, (("pub", "sub1"), ("sub1",))),
        (3, 1, (("sub1", "sub2"), ("sub2",))),
        (3, 2, (("sub1", "sub2"), ("sub2", "pub"))),
        (3, 3, (("pub", "sub1", "sub2"), ("sub1",))),
    )
]
UNITS = ("CallManager", "TVS", "ITLRecovery", "CAPF")
SERVICES = ("tftp", "tvs")


def lines(shape: Shape) -> st.SearchStrategy[str]:
    """A line of a runbook that this cluster can carry out."""
    nodes = ("pub", "sub1", "sub2")[: shape.nodes]
    units = [unit for unit in UNITS if not (unit == "ITLRecovery" and shape.release == "9.1")]
    own = st.sampled_from([unit for unit in units if unit not in {"CAPF", "ITLRecovery"}])
    where = st.sampled_from([*nodes, "all"])
    plain = ["wave", "wait sync", "wave complete", "set rollback true", "set rollback false", "backup"]
    recovery = ["itl reset localkey"] if shape.release != "9.1" else []
    return st.one_of(
        st.builds("regen {} @ {}".format, own, where),
        st.builds("regen {} @ pub".format, st.sampled_from(units)),
        st.builds("restart {} @ {}".format, st.sampled_from(SERVICES), where),
        st.builds("{} {} @ {}".format, st.sampled_from(("stop", "start")), st.sampled_from(SERVICES), where),
        st.sampled_from(plain + recovery),
        st.sampled_from(["wait sync", "wave complete"]),
    )


def weather(shape: Shape) -> st.SearchStrategy[Happening]:
    phone, node = st.integers(0, 2 * PHONES - 1), st.integers(0, shape.nodes - 1)
    return st.one_of(
        st.builds(Off, phone),
        st.builds(On, phone),
        st.builds(Down, node),
        st.just(Up()),
        st.builds(Cut, node),
        st.builds(Mend, node),
        st.builds(Pass, st.sampled_from((1.0, 10.0, 70.0, 700.0, 2000.0))),
    )


def careless(shape: Shape) -> st.SearchStrategy[list[Happening]]:
    """Renewals of everything in some order, with waves and waits that somebody may have left out."""
    units = [unit for unit in UNITS[:3] if not (unit == "ITLRecovery" and shape.release == "9.1")]
    between = [["wait sync"], ["restart tvs @ all"], ["restart tftp @ all"], ["wave complete"], ["wave"], []]
    types = st.permutations(units).map(lambda order: [f"regen {unit} @ all" for unit in order])
    gaps = st.lists(st.sampled_from(between), min_size=6, max_size=6)
    return st.builds(_interleaved, types, gaps)


def _interleaved(renewals: list[str], gaps: list[list[str]]) -> list[Happening]:
    found: list[Happening] = []
    for place, renewal in enumerate(renewals):
        found += [renewal, *gaps[2 * place], *gaps[2 * place + 1]]
    return found


@st.composite
def histories(draw: st.DrawFn) -> tuple[Shape, tuple[Happening, ...]]:
    """A night line by line, or a careless one; and what happens in between."""
    shape = draw(st.sampled_from(SHAPES))
    if draw(st.booleans()):
        happening = st.one_of(lines(shape), lines(shape), weather(shape))
        return shape, tuple(draw(st.lists(happening, min_size=1, max_size=14)))
    program = draw(careless(shape))
    for what in draw(st.lists(weather(shape), max_size=5)):
        program.insert(draw(st.integers(0, len(program))), what)
    return shape, tuple(program)


@settings(max_examples=EXAMPLES, deadline=None)
@given(histories())
def test_the_proof_and_the_lab_name_the_same_phones(history: tuple[Shape, tuple[Happening, ...]]) -> None:
    compared(history[0], PHONES, history[1])


REGRESSIONS: dict[str, tuple[Shape, tuple[Happening, ...]]] = {
    "lists do not follow ITLRecovery by themselves": (
        Shape("11.5", 1, 1, (("pub",), ("pub",))),
        (
            "regen ITLRecovery @ all",
            "wait sync",
            "wave complete",
            "regen TVS @ all",
            "wait sync",
            "regen CallManager @ all",
        ),
    ),
    "an ITLRecovery on its way is the signer all the same": (
        Shape("12.5", 3, 2, (("sub1", "sub2"), ("sub2", "sub1"))),
        ("regen CallManager @ all", "regen ITLRecovery @ all", "regen TVS @ all"),
    ),
}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_what_they_differed_about_once(name: str) -> None:
    shape, program = REGRESSIONS[name]
    compared(shape, PHONES, program)
