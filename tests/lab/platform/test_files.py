"""`file list|view|dump|tail|search|get|delete`: logs, and the list that Cisco Tftp serves (interfaces.md §1.11)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrust.lab.platform.call import CommandFailedError
from ringtrust.lab.platform.files import _pattern
from ringtrust.lab.state import files
from ringtrust.lab.state.logbook import SYSLOG, Logbook
from ringtrust.lab.state.services import TFTP
from tests.support.clusters import START, Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

FAILED = "Executed command unsuccessfully\n"
CLI_LOG = "platform/log/cli00000001.log"


def _bench(phones: int = 0) -> Bench:
    return bench(small("campus-12.5", phones=phones))


@live
async def test_a_directory_is_listed_with_what_is_in_it() -> None:
    console = Console(_bench())
    assert await console.runs("file list activelog /") == (
        "<dir>   platform\n<dir>   syslog\ndir count = 2, file count = 0\n"
    )
    shown = await console.runs("file list activelog platform/log detail")
    row, tail = shown.splitlines()
    assert row.startswith("24 Nov,2026 20:01:40  ")
    assert row.endswith("  cli00000001.log")
    assert tail == "dir count = 0, file count = 1"
    assert await console.runs("file list activelog platform/log/cert*") == "dir count = 0, file count = 0\n"
    assert await console.runs("file list inactivelog *") == "dir count = 0, file count = 0\n"
    assert "system-history.log" in await console.runs("file list install *")
    assert await console.runs("file list elsewhere *") == FAILED
    assert await console.runs("file list activelog * everything") == FAILED


@live
async def test_rows_are_sorted_by_name_date_or_size_and_the_other_way_round() -> None:
    made = _bench()
    book = made.cluster.publisher.logbook
    for place, (name, line) in enumerate((("b", "x" * 300), ("a", "x" * 200), ("c", "x" * 100))):
        made.time.advance(60 * place)
        book.write(f"cm/{name}", line, made.cluster.time.now())
    console = Console(made)

    async def _order(options: str) -> str:
        return "".join((await console.runs(f"file list activelog cm {options}")).splitlines()[:3])

    assert await _order("") == "abc"
    assert await _order("date") == "bac"
    assert await _order("size") == "cab"
    assert await _order("reverse size") == "bac"


@live
async def test_every_command_is_in_the_log_of_the_cli_as_cisco_writes_it() -> None:
    console = Console(_bench())
    await console.runs("show cert own tomcat")
    shown = await console.runs(f'file search activelog {CLI_LOG.replace("00000001.log", "*")} "running command"')
    assert shown.startswith("Searching path: activelog/platform/log/cli*\n")
    assert "INFO [main] sdMain.main - running command -> [show cert own tomcat]\n" in shown
    assert shown.endswith("Search completed\n")
    assert "show cert" in await console.runs(f"file dump activelog {CLI_LOG}")
    assert len((await console.runs(f"file tail activelog {CLI_LOG} 2")).splitlines()) == 2


@live
async def test_what_happens_to_certificates_is_in_the_log_of_certmgmt() -> None:
    made = _bench()
    console = Console(made)
    await console.runs("set cert regen ipsec")
    await console.types("yes\r")
    await console.runs("set cert delete CallManager CAP-RTP-001.pem")
    await console.types("yes\r")
    shown = await console.runs('file search activelog platform/log/certMgmt* "IPSEC|deleted" ignorecase')
    assert "Self-signed certificate regenerated for ipsec" in shown
    assert "Certificate CAP-RTP-001.pem deleted from CallManager-trust" in shown


@live
async def test_a_transfer_is_asked_about_and_goes_nowhere() -> None:
    console = Console(_bench())
    shown = await console.runs("file get activelog syslog/*")
    assert shown == (
        "Please wait while the system is gathering files info ...done.\nSub-directories were not traversed.\n"
        "Number of files affected: 1\nTotal size in Bytes: 0\nTotal size in Kbytes: 0.0000\n"
        "Would you like to proceed [y/n]? "
    )
    assert await console.types("n\r") == "n\nFiles transfer cancelled.\nadmin:"
    await console.runs("file get activelog syslog/*")
    assert (await console.types("y\r")).endswith("SFTP server IP: ")
    assert (await console.types("192.0.2.1\r")).endswith(f"{FAILED}admin:")
    assert (await console.runs("file get activelog nothing/*")).endswith(FAILED)


@live
async def test_a_log_is_deleted_after_a_question_and_only_by_a_yes() -> None:
    made = _bench()
    made.cluster.publisher.logbook.write("cm/trace/one", "x", START)
    console = Console(made)
    assert await console.runs("file delete activelog cm/trace/one") == (
        'Delete the File one?\nEnter "y" followed by return to continue: '
    )
    assert (await console.types("n\r")).endswith("files: found = 1, deleted = 0\nadmin:")
    await console.runs("file delete activelog cm/trace/one")
    assert (await console.types("y\r")).endswith("files: found = 1, deleted = 1\nadmin:")
    assert await console.runs("file delete activelog cm/trace/one noconfirm") == "files: found = 0, deleted = 0\n"
    assert await console.runs("file delete install system-history.log") == FAILED


@live
async def test_a_deleted_list_is_not_served_until_tftp_restarts() -> None:
    made = _bench(phones=6)
    console, node = Console(made), made.cluster.publisher
    device = made.phones[0].traits.device
    assert "ITLFile.tlv" in await console.runs("file list tftp *")
    await console.runs("file delete tftp ITLFile.tlv")
    assert "files: found = 1, deleted = 1\n" in await console.types("y\r")
    for name in ("ITLFile.tlv", f"ITL{device}.tlv"):
        assert files.served(made.cluster, node, name) is None
    assert files.served(made.cluster, node, f"{device}.cnf.xml.sgn") is not None
    assert (await console.runs("show itl")).startswith("Length of ITL file: 0\n")
    assert await console.runs("file list tftp *") == "dir count = 0, file count = 0\n"
    assert files.served(made.cluster, made.cluster.node("sub1"), "ITLFile.tlv") is not None
    made.restart(TFTP, "pub")
    assert files.served(made.cluster, node, "ITLFile.tlv") is not None
    assert "The ITL file was verified successfully." in await console.runs("show itl")
    assert await console.runs("file delete tftp CTLFile.tlv") == "files: found = 0, deleted = 0\n"


@live
async def test_one_file_is_viewed_and_no_file_or_two_are_not() -> None:
    made = _bench()
    for name in ("a", "b"):
        made.cluster.publisher.logbook.write(f"cm/{name}", "the line", START)
    console = Console(made)
    assert "the line" in await console.types("file view activelog cm/a\rq")
    for spec in ("cm/*", "cm", "cm/c"):
        assert (await console.runs(f"file view activelog {spec}")).endswith(f"does not exist.\n{FAILED}")


def test_a_logbook_keeps_the_last_lines_and_the_syslog() -> None:
    book = Logbook(bench(small(phones=0)).cluster.publisher.syslog, START)
    for number in range(3_000):
        book.write("cm/one", f"{number} {'x' * 1_000}", START)
    for number in range(200):
        book.write(f"cm/{number}", "x", START)
    assert len(book.files) == 100
    assert SYSLOG in book.files
    assert all(len(line) <= 400 for file in book.files.values() for line in file.lines)


HEAVY = ("(a+)+$", "(a|a)*$", "a*a*a*b", r"(a)\1*", "a{1,9999}{1,9999}", "a?" * 33 + "a" * 33, "(a|a)" * 20)


@pytest.mark.parametrize("heavy", [*HEAVY, "(", "x" * 101])
def test_an_expression_that_would_take_long_or_is_none_is_refused(heavy: str) -> None:
    with pytest.raises(CommandFailedError):
        _pattern(heavy, ignore_case=False)


@settings(max_examples=80, deadline=2_000)
@given(st.text(alphabet="a.*+?|()[]{}^$\\1 ", max_size=20))
def test_any_expression_is_refused_or_answers_in_time(text: str) -> None:
    try:
        pattern = _pattern(text, ignore_case=True)
    except CommandFailedError:
        return
    pattern.search("a" * 200 + "b")
