"""What `ringtrust apply` says: which step, which gate, what was seen, what to do next; and its exit status."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.apply.news import (
    Acted,
    Began,
    Ending,
    Finished,
    GaveUp,
    GoesOn,
    Judged,
    Looks,
    News,
    Resumed,
    Settled,
    StoppedAtAct,
    StoppedAtGate,
    Waiting,
)
from ringtrust.apply.status import status_of
from ringtrust.change.act import Act, ClientCtl, HandOver, Regenerate, ResetPhones, Restart
from ringtrust.change.gate import CertificateIs, Gate, PhonesBack, PhonesCurrent, ReplicationGood
from ringtrust.change.outcome import Done, Failed, NotYet, Outcome, Passed, Refused, Unclear, Unknown, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.cli.apply.ending import ending_document, ending_lines
from ringtrust.cli.apply.text import Teller
from ringtrust.journal.records import Intended
from tests.journal.material import ACTS, NOW, OUTCOMES, REGENERATE, VERDICTS, a_plan

GATE = Gate(ReplicationGood(), "the database of every node follows")
STEP = Step(7, "TVS", REGENERATE, "It expires.", before=(GATE,))
BY_HAND = Step(9, "backup", HandOver("take a new DRS backup"), "")
PLAN = a_plan(STEP, BY_HAND)
BY_CLIENT = Step(4, "CallManager", ClientCtl(("SAST-ADN1",)), "", command="Choose Update CTL File; Next.")
EVIL = "sub1\n\x1b[2JDone: every step of the plan\r\x9b1m"

Told = Callable[..., tuple[str, str]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What stands on standard output and on standard error after some news; neither is a terminal here."""

    def _told(*news: News, quiet: bool = False, plan: Plan = PLAN) -> tuple[str, str]:
        with Teller(plan, quiet=quiet) as teller:
            for each in news:
                teller.tell(each)
        return tuple(capsys.readouterr())  # type: ignore[return-value]

    return _told


def _ended(ending: Ending, plan: Plan = PLAN) -> str:
    lines = list(ending_lines(ending, plan))
    assert lines[0] == ""
    return "\n".join(lines[1:])


def _at_gate(verdict: Verdict, step: Step = STEP, *, acted: bool = True) -> StoppedAtGate:
    return StoppedAtGate(3, step, GATE, verdict, acted)


def _at_act(outcome: Outcome, *, acted: bool = True) -> StoppedAtAct:
    return StoppedAtAct(3, STEP, outcome, acted)


# --- on the way ---


def test_a_step_is_a_line_with_its_number_and_what_is_done(told: Told) -> None:
    out, _ = told(Began(STEP))
    assert re.fullmatch(r"\d\d:\d\d:\d\d   7/2  regenerate TVS on pub\n", out)


def test_a_plan_that_was_begun_before_says_how_far_it_was(told: Told) -> None:
    assert told(Resumed(4, 9))[0] == "This plan was begun before: 4 of 9 steps are done. It goes on from there.\n"


def test_what_was_done_says_what_is_there_now(told: Told) -> None:
    assert told(Acted(STEP, Done(("Successfully regenerated.", "Serial 0A is now 0B."))))[0].strip() == (
        "Serial 0A is now 0B."
    )


@pytest.mark.parametrize("outcome", [Refused(("The node says no.", "Ask it.")), Unclear(("The node says no.", ""))])
def test_what_was_not_done_says_why(told: Told, outcome: Outcome) -> None:
    assert told(Acted(STEP, outcome))[0].strip() == "The node says no."


def test_an_act_without_a_word_is_no_empty_line(told: Told) -> None:
    assert told(Acted(STEP, Done()), Acted(STEP, Refused(("", ""))))[0] == ""


@pytest.mark.parametrize(("verdict", "word"), [(Passed(), "ok"), (Failed(), "FAILED"), (Unknown(), "UNKNOWN")], ids=str)
def test_a_gate_says_how_it_was_judged(told: Told, verdict: Verdict, word: str) -> None:
    assert told(Judged(STEP, GATE, verdict))[0].strip() == f"{word}: the database of every node follows"


def test_that_phones_hold_their_list_is_said_with_by_what_that_is_known(told: Told) -> None:
    gate = Gate(PhonesCurrent(), "every phone holds a list of now")
    passed = Passed(("All 6 phones hold a list that is served now.", "That is known of 6 by their web pages."))
    said = [line.strip() for line in told(Judged(STEP, gate, passed))[0].splitlines()]
    assert said == ["ok: every phone holds a list of now", "That is known of 6 by their web pages."]
    assert len(told(Judged(STEP, gate, Failed(passed.evidence)))[0].splitlines()) == 1  # the ending says the rest


def test_what_is_given_up_is_told_before_anything_is_done(told: Told) -> None:
    lines = told(GaveUp(4, (Step(8, "TVS", Restart("Cisco Tftp", "pub", "TVS"), ""),)))[0].splitlines()
    assert lines == [
        "Run 4 is given up. Unless somebody has done it, this is still due from it:",
        "  restart Cisco Tftp on pub",
    ]


def test_what_is_given_up_is_told_beside_the_document_too(told: Told) -> None:
    out, err = told(GaveUp(4, (Step(8, "TVS", Restart("Cisco Tftp", "pub", "TVS"), ""),)), quiet=True)
    assert (out, "restart Cisco Tftp on pub" in err) == ("", True)


def test_where_it_goes_on_is_told(told: Told) -> None:
    assert "7/2  regenerate TVS on pub: done before; its gates once more" in told(GoesOn(STEP))[0]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (REGENERATE, "regenerate TVS on pub"),
        (Restart("Cisco Tftp", "pub", "TVS"), "restart Cisco Tftp on pub"),
        (ResetPhones(), "reset all phones"),
    ],
)
def test_what_nobody_wrote_down_is_told_with_what_was_found(told: Told, act: Act, words: str) -> None:
    intended = Intended(1, 1, 7, act, "0A", NOW)
    looking = told(Looks(intended))[0].splitlines()
    assert f"it had begun to {words}, at 2026-11-24 20:00:00 UTC" in looking[0]
    lines = told(Settled(intended, Done(("It has happened: the serial number is 0B.", ""))))[0].splitlines()
    assert lines[-1] == "It has happened: the serial number is 0B."
    assert ("its serial number was 0A" in lines[0]) == isinstance(act, Regenerate)


def test_waiting_is_told_now_and_then_where_nobody_sits_and_anew_for_every_gate(told: Told) -> None:
    def waiting(seconds: int) -> Waiting:
        return Waiting(STEP, Gate(GATE.condition, GATE.what, patience=28800), NotYet(("sub1 lags.",)), seconds)

    out, err = told(*map(waiting, range(0, 1000, 10)))
    assert out == ""
    lines = err.splitlines()
    assert len(lines) == 4
    assert lines[0].strip() == "waiting 0 s of 8 h: sub1 lags. (the database of every node follows)"
    _, err = told(waiting(0), Judged(STEP, GATE, Passed()), waiting(1))
    assert len(err.splitlines()) == 2


def test_for_a_program_there_is_no_text_beside_the_document(told: Told) -> None:
    assert told(Began(STEP), Judged(STEP, GATE, Passed()), Acted(STEP, Done(("x",))), quiet=True)[0] == ""


# --- the end ---


def test_the_end_says_what_is_left_for_a_person_and_how_to_look_again() -> None:
    text = _ended(Finished(3))
    assert "every step of the plan, and every gate passed (run 3)" in text
    assert "Left for you: take a new DRS backup." in text
    assert "ringtrust verify campus --against PLAN" in text
    assert "Left for you" not in _ended(Finished(3), a_plan(BY_HAND, STEP))


@pytest.mark.parametrize(
    ("verdict", "how"),
    [(Failed(("sub1 is broken.",)), "it is not so that"), (Unknown(("pub is silent.",)), "nobody can tell whether")],
)
@pytest.mark.parametrize("acted", [False, True])
def test_a_gate_that_does_not_pass_says_where_what_and_what_to_do(verdict: Verdict, how: str, acted: bool) -> None:
    text = _ended(_at_gate(verdict, acted=acted))
    assert text.startswith(f"Stopped at step 7, regenerate TVS on pub: {how} {GATE.what} (G-DBR).\n")
    assert verdict.evidence[0] in text
    assert "What to do: mend that, then call apply again with the same plan" in text
    assert ("Nothing has been changed so far." in text) is not acted
    assert ("renew nothing by hand" in text) is acted


def test_what_somebody_else_has_renewed_stops_a_plan_for_good_and_needs_what_the_plan_would_have_done() -> None:
    still = Gate(CertificateIs("TVS", "pub", "0A"), "TVS of pub is the one that was scanned")
    step = Step(7, "TVS", REGENERATE, "It expires.", before=(still,))
    plan = a_plan(step, Step(8, "TVS", Restart("Cisco Tftp", "pub", "TVS"), ""), Step(9, "TVS", ResetPhones(), ""))
    text = _ended(StoppedAtGate(3, step, still, Failed(("It has 0B now.",)), acted=True), plan)
    assert "What to do: find out who renewed TVS of pub. Due is, as far as nobody has done it since: " in text
    assert "since: restart Cisco Tftp on pub; reset all phones. " in text
    assert "scan and plan anew, and apply that with --instead-of 3: this plan is stuck" in text
    assert "call apply again" not in text
    assert "call apply again" in _ended(StoppedAtGate(3, step, still, Unknown(("pub is silent.",)), acted=True), plan)


def test_what_is_owed_from_elsewhere_is_said_too() -> None:
    owed = (Step(8, "TVS", Restart("Cisco CTIManager", "pub", "CallManager"), ""), Step(9, "TVS", ResetPhones(), ""))
    still = Gate(CertificateIs("TVS", "pub", "0A"), "TVS of pub is the one that was scanned")
    stuck = _ended(StoppedAtGate(3, STEP, still, Failed(("It has 0B now.",)), acted=True, owed=owed))
    assert "since: restart Cisco CTIManager on pub; reset all phones. Do it" in stuck
    away = Gate(PhonesBack(), "the phones are back")
    text = _ended(StoppedAtGate(3, STEP, away, Failed(("1 of 2 phones is registered.",)), acted=True, owed=owed))
    assert "If a phone stays away for good, do by hand what is due (restart Cisco CTIManager on pub; reset all" in text
    assert "plan with --stragglers, and apply that with --instead-of 3." in text


def test_what_a_person_has_to_do_is_said_to_him() -> None:
    assert "What to do: see to it, then call apply again" in _ended(_at_gate(Failed(), BY_HAND))


def test_an_act_that_was_refused_says_why() -> None:
    text = _ended(_at_act(Refused(("The node says no.", "Ask it.", "")), acted=False))
    assert text.startswith("Stopped at step 7, regenerate TVS on pub: the cluster did not do it.\n")
    assert "  The node says no.\n  Ask it.\nWhat to do: mend that" in text
    assert "Nothing has been changed so far." in text


def test_an_act_that_is_unclear_says_that_the_next_apply_looks_first() -> None:
    text = _ended(_at_act(Unclear(("It babbles.",))))
    assert "nobody knows what became of it" in text
    assert "  It babbles.\n" in text
    assert "call apply again with the same plan: it looks at the cluster before it does anything else" in text
    assert "Nothing has been changed" not in text


def test_a_program_is_told_the_same() -> None:
    assert ending_document(Finished(3, ("G-ALM of step 1, by anna",))) == {
        "format": "ringtrust.apply/1",
        "run": 3,
        "finished": True,
        "acted": True,
        "let_pass": ["G-ALM of step 1, by anna"],
    }
    assert ending_document(_at_gate(Unknown(("pub is silent.", "")), acted=False)) == {
        "format": "ringtrust.apply/1",
        "run": 3,
        "finished": False,
        "acted": False,
        "step": 7,
        "title": "regenerate TVS on pub",
        "gate": {"code": "G-DBR", "what": GATE.what, "verdict": "unknown"},
        "evidence": ["pub is silent."],
    }
    document = ending_document(_at_act(Unclear(("It babbles.",))))
    assert (document["outcome"], document["acted"], document["evidence"]) == ("unclear", True, ["It babbles."])


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        (Finished(1), 0),
        (_at_gate(Unknown(), acted=False), 3),
        (_at_gate(Unknown(), acted=True), 4),
        (_at_gate(Failed(), acted=False), 4),
        (_at_gate(Failed(), acted=True), 4),
        (_at_act(Refused(), acted=False), 4),
        (_at_act(Unclear()), 4),
    ],
)
def test_the_exit_status_tells_whether_it_is_done_half_done_or_could_not_begin(ending: Ending, status: int) -> None:
    assert status_of(ending) == status


# --- foreign text ---


def _harmless(text: str) -> None:
    assert all(line.isprintable() for line in text.split("\n"))


def test_what_a_cluster_says_is_shown_and_not_obeyed(told: Told) -> None:
    step = Step(7, "TVS", HandOver(EVIL), "")
    gate = Gate(ReplicationGood(), EVIL)
    settled = Settled(Intended(1, 1, 7, Regenerate(EVIL, EVIL, "", ""), EVIL, NOW), Unclear((EVIL,)))
    acted, judged = Acted(step, Done((EVIL,))), Judged(step, gate, Failed((EVIL,)))
    out, err = told(Began(step), acted, judged, settled, Waiting(step, gate, NotYet((EVIL,)), 1))
    for text in (out, err):
        _harmless(text)
        assert r"sub1\n\x1b[2JDone" in text
        assert not any(line.startswith("Done") for line in text.splitlines())
    for ending in (
        StoppedAtGate(1, step, gate, Failed((EVIL,)), acted=True),
        StoppedAtAct(1, step, Refused((EVIL,)), acted=True),
    ):
        text = _ended(ending)
        _harmless(text)
        assert not any(line.startswith("Done") for line in text.splitlines())
        assert EVIL in json.loads(json.dumps(ending_document(ending)))["evidence"]


@given(act=ACTS, outcome=OUTCOMES, verdict=VERDICTS, what=st.text(), before=st.text())
def test_whatever_stands_in_plans_and_answers_there_is_a_text(
    act: Act, outcome: Outcome, verdict: Verdict, what: str, before: str
) -> None:
    step, gate = Step(1, "", act, ""), Gate(ReplicationGood(), what)
    plan = a_plan(step, cluster=what)
    teller = Teller(plan, quiet=True)
    intended = Intended(1, 1, 1, act, before, NOW)
    for news in (Began(step), Acted(step, outcome), Judged(step, gate, verdict), Settled(intended, outcome)):
        assert all(isinstance(line, str) for line in teller._lines(news))
    for ending in (
        Finished(1),
        StoppedAtGate(1, step, gate, verdict, acted=True),
        StoppedAtAct(1, step, outcome, acted=False),
    ):
        _harmless(_ended(ending, plan))
        assert json.dumps(ending_document(ending))


def test_what_a_person_has_to_click_stands_there_while_it_is_waited_for(told: Told) -> None:
    """S72: a CTL client asks for a dozen things, and the plan may be on another machine."""
    for news in (Began(BY_CLIENT), GoesOn(BY_CLIENT)):
        out, _ = told(news)
        assert "You: Choose Update CTL File; Next." in out
    assert "You:" not in told(Began(STEP))[0]
