"""What was said in every session is heard by whoever listens, by every door, and no secret is ever in it."""

import asyncio
import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.apply.hands import ClusterHands
from ringtrust.change.act import Regenerate
from ringtrust.change.outcome import Done, Unclear
from ringtrust.cluster.doors import Door
from ringtrust.connect.mask import Mask
from ringtrust.connect.platform.turn import Turn
from ringtrust.connect.tap import PIECE_BYTES_AT_MOST, Ear, Exchange
from ringtrust.connect.web import Heard, Login, Web
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.platform.call import Call
from ringtrust.settings import Secret
from ringtrust.trust.lists import ListKind, read_list
from ringtrust.trust.tvs import QueryRequest, QueryResponse, read_message
from tests.connect.servers import HOST, Canned, Seconds, http, pinned
from tests.support.console import replaced
from tests.support.live import live
from tests.support.night import Night, brisk, never, night

WORD = 'p&ss"w0rd<*>'


class Listener:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[Exchange] = []

    def hear(self, exchange: Exchange) -> None:
        self.heard.append(exchange)

    def of(self, door: str) -> list[Exchange]:
        return [each for each in self.heard if each.door == door]

    @property
    def everything(self) -> bytes:
        """All that a journal could keep of it."""
        pieces = [piece.data for each in self.heard for piece in (each.sent, each.answered)]
        return b"\n".join([*pieces, *(each.error.encode() for each in self.heard)])


def _ear(listener: Listener, *secrets: str) -> Ear:
    ear = Ear(Mask(map(Secret, secrets), ["admin"]), Seconds())
    ear.listen(listener)
    return ear


def _secrets(made: Night) -> list[bytes]:
    logins = (made.wire.lab.platform, made.wire.lab.application)
    plain = [login.password.encode() for login in logins]
    return [*plain, *(base64.b64encode(f"{each.user}:{each.password}".encode()) for each in logins)]


@live
async def test_a_scan_is_heard_by_every_door_and_no_password_is_in_it(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("campus-14")) as made:
        listener = Listener()
        made.reach.listen(listener)
        _, eyes = await made.scan()
        publisher = eyes.publisher
        await eyes.wire.control_center.uptimes(publisher.address)
        await eyes.wire.rest(publisher.address).holdings(publisher.address)
        await eyes.vouches(publisher.name, await eyes.itl(publisher.name))
        doors = {each.door for each in listener.heard}
        assert doors >= {each.value for each in Door if each is not Door.PERFMON} | {"tvs"}
        assert all(secret not in listener.everything for secret in _secrets(made))
        assert b"authorization: ***" in listener.everything
        assert all(each.sent.data or each.door in {"tls", "cli"} for each in listener.heard)
        assert {each.node for each in listener.of("cli")} == {node.address for node in made.wire.cluster.nodes}

        version = next(each for each in listener.of("cli") if each.sent.data == b"show version active\n")
        assert b"Active Master Version" in version.answered.data
        [*_, question] = listener.of("tvs")
        assert isinstance(read_message(question.sent.data), QueryRequest)
        assert isinstance(read_message(question.answered.data), QueryResponse)
        [*_, served] = [each for each in listener.of("tftp") if ListKind.ITL.filename.encode() in each.sent.data]
        assert read_list(served.answered.data.partition(b"\r\n\r\n")[2] or served.answered.data).records
        assert any(
            b"executeSQLQuery" in each.sent.data and b"<row>" in each.answered.data for each in listener.of("axl")
        )


@live
async def test_a_question_of_the_cli_and_its_answer_are_an_exchange_each(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        _, eyes = await made.scan()
        found = await eyes.identity("sub1", "ipsec")
        listener = Listener()
        made.reach.listen(listener)
        act = Regenerate("ipsec", "sub1", found.serial, found.sha256)
        assert isinstance(await ClusterHands(eyes, made.timer).carry_out(act), Done)
        sent = [each.sent.data for each in listener.of("cli")]
        at = sent.index(b"set cert regen ipsec\n")
        assert b"(yes|no)" in listener.of("cli")[at].answered.data
        assert sent[at + 1] == b"yes\n"
        assert b"Successfully Regenerated" in listener.of("cli")[at + 1].answered.data
        assert all(each.when.tzinfo is not None and each.seconds >= 0 for each in listener.heard)


class _Full(Listener):
    """One that cannot keep what it hears, as soon as a certificate is made."""

    def hear(self, exchange: Exchange) -> None:
        super().hear(exchange)
        if b"Successfully Regenerated" in exchange.answered.data:
            raise RefusedError("The disk is full.", advice="Make room.")


@live
async def test_an_act_of_which_nothing_could_be_kept_is_never_taken_for_one_that_was_refused(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        _, eyes = await made.scan()
        found = await eyes.identity("sub1", "ipsec")
        made.reach.listen(_Full())
        act = Regenerate("ipsec", "sub1", found.serial, found.sha256)
        outcome = await ClusterHands(eyes, made.timer).carry_out(act)
        assert isinstance(outcome, Unclear)
        assert "The disk is full." in outcome.evidence[0]
        assert (await eyes.identity("sub1", "ipsec")).serial != found.serial


@live
async def test_a_command_that_does_not_end_is_heard_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with night(tmp_path, seconds=0.3) as made:

        async def half(call: Call) -> None:
            await call.show(("Half of it",))
            await never(call)

        replaced(monkeypatch, ("show", "version", "active"), half)
        listener = Listener()
        made.reach.listen(listener)
        with pytest.raises(UnreadableError):
            await made.reach.cli(made.entry.settings.publisher).version()
        [last] = [each for each in listener.heard if b"show version" in each.sent.data]
        assert b"Half of it" in last.answered.data
        assert "silent" in last.error


@live
async def test_a_node_that_cannot_be_reached_is_heard_too(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        entry = replace(made.entry, settings=replace(made.entry.settings, ssh_port=1))
        listener = Listener()
        async with Reach(entry, Secret(WORD), Secret(WORD)) as reach:
            reach.listen(listener)
            with pytest.raises(UnreadableError):
                await reach.cli(made.entry.settings.publisher).version()
            with pytest.raises(UnreadableError):
                await reach.tls.shown(HOST, 1)
        assert [each.door for each in listener.heard] == ["cli", "tls"]
        assert all(each.error and not each.answered.size for each in listener.heard)


@pytest.mark.parametrize("status", [200, 401, 503])
@live
async def test_a_server_that_sends_back_what_it_was_sent_betrays_nothing(status: int) -> None:
    basic = base64.b64encode(f"admin:{WORD}".encode())
    echo = b"You sent Basic " + basic + b" which is " + WORD.encode()
    canned = Canned(http(status, echo, "Set-Cookie: JSESSIONIDSSO=0123456789ABCDEF", f"X-Was: {WORD}"))
    listener = Listener()
    login = Login("admin", WORD)
    async with canned.over_tls() as server:
        heard = Heard(_ear(listener, WORD), Door.AXL)
        async with Web(pinned(server), login=login, session=True, heard=heard) as web:
            await web.post(server, "/controlcenterservice2/x", b"<a/>", {"SOAPAction": "b"})
    [exchange] = listener.heard
    assert (exchange.door, exchange.node) == ("control-center", server.host)
    assert exchange.sent.data.startswith(b"POST /controlcenterservice2/x HTTP/1.1\r\n")
    assert exchange.sent.data.endswith(b"\r\n\r\n<a/>")
    assert f" {status} ".encode() in exchange.answered.data
    assert b"You sent Basic" in exchange.answered.data
    for secret in (WORD.encode(), basic, b"0123456789ABCDEF"):
        assert secret not in listener.everything


@live
async def test_a_server_that_shows_another_certificate_is_heard_to_have_been_sent_nothing() -> None:
    canned, listener = Canned(http(200)), Listener()
    async with canned.over_tls() as server, Web(heard=Heard(_ear(listener), Door.AXL)) as web:
        with pytest.raises(UnreadableError):
            await web.get(server, "/axl/")
    assert "none is pinned" in listener.heard[0].error
    assert canned.requests == []


@given(st.text(min_size=1), st.binary(max_size=30), st.sampled_from(["{}", "<a>{}</a>", "{}{}", "x{}*{}"]))
def test_no_secret_is_in_what_is_heard(secret: str, around: bytes, written: str) -> None:
    listener = Listener()
    ear = _ear(listener, secret, "another secret")
    said = written.format(secret, secret)
    answer = said.encode() + around + base64.b64encode(f"admin:{secret}".encode())
    ear.tell(ear.asked("axl", "pub"), around + said.encode() + around, answer, said)
    [exchange] = listener.heard
    for piece in (exchange.sent.data, exchange.answered.data, exchange.error.encode()):
        assert secret.encode() not in piece
        assert base64.b64encode(f"admin:{secret}".encode()) not in piece


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/axl/", Door.AXL),
        ("/realtimeservice2/services/RISService70", Door.RIS),
        ("/controlcenterservice2/services/ControlCenterServices", Door.CONTROL_CENTER),
        ("/perfmonservice2/services/PerfmonService", Door.PERFMON),
        ("/ITLFile.tlv", Door.TFTP),
    ],
)
def test_a_door_is_known_by_the_path_of_its_web_service(path: str, door: Door) -> None:
    assert Heard(Ear(), Door.TFTP).at(path) == door.value


def test_of_what_is_long_the_head_its_size_and_its_hash_are_told() -> None:
    listener = Listener()
    ear = _ear(listener, "s3cret")
    long = b"s3cret" + b"x" * PIECE_BYTES_AT_MOST
    ear.tell(ear.asked("axl", "pub"), b"short", long)
    [exchange] = listener.heard
    masked = b"***" + b"x" * PIECE_BYTES_AT_MOST
    assert (exchange.sent.data, exchange.sent.cut, exchange.sent.sha256) == (b"short", False, "")
    assert exchange.answered.cut
    assert exchange.answered.data == masked[:PIECE_BYTES_AT_MOST]
    assert exchange.answered.size == len(masked)
    assert exchange.answered.sha256 == hashlib.sha256(masked).hexdigest().upper()


def test_no_half_of_a_secret_is_left_where_a_piece_is_cut() -> None:
    listener = Listener()
    ear = _ear(listener, "s3cret")
    ear.tell(ear.asked("axl", "pub"), b"", b"x" * (PIECE_BYTES_AT_MOST - 3) + b"s3cret" + b"x" * 9)
    assert b"s3" not in listener.everything


def test_what_answers_a_question_for_a_password_is_not_told_whatever_it_is() -> None:
    listener = Listener()
    turn = Turn(_ear(listener), "pub")
    turn.typed("utils disaster_recovery device add\n")
    turn.shown("Enter SFTP password : ")
    turn.typed("of nobody's knowledge\n", "Enter SFTP password :")
    turn.shown("\r\nadmin:")
    turn.over()
    turn.over()
    assert [each.sent.data for each in listener.heard] == [b"utils disaster_recovery device add\n", b"***"]


def test_where_nobody_listens_nothing_is_made() -> None:
    def made() -> bytes:
        raise AssertionError

    with Ear().exchange("axl", "pub", made) as heard:
        heard.data = b"x"


@live
async def test_what_was_given_up_is_heard_as_that() -> None:
    listener = Listener()
    ear = _ear(listener)

    async def asks() -> None:
        with ear.exchange("axl", "pub", lambda: b"asked"):
            await asyncio.Event().wait()

    task = asyncio.create_task(asks())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert listener.heard[0].error == "It was given up."
