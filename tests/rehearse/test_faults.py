"""Faults are read as they are written, and whatever is no fault is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import RefusedError
from ringtrust.prove.runbook import SHORT
from ringtrust.rehearse.faults import (
    Fault,
    NodeDies,
    PhonesOff,
    ReplicationStalls,
    RestartFails,
    SshDrops,
    fault_text,
    read_fault,
    refuse_unfit,
)
from tests.rehearse.plans import planned
from tests.support.clusters import small

_names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
_steps = st.integers(1, 9998)
_seconds = st.integers(1, 48 * 3600)
_faults: st.SearchStrategy[Fault] = st.one_of(
    st.builds(NodeDies, _steps, _names, _seconds),
    st.builds(RestartFails, _steps, st.sampled_from(sorted(SHORT.values())), _names, _seconds),
    st.builds(ReplicationStalls, _steps, _seconds),
    _steps.flatmap(lambda step: st.builds(PhonesOff, st.just(step), st.integers(1, 100), st.integers(step + 1, 9999))),
    st.builds(SshDrops, _steps),
)


@given(_faults)
def test_a_fault_is_read_as_it_is_written(fault: Fault) -> None:
    assert read_fault(fault_text(fault)) == fault


@given(st.one_of(st.text(max_size=60), st.from_regex(r"(node|restart|off|ssh)=?.{0,9}@step:.{0,12}", fullmatch=True)))
def test_whatever_is_typed_is_a_fault_or_is_refused(text: str) -> None:
    try:
        fault = read_fault(text)
    except RefusedError as error:
        assert error.what
        assert error.advice
    else:
        assert read_fault(fault_text(fault)) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("node=sub1@step:7", NodeDies(7, "sub1", 1800)),
        ("node=sub1@step:7+90s", NodeDies(7, "sub1", 90)),
        ("restart=tftp@sub1:step:9", RestartFails(9, "Cisco Tftp", "sub1", 600)),
        ("restart=Cisco Tomcat@pub:step:9+1h", RestartFails(9, "Cisco Tomcat", "pub", 3600)),
        ("replication@step:5+2h", ReplicationStalls(5, 7200)),
        ("off=10%@step:3-step:9", PhonesOff(3, 10, 9)),
        ("ssh@step:6", SshDrops(6)),
    ],
)
def test_what_is_left_out_has_a_value(text: str, fault: Fault) -> None:
    assert read_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fire@step:1", "is no fault that can be rehearsed"),
        ("restart=espresso@sub1:step:9", "'espresso' is none"),
        ("off=0%@step:3-step:9", "no share of phones"),
        ("off=10%@step:9-step:9", "ends before it begins"),
        ("replication@step:5+49h", "no time that a night has"),
    ],
)
def test_what_cannot_be_is_refused(text: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        read_fault(text)


@pytest.mark.parametrize(
    ("text", "said", "advice"),
    [
        ("ssh@step:900", "a step that the plan does not have", "ringtrust plan"),
        ("node=sub9@step:2", "'sub9' is none", "pub, sub1, sub2"),
        ("off=10%@step:2-step:900", "ends at a step that the plan does not have", "earlier"),
        ("restart=tftp@pub:step:2", "does not fit step 2, which is to regenerate TVS on pub", "steps 4"),
        ("ssh@step:1", "no line can be cut in it", "steps 2, 3"),
    ],
)
def test_a_fault_that_meets_nothing_in_a_plan_is_refused(text: str, said: str, advice: str) -> None:
    plan = planned(small("campus-12.5"), "TVS@pub")
    with pytest.raises(RefusedError, match=said) as refused:
        refuse_unfit(read_fault(text), plan)
    assert advice in refused.value.advice
