"""CAPF of a cluster: what is scheduled for a phone, what it is told, and what stands in the database afterwards."""

from collections.abc import Callable, Sequence

import pytest
from cryptography import x509

from ringtrust.errors import RefusedError
from ringtrust.lab.phone.capf_client import CapfClient, Introduction
from ringtrust.lab.phone.keys import Credential, Key, KeyWanted, Papers, phone_key
from ringtrust.lab.state.capf import EC_ONLY, Session
from ringtrust.lab.state.capf_office import new_session
from ringtrust.lab.state.services import CAPF
from ringtrust.lab.state.type_tables import CERTIFICATE_STATES
from ringtrust.trust.capf import AuthResponse, FetchResponse, KeyGenerateResponse, read_message
from ringtrust.trust.capf_elements import Reason
from ringtrust.trust.capf_proof import spki
from ringtrust.trust.capf_views import DeleteResponse, EndSession, StoreCertificateResponse
from ringtrust.trust.certificates import public_key_of, validity_of
from tests.support.clusters import Bench, bench
from tests.support.secure import DELETE, FETCH, INSTALL, SECURE, schedule, secure, told

NOW_PENDING = ("Install/Upgrade", "Operation Pending")
Forge = Callable[[int], bytes]


class _Desk:
    """A cluster with one phone, and its conversations with CAPF."""

    def __init__(self, release: str = "branch-11.5") -> None:
        self.made: Bench = bench(secure(release, phones=1, kind=SECURE), on=False)
        self.phone = self.made.phones[0]
        self.device = self.phone.traits.device
        self.mode = 2
        self.string = ""

    @property
    def papers(self) -> Papers:
        return self.phone.papers

    def schedule(self, operation: int, **columns: object) -> "_Desk":
        self.mode = int(str(columns.get("tkauthenticationmode", 2)))
        schedule(self.made.cluster, self.device, operation, **columns)
        return self

    def client(self, make_key: Callable[[KeyWanted], Key] = phone_key) -> CapfClient:
        return CapfClient(Introduction(self.device, self.mode, self.string), self.papers, make_key)

    def talk(self, client: CapfClient | None = None) -> int:
        """The whole conversation; gives the reason with which CAPF ends it."""
        client = client or self.client()
        session = new_session(self.made.cluster)
        heard = session.greeting()
        while client.ended is None:
            heard = session.take_all(client.take(heard))
        return client.ended

    def say(self, *messages: Forge) -> int:
        """A conversation in which the phone says these; gives the reason with which CAPF ends it."""
        session = new_session(self.made.cluster)
        session.greeting()
        return _end(session, messages)

    def introduced(self, session: int) -> bytes:
        return AuthResponse.make(session, self.device).to_bytes()

    @property
    def told(self) -> tuple[str, str]:
        return told(self.made.cluster, self.device)

    def row(self, *columns: str) -> tuple[object, ...]:
        rows = self.made.cluster.publisher.replica.rows(f"select {', '.join(columns)} from device")  # noqa: S608
        return tuple(rows[0])


def _end(session: Session, messages: Sequence[Forge]) -> int:
    for message in messages:
        said = session.take(message(session.number))
    ended = read_message(said)
    assert isinstance(ended, EndSession)
    assert session.ended
    return ended.reason


def _lsc(desk: _Desk) -> Credential:
    lsc = desk.papers.lsc
    assert lsc is not None
    return lsc


def test_an_lsc_is_installed_signed_by_the_capf_of_now_and_the_database_tells() -> None:
    desk = _Desk().schedule(INSTALL)
    before = _lsc(desk).certificate
    assert desk.told == NOW_PENDING
    assert desk.talk() == Reason.UPDATE_CERTIFICATE
    assert desk.told == ("No Pending Operation", "Upgrade Success")
    lsc = _lsc(desk)
    assert lsc.certificate != before
    assert public_key_of(lsc.certificate) == lsc.key.public_key()
    capf = desk.made.cluster.publisher.identities["CAPF"].certificate
    told_of = desk.row("lscvaliduntil", "lscissuervaliduntil")
    assert told_of == tuple(int(validity_of(each).end.timestamp()) for each in (lsc.certificate, capf))
    (issuer,) = desk.row("lscissuername")
    assert "CN=CAPF-" in str(issuer)


def test_before_11_5_nothing_is_told_of_an_lsc() -> None:
    desk = _Desk("single-9.1").schedule(INSTALL)
    assert desk.talk() == Reason.UPDATE_CERTIFICATE
    assert desk.told[1] == "Upgrade Success"
    assert desk.row("lscvaliduntil", "lscissuername", "lscissuervaliduntil") == (0, None, None)


def test_the_subject_of_an_lsc_is_that_of_a_real_one() -> None:
    desk = _Desk()
    parsed = x509.load_der_x509_certificate(_lsc(desk).certificate)
    subject = "CN=CP-8861-" + desk.device + ",L=Lodz,ST=Lodzkie,OU=Voice,O=Branch,C=PL"
    assert parsed.subject.rfc4514_string() == subject
    assert parsed.extensions.get_extension_for_class(x509.BasicConstraints).critical
    days = (parsed.not_valid_after_utc - parsed.not_valid_before_utc).days
    assert days == desk.made.cluster.topology.security.lsc_days


@pytest.mark.parametrize(("order", "curve", "kind"), [(1, 2, "RSA"), (2, 1, "secp256r1"), (3, 3, "secp521r1")])
def test_the_key_is_as_the_device_row_wants_it(order: int, curve: int, kind: str) -> None:
    desk = _Desk().schedule(INSTALL, tkkeyorder=order, tkeckeysize=curve, tkkeysize=4)
    assert desk.talk() == Reason.UPDATE_CERTIFICATE
    key = public_key_of(_lsc(desk).certificate)
    shown = key.curve.name if hasattr(key, "curve") else "RSA"
    assert shown == kind
    assert kind != "RSA" or getattr(key, "key_size", 0) == 3072


def test_delete_and_troubleshoot() -> None:
    desk = _Desk().schedule(FETCH)
    assert desk.talk() == Reason.NO_ACTION
    assert desk.told == ("No Pending Operation", "Troubleshoot Success")
    desk.schedule(DELETE)
    assert desk.talk() == Reason.UPDATE_CERTIFICATE
    assert desk.told == ("No Pending Operation", "Delete Success")
    assert desk.papers.lsc is None
    assert desk.row("lscvaliduntil", "lscissuername", "publickey") == (0, None, None)
    assert desk.talk() == Reason.NO_ACTION
    assert desk.told == ("No Pending Operation", "Delete Success")


def test_whoever_is_not_in_the_database_is_told_so() -> None:
    desk = _Desk().schedule(INSTALL)
    assert desk.say(lambda session: AuthResponse.make(session, "SEP001122334455").to_bytes()) == Reason.UNKNOWN_DEVICE
    assert desk.told == NOW_PENDING


def test_by_string_the_right_one_opens_and_none_does_not() -> None:
    desk = _Desk()
    for typed, status in (("123456", "Upgrade Success"), ("", WRONG), ("654321", WRONG)):
        desk.schedule(INSTALL, tkauthenticationmode=1, authenticationstring="123456")
        desk.string = typed
        desk.talk()
        assert desk.told == ("No Pending Operation", status)
    desk.schedule(INSTALL, tkauthenticationmode=1, authenticationstring=None)
    desk.string = ""
    assert desk.talk() == Reason.INVALID_ELEMENT  # no string is set: nothing opens it


WRONG = "Upgrade Failed: Invalid Authentication String"


@pytest.mark.parametrize(("mode", "without"), [(3, "mic"), (3, "lsc"), (4, "lsc"), (4, "mic")])
def test_by_existing_certificate_the_other_one_does_where_the_first_is_not_there(mode: int, without: str) -> None:
    desk = _Desk().schedule(INSTALL, tkauthenticationmode=mode)
    lsc, mic = desk.papers.lsc, desk.papers.mic
    assert lsc is not None
    assert mic is not None
    desk.made.restart(CAPF, "pub")
    desk.phone.papers = Papers(None if without == "lsc" else lambda: lsc, None if without == "mic" else lambda: mic)
    assert desk.talk() == Reason.UPDATE_CERTIFICATE
    assert desk.told[1] == "Upgrade Success"


def test_an_lsc_of_an_expired_capf_still_opens_capf() -> None:
    desk = _Desk().schedule(INSTALL, tkauthenticationmode=3)
    capf = desk.made.cluster.publisher.identities["CAPF"].certificate
    end = validity_of(capf).end
    desk.made.time.advance((end - desk.made.time.now()).total_seconds() + 1)
    assert desk.talk() == Reason.UPDATE_CERTIFICATE  # S121


def test_issuers_are_those_that_capf_has_loaded() -> None:
    desk = _Desk().schedule(INSTALL, tkauthenticationmode=3)
    cluster = desk.made.cluster
    lsc = _lsc(desk)
    desk.phone.papers = Papers(lambda: lsc)
    cluster.publisher.trusts["CAPF-trust"].clear()
    assert desk.talk() == Reason.UPDATE_CERTIFICATE
    desk.phone.papers = Papers(lambda: lsc)
    desk.made.restart(CAPF, "pub")
    desk.schedule(INSTALL, tkauthenticationmode=3)
    assert desk.talk() == Reason.INVALID_ELEMENT
    assert desk.told[1] == "Upgrade Failed: Invalid LSC"


def _fails(_wanted: KeyWanted) -> Key:
    raise RefusedError("no key")


FAILURES: dict[str, Callable[[_Desk, int], object]] = {
    "Invalid Authentication String": lambda desk, operation: desk.schedule(
        operation, tkauthenticationmode=1, authenticationstring="1234"
    ).talk(),
    "Invalid Credentials": lambda desk, operation: desk.schedule(operation, tkauthenticationmode=3).say(
        desk.introduced
    ),
    "Invalid LSC": lambda desk, operation: _shows_other(desk, operation, mode=3),
    "Invalid MIC": lambda desk, operation: _shows_other(desk, operation, mode=4),
    "Phone Communication Failure": lambda desk, operation: desk.schedule(operation).say(
        desk.introduced, lambda _: b"nonsense"
    ),
    "User Initiated Request Late/Timedout": lambda desk, operation: desk.schedule(
        operation, upgradefinishtime="2026:11:23:12:00"
    ).talk(),
}


def _shows_other(desk: _Desk, operation: int, mode: int) -> int:
    """It shows a certificate of a CA that nobody knows."""
    other = bench(secure(phones=1), on=False).phones[0].papers
    desk.phone.papers = other
    return desk.schedule(operation, tkauthenticationmode=mode).talk()


@pytest.mark.parametrize("why", FAILURES)
@pytest.mark.parametrize(("operation", "word"), [(INSTALL, "Upgrade"), (DELETE, "Delete"), (FETCH, "Troubleshoot")])
def test_every_failure_is_told_in_the_words_of_cisco(operation: int, word: str, why: str) -> None:
    desk = _Desk()
    FAILURES[why](desk, operation)
    assert desk.told == ("No Pending Operation", f"{word} Failed: {why}")
    assert desk.told[1] in CERTIFICATE_STATES


def test_a_key_that_was_not_made_and_a_certificate_that_was_not_kept() -> None:
    desk = _Desk().schedule(INSTALL)
    assert desk.talk(desk.client(_fails)) == Reason.INVALID_ELEMENT
    assert desk.told == ("No Pending Operation", "Upgrade Failed: Key Generation Failed/Timeout")
    desk.schedule(INSTALL, tkkeysize=1)  # 512 bits, which no phone makes
    desk.talk()
    assert desk.told[1] == "Upgrade Failed: Key Generation Failed/Timeout"
    key = phone_key(KeyWanted(2048))
    desk.schedule(INSTALL, tkkeysize=3)
    refuses = (
        desk.introduced,
        lambda session: KeyGenerateResponse.make(session, _spki(key)).to_bytes(),
        lambda session: StoreCertificateResponse.make(session, 7).to_bytes(),
    )
    assert desk.say(*refuses) == Reason.INVALID_ELEMENT
    assert desk.told == ("No Pending Operation", "Upgrade Failed: Invalid LSC")


def test_a_key_of_another_kind_than_was_wanted_gets_no_certificate() -> None:
    desk = _Desk().schedule(INSTALL)
    small = phone_key(KeyWanted(1024))
    answers = (desk.introduced, lambda session: KeyGenerateResponse.make(session, _spki(small)).to_bytes())
    assert desk.say(*answers) == Reason.INVALID_ELEMENT
    assert desk.told[1] == "Upgrade Failed: Key Generation Failed/Timeout"


def test_nothing_to_fetch_and_nothing_to_delete() -> None:
    desk = _Desk()
    for operation, answer in (
        (FETCH, lambda session: FetchResponse.failed(session, 7).to_bytes()),
        (DELETE, lambda session: DeleteResponse.make(session, 7).to_bytes()),
    ):
        desk.schedule(operation)
        desk.say(desk.introduced, answer)
        assert desk.told[0] == "No Pending Operation"
        assert desk.told[1].endswith("Failed: Invalid LSC")


def test_before_version_3_there_are_no_curves() -> None:
    desk = _Desk("single-9.1").schedule(INSTALL, tkkeyorder=2)
    assert desk.talk() == Reason.INVALID_ELEMENT
    assert desk.told == ("No Pending Operation", EC_ONLY)
    desk.schedule(INSTALL, tkkeyorder=3)
    assert desk.talk() == Reason.UPDATE_CERTIFICATE  # RSA is the backup
    assert not hasattr(public_key_of(_lsc(desk).certificate), "curve")


def test_a_phone_that_goes_silent_finds_its_operation_pending_when_it_comes_again() -> None:
    desk = _Desk().schedule(INSTALL)
    session = new_session(desk.made.cluster)
    session.take(desk.introduced(session.number))
    session.lost()
    assert desk.told == ("Install/Upgrade", "Upgrade Failed: Key Generation Failed/Timeout")
    session = new_session(desk.made.cluster)
    session.lost()  # it has said nothing: nobody knows who it was
    assert desk.talk() == Reason.UPDATE_CERTIFICATE
    assert desk.told == ("No Pending Operation", "Upgrade Success")


def test_the_authentication_string_is_printed_nowhere() -> None:
    desk = _Desk().schedule(INSTALL, tkauthenticationmode=1, authenticationstring="918273")
    desk.string = "918273"
    shown = Introduction(desk.device, 1, "918273")
    office = new_session(desk.made.cluster)._office
    assert "918273" not in f"{shown!r} {office.appointment(desk.device)!r}"


def _spki(key: Key) -> bytes:
    return spki(key.public_key())
