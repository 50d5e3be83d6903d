"""Secure phones in memory: an expired CAPF, a list that lacks CallManager, an issuer deleted, a network that asks."""

import msgspec
import pytest

from ringtrust.lab.barred import Able, Bars, Ended, NoNetwork, NothingToShow, NotListed, NotTaken
from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.phone.events import Reset, UpdateLsc
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.services import CALLMANAGER, CAPF, TFTP
from ringtrust.lab.topology import Some, Topology
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.lists import ListKind
from tests.support.clusters import BOOT, SYNC, Bench, bench, small
from tests.support.secure import (
    DAYS,
    SECURE,
    callmanagers_renewed,
    ctl,
    give,
    in_mixed_mode,
    schedule,
    secure,
    secured,
    told,
    until_expiry,
)

MIC_ONLY = PhoneKind(profile="encrypted")
DOT1X = PhoneKind(profile="encrypted", lsc=True, dot1x=True)


def _all(made: Bench, state: State) -> bool:
    return all(phone.state is state for phone in made.phones)


def _refusals(made: Bench) -> set[str]:
    return {phone.refusal for phone in made.phones}


def _enrol(made: Bench, *phones: Phone, **columns: object) -> None:
    """An administrator schedules an LSC for these phones or for all; the change is on every node by then."""
    for phone in phones or made.phones:
        schedule(made.cluster, phone.traits.device, **columns)
    made.time.advance(10)


def _reset(made: Bench) -> None:
    """Somebody switches every phone off and on, the unregistered ones too."""
    for phone in made.phones:
        made.exchange.happen(phone, Reset())
    made.time.advance(BOOT)


def _capf_alone_expires(made: Bench) -> None:
    """CallManager has been renewed in time."""
    made.time.advance(until_expiry(made) - DAYS)
    callmanagers_renewed(made.cluster, made.phones)
    made.restart(CALLMANAGER)
    made.time.advance(until_expiry(made))


def _bars(made: Bench) -> set[str]:
    members = {group.name: group.members for group in made.cluster.topology.groups}
    groups = [members[extension.group] for extension in extensions(made.cluster.topology)]
    bars = Bars(made.cluster)
    return {bars.of(phone, group).reason for phone, group in zip(made.phones, groups, strict=True)}


def _issuer(phone: Phone) -> bytes:
    shown = phone.papers.shown
    assert shown is not None
    return CertificateFacts.of(shown.certificate).issuer


@pytest.mark.parametrize("release", ["single-9.1", "branch-11.5", "campus-12.5", "campus-14"])
def test_secure_phones_register_and_get_new_lscs_before_they_do_so_again(release: str) -> None:
    made = secured(secure(release))
    assert _all(made, State.REGISTERED)
    before = [phone.papers.lsc for phone in made.phones]
    _enrol(made)
    made.wave()
    assert _all(made, State.REGISTERED)
    assert {told(made.cluster, phone.traits.device) for phone in made.phones} == {
        ("No Pending Operation", "Upgrade Success")
    }
    assert all(phone.papers.lsc not in before for phone in made.phones)
    assert _bars(made) == {""}


def test_a_phone_without_lsc_shows_its_mic_and_one_without_any_nothing() -> None:
    made = secured(secure(kind=MIC_ONLY))
    assert _all(made, State.REGISTERED)
    nothing = secured(secure(kind=PhoneKind(profile="encrypted", mic=False)))
    assert _all(nothing, State.UNREGISTERED)
    assert _refusals(nothing) == {"it has neither LSC nor MIC to show"}
    assert _bars(nothing) == {NothingToShow().reason}


@pytest.mark.shows("S120", "S121", "S122", "S123")
def test_an_expired_capf_locks_phones_out_and_a_new_one_brings_them_back() -> None:
    made = secured()
    _capf_alone_expires(made)
    assert _all(made, State.REGISTERED)  # until the next registration
    made.wave()
    assert _all(made, State.UNREGISTERED)
    assert {refusal.split()[-1] for refusal in _refusals(made)} == {"expired"}
    assert all("the issuer of its LSC, has expired" in reason for reason in _bars(made))
    made.regenerate("CAPF", "pub")
    made.time.advance(SYNC)
    made.restart(CAPF, "pub")
    made.restart(TFTP)
    _enrol(made)
    _reset(made)
    assert _all(made, State.REGISTERED)
    assert _bars(made) == {""}
    new = CertificateFacts.of(made.cluster.publisher.identities["CAPF"].certificate).subject
    assert {_issuer(phone) for phone in made.phones} == {new}


@pytest.mark.shows("S123")
def test_a_phone_that_has_no_list_with_the_new_capf_does_not_go_there() -> None:
    made = secured(secure(kind=msgspec.structs.replace(SECURE, tvs=False)))
    for phone in made.phones:
        assert phone.itl is None
    _capf_alone_expires(made)
    made.regenerate("CAPF", "pub")
    made.time.advance(SYNC)
    made.restart(CAPF, "pub")
    _enrol(made)
    made.wave()
    assert _all(made, State.UNREGISTERED)
    assert all("CAPF shows a certificate that no list has" in phone.messages for phone in made.phones)
    for phone in made.phones:  # an administrator updates the CTL, and phones get it
        give(phone, ctl(made.cluster, stamp=3))
    _reset(made)
    assert _all(made, State.REGISTERED)


def test_until_change_notification_has_been_there_a_subscriber_does_not_know_the_new_capf() -> None:
    made = secured()
    made.regenerate("CAPF", "pub")
    made.restart(CAPF, "pub")
    made.time.advance(100)
    _enrol(made)
    made.wave()
    assert _all(made, State.UNREGISTERED)
    assert _refusals(made) == {"sub1 does not take its LSC: unknown CA", "sub2 does not take its LSC: unknown CA"}
    assert _bars(made) == {""}  # it is over by itself
    made.time.advance(SYNC)
    assert _all(made, State.REGISTERED)


def test_h13_callmanager_renewed_without_a_new_ctl() -> None:
    made = secured()
    made.regenerate("CallManager")
    made.restart(CALLMANAGER)
    made.time.advance(60)
    assert _all(made, State.UNREGISTERED)
    assert _refusals(made) == {f"CallManager of {name} is in no list that it holds" for name in ("sub1", "sub2")}
    assert _bars(made) == {NotListed(name).reason for name in ("sub1", "sub2")}
    made.time.advance(SYNC)  # TVS of every node knows the new certificates, and these phones do not ask it
    assert _all(made, State.UNREGISTERED)
    for phone in made.phones:
        give(phone, ctl(made.cluster, stamp=2))
    made.time.advance(60)
    assert _all(made, State.REGISTERED)


@pytest.mark.shows("S118", "S119")
def test_h17_the_old_capf_stays_and_deleting_it_bars_after_a_restart() -> None:
    made = secured()
    old = file_name(made.cluster.publisher.identities["CAPF"].certificate)
    made.regenerate("CAPF", "pub")
    made.time.advance(SYNC)
    made.restart(CALLMANAGER)
    made.time.advance(60)
    for node in made.cluster.nodes:
        assert old in node.trusts["CallManager-trust"]
    assert old in made.cluster.publisher.trusts["CAPF-trust"]
    assert _all(made, State.REGISTERED)
    made.cluster.delete(made.cluster.publisher, "CallManager-trust", old)
    made.time.advance(SYNC)
    made.wave()
    assert _all(made, State.REGISTERED)  # CallManager has it still
    assert _bars(made) == {NotTaken(name, "LSC", old.removesuffix(".pem")).reason for name in ("sub1", "sub2")}
    made.restart(CALLMANAGER)
    made.time.advance(60)
    assert _all(made, State.UNREGISTERED)
    assert _refusals(made) == {f"{name} does not take its LSC: unknown CA" for name in ("sub1", "sub2")}


def test_h18_a_network_that_does_not_know_the_new_capf_lets_nobody_in() -> None:
    made = secured(secure(kind=DOT1X))
    assert _all(made, State.REGISTERED)
    made.regenerate("CAPF", "pub")
    made.time.advance(SYNC)
    made.restart(CAPF, "pub")
    made.restart(TFTP)
    _enrol(made)
    made.wave()
    assert _all(made, State.REGISTERED)  # it is in already
    made.wave()
    assert _all(made, State.NO_NETWORK)
    bars = _bars(made)
    assert all(reason.startswith("the network does not let it in: RADIUS does not know CAPF-") for reason in bars)
    made.cluster.partners.trust(made.cluster.publisher.identities["CAPF"].certificate)
    made.time.advance(30 + BOOT)
    assert _all(made, State.REGISTERED)


def test_an_expired_lsc_keeps_a_phone_out_of_the_network_and_out_of_callmanager() -> None:
    made = secured(secure(kind=DOT1X, lsc_days=10))
    made.time.advance(6 * 86_400.0)
    made.wave()
    assert _all(made, State.NO_NETWORK)
    assert all("has expired on 2026-11-29" in reason for reason in _bars(made))
    only_tls = secured(secure(lsc_days=10))
    only_tls.time.advance(6 * 86_400.0)
    only_tls.wave()
    assert _all(only_tls, State.UNREGISTERED)
    assert _bars(only_tls) == {"its LSC has expired on 2026-11-29"}


@pytest.mark.shows("S177", "S178")
def test_wireless_phones_stay_away_from_capf() -> None:
    made = secured(secure(kind=PhoneKind(wireless=True, dot1x=True)))
    _enrol(made)
    made.wave()
    assert _all(made, State.REGISTERED)
    assert {told(made.cluster, phone.traits.device) for phone in made.phones} == {
        ("Install/Upgrade", "Operation Pending")
    }
    assert all(phone.papers.lsc is None for phone in made.phones)
    assert _bars(made) == {""}


@pytest.mark.shows("S175", "S176")
def test_by_authentication_string_somebody_has_to_type_it() -> None:
    made = secured()
    first, second, *_ = made.phones
    _enrol(made, first, second, tkauthenticationmode=1, authenticationstring="4711")
    before = first.papers.lsc
    made.wave()
    assert told(made.cluster, first.traits.device) == ("Install/Upgrade", "Operation Pending")
    made.exchange.happen(first, UpdateLsc("4711"))
    made.exchange.happen(second, UpdateLsc("0815"))
    made.time.advance(BOOT)
    assert told(made.cluster, first.traits.device)[1] == "Upgrade Success"
    assert first.papers.lsc is not before
    assert told(made.cluster, second.traits.device)[1] == "Upgrade Failed: Invalid Authentication String"
    assert _all(made, State.REGISTERED)


def test_a_capf_that_is_not_there_is_tried_four_times_and_then_phones_go_on() -> None:
    made = secured()
    made.stop(CAPF, "pub")
    _enrol(made)
    made.wave()
    assert _all(made, State.HELD)
    made.time.advance(60)
    assert _all(made, State.HELD)
    made.time.advance(30)
    assert _all(made, State.REGISTERED)
    assert all("CAPF cannot be reached" in phone.messages for phone in made.phones)


def test_a_capf_that_comes_back_between_two_attempts_is_found() -> None:
    made = secured()
    made.stop(CAPF, "pub")
    _enrol(made)
    made.wave()
    made.restart(CAPF, "pub")
    made.time.advance(31)
    assert _all(made, State.REGISTERED)
    assert {told(made.cluster, phone.traits.device)[1] for phone in made.phones} == {"Upgrade Success"}


def test_an_encrypted_configuration_is_for_one_certificate() -> None:
    made = secured(secure(kind=PhoneKind(profile="encrypted", lsc=True, encrypted_config=True)))
    assert _all(made, State.REGISTERED)
    phone = made.phones[0]
    sealed = f"{phone.traits.device}.cnf.xml.enc.sgn(HTTP)"
    assert phone.messages[-1] == sealed
    _enrol(made)
    made.wave()
    made.time.advance(10)
    made.wave()
    assert _all(made, State.REGISTERED)
    assert phone.messages[-1] == sealed


def test_a_phone_that_cannot_open_its_configuration_has_none() -> None:
    made = secured(secure(kind=PhoneKind(profile="encrypted", mic=False, encrypted_config=True)))
    assert _all(made, State.UNREGISTERED)
    assert made.phones[0].configuration is None
    assert made.phones[0].messages[-1].endswith("is for another certificate")


def test_a_phone_with_another_profile_than_it_comes_by_is_not_let_in() -> None:
    made = secured()
    device = made.phones[0].traits.device
    assert made.cluster.node("sub1").admits(device, secure=True)
    assert not made.cluster.node("sub1").admits(device, secure=False)
    made.cluster.database.write((("update device set fksecurityprofile = null", ()),))
    made.time.advance(10)
    made.wave()  # R11: on the non-secure profile it needs no certificate
    assert _all(made, State.REGISTERED)
    assert not made.cluster.node("sub1").admits(device, secure=True)


@pytest.mark.parametrize("name", ["secure-11.5", "secure-14"])
def test_phones_that_the_new_mode_registers_otherwise_read_their_configuration_again(name: str) -> None:
    """118892: out of mixed mode a phone with a secure profile comes without TLS. Nobody can tell it to reset."""
    made = bench(small(name, 20))
    assert _all(made, State.REGISTERED)
    assert {phone.configuration.secure for phone in made.phones if phone.configuration} == {False, True}
    made.cluster.ctl.set_mode(mixed=False)
    made.time.advance(10)
    made.restart(CALLMANAGER)
    made.time.advance(60)
    assert _all(made, State.REGISTERED)
    assert {phone.configuration.secure for phone in made.phones if phone.configuration} == {False}


def test_a_cluster_of_many_kinds_answers_each_as_it_is() -> None:
    plain, lean = PhoneKind(), PhoneKind(profile="authenticated", mic=False)
    declared = small("branch-11.5", 6)
    some = (Some(1, SECURE), Some(1, lean))
    groups = tuple(msgspec.structs.replace(group, some=some) for group in declared.groups)
    made = secured(Topology(**{**msgspec.structs.asdict(declared), "groups": groups}))
    kinds = [phone.traits.kind for phone in made.phones]
    assert kinds.count(plain) == 2
    assert {kind: phone.state for kind, phone in zip(kinds, made.phones, strict=True)} == {
        plain: State.REGISTERED,
        SECURE: State.REGISTERED,
        lean: State.UNREGISTERED,
    }
    assert _bars(made) == {"", NothingToShow().reason}


def test_a_cluster_without_ctl_takes_no_secure_phone() -> None:
    made = bench(secure(), on=False)
    in_mixed_mode(made.cluster)
    made.powered()
    assert _all(made, State.UNREGISTERED)
    assert ListKind.CTL not in made.phones[0].held
    assert _bars(made) == {NotListed(name).reason for name in ("sub1", "sub2")}


def test_every_answer_tells_a_reason_but_the_one_that_needs_none() -> None:
    made = secured()
    now = made.time.now()
    barred = (NoNetwork("x"), NotListed("n"), NotTaken("n", "LSC", "CAPF-1"), Ended("LSC", now), NothingToShow())
    assert all(each.reason for each in barred)
    assert Able().reason == ""


def test_a_thousand_phones_are_re_enrolled() -> None:
    made = secured(secure("campus-12.5", phones=1000))
    _enrol(made)
    made.wave()
    assert _all(made, State.REGISTERED)
    assert {told(made.cluster, phone.traits.device)[1] for phone in made.phones} == {"Upgrade Success"}
    assert len({phone.papers.lsc.certificate for phone in made.phones if phone.papers.lsc}) == 1000
