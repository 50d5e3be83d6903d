"""docs/trust.tla speaks of the same world as prove/, and claims what prove/ finds. TLC itself runs in `make soak`."""

import re

import pytest

from ringtrust.change import night
from ringtrust.change.night import Deed, Stage
from ringtrust.cluster import names
from ringtrust.prove.search import frames, search
from tests.plan.material import V8, V9, V12, V15, facts
from tests.prove.small import ground
from tests.support.shared import ROOT

MODEL = (ROOT / "docs/trust.tla").read_text()
CONFIGURATION = (ROOT / "docs/trust.cfg").read_text()
RUN = (ROOT / "scripts/tlc.sh").read_text()
INVARIANTS = {"NobodyStranded", "AnAnchorIsLeft"}
DEEDS = {"Renew", "Start", "ResetItl", "Wave"}
ADVERSARY = {"Arrive", "Build", "Fetch"}


def code(text: str) -> str:
    """Without its comments."""
    return re.sub(r"\\\*.*", "", text)


def constants() -> dict[str, str]:
    return dict(re.findall(r"^ +(\w+) += (.+)$", CONFIGURATION, re.MULTILINE))


def test_units_have_the_names_of_the_catalog() -> None:
    units = dict(re.findall(r'^(\w+) +== "(\w+)"$', MODEL, re.MULTILINE))
    assert units == {
        "CallManager": names.CALLMANAGER,
        "TVS": names.TVS,
        "ITLRecovery": names.ITLRECOVERY,
        "None": "none",
    }


def test_what_may_happen_are_deeds_of_a_night_or_the_adversary() -> None:
    following = code(MODEL[MODEL.index("\nNext ==") : MODEL.index("\nSpec ==")])
    happening = set(re.findall(r"\b[A-Z]\w+", following)) - {"Next", "Places", "Nodes", "Tftp"}
    assert happening == DEEDS | ADVERSARY
    assert {getattr(night, each).__name__ for each in DEEDS} == DEEDS
    for each in happening:
        assert re.search(rf"^{each}(\(.*\))? ==$", MODEL, re.MULTILINE), each


def test_every_constant_has_a_value_and_every_invariant_a_definition() -> None:
    declared = code(MODEL[MODEL.index("CONSTANTS") : MODEL.index("\nCallManager")]).replace("CONSTANTS", "")
    assert {each.strip() for each in declared.split(",")} == constants().keys()
    assert set(CONFIGURATION.partition("INVARIANTS")[2].split()) == INVARIANTS
    for each in INVARIANTS:
        assert re.search(rf"^{each} ==", MODEL, re.MULTILINE)
        assert each in RUN


@pytest.mark.parametrize(("version", "signer", "second"), [(V8, "CallManager", ""), (V9, "CallManager", "")])
def test_lists_are_signed_as_the_catalog_says_of_old_releases(version: str, signer: str, second: str) -> None:
    signing = facts(version).signing
    assert (signing.itl, signing.second) == (signer, second)
    assert (constants()["Signer"], constants()["Second"]) == (f'"{signer}"', '"none"')


@pytest.mark.parametrize("version", [V12, V15])
def test_and_of_new_ones(version: str) -> None:
    signing = facts(version).signing
    assert f's/"{names.CALLMANAGER}"/"{signing.itl}"/;s/"none"/"{signing.second}"/' in RUN
    assert facts(version).owners(names.ITLRECOVERY) == "publisher"


@pytest.mark.parametrize(("release", "types"), [("9.1", 2), ("12.5", 3)])
def test_what_tlc_says_of_the_guard_prove_says_too(release: str, types: int) -> None:
    both = ("pub", "sub1")
    renewals: list[list[Deed]] = [[night.Renew("CallManager", node) for node in both]]
    renewals += [[night.Renew("TVS", node) for node in both], [night.Renew("ITLRecovery", "pub")]]
    guard: list[Deed] = [night.Synchronise(), night.Wave(complete=True)]
    assert not strands(release, [deed for each in renewals[:types] for deed in (*each, *guard)])
    assert strands(release, [deed for each in renewals[:types] for deed in each])


def strands(release: str, deeds: list[Deed]) -> bool:
    small = ground(release, ("pub", "sub1"), ("pub", "sub1"))
    stages = tuple(Stage("", "", deed) for deed in deeds)
    return bool(search(small, stages, frames(small, stages), small.classes[0]).lost)
