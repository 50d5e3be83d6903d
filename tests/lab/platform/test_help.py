"""`help`, `?` without Enter and TAB at the prompt (CLI guide 15, About CLI), and lines that nobody expects."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrust.lab.platform.shell import COMMANDS
from tests.support.clusters import Bench, bench, small
from tests.support.console import Console
from tests.support.live import live


def _console(release: str = "campus-12.5") -> Console:
    return Console(bench(small(release, phones=0)))


@live
async def test_tab_completes_what_is_begun_and_lists_what_may_follow() -> None:
    console = _console()
    await console.types("")
    assert await console.types("se\t") == "set "
    shown = await console.types("\t")
    assert shown.startswith("\naccount*\naccountlocking*\n")
    assert shown.endswith("\nadmin:set ")
    assert await console.types("cert re\t") == "cert regen "
    assert (await console.types("tomcat\r")).endswith("(yes|no)? ")


@live
async def test_tab_adds_what_all_that_may_follow_share() -> None:
    console = _console()
    await console.types("")
    assert await console.types("utils dis\t") == "utils disaster_recovery "
    assert await console.types("s\t") == (
        "s\nschedule*\nshow_backupfiles\nshow_registration\nstatus\nadmin:utils disaster_recovery s"
    )
    assert await console.types("h\t") == "how_"


@live
async def test_a_question_mark_shows_the_syntax_and_leaves_the_line() -> None:
    console = _console()
    await console.types("")
    shown = await console.types("set cert regen?")
    assert shown == "set cert regen\nSyntax:\nset cert regen name\nadmin:set cert regen"
    assert "Proceed with regeneration" in await console.types(" tomcat\r")
    assert await console.types("no?\r") == "no?\nadmin:"  # at a question it is a character as any other


@live
async def test_help_explains_a_command_or_lists_what_there_is() -> None:
    console = _console()
    assert (await console.runs("help set cert regen")).startswith("regen help:\nset cert regen name\n")
    assert "regen\n" in await console.runs("help set cert")
    assert "show*\n" in await console.runs("help")
    assert await console.runs("help nonsense") == "No valid command entered\n"


@live
async def test_a_release_shows_only_what_it_has() -> None:
    assert "haproxy" in await _console("campus-14").runs("help utils")
    old = _console("campus-9.1")
    assert "haproxy" not in await old.runs("help utils")
    assert "itl*" not in await old.runs("help utils")


@live
async def test_unknown_commands_are_counted_by_their_text() -> None:
    made = bench(small("campus-9.1", phones=0))
    console = Console(made)
    for command in ("show me", "show me", "utils itl reset localkey", "utils ctl update CTLFile", "help nonsense"):
        assert await console.runs(command) == "No valid command entered\n"
    assert list(made.cluster.unknown) == [
        ("cli", "show me", 2),
        ("cli", "utils itl reset localkey", 1),
        ("cli", "utils ctl update CTLFile", 1),
    ]


WORDS = st.sampled_from(
    [
        *sorted({word for name in COMMANDS for word in name}),
        *(
            "pub",
            "tomcat",
            "own",
            "trust",
            "activelog",
            "tftp",
            "*",
            "../..",
            "[",
            '"',
            "'",
            "\\",
            "all",
            "yes",
            "-1",
            "x" * 70,
        ),
        *(
            "update device set name = 1",
            "select",
            "%",
            "{}",
            "{0}",
            "\u202e",
            "backup",
            "phone",
            "1;2",
            "a/b/c",
            "common-name",
        ),
    ]
)
NAMED = st.builds(
    lambda name, rest: " ".join((*name, *rest)), st.sampled_from(sorted(COMMANDS)), st.lists(WORDS, max_size=6)
)
LINES = st.one_of(NAMED, st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=60))


def _made(release: str) -> Bench:
    return bench(small(release, phones=0))


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(["single-9.1", "campus-14"]), st.lists(LINES, min_size=1, max_size=3), st.sampled_from([0, 1, 4])
)
def test_no_line_that_is_typed_ends_the_shell(release: str, lines: list[str], level: int) -> None:
    made = MADE[release]
    made.cluster.publisher.down = False

    async def _types() -> None:
        console = Console(made, level=level)
        for line in lines:
            typed = "".join(letter for letter in line if letter not in "\r\n\x03\x04")
            await console.types(f"{typed}\r\r\rno\r")
            made.time.advance(400)
            shown = await console.types("q\x03\rshow cli session timeout\r")
            assert console.running.done() or "CLI session timeout is" in shown
        if console.running.done():
            console.running.result()
        console.terminal.hang_up()
        await console.running

    asyncio.run(_types())


MADE = {release: _made(release) for release in ("single-9.1", "campus-14")}
