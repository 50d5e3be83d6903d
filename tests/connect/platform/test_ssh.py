"""The CLI over SSH, with servers that behave as nodes do, and as no node should."""

import asyncio
import contextlib
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.platform import dialogue, host_keys, login, ssh
from ringtrust.connect.platform.host_keys import Address, ShownKey, pin, shown_key
from ringtrust.connect.platform.login import PasswordRefusedError
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.platform.questions import NOTHING, Script, script_for
from ringtrust.connect.platform.ssh import Cli
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings import Secret
from tests.connect.servers import listening, nobody
from tests.support.clients import run
from tests.support.live import live
from tests.support.scripted_cli import (
    BANNER,
    HOST,
    OLD,
    PAGER,
    PASSWORD,
    QUESTION,
    USER,
    ScriptedCli,
    Talk,
    client_of,
    hangs_up,
    host_key,
    silent,
)

REGENERATE = "set cert regen tomcat"
CLIENT = "Do you want to use the same certificate for tomcat-client (yes|no) ? "
YES = script_for("regenerate", {"regenerate": True, "client": True})
VERSION = "show version active"
SAID = "Active Master Version: 9.1.2.12901-3\n"
SOON = 0.2


def hasty(made: Cli) -> Cli:
    """From now on it waits for a fraction of a second only: whatever it is asked next is silent on purpose."""
    made._seconds = SOON
    return made


@live
async def test_a_command_s_answer(tmp_path: Path) -> None:
    async with ScriptedCli({VERSION: SAID}).listening() as server, server.client(tmp_path) as made:
        assert await made.read(VERSION) == SAID
        assert await made.read(VERSION) == SAID
        assert server.lines == ["set cli pagination off", VERSION, VERSION]
        assert server.sessions == 1


@live
async def test_it_leaves_when_the_block_ends(tmp_path: Path) -> None:
    async with ScriptedCli({VERSION: SAID}).listening() as server:
        async with client_of(server.pin_in(tmp_path)) as made:
            assert await made.read(VERSION) == SAID
            (there,) = server.here
        await there.wait_closed()


# Who may come in.


@pytest.mark.parametrize("ways", [("keyboard-interactive",), ("password",), ("keyboard-interactive", "password")])
@live
async def test_either_way_of_asking_for_the_password_will_do(tmp_path: Path, ways: tuple[str, ...]) -> None:
    async with ScriptedCli({VERSION: SAID}, ways=ways).listening() as server, server.client(tmp_path) as made:
        assert await made.read(VERSION) == SAID
        assert server.given == [PASSWORD]


class Logged(logging.Handler):
    """Everything that is logged, with what belongs to it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += f"{self.format(record)}\n{vars(record)}\n"


@pytest.mark.parametrize("ways", [("keyboard-interactive",), ("password",), ("keyboard-interactive", "password")])
@live
async def test_a_wrong_password_is_sent_once_and_shown_to_nobody(tmp_path: Path, ways: tuple[str, ...]) -> None:
    wrong = "hunter2-and-more"
    heard = Logged()
    logger = logging.getLogger("asyncssh")
    before, _ = logger.level, logger.addHandler(heard)
    logger.setLevel(logging.DEBUG)
    try:
        async with ScriptedCli(ways=ways).listening() as server, server.client(tmp_path, password=wrong) as made:
            with pytest.raises(UnreadableError) as caught:
                await made.read(VERSION)
            assert USER in caught.value.what
            assert HOST in caught.value.what
            shown = "".join(traceback.format_exception(caught.value, chain=True)) + repr(made) + str(vars(made))
            cause: BaseException | None = caught.value
            while cause is not None:
                shown += f"{cause!r} {cause} {vars(cause)}"
                cause = cause.__cause__ or cause.__context__
            assert wrong not in shown
            with pytest.raises(UnreadableError, match="refuses the password"):
                await made.act(REGENERATE, 60)
            assert server.given == [wrong]
    finally:
        logger.removeHandler(heard)
        logger.setLevel(before)
    assert "Connected to SSH server" in heard.text
    assert wrong not in heard.text


def _cuts(connection: asyncssh.SSHServerConnection, right: bool) -> None:
    if not right:
        connection.abort()


def _disconnects(connection: asyncssh.SSHServerConnection, right: bool) -> None:
    if not right:
        connection.disconnect(asyncssh.DISC_PROTOCOL_ERROR, "Too many authentication failures")


@pytest.mark.parametrize("ways", [("keyboard-interactive",), ("password",)])
@pytest.mark.parametrize("hangs_up_on", [_cuts, _disconnects])
@live
async def test_a_node_that_hangs_up_on_a_wrong_password_does_not_get_it_again(
    tmp_path: Path, ways: tuple[str, ...], hangs_up_on: Callable[[asyncssh.SSHServerConnection, bool], None]
) -> None:
    server = ScriptedCli(ways=ways)
    server.on_password = hangs_up_on
    async with server.listening(), server.client(tmp_path, password="wrong") as made:  # noqa: S106 - it is
        with pytest.raises(PasswordRefusedError, match=f"was given the password of {USER} and let nobody in"):
            await made.read(VERSION)
        for _ in range(3):
            with pytest.raises(PasswordRefusedError, match="refuses the password"):
                await made.read(VERSION)
        assert server.given == ["wrong"]


@live
async def test_a_node_that_says_nothing_to_a_password_does_not_get_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ScriptedCli(ways=("password",))
    heard = asyncio.Event()

    async def _never() -> bool:
        heard.set()
        await asyncio.Event().wait()
        return True

    server.verdict = _never
    monkeypatch.setattr(login, "CONNECT_SECONDS", 2.0)
    async with server.listening(), server.client(tmp_path) as made:
        with pytest.raises(PasswordRefusedError, match="let nobody in: it does not answer"):
            await made.read(VERSION)
        assert heard.is_set()
        with pytest.raises(PasswordRefusedError, match="refuses the password"):
            await made.read(VERSION)
        assert server.given == [PASSWORD]


@live
async def test_nor_does_one_get_it_again_where_somebody_stopped_waiting_for_its_word(tmp_path: Path) -> None:
    server = ScriptedCli(ways=("password",))
    heard = asyncio.Event()

    async def _never() -> bool:
        heard.set()
        await asyncio.Event().wait()
        return True

    server.verdict = _never
    async with server.listening(), server.client(tmp_path) as made:
        task = asyncio.create_task(made.read(VERSION))
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(PasswordRefusedError, match="refuses the password"):
            await made.read(VERSION)
        assert server.given == [PASSWORD]


@live
async def test_a_password_that_was_taken_is_none_that_was_refused_whatever_comes_then(tmp_path: Path) -> None:
    server = ScriptedCli({VERSION: SAID})
    server.greeting = hangs_up
    async with server.listening(), server.client(tmp_path) as made:
        with pytest.raises(UnreadableError) as caught:
            await made.read(VERSION)
        assert not isinstance(caught.value, PasswordRefusedError)
        server.greeting = BANNER
        assert await made.read(VERSION) == SAID


@live
async def test_a_node_that_hangs_up_before_it_has_the_password_may_be_asked_again(tmp_path: Path) -> None:
    server = ScriptedCli({VERSION: SAID})
    asked = server.asking = [lambda connection: connection.abort()]
    async with server.listening(), server.client(tmp_path) as made:
        with pytest.raises(UnreadableError, match="cannot be reached"):
            await made.read(VERSION)
        asked.clear()
        assert await made.read(VERSION) == SAID


@pytest.mark.parametrize("prompts", [(("New password: ", True),), (("Password: ", False), ("Token: ", False))])
@live
async def test_other_questions_than_the_one_for_the_password_get_none(
    tmp_path: Path, prompts: tuple[tuple[str, bool], ...]
) -> None:
    server = ScriptedCli()
    server.prompts = prompts
    async with server.listening(), server.client(tmp_path) as made:
        with pytest.raises(UnreadableError):
            await made.read(VERSION)
        assert PASSWORD not in server.given


# Host keys.


async def pin_now(address: Address) -> str:
    """Pins what the node shows, whatever that is; gives its fingerprint."""
    key = await shown_key(address)
    pin(address, key)
    return key.fingerprint


@live
async def test_what_is_pinned_is_the_key_that_was_shown_whoever_answers_by_then(tmp_path: Path) -> None:
    async with ScriptedCli().listening() as server:
        address = server.address(tmp_path)
        key = await shown_key(address)
    async with ScriptedCli({VERSION: SAID}, keys=[host_key("other")]).listening(server.port) as other:
        pin(address, key)
        assert key.public in address.known_hosts.read_text()
        made = Cli(address, USER, Secret(PASSWORD), 60)
        with pytest.raises(UnreadableError, match="another host key"):
            await made.read(VERSION)
        assert not other.asked_to_log_in


@live
async def test_an_unknown_host_key_stops_it_and_the_advice_is_to_pin(tmp_path: Path) -> None:
    async with ScriptedCli().listening() as server:
        made = Cli(server.address(tmp_path), USER, Secret(PASSWORD), 60)
        with pytest.raises(UnreadableError, match="is unknown") as caught:
            await made.read(VERSION)
        assert f"It shows {host_key().get_fingerprint()}." in caught.value.what
        assert "pin" in caught.value.advice
        assert not server.asked_to_log_in


@pytest.mark.parametrize("kind", ["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed25519"])
@live
async def test_a_changed_host_key_stops_it_before_anything_of_a_login(tmp_path: Path, kind: str) -> None:
    async with ScriptedCli().listening() as server:
        address = server.pin_in(tmp_path)
    async with ScriptedCli({VERSION: SAID}, keys=[host_key("other", kind)]).listening(server.port) as other:
        made = Cli(address, USER, Secret(PASSWORD), 60)
        with pytest.raises(UnreadableError, match=r"another host key|compatible server host key"):
            await made.read(VERSION)
        assert not other.asked_to_log_in
        assert other.given == []
        with pytest.raises(UnreadableError, match="another host key"):
            await pin_now(address)


@live
async def test_a_key_that_is_pinned_counts_whatever_others_the_node_has(tmp_path: Path) -> None:
    both = [host_key(), host_key("pub", "ecdsa-sha2-nistp256")]
    async with ScriptedCli({VERSION: SAID}, keys=both).listening() as server:
        for key in both:
            line = key.export_public_key().decode().strip()
            (tmp_path / "known_hosts").write_text(f"[{HOST}]:{server.port} {line}\n")
            async with client_of(server.address(tmp_path)) as made:
                assert await made.read(VERSION) == SAID


@live
async def test_a_pinned_key_is_one_that_openssh_and_we_know_again(tmp_path: Path) -> None:
    async with ScriptedCli({VERSION: SAID}).listening() as server:
        address = server.address(tmp_path)
        other = "elsewhere ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"
        address.known_hosts.write_text(other)
        assert not address.is_pinned()
        fingerprint = await pin_now(address)
        assert fingerprint == host_key().get_fingerprint()
        assert await pin_now(address) == fingerprint
        assert address.is_pinned()
        assert len(address.known_hosts.read_text().splitlines()) == 2
        assert not server.asked_to_log_in
        for host in (f"[{HOST}]:{server.port}", "elsewhere"):
            status, out, _ = await run("ssh-keygen", "-F", host, "-f", str(address.known_hosts))
            assert (status, out.count(b"found")) == (0, 1)
        _, out, _ = await run("ssh-keygen", "-l", "-f", str(address.known_hosts))
        assert fingerprint.encode() in out
        async with client_of(address) as made:
            assert await made.read(VERSION) == SAID


@live
async def test_a_node_may_be_reached_by_its_name(tmp_path: Path) -> None:
    async with ScriptedCli({VERSION: SAID}).listening() as server:
        address = Address("localhost", server.port, tmp_path / "known_hosts")
        assert not address.is_pinned()
        await pin_now(address)
        async with client_of(address) as made:
            assert await made.read(VERSION) == SAID


@pytest.mark.parametrize("host", ["*", "a,b", "127.0.0.1 @revoked", "|1|x|y", "x\ny"])
def test_no_key_is_pinned_for_what_means_something_else_in_known_hosts(tmp_path: Path, host: str) -> None:
    key = ShownKey(host_key().get_fingerprint(), host_key().export_public_key().decode().strip())
    with pytest.raises(RefusedError, match="cannot be pinned"):
        pin(Address(host, 22, tmp_path / "known_hosts"), key)
    assert not (tmp_path / "known_hosts").exists()


@live
async def test_known_hosts_that_cannot_be_used_say_so(tmp_path: Path) -> None:
    async with ScriptedCli().listening() as server:
        with pytest.raises(RefusedError, match="cannot be written"):
            await pin_now(Address(HOST, server.port, tmp_path / "nowhere" / "known_hosts"))
        (tmp_path / "known_hosts").write_text("nonsense\n")
        with pytest.raises(UnreadableError, match="cannot be read"):
            server.address(tmp_path).is_pinned()
        with pytest.raises(UnreadableError, match="cannot be read"):
            await pin_now(Address(HOST, server.port, tmp_path))


@live
async def test_releases_of_old_speak_nothing_better(tmp_path: Path) -> None:
    async with ScriptedCli({VERSION: SAID}, only_ssh_rsa=True, **OLD).listening() as server:
        assert await pin_now(server.address(tmp_path)) == host_key().get_fingerprint()
        async with client_of(server.address(tmp_path)) as made:
            assert await made.read(VERSION) == SAID


# Nodes that do not answer.


@pytest.mark.parametrize("host", [HOST, "no..host", "x" * 300])
@live
async def test_a_node_that_is_down_is_a_sentence(tmp_path: Path, host: str) -> None:
    async with ScriptedCli().listening() as server:
        line = server.pin_in(tmp_path).known_hosts.read_text()
    address = Address(host, server.port, tmp_path / "known_hosts")
    address.known_hosts.write_text(line.replace(HOST, host))
    with pytest.raises(UnreadableError, match="cannot be reached over SSH"):
        await Cli(address, USER, Secret(PASSWORD), 60).read(VERSION)
    with pytest.raises(UnreadableError, match="shows no host key"):
        await pin_now(address)


@live
async def test_one_that_accepts_and_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "CONNECT_SECONDS", SOON)
    monkeypatch.setattr(host_keys, "CONNECT_SECONDS", SOON)
    async with listening(nobody) as port:
        address = Address(HOST, port, tmp_path / "known_hosts")
        key = host_key().export_public_key().decode().strip()
        address.known_hosts.write_text(f"[{HOST}]:{port} {key}\n")
        with pytest.raises(UnreadableError, match="it does not answer"):
            await Cli(address, USER, Secret(PASSWORD), 60).read(VERSION)
        with pytest.raises(UnreadableError, match="it does not answer"):
            await pin_now(address)


@live
async def test_a_silent_command_is_given_up_and_the_next_one_has_a_new_session(tmp_path: Path) -> None:
    answers = {VERSION: SAID, "utils service list": silent}
    async with ScriptedCli(answers).listening() as server, server.client(tmp_path) as made:
        assert await made.read(VERSION) == SAID
        with pytest.raises(UnreadableError, match=r"silent for 0\.2 seconds"):
            await hasty(made).read("utils service list")
        made._seconds = 60
        assert await made.read(VERSION) == SAID
        assert server.commands == [VERSION, "utils service list", VERSION]
        assert server.sessions == 2


async def _drips(talk: Talk) -> None:
    while True:
        talk.show(".")
        await asyncio.sleep(0)


async def _floods(talk: Talk) -> None:
    await talk.flood("x" * 1000 + "\n")


@live
async def test_output_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "_CHARACTERS_AT_MOST", 200_000)
    monkeypatch.setattr(ssh, "_TIMES_AS_LONG", 1)
    async with (
        ScriptedCli({VERSION: _floods, "show itl": _drips}).listening() as server,
        server.client(tmp_path) as made,
    ):
        with pytest.raises(UnreadableError, match="does not end"):
            await made.read(VERSION)
        await made.read("set cli pagination off")
        with pytest.raises(UnreadableError, match=r"does not come to an end|has been silent"):
            await hasty(made).read("show itl")


@live
async def test_a_node_without_a_prompt_is_given_up(tmp_path: Path) -> None:
    server = ScriptedCli()
    server.greeting = silent
    async with server.listening(), server.client(tmp_path, seconds=SOON) as made:
        with pytest.raises(UnreadableError, match="silent"):
            await made.read(VERSION)
        assert server.lines == []


@live
async def test_one_that_hangs_up_before_its_prompt_is_not_asked_again_and_again(tmp_path: Path) -> None:
    server = ScriptedCli()
    server.greeting = hangs_up
    async with server.listening(), server.client(tmp_path) as made:
        with pytest.raises(UnreadableError, match=r"has ended|opens no shell"):
            await made.read(VERSION)
        assert server.sessions == 1


# What comes and goes.


@live
async def test_a_session_that_dropped_while_nobody_asked_is_opened_again(tmp_path: Path) -> None:
    async with ScriptedCli({VERSION: SAID}).listening() as server, server.client(tmp_path) as made:
        assert await made.read(VERSION) == SAID
        server.hang_up()
        assert await made.read(VERSION) == SAID
        assert server.sessions == 2


@live
async def test_and_so_it_is_when_that_is_known_before_anything_is_sent(tmp_path: Path) -> None:
    async with (
        ScriptedCli({VERSION: SAID, REGENERATE: "done\n"}).listening() as server,
        server.client(tmp_path) as made,
    ):
        assert await made.read(VERSION) == SAID
        assert made._session is not None
        server.hang_up()
        await made._session._connection.wait_closed()
        assert await made.act(REGENERATE, 60) == "done\n"
        assert server.commands == [VERSION, REGENERATE]


@live
async def test_an_answer_that_breaks_off_is_asked_for_once_more_and_no_more(tmp_path: Path) -> None:
    async with (
        ScriptedCli({VERSION: hangs_up, "show itl": "none\n"}).listening() as server,
        server.client(tmp_path) as made,
    ):
        assert await made.read("show itl") == "none\n"
        with pytest.raises(UnreadableError, match="has ended"):
            await made.read(VERSION)
        assert server.commands == ["show itl", VERSION, VERSION]
        with pytest.raises(UnreadableError, match="has ended"):
            await made.read(VERSION)
        assert server.commands.count(VERSION) == 3


async def _does_and_hangs_up(talk: Talk) -> None:
    assert await talk.asked() == "yes"
    await hangs_up(talk)


async def _asks_what_nobody_knows(talk: Talk) -> None:
    await talk.asked("Shall I go on, or would you rather not: ")


async def _asks_for_ever(talk: Talk) -> None:
    while True:
        await talk.asked()


@pytest.mark.parametrize("opened", [True, False], ids=["open", "new"])
@pytest.mark.parametrize(
    "trouble", [silent, hangs_up, _does_and_hangs_up, _asks_what_nobody_knows, _floods, _asks_for_ever]
)
@live
async def test_what_changes_something_is_sent_once_whatever_happens(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Talk], Awaitable[None]],
    opened: bool,
) -> None:
    monkeypatch.setattr(dialogue, "_CHARACTERS_AT_MOST", 200_000)
    async with ScriptedCli({VERSION: SAID, REGENERATE: trouble}).listening() as server, server.client(tmp_path) as made:
        if opened:
            await made.read(VERSION)
        patience = SOON if trouble in {silent, _asks_what_nobody_knows} else 60
        with pytest.raises(UnreadableError):
            await made.act(REGENERATE, patience, YES)
        assert server.commands.count(REGENERATE) == 1
        assert await made.read(VERSION) == SAID
        assert server.commands.count(REGENERATE) == 1


async def _asks_twice(talk: Talk) -> None:
    talk.show(await talk.asked())
    talk.show(await talk.asked(CLIENT))


@pytest.mark.parametrize("for_client", [True, False])
@live
async def test_each_question_of_an_act_is_answered_as_its_script_says(tmp_path: Path, for_client: bool) -> None:
    script = script_for("regenerate", {"regenerate": True, "client": for_client})
    async with ScriptedCli({REGENERATE: _asks_twice}).listening() as server, server.client(tmp_path) as made:
        assert QUESTION.strip() in await made.act(REGENERATE, 60, script)
        assert server.commands == [REGENERATE, "yes", "yes" if for_client else "no"]


@pytest.mark.parametrize(
    ("question", "script"),
    [
        (QUESTION, NOTHING),
        ("This will erase every disk. Proceed (yes|no)? ", YES),
        ("Enter CCM Administrator password :", script_for("reset list", {"reset list": True})),
        ("Enter the Common Name of Default CA Certificate : ", YES),
    ],
)
@live
async def test_a_question_that_an_act_does_not_expect_gets_control_c_and_is_told(
    tmp_path: Path, question: str, script: Script
) -> None:
    async def _asks(talk: Talk) -> None:
        await talk.asked(question)

    async with (
        ScriptedCli({REGENERATE: _asks, VERSION: SAID}).listening() as server,
        server.client(tmp_path) as made,
    ):
        with pytest.raises(UnreadableError, match="nobody said that it may") as caught:
            await made.act(REGENERATE, 60, script)
        assert question.strip() in caught.value.what
        assert server.interrupts == 1
        assert server.commands == [REGENERATE]
        assert await made.read(VERSION) == SAID


# What is pasted.

IMPORT = "set cert import trust tomcat"
LINES = ["-----BEGIN CERTIFICATE-----", "MIIB", "AAAA", "-----END CERTIFICATE-----"]
PASTE = script_for("import trust", {"import": True, "client": False, "client copy": False}, "\n".join([*LINES, ""]))


def _takes(*, asks: bool, end: str) -> Callable[[Talk], Awaitable[None]]:
    """A node that waits for a certificate, with a word or without, until an empty line or Ctrl-D."""

    async def _taking(talk: Talk) -> None:
        talk.show("Paste the Certificate and Hit Enter\n" if asks else "")
        for _ in LINES:
            await talk.line()
        if end == "":
            await talk.line()
        else:
            while await talk.key() != end:
                pass
        talk.show("Successfully imported certificate for tomcat.\n")

    return _taking


@pytest.mark.parametrize("end", ["", "\x04"], ids=["empty line", "Ctrl-D"])
@pytest.mark.parametrize("asks", [True, False], ids=["asked for", "silent"])
@live
async def test_a_certificate_is_pasted_where_the_node_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asks: bool, end: str
) -> None:
    waits = {"paste": 60 if asks else SOON, "asked": 60, "end": SOON if end else 60}
    monkeypatch.setattr(ssh, "_QUIET_SECONDS", waits)
    answers = {IMPORT: _takes(asks=asks, end=end), VERSION: SAID}
    async with ScriptedCli(answers).listening() as server, server.client(tmp_path) as made:
        assert "Successfully imported" in await made.act(IMPORT, 120, PASTE)
        assert server.lines[1 : 2 + len(LINES)] == [IMPORT, *LINES]
        assert await made.read(VERSION) == SAID
        assert server.sessions == 2  # whatever is left of a certificate meets no prompt


UNKNOWN = "Certificates of other nodes will be replaced. Type the platform password to confirm: "


@live
async def test_an_unfinished_line_is_a_question_that_nobody_knows_and_gets_no_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "_QUIET_SECONDS", {"paste": SOON, "asked": SOON, "end": SOON})

    async def _asks(talk: Talk) -> None:
        talk.show(UNKNOWN)
        await talk.line()

    async with ScriptedCli({IMPORT: _asks}).listening() as server, server.client(tmp_path) as made:
        with pytest.raises(UnreadableError, match="nobody said that it may") as caught:
            await made.act(IMPORT, 120, PASTE)
        assert UNKNOWN.strip() in caught.value.what
        assert (server.interrupts, server.commands) == (1, [IMPORT])


@live
async def test_a_node_that_has_said_something_and_falls_silent_gets_no_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "_QUIET_SECONDS", {"paste": SOON, "asked": SOON, "end": SOON})

    async def _says(talk: Talk) -> None:
        talk.show("Certificates of other nodes will be replaced.\n")
        await silent(talk)

    async with ScriptedCli({IMPORT: _says}).listening() as server, server.client(tmp_path) as made:
        with pytest.raises(UnreadableError, match="silent"):
            await made.act(IMPORT, 4 * SOON, PASTE)
        assert server.commands == [IMPORT]


@pytest.mark.parametrize("question", [QUESTION, "Failed.\nadmin:"], ids=["question", "prompt"])
@live
async def test_a_late_word_of_a_node_that_was_given_a_certificate_leaves_open_what_became_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr(ssh, "_QUIET_SECONDS", {"paste": SOON, "asked": SOON, "end": 60})

    async def _late(talk: Talk) -> None:
        assert await talk.key() == "-"  # the first of the paste
        talk.show(question)
        await silent(talk)

    async with ScriptedCli({IMPORT: _late}).listening() as server, server.client(tmp_path) as made:
        with pytest.raises(UnreadableError, match="nobody can tell what became of it"):
            await made.act(IMPORT, 120, PASTE)
        assert "yes" not in server.typed


def test_a_slow_node_has_a_minute_to_ask_before_a_certificate_is_pasted_unasked() -> None:
    assert ssh._QUIET_SECONDS["paste"] >= 60


@live
async def test_nothing_is_pasted_into_a_node_that_refuses_or_asks_something_else(tmp_path: Path) -> None:
    async def _asks(talk: Talk) -> None:
        await talk.asked("Format the disk (yes|no)? ")

    for answer in ("Executed command unsuccessfully\n", _asks):
        async with ScriptedCli({IMPORT: answer}).listening() as server, server.client(tmp_path) as made:
            with contextlib.suppress(UnreadableError):
                await made.act(IMPORT, 60, PASTE)
            assert server.commands == [IMPORT]


@live
async def test_a_question_where_nothing_is_to_change_gets_control_c_and_no_word(tmp_path: Path) -> None:
    async def _asks(talk: Talk) -> None:
        await talk.asked()

    async with (
        ScriptedCli({VERSION: _asks, "show itl": "none\n"}).listening() as server,
        server.client(tmp_path) as made,
    ):
        with pytest.raises(UnreadableError, match="nobody said that it may"):
            await made.read(VERSION)
        assert server.interrupts == 1
        assert server.commands == [VERSION]
        assert await made.read("show itl") == "none\n"


# What is shown.


@live
async def test_pages_doubled_prompts_and_garbage_are_no_part_of_an_answer(tmp_path: Path) -> None:
    async def _pages(talk: Talk) -> None:
        talk.show(f"one\n{PAGER}")
        assert await talk.key() == " "
        talk.show("\r\x1b[Ktwo\n")

    async def _doubled(talk: Talk) -> None:
        talk.show("three\n\nadmin:\n\radmin:")
        talk.show(f"{await talk.line()} again\n")

    server = ScriptedCli({"show itl": _pages, VERSION: _doubled, "show ctl": "\x00\x1b[2J\x07\xff\ufffdfour\n"})
    server.greeting = f"{BANNER}\x00\x01\x1b[0mVMware Installation:\n\t2 vCPU\n"
    async with server.listening(), server.client(tmp_path) as made:
        assert await made.read("show itl") == "one\ntwo\n"
        assert await made.read("show ctl") == "\xff\ufffdfour\n"
        assert (await made.read(VERSION)).startswith("three\n")


@live
async def test_a_prompt_may_be_the_name_of_the_user(tmp_path: Path) -> None:
    server = ScriptedCli({VERSION: SAID})
    server.prompt = "operator.1:"
    async with server.listening(), server.client(tmp_path) as made:
        assert await made.read(VERSION) == SAID


@live
async def test_a_terminal_that_does_not_echo_is_none_that_can_be_understood(tmp_path: Path) -> None:
    server = ScriptedCli({VERSION: SAID})
    async with server.listening(), server.client(tmp_path) as made:
        await made.read(VERSION)
        server.echo = False
        with pytest.raises(UnreadableError, match="silent"):
            await hasty(made).read(VERSION)


@live
async def test_commands_of_several_at_once_do_not_mix(tmp_path: Path) -> None:
    async def _slow(talk: Talk) -> None:
        for letter in "slow\n":
            talk.show(letter)
            await asyncio.sleep(0)

    answers = {"show slow": _slow, **{f"show {number}": f"{number}\n" for number in range(10)}}
    async with ScriptedCli(answers).listening() as server, server.client(tmp_path) as made:
        wanted = [*(f"show {number}" for number in range(10)), "show slow"] * 2
        found = await asyncio.gather(*map(made.read, wanted))
        assert found == [f"{command.split()[1]}\n" for command in wanted]
        assert server.sessions == 1


@live
async def test_whoever_stops_waiting_takes_the_session_along(tmp_path: Path) -> None:
    reached = asyncio.Event()

    async def _reached(talk: Talk) -> None:
        reached.set()
        await silent(talk)

    async with (
        ScriptedCli({VERSION: SAID, "show itl": _reached}).listening() as server,
        server.client(tmp_path) as made,
    ):
        task = asyncio.create_task(made.read("show itl"))
        await reached.wait()
        (there,) = server.here
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await there.wait_closed()
        assert await made.read(VERSION) == SAID
        assert server.sessions == 2


@live
async def test_whoever_stops_waiting_for_the_prompt_leaves_nothing_behind(tmp_path: Path) -> None:
    server = ScriptedCli({VERSION: SAID})
    reached = asyncio.Event()

    async def _reached(talk: Talk) -> None:
        reached.set()
        await silent(talk)

    server.greeting = _reached
    async with server.listening(), server.client(tmp_path) as made:
        task = asyncio.create_task(made.read(VERSION))
        await reached.wait()
        (there,) = server.here
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await there.wait_closed()
        server.greeting = BANNER
        assert await made.read(VERSION) == SAID


# Names that others have chosen.


@pytest.mark.parametrize(
    "command",
    [
        f"show cert trust CallManager-trust/x.pem\n{REGENERATE}",
        f"show cert trust CallManager-trust/x.pem\r{REGENERATE}",
        f"run sql select name from device where name = 'x\n{REGENERATE}'",  # noqa: S608 - it is to be refused
        "utils service restart Cisco Tftp\x03",
        "show cert own tom\tcat",
        "show cert own tomcat\x1b[A",
        "show cert own ?",
        "show cert own tomcat\x85show",
        "show cert own tomcat\u2028show",
        "run sql select " + "x" * 5000,
        "",
        "  ",
    ],
)
@live
async def test_a_command_that_is_more_than_one_line_is_refused_before_a_byte_is_sent(
    tmp_path: Path, command: str
) -> None:
    async with ScriptedCli({VERSION: SAID}).listening() as server, server.client(tmp_path) as made:
        for opened in (False, True):
            if opened:
                await made.read(VERSION)
            before = server.typed
            with pytest.raises(RefusedError, match="Nothing was sent"):
                await made.read(command)
            with pytest.raises(RefusedError, match="Nothing was sent"):
                await made.act(command, 60)
            assert server.typed == before
            assert bool(server.asked_to_log_in) is opened


class Typed:
    """A terminal that notes what would be typed."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    async def read(self, command: str) -> str:
        ssh._refuse_unless_one_line(command)
        self.commands.append(command)
        raise UnreadableError("nothing")

    async def act(self, command: str, _seconds: float, _script: Script = NOTHING) -> str:
        return await self.read(command)


@given(
    st.text() | st.sampled_from(["tomcat", "CallManager-trust/x.pem", "x.pem\nset cert regen tomcat", "tomcat CAPF"])
)
def test_no_name_of_a_certificate_becomes_more_than_one_word(name: str) -> None:
    terminal = Typed()
    node = NodeCli(terminal)
    for asking in (node.own_certificate, node.trust_certificate, node.regenerate):
        with pytest.raises((RefusedError, UnreadableError)):
            asyncio.run(_ask(asking, name))
    for command in terminal.commands:
        assert command.split()[-1] == name
        assert "\n" not in command


async def _ask(asking: Callable[[str], Awaitable[object]], name: str) -> None:
    await asking(name)


@pytest.mark.parametrize("query", ["update device set name = 'x'", "delete from device", "", "selectx", "; select 1"])
@live
async def test_only_a_select_is_asked_of_the_database(query: str) -> None:
    terminal = Typed()
    with pytest.raises(RefusedError):
        await NodeCli(terminal).sql(query)
    assert terminal.commands == []


@given(st.text())
def test_every_command_that_is_let_through_is_one_line(command: str) -> None:
    try:
        ssh._refuse_unless_one_line(command)
    except RefusedError:
        return
    assert len(command.splitlines()) == 1
    assert command.isprintable()
