"""CAPF of the lab, against phones that somebody else has built: the same messages bring the same answers.

The session, the certificates that were issued and what the cluster knows come in by ways that the server has anyway.
"""

from datetime import UTC, datetime

import pytest

from ringtrust.lab.state.capf import Appointment, KeyOrder, Mode, Operation, Outcome, Session
from ringtrust.trust.capf import StoreCertificateRequest, read_message
from ringtrust.trust.capf_proof import PublicKey
from ringtrust.trust.certificates import public_key_of
from tests.support.recorded import CAPF, PHONE, SERVER, spoken, turns

DEVICE = "SEP001122334455"
_APPOINTMENTS = {
    "install-rsa2048-authstring": Appointment(DEVICE, Operation.INSTALL, Mode.STRING, "123456"),
    "install-ec-p384-nullstring": Appointment(DEVICE, Operation.INSTALL, order=KeyOrder.EC),
    "install-ec-p256-existing-cert-lsc": Appointment(
        DEVICE, Operation.INSTALL, Mode.LSC_FIRST, curve_bits=256, order=KeyOrder.EC_FIRST
    ),
    "fetch-nullstring": Appointment(DEVICE, Operation.FETCH),
    "delete-nullstring": Appointment(DEVICE, Operation.DELETE),
    "no-pending-operation": Appointment(DEVICE, Operation.NONE),
    "wrong-authstring": Appointment(DEVICE, Operation.INSTALL, Mode.STRING, "123456"),
}
_ENDS = {
    "install-rsa2048-authstring": "Upgrade Success",
    "install-ec-p384-nullstring": "Upgrade Success",
    "install-ec-p256-existing-cert-lsc": "Upgrade Success",
    "fetch-nullstring": "Troubleshoot Success",
    "delete-nullstring": "Delete Success",
    "wrong-authstring": "Upgrade Failed: Invalid Authentication String",
}


class _RecordedOffice:
    """A cluster that knows what the recorded one knew, and has issued what that issued."""

    version = 3

    def __init__(self, name: str) -> None:
        self._appointment = _APPOINTMENTS.get(name)
        messages = [read_message(data) for who, data in spoken("capf-sessions", name) if who == SERVER]
        self._lsc = next((each.certificate.der for each in messages if isinstance(each, StoreCertificateRequest)), b"")
        self.outcomes: list[Outcome] = []
        self.seen: list[bytes] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)

    def appointment(self, device: str) -> Appointment | None:
        assert device == DEVICE
        return self._appointment

    def believes(self, certificate: bytes) -> bool:
        return bool(certificate)

    def issue(self, device: str, key: PublicKey) -> bytes:
        assert device == DEVICE
        assert public_key_of(self._lsc) == key
        return self._lsc

    def shown(self, device: str, certificate: bytes) -> None:
        assert device == DEVICE
        self.seen.append(certificate)

    def done(self, device: str, outcome: Outcome) -> None:
        assert device == DEVICE
        self.outcomes.append(outcome)


@pytest.mark.parametrize("name", CAPF)
def test_what_the_server_says_is_what_was_recorded(name: str) -> None:
    messages = spoken("capf-sessions", name)
    office = _RecordedOffice(name)
    session = Session(read_message(messages[0][1]).session, office)
    for heard, due in turns(messages, SERVER):
        said = session.take_all(heard) if heard else session.greeting()
        assert said == due
    assert session.ended
    session.lost()
    assert [outcome.status for outcome in office.outcomes] == ([_ENDS[name]] if name in _ENDS else [])
    assert bool(office.seen) is (name == "install-ec-p256-existing-cert-lsc")


def test_every_conversation_ends_with_the_server() -> None:
    for name in CAPF:
        messages = spoken("capf-sessions", name)
        assert messages[0][0] == messages[-1][0] == SERVER
        assert PHONE in {who for who, _ in messages}
