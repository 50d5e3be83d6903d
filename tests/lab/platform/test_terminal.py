"""The line discipline and the two pagers (interfaces.md §1.2, §1.3)."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.platform import pager
from ringtrust.lab.platform.terminal import HangupError, InterruptError, Terminal
from tests.support.clusters import bench, small
from tests.support.console import Console
from tests.support.live import live


class _Screen:
    def __init__(self, rows: int = 24) -> None:
        self.shown = ""
        self.terminal = Terminal(self._show, rows)

    def _show(self, text: str) -> None:
        self.shown += text


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("show itl\r", "show itl"),
        ("show itl\n", "show itl"),
        ("sohw\x7f\x7f\x7fhow\r", "show"),
        ("wrong\x15right\r", "right"),
        ("a\x1b[Ab\x1bxc\r", "abc"),
        ("\x7fx\x00\x07\r", "x"),
        ("a\x1b[\r", "a"),
        ("zażółć\r", "zażółć"),
    ],
    ids=["CR", "LF", "erase", "erase all", "arrow keys", "nothing to erase", "half of an arrow key", "other letters"],
)
@live
async def test_a_line_is_what_was_typed_after_all(typed: str, line: str) -> None:
    screen = _Screen()
    screen.terminal.feed(typed)
    assert await screen.terminal.line("admin:") == line
    assert screen.shown.startswith("admin:")
    assert screen.shown.endswith("\r\n")


@live
async def test_cr_lf_is_one_line_end() -> None:
    screen = _Screen()
    screen.terminal.feed("one\r\ntwo\r\n")
    assert [await screen.terminal.line(""), await screen.terminal.line("")] == ["one", "two"]


@live
async def test_whoever_hangs_up_is_gone_and_what_was_typed_before_the_end_is_still_read() -> None:
    screen = _Screen()
    screen.terminal.feed("one\r")
    screen.terminal.end()
    assert await screen.terminal.line("") == "one"
    with pytest.raises(HangupError):
        await screen.terminal.line("")


@live
async def test_ctrl_c_at_the_prompt_leaves_the_line() -> None:
    screen = _Screen()
    screen.terminal.feed("half\x03")
    with pytest.raises(InterruptError):
        await screen.terminal.line("")


@given(st.text(max_size=60))
def test_any_characters_end_in_a_line_or_an_interrupt(typed: str) -> None:
    async def _read() -> None:
        screen = _Screen()
        screen.terminal.feed(f"{typed}\r")
        screen.terminal.end()
        try:
            line = await screen.terminal.line("")
        except (InterruptError, HangupError):
            return
        assert line.isprintable()
        assert len(line) <= len(typed)

    asyncio.run(_read())


async def _paged(keys: str, count: int, rows: int = 5) -> str:
    screen = _Screen(rows)
    screen.terminal.feed(keys)
    await pager.show(screen.terminal, [f"line {number}" for number in range(1, count + 1)], paged=True)
    return screen.shown


QUESTION = "\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit\x1b[0m\x1b[K"


@live
async def test_a_long_answer_stops_at_every_page() -> None:
    shown = await _paged(" ", 8)
    assert shown.split(QUESTION)[0] == "line 1\r\nline 2\r\nline 3\r\nline 4\r\n"
    assert shown.count(QUESTION) == 1
    assert "line 8" in shown


@live
async def test_enter_shows_a_line_more_q_ends_it_and_other_keys_do_nothing() -> None:
    shown = await _paged("\rxq", 20)
    assert shown.count(QUESTION) == 2
    assert "line 5" in shown
    assert "line 6" not in shown


@live
async def test_a_screen_of_one_row_shows_a_line_at_a_time() -> None:
    shown = await _paged("   ", 3, rows=1)
    assert "line 3" in shown


@live
async def test_a_short_answer_is_not_paged() -> None:
    assert QUESTION not in await _paged("", 4)


@live
async def test_file_view_goes_forward_and_back_twenty_lines_at_a_time() -> None:
    screen = _Screen()
    screen.terminal.feed("nnpbxeq")
    await pager.view(screen.terminal, [f"line {number}" for number in range(1, 46)])
    asked = [part.split(")")[0] for part in screen.shown.split("(lines ")[1:]]
    assert asked == [
        *("1 - 20 of 45", "21 - 40 of 45", "41 - 45 of 45", "21 - 40 of 45", "1 - 20 of 45", "41 - 45 of 45"),
    ]
    assert "\x1b[1m\r\noptions: q=quit, n=next, p=prev, b=begin, e=end (lines 1 - 20 of 45) : \x1b[0m" in screen.shown
    assert screen.shown.count("end of the file reached") == 2


@live
async def test_ctrl_c_ends_a_command_and_what_it_changed_stays_changed() -> None:
    made = bench(small(phones=0))
    console = Console(made)
    await console.types("utils service restart Cisco Tftp\r")
    shown = await console.types("\x03")
    assert "Control-C pressed" in shown
    assert shown.endswith("admin:")
    assert "Cisco Tftp[STARTING]" in await console.runs("utils service list")
    made.time.advance(60)
    assert "Cisco Tftp[STARTED]" in await console.runs("utils service list")


@live
async def test_ctrl_c_that_was_typed_ahead_of_a_question_leaves_the_question() -> None:
    made = bench(small(phones=0))
    before = made.cluster.publisher.identities["CallManager"]
    console = Console(made)
    shown = await console.types("set cert regen CallManager\r\x03")
    assert "Control-C pressed" in shown
    assert shown.endswith("admin:")
    assert made.cluster.publisher.identities["CallManager"] is before
    assert "Active Master Version" in await console.runs("show version active")


@live
async def test_what_was_typed_ahead_by_somebody_who_has_gone_is_not_carried_out() -> None:
    made = bench(small(phones=0))
    console = Console(made)
    await console.types("utils service restart Cisco Tftp\rutils service stop Cisco Tftp\r")
    console.terminal.hang_up()
    await console.running
    made.time.advance(60)
    assert made.cluster.publisher.services.running("Cisco Tftp")


@live
async def test_a_screen_that_nobody_reads_is_waited_for() -> None:
    console = Console(bench(small(phones=0)))
    await console.runs("show version active")
    console.terminal.pause()
    shown = await console.types("show cert list own\r")
    assert shown.count("Self-signed") == 1
    console.terminal.resume()
    assert (await console.types("")).count("Self-signed") == 4


@live
async def test_who_leaves_in_the_middle_of_a_command_leaves_nothing_running() -> None:
    console = Console(bench(small(phones=0)))
    await console.types("utils service restart Cisco Tftp\r")
    console.terminal.hang_up()
    await console.running
    assert console.running.done()


@live
async def test_quit_and_exit_end_the_session() -> None:
    for word in ("quit", "exit"):
        console = Console(bench(small(phones=0)))
        await console.types(f"{word}\r")
        await console.running
