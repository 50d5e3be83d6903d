"""Whatever goes wrong on request, the person of the rehearsal mends it, apply goes on, and nobody is stranded."""

from ringtrust.change.act import Act, Regenerate, ResetPhones, Restart
from ringtrust.change.plan import Plan
from ringtrust.change.rehearsal import Rehearsal, StepRun
from tests.rehearse.plans import planned, rehearsed
from tests.support.clusters import small


def _plan() -> Plan:
    return planned(small("campus-9.1", 20), "CallManager@sub1", "TVS@sub1")


def _number(kind: type[Act], **fields: str) -> int:
    """The first step of this kind."""
    return next(
        step.number
        for step in _plan().steps
        if isinstance(step.act, kind) and all(getattr(step.act, name) == value for name, value in fields.items())
    )


def _went_well(found: Rehearsal, stops: int) -> None:
    assert found.well, found.stops
    assert len(found.stops) == stops
    assert found.applies == stops + 1


def _run(found: Rehearsal, number: int) -> StepRun:
    return next(step for step in found.steps if step.number == number)


def test_a_node_that_dies_is_waited_for_and_nothing_is_done_twice() -> None:
    number = _number(Regenerate, unit="TVS")
    found = rehearsed(_plan(), f"node=sub2@step:{number}+40m")
    _went_well(found, 1)
    assert found.stops[0].done == "waited until sub2 was back"
    assert _run(found, number).acts == 1
    assert _run(found, number).at + 2400 <= _run(found, number + 1).at


def test_a_node_that_dies_sends_its_phones_to_the_other_one_of_their_group() -> None:
    found = rehearsed(_plan(), f"node=sub2@step:{_number(ResetPhones)}+10m")
    assert found.well, found.stops
    assert all(each.registered == each.phones for each in found.muster)


def test_a_restart_that_does_not_come_up_is_started_by_a_person_and_done_once_more() -> None:
    number = _number(Restart, service="Cisco Tftp", node="sub1")
    found = rehearsed(_plan(), f"restart=tftp@sub1:step:{number}+15m")
    _went_well(found, 1)
    assert found.stops[0].step == number
    assert found.stops[0].done == "started Cisco Tftp on sub1, after 900 s"
    assert _run(found, number).acts == 2


def test_replication_that_stalls_stops_it_until_it_goes_on() -> None:
    found = rehearsed(_plan(), f"replication@step:{_number(Regenerate)}+2h")
    _went_well(found, 1)
    assert found.stops[0].done == "waited until replication went on"
    assert found.seconds > 2 * 3600


def test_phones_that_are_off_are_missed_by_the_gates_and_switched_on_again() -> None:
    found = rehearsed(_plan(), f"off=10%@step:{_number(ResetPhones)}-step:{len(_plan().steps)}")
    _went_well(found, 1)
    assert found.stops[0].why.startswith("G-REG")
    assert found.stops[0].done == "switched 2 phones on again"
    assert max(sample.phones.off for sample in found.samples) == 2


def test_phones_that_are_off_while_nothing_asks_for_them_come_back_by_themselves() -> None:
    number = _number(Restart, service="Cisco Trust Verification Service", node="sub1")
    found = rehearsed(_plan(), f"off=50%@step:{number}-step:{number + 1}")
    assert found.finished
    assert found.lost == 0


def test_a_line_that_is_cut_in_the_middle_of_a_renewal_leaves_no_second_renewal() -> None:
    number = _number(Regenerate, unit="CallManager")
    found = rehearsed(_plan(), f"ssh@step:{number}")
    _went_well(found, 1)
    assert found.stops[0].done == "called apply again, which looks first"
    assert _run(found, number).acts == 1


def test_a_line_that_is_cut_in_the_middle_of_a_restart_leaves_no_second_restart() -> None:
    """Its start time tells that it has happened, though nobody heard so."""
    number = _number(Restart, service="Cisco CallManager", node="sub1")
    found = rehearsed(_plan(), f"ssh@step:{number}")
    _went_well(found, 1)
    assert found.stops[0].done == "called apply again, which looks first"
    assert _run(found, number).acts == 1


def test_faults_come_together() -> None:
    first, wave = _number(Regenerate), _number(ResetPhones)
    faults = (f"ssh@step:{first}", f"node=pub@step:{wave}+20m", f"off=20%@step:{wave}-step:{wave + 1}")
    found = rehearsed(_plan(), *faults)
    assert found.well, found.stops
    assert found.faults == faults
