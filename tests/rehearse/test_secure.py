"""Everything renewed on a cluster in mixed mode: every secure phone is in again in the end, with an LSC of now."""

import pytest

from ringtrust.change.rehearsal import Mustered
from tests.rehearse.plans import first_wave, off_through_the_first_wave, planned, rehearsed
from tests.support.clusters import small

PHONES = 200
OFF = PHONES // 10
WITHOUT_TVS = PHONES // 20
WITH_LSC = 172  # all but ten non-secure phones and four with a MIC alone in each CM group


@pytest.mark.shows("S169")
@pytest.mark.parametrize("name", ["secure-9.1", "secure-11.5", "secure-14"])
def test_everything_is_renewed_and_every_lsc_is_of_the_capf_of_now(name: str) -> None:
    """A tenth of the phones miss the first wave, and a twentieth know no TVS. `make bench` has 1,000 phones."""
    plan = planned(small(name, PHONES), "all")
    found = rehearsed(plan, off_through_the_first_wave(plan))
    assert found.well, found.stops
    assert (found.lost, found.barred, plan.stragglers) == (0, 0, ())
    assert [step.number for step in found.steps] == [step.number for step in plan.steps]

    assert found.waves[0].phones == PHONES - OFF
    assert [(stop.step, stop.done) for stop in found.stops] == [(first_wave(plan), f"switched {OFF} phones on again")]
    assert sum(each.phones for each in plan.ground.classes if not each.asks) == WITHOUT_TVS

    assert sum(each.lscs for each in found.muster) == WITH_LSC
    assert [each for each in found.muster if not _all_is_of_now(each)] == []


def _all_is_of_now(each: Mustered) -> bool:
    """Every phone of a class is registered, with the lists of now, and every LSC is of the CAPF of now."""
    return each.phones == each.registered == each.current and each.lscs == each.new_lscs
