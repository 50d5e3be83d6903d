"""From random wrecks: whom the proof brings back comes back, and everybody else is named. `make soak` plays many."""

import os
from collections import Counter
from typing import Final

import pytest

from ringtrust.plan.recover.reached import Return
from tests.plan.recover.carried import recovered
from tests.plan.recover.wrecks import wreck

SOAK: Final = "RINGTRUST_SOAK" in os.environ
WRECKS: Final = 120 if SOAK else 8
"""A third each careless, half-done and expired; one in four in mixed mode where it has more than a node."""


@pytest.mark.timeout(3600 if SOAK else 300)
def test_whom_the_proof_brings_back_comes_back_and_all_others_are_named() -> None:
    said: Counter[Return] = Counter()
    back, plans, wrong = 0, 0, []
    for number in range(WRECKS):
        made = wreck(number)
        program = " / ".join(made.scene.log)
        outcome = recovered(made.scene)
        said += outcome.said
        back += outcome.back
        plans += outcome.plans
        wrong += [f"wreck {number}, {made.kind}: {text}\n  {program}" for text in outcome.wrong]
    told = ", ".join(f"{count} {how.name.lower()}" for how, count in said.most_common())
    print(f"{WRECKS} wrecks, {sum(said.values())} phones, {plans} plans carried out: {told}; {back} are back")  # noqa: T201
    assert not wrong, "\n".join(wrong[:10])
    assert said[Return.BACK] > said[Return.PERHAPS]
