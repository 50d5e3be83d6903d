"""Conversations: what a phone does, step by step, and what it makes of lists, files and answers (trust-formats §6)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.phone.events import (
    Abandon,
    Answered,
    Ask,
    Attend,
    Dial,
    Elapsed,
    Fetch,
    Fetched,
    Lost,
    Missing,
    PowerOff,
    PowerOn,
    Presented,
    Register,
    Registered,
    Reset,
    Unreachable,
    Wait,
)
from ringtrust.lab.phone.phone import State
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.roles import Role
from ringtrust.trust.tvs import QueryRequest, QueryResponse, VerifyResponse, read_message
from tests.lab.phone.material import (
    BOOT,
    CONFIGURATION,
    CTL,
    ITL,
    PLAIN,
    PUB,
    RETRY,
    SIGNED,
    SUB1,
    SUB2,
    configuration,
    ctl,
    emptied,
    flipped,
    in_sha512,
    new,
    old,
    phone,
    vouching,
)
from tests.support.identities import identity, itl
from tests.support.playbook import Conversation


def _booted(talk: Conversation) -> Conversation:
    return talk.hears(PowerOn()).wants(Wait, seconds=BOOT).answers(Elapsed)


def _registered() -> Conversation:
    """A phone that has taken its first list, its configuration, and is registered."""
    talk = _booted(Conversation(phone()))
    talk.wants(Fetch, address=PUB, name=CTL).answers(Missing)
    talk.wants(Fetch, address=PUB, name=ITL).answers(Fetched, old().data)
    talk.wants(Fetch, address=PUB, name=SIGNED).answers(Fetched, configuration())
    talk.wants(Register, address=SUB1, port=5061).answers(Registered).wants(Attend)
    return talk


def _offered(data: bytes) -> Conversation:
    """The same after a reset, when it has been given another list."""
    talk = _registered().hears(Reset()).wants(Abandon).wants(Wait, seconds=BOOT).answers(Elapsed)
    talk.wants(Fetch, name=CTL).answers(Missing)
    return talk.wants(Fetch, name=ITL).answers(Fetched, data)


def _session(talk: Conversation) -> int:
    assert isinstance(talk.open, Ask)
    return read_message(talk.open.question).session


def test_out_of_the_box_it_boots_takes_the_first_list_and_registers() -> None:
    talk = _registered()
    assert talk.phone.state is State.REGISTERED
    assert talk.phone.itl == old()
    assert list(talk.phone.messages) == ["ITL installed", f"{SIGNED}(HTTP)"]


def test_a_reset_starts_all_over_and_the_same_list_is_nothing_new() -> None:
    talk = _offered(old().data).wants(Fetch, name=SIGNED)
    assert talk.phone.status == "ITL installed"
    assert talk.phone.boots == 2


def test_a_list_by_a_known_signer_is_taken_without_asking() -> None:
    newer = itl("pub", ("x", "y"))
    talk = _offered(newer.data).wants(Fetch, name=SIGNED)
    assert talk.phone.itl == newer
    assert talk.phone.status == "Trust List updated"


def test_an_unknown_signer_is_asked_about_and_taken_when_tvs_vouches() -> None:
    talk = _offered(new().data).wants(Dial, address=SUB1, port=2445)
    talk.answers(Presented, identity("tvs-pub").certificate).wants(Ask)
    assert isinstance(talk.open, Ask)
    question = read_message(talk.open.question)
    assert isinstance(question, QueryRequest)
    signer = identity("sub1").identity
    assert (question.subject, question.issuer, question.serial) == (signer.name, signer.issuer, signer.serial)
    assert question.device == "CP-8861-SEP001122334455"
    assert question.session == 1001
    talk.answers(Answered, vouching(1001)).wants(Fetch, name=SIGNED)
    assert talk.phone.itl == new()
    assert talk.phone.status == "Trust List updated"


def test_it_says_nothing_to_a_server_whose_certificate_it_does_not_hold_and_goes_to_the_next() -> None:
    talk = _offered(new().data).wants(Dial, address=SUB1)
    talk.answers(Presented, identity("stranger").certificate).wants(Dial, address=SUB2, port=2446)
    talk.answers(Presented, b"").wants(Fetch, name=SIGNED)
    assert talk.phone.itl == old()
    assert talk.phone.status == "Trust List update failed"


def test_a_server_that_is_not_there_or_does_not_answer_is_passed_over() -> None:
    talk = _offered(new().data).wants(Dial, address=SUB1).answers(Unreachable).wants(Dial, address=SUB2)
    talk.answers(Presented, identity("tvs-sub1").certificate).wants(Ask).answers(Unreachable)
    talk.wants(Fetch, name=SIGNED)
    assert talk.phone.itl == old()


def test_a_phone_that_refuses_a_list_keeps_the_old_one_and_its_configuration_and_registers() -> None:
    talk = _offered(new().data).wants(Dial).answers(Unreachable).wants(Dial).answers(Unreachable)
    talk.wants(Fetch, name=SIGNED).answers(Fetched, configuration("sub1"))
    talk.wants(Dial).answers(Unreachable).wants(Dial).answers(Unreachable)
    talk.wants(Register, address=SUB1).answers(Registered).wants(Attend)
    assert talk.phone.itl == old()
    assert list(talk.phone.messages)[-2:] == ["Trust List update failed", f"File auth error {SIGNED}"]


REFUSED: dict[str, Callable[[int], bytes]] = {
    "unknown to TVS": lambda session: QueryResponse.unknown(session).to_bytes(),
    "known, but not as a signer of lists": lambda session: vouching(session, roles=(Role.CCM_TFTP,)),
    "another certificate": lambda session: vouching(session, "stranger"),
    "an answer to another question": lambda session: vouching(session + 1),
    "another kind of answer": lambda session: VerifyResponse.make(session, (Role.SAST,)).to_bytes(),
    "one bit of the certificate changed": lambda session: flipped(vouching(session), 200),
    "one bit of the status changed": lambda session: flipped(vouching(session), 13),
    "cut off": lambda session: vouching(session)[:-1],
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("answer", REFUSED.values(), ids=REFUSED.keys())
def test_an_answer_that_vouches_for_nothing_is_no_yes(answer: Callable[[int], bytes]) -> None:
    talk = _offered(new().data).wants(Dial).answers(Presented, identity("tvs-pub").certificate).wants(Ask)
    talk.answers(Answered, answer(_session(talk))).wants(Dial, address=SUB2)
    assert talk.phone.itl == old()


@pytest.mark.parametrize(
    "data",
    [flipped(old().data), flipped(old().data, 200), old().data[:-5], b"", b"<html/>", ctl("pub").data, configuration()],
    ids=["a bit of a record", "a bit of the signature", "cut off", "empty", "a page", "a CTL", "a signed file"],
)
def test_what_is_no_good_list_is_refused_without_asking_anybody(data: bytes) -> None:
    talk = _offered(data).wants(Fetch, name=SIGNED)
    assert talk.phone.itl == old()
    assert talk.phone.status == "Trust List update failed"


@pytest.mark.parametrize("place", range(0, len(new().data), 97))
def test_a_flipped_bit_anywhere_in_a_list_that_tvs_vouches_for_is_found_out(place: int) -> None:
    talk = _offered(flipped(new().data, place))
    if isinstance(talk.phone.itl, TrustList) and talk._orders and isinstance(talk._orders[0], Dial):
        talk.wants(Dial).answers(Presented, identity("tvs-pub").certificate).wants(Ask)
        talk.answers(Answered, vouching(_session(talk)))
    assert talk.phone.itl == old()


def test_the_first_list_must_hold_in_itself() -> None:
    talk = _booted(Conversation(phone())).wants(Fetch, name=CTL).answers(Missing)
    talk.wants(Fetch, name=ITL).answers(Fetched, flipped(old().data)).wants(Fetch, name=PLAIN)
    assert talk.phone.itl is None
    assert talk.phone.status == "Trust List update failed"


def test_a_list_signed_with_sha512_is_checked_with_sha512() -> None:
    talk = _offered(in_sha512().data).wants(Fetch, name=SIGNED)
    assert talk.phone.itl == in_sha512()


def test_without_a_list_of_its_own_name_it_asks_for_the_common_one() -> None:
    talk = _booted(Conversation(phone())).wants(Fetch, name=CTL).answers(Missing)
    talk.wants(Fetch, name=ITL).answers(Missing).wants(Fetch, name="ITLFile.tlv").answers(Fetched, old().data)
    talk.wants(Fetch, name=SIGNED)
    assert talk.phone.itl == old()


def test_without_any_list_it_asks_for_an_unsigned_configuration() -> None:
    talk = _booted(Conversation(phone())).wants(Fetch, name=CTL).answers(Missing).wants(Fetch).answers(Missing)
    talk.wants(Fetch, name="ITLFile.tlv").answers(Missing)
    talk.wants(Fetch, name=PLAIN).answers(Fetched, CONFIGURATION).wants(Register, address=SUB1)
    assert talk.phone.status == "No Trust List installed"


def test_a_ctl_comes_before_the_itl_and_its_signer_is_believed_for_the_itl() -> None:
    talk = _booted(Conversation(phone())).wants(Fetch, name=CTL).answers(Fetched, ctl("sub1").data)
    talk.wants(Fetch, name=ITL).answers(Fetched, new().data).wants(Fetch, name=SIGNED)
    assert talk.phone.held == {ListKind.CTL: ctl("sub1"), ListKind.ITL: new()}
    assert list(talk.phone.messages) == ["CTL installed", "ITL installed"]


def test_with_an_emptied_list_it_takes_any_list_and_unsigned_files() -> None:
    talk = _offered(emptied().data).wants(Fetch, name=PLAIN).answers(Fetched, CONFIGURATION).wants(Register)
    talk.answers(Registered).wants(Attend).hears(Reset()).wants(Abandon).wants(Wait).answers(Elapsed)
    talk.wants(Fetch, name=CTL).answers(Missing).wants(Fetch, name=ITL).answers(Fetched, new(("x", "y")).data)
    talk.wants(Fetch, name=SIGNED)
    assert talk.phone.itl == new(("x", "y"))


def test_a_configuration_by_a_signer_that_tvs_vouches_for_is_taken() -> None:
    talk = _offered(old().data).wants(Fetch, name=SIGNED).answers(Fetched, configuration("sub1"))
    talk.wants(Dial).answers(Presented, identity("tvs-pub").certificate).wants(Ask)
    talk.answers(Answered, vouching(_session(talk), roles=(Role.TFTP,))).wants(Register)
    assert talk.phone.messages[-1] == f"{SIGNED}(HTTP)"


def test_a_signer_of_lists_only_is_no_signer_of_files() -> None:
    talk = _offered(old().data).wants(Fetch, name=SIGNED).answers(Fetched, configuration("sub1"))
    talk.wants(Dial).answers(Presented, identity("tvs-pub").certificate).wants(Ask)
    talk.answers(Answered, vouching(_session(talk), roles=(Role.SAST,))).wants(Dial).answers(Unreachable)
    talk.wants(Register, address=SUB1)
    assert talk.phone.messages[-1] == f"File auth error {SIGNED}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (flipped(configuration()), f"File auth error {SIGNED}"),
        (CONFIGURATION, f"File auth error {SIGNED}"),
        (configuration(body=b"<device/>"), f"File not valid {SIGNED}"),
        (configuration(body=b"<!DOCTYPE a [<!ENTITY e 'x'>]><device>&e;</device>"), f"File not valid {SIGNED}"),
    ],
    ids=["changed", "unsigned", "no Unified CM in it", "a document type"],
)
def test_a_configuration_that_is_not_good_is_not_used(data: bytes, message: str) -> None:
    talk = _offered(old().data).wants(Fetch, name=SIGNED).answers(Fetched, data).wants(Register, address=SUB1)
    assert talk.phone.messages[-1] == message


def test_a_tftp_node_that_is_not_there_is_followed_by_the_second() -> None:
    talk = _booted(Conversation(phone())).wants(Fetch, address=PUB, name=CTL).answers(Unreachable)
    talk.wants(Fetch, address=SUB1, name=CTL).answers(Missing).wants(Fetch, address=SUB1, name=ITL)
    talk.answers(Fetched, new().data).wants(Fetch, address=SUB1, name=SIGNED)


def test_without_any_tftp_node_it_lives_on_what_it_remembers() -> None:
    talk = _registered().hears(Reset()).wants(Abandon).wants(Wait).answers(Elapsed)
    talk.wants(Fetch, address=PUB).answers(Unreachable).wants(Fetch, address=SUB1).answers(Unreachable)
    talk.wants(Register, address=SUB1)
    assert talk.phone.messages[-1] == "TFTP timeout"


def test_when_the_connection_ends_it_registers_again_first_of_all_with_the_first_member() -> None:
    talk = _registered().answers(Lost).wants(Register, address=SUB1).answers(Unreachable)
    talk.wants(Register, address=SUB2, port=5060).answers(Registered).wants(Attend)
    assert talk.phone.state is State.REGISTERED


def test_when_nobody_takes_it_it_waits_and_tries_again() -> None:
    talk = _registered().answers(Lost).wants(Register).answers(Unreachable).wants(Register).answers(Unreachable)
    talk.wants(Wait, seconds=RETRY)
    assert talk.phone.state is State.UNREGISTERED
    talk.answers(Elapsed).wants(Register, address=SUB1).answers(Registered).wants(Attend)


def test_without_a_configuration_it_asks_for_one_again_and_again() -> None:
    talk = _booted(Conversation(phone())).wants(Fetch).answers(Unreachable).wants(Fetch).answers(Unreachable)
    talk.wants(Wait, seconds=RETRY).answers(Elapsed).wants(Fetch, address=PUB, name=CTL)


def test_without_power_it_hears_nothing_and_remembers_its_list() -> None:
    talk = _registered()
    late = talk.open
    assert late is not None
    talk.hears(PowerOff()).wants(Abandon)
    assert talk.phone.state is State.OFF
    talk.hears(Reset()).wants_nothing().hears(Lost(late.turn)).wants_nothing()
    assert talk.phone.itl == old()
    talk.hears(PowerOn()).wants(Wait, seconds=BOOT)
    talk.hears(PowerOn()).wants_nothing()


def test_what_belongs_to_the_time_before_a_reset_is_ignored() -> None:
    talk = _offered(new().data).wants(Dial)
    late = talk.open
    assert late is not None
    talk.hears(Reset()).wants(Abandon).wants(Wait)
    talk.hears(Presented(late.turn, identity("tvs-pub").certificate)).wants_nothing()
    assert talk.phone.state is State.BOOTING


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_bytes_arrive_it_goes_on(noise: bytes, more: bytes) -> None:
    talk = _offered(noise).wants(Fetch, name=SIGNED).answers(Fetched, more).wants(Register)
    assert talk.phone.itl == old()


@given(st.binary(max_size=200))
def test_whatever_a_tvs_server_says_it_goes_on(noise: bytes) -> None:
    talk = _offered(new().data).wants(Dial).answers(Presented, identity("tvs-pub").certificate).wants(Ask)
    talk.answers(Answered, noise).wants(Dial)
    assert talk.phone.itl == old()


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"<device>{text}</device>".encode()))
def test_whatever_configuration_is_signed_it_goes_on(body: bytes) -> None:
    talk = _offered(old().data).wants(Fetch, name=SIGNED).answers(Fetched, configuration(body=body))
    talk.wants(Register, address=SUB1)
