"""Conversations with a terminal: what it shows, piece by piece, and what is made of it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.platform import dialogue as module
from ringtrust.connect.platform.dialogue import Answered, Asked, Dialogue, Event, Keys, clean
from ringtrust.errors import UnreadableError

BANNER = "Command Line Interface is starting up, please wait ...\r\n\r\n   Welcome to the Platform\r\n"
PAGER = "\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit\x1b[0m\x1b[K"
VIEWER = "\x1b[1m\r\noptions: q=quit, n=next, p=prev, b=begin, e=end (lines 1 - 20 of {total}) : \x1b[0m"
QUESTION = "Proceed with regeneration (yes|no)? "


def greeted(prompt: str = "admin:") -> Dialogue:
    made = Dialogue()
    assert isinstance(made.feed(f"{BANNER}\r\n{prompt}"), Answered)
    return made


def hears(made: Dialogue, *pieces: str) -> Event:
    """What the last piece leads to; the ones before lead to nothing."""
    *before, last = pieces
    for piece in before:
        assert made.feed(piece) is None, piece
    event = made.feed(last)
    assert event is not None
    return event


def test_an_answer_stands_between_the_echo_and_the_next_prompt() -> None:
    made = greeted()
    assert made.say("show version active") == "show version active\n"
    event = hears(made, "show ver", "sion active\r\nActive Master Ver", "sion: 9.1.2.12901-3\r\n", "admin:")
    assert event == Answered("Active Master Version: 9.1.2.12901-3\n")


def test_a_second_prompt_that_comes_late_ends_no_answer() -> None:
    made = greeted()
    made.say("show itl")
    assert hears(made, "\r\n\radmin:", "show itl\r\nno list\r\nadmin:") == Answered("no list\n")


def test_an_answer_may_be_empty() -> None:
    made = greeted()
    made.say("set cli pagination off")
    assert hears(made, "set cli pagination off\r\nadmin:") == Answered("")


@pytest.mark.parametrize("prompt", ["admin:", "operator.1:", "op-2:"])
def test_the_first_prompt_is_remembered_and_nothing_else_is_taken_for_it(prompt: str) -> None:
    made = greeted(prompt)
    made.say("show status")
    event = hears(made, "show status\r\nUptime:", "\r\nother:", f"\r\n{prompt}")
    assert event == Answered("Uptime:\nother:\n")


def test_a_prompt_within_a_line_is_none() -> None:
    made = greeted()
    made.say("show x")
    assert hears(made, "show x\r\nlogged in as admin:", "\r\nadmin: ") == Answered("logged in as admin:\n")


def test_pagers_are_paged_through_and_leave_no_trace() -> None:
    made = greeted()
    made.say("show itl")
    assert hears(made, f"show itl\r\none\r\n{PAGER}") == Keys(" ")
    assert hears(made, "\r\x1b[Ktwo\r\nadmin:") == Answered("one\ntwo\n")


def test_a_file_is_viewed_to_its_end_and_left() -> None:
    made = greeted()
    made.say("file view activelog a")
    assert hears(made, "file view activelog a\r\none\r\n" + VIEWER.format(total=40)) == Keys("n")
    end = "n\r\ntwo\r\nend of the file reached\r\n" + VIEWER.format(total=20)
    assert hears(made, end) == Keys("q")
    assert isinstance(hears(made, "q\r\nadmin:"), Answered)


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("Proceed with regeneration (yes|no)? ", "yes"),
        ("Do you want to use the same certificate for tomcat-client (yes|no) ? ", "yes"),
        ("Do you wish to proceed (yes|no)? ", "yes"),
        ("This operation will update the CTLFile. Do you want to continue? (y/n):", "y"),
        ("Continue (y/n)?", "y"),
        ("Enter (yes/no)? ", "yes"),
        ('Enter "y" followed by return to continue: ', "y"),
        ("Would you like to proceed [y/n]? ", "y"),
    ],
)
def test_a_question_is_handed_up_with_the_word_for_yes(question: str, yes: str) -> None:
    made = greeted()
    made.say("set cert regen tomcat")
    event = hears(made, "set cert regen tomcat\r\n", "\r\nWARNING: it will\r\n", question)
    assert isinstance(event, Asked)
    assert event.question.yes == yes
    assert made.answer(yes) == f"{yes}\n"
    answer = hears(made, f"{yes}\r\n", "Successfully Regenerated Certificate for tomcat.\r\nadmin:")
    assert isinstance(answer, Answered)
    assert "Successfully Regenerated Certificate for tomcat." in answer.text


def test_a_question_is_asked_once_only() -> None:
    made = greeted()
    made.say("set cert regen tomcat")
    assert isinstance(hears(made, f"set cert regen tomcat\r\n{QUESTION}"), Asked)
    made.answer("yes")
    assert made.feed("yes\r\n") is None


def test_nothing_is_an_answer_before_the_first_prompt() -> None:
    made = Dialogue()
    assert made.feed("Command Line Interface is starting up, please wait ...\r\n") is None
    assert made.feed("VMware Installation:\r\n\t2 vCPU: x\r\n") is None
    assert isinstance(made.feed("\r\nadmin:"), Answered)


def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHARACTERS_AT_MOST", 1000)
    made = greeted()
    made.say("show itl")
    made.feed("x" * 999)
    with pytest.raises(UnreadableError, match="does not end"):
        made.feed("xx")


def test_what_a_person_would_see_has_nothing_that_terminals_obey() -> None:
    assert clean("a\x1b[31mb\x07\r\nold\rnew\r\r\n\x00c") == "ab\nnew\nc"


PASTE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def test_a_certificate_is_pasted_where_it_is_asked_for_and_ended_by_an_empty_line() -> None:
    made = greeted()
    assert made.say("set cert import own tomcat", PASTE) == "set cert import own tomcat\n"
    assert made.silence_means == "nothing"  # before its echo nobody knows whether the command is there
    assert made.quiet() is None
    event = hears(made, "set cert import own tomcat\r\n", "Paste the Certificate and ", "Hit Enter\r\n")
    assert event == Keys(f"{PASTE}\n")
    done = hears(made, PASTE.replace("\n", "\r\n"), "Successfully imported certificate for tomcat.\r\nadmin:")
    assert isinstance(done, Answered)
    assert (made.silence_means, made.quiet()) == ("nothing", None)


def test_a_silent_node_is_given_the_certificate_and_then_its_end_each_once() -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    assert made.feed("set cert import own tomcat\r\n") is None
    assert made.quiet() == Keys(f"{PASTE}\n")
    assert made.feed(PASTE.replace("\n", "\r\n")) is None
    assert [made.quiet(), made.quiet()] == [Keys("\x04"), None]
    made.say("show itl")
    assert made.feed("show itl\r\nPaste the Certificate and Hit Enter\r\n") is None
    assert made.quiet() is None


UNKNOWN = "Certificates of other nodes will be replaced. Type the platform password to confirm: "


@pytest.mark.parametrize(
    ("shown", "meaning"),
    [
        ("", "paste"),
        ("\r\n\x1b[0m\x07  \r\n", "paste"),
        (UNKNOWN, "asked"),
        (f"Reading.\r\n{UNKNOWN}", "asked"),
        ("Certificates of other nodes will be replaced.\r\n", "nothing"),
        ("x" * 100_000 + "\r\n", "nothing"),
    ],
)
def test_a_certificate_goes_unasked_only_to_a_node_that_has_said_nothing(shown: str, meaning: str) -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    assert made.feed(f"set cert import own tomcat\r\n{shown}") is None
    assert made.silence_means == meaning
    match made.quiet():
        case Asked(question=question):
            assert (meaning, question.text, question.yes) == ("asked", UNKNOWN.strip(), "")
        case Keys(text=text):
            assert (meaning, text) == ("paste", f"{PASTE}\n")
        case None:
            assert meaning == "nothing"


@pytest.mark.parametrize(
    ("echo", "meaning"), [("yes\r\n", "paste"), ("yes", "asked"), ("", "nothing"), ("yes\r\nNow\r\n", "nothing")]
)
def test_after_an_answer_it_is_the_echo_of_that_after_which_silence_counts(echo: str, meaning: str) -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    assert isinstance(hears(made, f"set cert import own tomcat\r\n{QUESTION}"), Asked)
    made.answer("yes")
    assert made.feed(echo) is None
    assert made.silence_means == meaning


def test_the_end_of_a_certificate_is_typed_into_nothing_but_its_own_echo() -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    assert made.feed("set cert import own tomcat\r\n") is None
    assert isinstance(made.quiet(), Keys)
    assert made.feed(PASTE.replace("\n", "\r\n") + UNKNOWN) is None
    assert (made.silence_means, made.quiet()) == ("nothing", None)


ASKS_FOR_IT = "Paste the Certificate and Hit Enter\r\n"
ECHO = PASTE.replace("\n", "\r\n")
HALF = "-----BEGIN CERTIFICATE-----\r\n"
FAILED = "Could not acquire lock\r\nadmin:"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (True, QUESTION),
        (True, f"{HALF}{QUESTION}"),
        (True, f"{HALF}{FAILED}"),
        (False, QUESTION),
        (False, FAILED),
        (False, f"{HALF}{FAILED}"),
        (False, f"{ECHO}{QUESTION}"),
    ],
)
def test_what_comes_while_a_certificate_is_pasted_leaves_it_open_what_became_of_it(asked: bool, shown: str) -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    event = made.feed(f"set cert import own tomcat\r\n{ASKS_FOR_IT if asked else ''}") or made.quiet()
    assert event == Keys(f"{PASTE}\n")
    with pytest.raises(UnreadableError, match="nobody can tell what became of it"):
        made.feed(shown)


@pytest.mark.parametrize(
    ("asked", "shown"), [(True, f"{ECHO}admin:"), (True, FAILED), (False, f"{ECHO}admin:"), (False, f"{ECHO}{FAILED}")]
)
def test_what_comes_after_it_is_the_answer(asked: bool, shown: str) -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    event = made.feed(f"set cert import own tomcat\r\n{ASKS_FOR_IT if asked else ''}") or made.quiet()
    assert event == Keys(f"{PASTE}\n")
    assert isinstance(made.feed(shown), Answered)


def test_a_question_after_the_echo_of_a_certificate_that_was_asked_for_is_handed_up() -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    assert made.feed(f"set cert import own tomcat\r\n{ASKS_FOR_IT}") == Keys(f"{PASTE}\n")
    assert isinstance(made.feed(f"{ECHO}{QUESTION}"), Asked)
    made.answer("no")
    assert isinstance(made.feed("no\r\nadmin:"), Answered)


@pytest.mark.parametrize(
    "shown",
    [
        f"{ASKS_FOR_IT}It overwrites what is there. {QUESTION}",
        f"Next you will paste the certificate and hit enter.\r\n{QUESTION}",
    ],
)
def test_a_question_behind_the_words_that_ask_for_a_certificate_is_a_question(shown: str) -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    assert isinstance(made.feed(f"set cert import own tomcat\r\n{shown}"), Asked)


def test_nor_is_it_pasted_behind_them_when_more_was_said() -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    assert made.feed(f"set cert import own tomcat\r\n{ASKS_FOR_IT}{UNKNOWN}") is None
    assert made.silence_means == "asked"


@given(st.lists(st.sampled_from(["Paste the Certificate and Hit Enter", "\r\n", "admin:", QUESTION, PAGER, "x", "-"])))
def test_a_certificate_is_pasted_once_at_most_whatever_is_shown(pieces: list[str]) -> None:
    made = greeted()
    made.say("set cert import own tomcat", PASTE)
    typed = ""
    with contextlib.suppress(UnreadableError):
        for piece in ("set cert import own tomcat\r\n", *pieces):
            for event in (made.feed(piece), made.quiet() if piece == "-" else None):
                typed += event.text if isinstance(event, Keys) else ""
                if isinstance(event, Answered):
                    return
                if isinstance(event, Asked):
                    made.answer("no")
    assert typed.count("BEGIN CERTIFICATE") <= 1


@given(st.lists(st.text(max_size=40), max_size=8), st.data())
def test_how_the_text_is_cut_into_pieces_makes_no_difference(lines: list[str], data: st.DataObject) -> None:
    body = "".join(f"{line.replace(':', ';').replace('?', '.')}\r\n" for line in lines)
    whole = f"show x\r\n{body}admin:"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=6)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    made, again = greeted(), greeted()
    made.say("show x")
    again.say("show x")
    events = [event for piece in pieces if (event := made.feed(piece)) is not None]
    assert events == [again.feed(whole)]


@given(st.lists(st.text(max_size=60), max_size=20))
def test_whatever_a_terminal_shows_there_is_an_event_or_a_clear_refusal(pieces: list[str]) -> None:
    made = greeted()
    made.say("show x")
    for piece in ("show x\r\n", *pieces):
        event = made.feed(piece)
        if isinstance(event, Answered):
            assert not any(ord(character) < 32 and character not in "\t\n" for character in event.text)
