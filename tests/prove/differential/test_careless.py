"""The careless nights of H01, H02, H03, H05 and H07: refuted, and in the lab they strand the phones that were named."""

import pytest

from ringtrust.change.proof import Refuted
from ringtrust.lab.stranded import Fate
from tests.prove.differential.compare import compared
from tests.prove.differential.nights import Down, Happening, Off, On, Told, Up
from tests.prove.differential.worlds import Shape, ground
from tests.prove.nights import night, proved_on

PHONES = 3
TWO_GROUPS = (("sub1", "sub2"), ("sub2", "sub1"))
EVERYBODY = {"G0": PHONES, "G1": PHONES}
H01 = ("regen CallManager @ all", "regen TVS @ all", "restart tvs @ all", "restart tftp @ all", "wave")
H02 = ("regen CallManager @ all", "regen ITLRecovery @ all", "regen TVS @ all", "restart tftp @ all", "wave")
H03 = ("regen ITLRecovery @ all", "regen TVS @ all", "restart tvs @ all", "restart tftp @ all", "wave")
H05 = (
    *("regen CallManager @ pub", "regen TVS @ pub", "regen CallManager @ sub1", "regen TVS @ sub1"),
    *("restart tvs @ all", "restart tftp @ all", "wave"),
)
APART = ("regen TVS @ all", "wait sync", "restart tvs @ all", "wave", "regen CallManager @ all", "wait sync", "wave")
WITH_THE_SECOND_LIST = (Down(0), Off(0), On(0), Off(3), On(3), Up())
"""The first phone of each group boots while pub is down: it then holds the list of sub1."""


def stranded(told: Told) -> dict[str, int]:
    """How many phones of each group somebody has to walk to in the end, a restore apart."""
    last = {seen.phone: seen for seen in told.seen}
    groups = [seen.group for seen in last.values() if seen.fate is not Fate.REACHABLE]
    return {group: groups.count(group) for group in dict.fromkeys(groups)}


@pytest.mark.parametrize(
    ("hazard", "shape", "program", "expected"),
    [
        ("H01", Shape("9.1", 3, 2, TWO_GROUPS), H01, EVERYBODY),
        ("H01", Shape("9.1", 1, 1, (("pub",), ("pub",))), H01, EVERYBODY),
        ("H01", Shape("11.5", 3, 2, TWO_GROUPS), (*WITH_THE_SECOND_LIST, *H01), {"G0": 1, "G1": 1}),
        ("H02", Shape("11.5", 3, 2, TWO_GROUPS), H02, EVERYBODY),
        ("H02", Shape("12.5", 3, 2, TWO_GROUPS), H02, EVERYBODY),
        ("H02", Shape("15.0", 3, 2, TWO_GROUPS), H02, EVERYBODY),
        ("H03", Shape("12.5", 3, 2, TWO_GROUPS), (*WITH_THE_SECOND_LIST, *H03), {"G0": 1, "G1": 1}),
        ("H03", Shape("15.0", 3, 2, TWO_GROUPS), (*WITH_THE_SECOND_LIST, *H03), {"G0": 1, "G1": 1}),
        ("H05", Shape("9.1", 3, 2, (("pub", "sub1"), ("sub1", "sub2"))), H05, {"G0": PHONES}),
        ("H07", Shape("9.1", 3, 2, TWO_GROUPS), (Off(1), Off(4), Off(5), *APART), {"G0": 1, "G1": 2}),
    ],
)
def test_what_is_refuted_strands_the_phones_that_were_named(
    hazard: str, shape: Shape, program: tuple[Happening, ...], expected: dict[str, int]
) -> None:
    lines = night(*(line for line in program if isinstance(line, str)))
    verdict = proved_on(lines, ground(shape)).verdict
    assert isinstance(verdict, Refuted), hazard
    assert {story.phones.removeprefix("group ") for story in verdict.stories} == set(expected)
    assert stranded(compared(shape, PHONES, program)) == expected
