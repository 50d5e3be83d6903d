"""Nights in mixed mode, in memory: which phones still take the lists when it is over. The phones say so."""

import msgspec
import pytest

from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TVS
from ringtrust.lab.stranded import Fate
from ringtrust.lab.topology import Some, Topology
from ringtrust.trust.lists import ListKind
from tests.support.clusters import BOOT, SYNC, Bench, bench, small

SERVICES = (TVS, TFTP, CALLMANAGER)
SECURE = PhoneKind(profile="encrypted", lsc=True)
NO_TVS = PhoneKind(profile="encrypted", lsc=True, mic=False, tvs=False)
LISTS = {True: {ListKind.CTL, ListKind.ITL}, False: {ListKind.CTL}}


def _topology(name: str, tokens: int = 0) -> Topology:
    """Two groups, each of two phones that know TVS and one device that does not: the first of its group."""
    found = small(name)
    some = (Some(1, NO_TVS),)
    groups = tuple(msgspec.structs.replace(group, phones=3, some=some) for group in found.groups)
    plan = msgspec.structs.replace(found.phones, kind=SECURE)
    security = msgspec.structs.replace(found.security, tokens=tokens or found.security.tokens)
    return msgspec.structs.replace(found, groups=groups, phones=plan, security=security)


def _secure(name: str, tokens: int = 0) -> Bench:
    return bench(_topology(name, tokens))


def _of(made: Bench, *, tvs: bool) -> list[Phone]:
    return [phone for phone in made.phones if phone.traits.kind.tvs is tvs]


def _ctl(phone: Phone) -> bytes:
    return phone.held[ListKind.CTL].data


def _refusing(made: Bench, *, tvs: bool) -> int:
    """How many have been told no by what they hold the last time."""
    return sum(phone.status == "Trust List update failed" for phone in _of(made, tvs=tvs))


def _new_ctl(made: Bench) -> None:
    """`utils ctl update CTLFile`, and it has come to every node."""
    made.time.advance(60)
    made.cluster.ctl.update()
    made.time.advance(60)


def _holding(made: Bench, *, tvs: bool) -> int:
    """How many hold the CTL that was made last."""
    written = made.cluster.ctl.written
    return sum(written is not None and _ctl(phone) == written.data for phone in _of(made, tvs=tvs))


def _restarted(made: Bench) -> None:
    for service in SERVICES:
        made.restart(service)
    made.time.advance(BOOT)


@pytest.mark.parametrize("name", ["secure-9.1", "secure-11.5", "secure-14"])
def test_every_phone_takes_the_lists_of_its_kind_at_its_first_boot(name: str) -> None:
    made = _secure(name)
    assert {phone.state for phone in made.phones} == {State.REGISTERED}
    for tvs in (True, False):
        assert _of(made, tvs=tvs)
        assert all(set(phone.held) == LISTS[tvs] for phone in _of(made, tvs=tvs))
    assert made.current() == len(made.phones)
    assert made.fates() == {Fate.REACHABLE: len(made.phones)}


@pytest.mark.parametrize("name", ["secure-11.5", "secure-14"])
def test_a_ctl_of_the_same_signer_is_taken_by_everybody(name: str) -> None:
    made = _secure(name)
    _new_ctl(made)
    made.wave()
    assert _holding(made, tvs=True) + _holding(made, tvs=False) == len(made.phones)
    assert made.current() == len(made.phones)


def test_a_ctl_of_a_stranger_is_taken_by_nobody() -> None:
    made, other = _secure("secure-11.5"), bench(small("secure-14", phones=0))
    before = {phone.traits.device: _ctl(phone) for phone in made.phones}
    for node in made.cluster.nodes:
        node.ctl = other.cluster.publisher.ctl
    made.wave()
    assert {phone.traits.device: _ctl(phone) for phone in made.phones} == before
    assert _refusing(made, tvs=False) == len(_of(made, tvs=False))
    assert made.current() == 0


def test_on_11_5_devices_without_tvs_refuse_the_ctl_after_the_publisher_s_callmanager() -> None:
    """H14: phones ask TVS, which knows the new signer; who cannot ask keeps the CTL of before."""
    made = _secure("secure-11.5")
    made.regenerate("CallManager", "pub")
    made.time.advance(SYNC)
    _new_ctl(made)
    _restarted(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 0)
    assert _refusing(made, tvs=False) == 2
    # ITLRecovery, the second SAST of the CTL that they hold, can sign one for them (R3).
    assert made.fates() == {Fate.REACHABLE: 6}
    made.cluster.ctl.reset_localkey()
    made.time.advance(60)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)
    _new_ctl(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)
    assert made.current() == 6


def test_on_11_5_a_reset_before_the_update_leads_every_device_over() -> None:
    made = _secure("secure-11.5")
    made.regenerate("CallManager", "pub")
    made.cluster.ctl.reset_localkey()
    made.time.advance(SYNC)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)
    _new_ctl(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)


def test_on_11_5_callmanager_and_itlrecovery_in_one_night_strand_the_devices_without_tvs() -> None:
    made = _secure("secure-11.5")
    made.cluster.backups.clear()
    made.regenerate("CallManager", "pub")
    made.regenerate("ITLRecovery", "pub")
    made.time.advance(SYNC)
    _new_ctl(made)
    _restarted(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 0)
    assert made.fates() == {Fate.REACHABLE: 4, Fate.STRANDED: 2}


def test_on_14_devices_without_tvs_take_the_ctl_after_callmanager() -> None:
    made = _secure("secure-14")
    made.regenerate("CallManager")
    made.time.advance(SYNC)
    _new_ctl(made)
    _restarted(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)
    assert made.current() == 6


@pytest.mark.parametrize("between", [True, False])
def test_on_14_itlrecovery_soon_after_callmanager_locks_out_who_has_not_had_the_ctl_between(*, between: bool) -> None:
    """H04: `reset localkey` signs with the CallManager of now, which a CTL of before does not name."""
    made = _secure("secure-14")
    made.cluster.backups.clear()
    made.regenerate("CallManager", "pub")
    made.time.advance(SYNC)
    if between:
        _new_ctl(made)
        made.wave()
    made.regenerate("ITLRecovery", "pub")
    made.time.advance(SYNC)
    expected = {Fate.REACHABLE: 6} if between else {Fate.REACHABLE: 4, Fate.STRANDED: 2}
    assert made.fates() == expected
    made.cluster.ctl.reset_localkey()
    made.time.advance(60)
    made.wave()
    _new_ctl(made)
    made.wave()
    assert _holding(made, tvs=False) == (2 if between else 0)
    assert made.fates() == expected


def test_a_switched_off_device_without_tvs_is_lost_when_both_of_its_sasts_have_gone_one_by_one() -> None:
    made = _secure("secure-14")
    made.cluster.backups.clear()
    sleeper = _of(made, tvs=False)[0]
    made.exchange.happen(sleeper, PowerOff())
    for unit in ("CallManager", "ITLRecovery"):
        made.regenerate(unit, "pub")
        made.time.advance(SYNC)
        made.cluster.ctl.reset_localkey()
        made.time.advance(60)
        made.wave()
        _new_ctl(made)
        made.wave()
    made.exchange.happen(sleeper, PowerOn())
    made.time.advance(BOOT)
    assert sleeper.status == "Trust List update failed"
    assert made.fates() == {Fate.REACHABLE: 5, Fate.STRANDED: 1}


def test_with_etokens_no_certificate_of_a_server_can_lock_a_device_out_of_the_ctl() -> None:
    made = _secure("secure-9.1")
    for unit in ("CallManager", "CAPF"):
        made.regenerate(unit)
        made.time.advance(SYNC)
        made.time.advance(60)
        token = made.cluster.tokens[1]
        made.cluster.client_ctl(token, token.password)
        made.time.advance(60)
        _restarted(made)
        made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)
    assert made.fates() == {Fate.REACHABLE: 6}


def test_with_all_etokens_lost_a_new_pair_is_believed_by_nobody_until_tvs_knows_it() -> None:
    """H15, H16, R10: TVS vouches for eTokens whose certificates somebody has brought into Phone-SAST-trust."""
    made = _secure("secure-9.1")
    for node in made.cluster.nodes:
        node.delete_ctl()
    one, two = made.cluster.ctl.new_token(), made.cluster.ctl.new_token()
    made.time.advance(60)
    made.cluster.client_ctl(one, one.password, two)
    made.time.advance(60)
    made.wave()
    assert _holding(made, tvs=True) == _holding(made, tvs=False) == 0
    assert made.fates() == {Fate.STRANDED: 6}
    made.cluster.import_trust(made.cluster.publisher, "Phone-SAST-trust", [one.certificate])
    made.time.advance(SYNC)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 0)
    assert made.fates() == {Fate.REACHABLE: 4, Fate.STRANDED: 2}


def test_from_etokens_to_none_phones_with_tvs_follow_and_others_do_not() -> None:
    """H16, S78: on a CTL of 11.5 CallManager is a SAST beside the eTokens, so that here everybody follows."""
    made = _secure("secure-11.5", tokens=2)
    _new_ctl(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)


def test_mixed_mode_comes_and_goes_and_the_phones_follow() -> None:
    topology = _topology("secure-14")
    made = bench(msgspec.structs.replace(topology, security=msgspec.structs.replace(topology.security, mixed=False)))
    assert all(not phone.held for phone in _of(made, tvs=False))
    assert made.current() == len(made.phones)  # who asks for a CTL alone needs none
    made.cluster.ctl.set_mode(mixed=True)
    made.time.advance(60)
    _restarted(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)
    made.cluster.ctl.set_mode(mixed=False)
    made.time.advance(60)
    _restarted(made)
    made.wave()
    assert (_holding(made, tvs=True), _holding(made, tvs=False)) == (4, 2)
    assert made.current() == 6


def test_phones_that_sleep_while_everything_is_renewed_know_nobody_any_more() -> None:
    made = _secure("secure-14")
    made.cluster.backups.clear()
    for phone in made.phones:
        made.exchange.happen(phone, PowerOff())
    for unit in ("CallManager", "TVS"):
        made.regenerate(unit)
    made.time.advance(SYNC)
    assert made.fates() == {Fate.REACHABLE: 6}  # ITLRecovery, which they know, signs both lists
    made.regenerate("ITLRecovery", "pub")
    made.time.advance(SYNC)
    assert made.fates() == {Fate.STRANDED: 6}


def test_a_restore_brings_the_ctl_of_the_backup_back() -> None:
    made = _secure("secure-14")
    for phone in made.phones:
        made.exchange.happen(phone, PowerOff())
    for unit in ("CallManager", "TVS"):
        made.regenerate(unit)
    made.regenerate("ITLRecovery", "pub")
    made.time.advance(SYNC)
    _new_ctl(made)
    assert made.fates() == {Fate.BY_RESTORE: 6}


def test_without_the_ctl_a_device_that_knows_no_tvs_misses_nothing() -> None:
    made = _secure("secure-11.5")
    made.regenerate("CallManager", "pub")
    made.regenerate("ITLRecovery", "pub")
    made.cluster.backups.clear()
    for node in made.cluster.nodes:
        node.delete_ctl()
    made.time.advance(SYNC)
    assert made.fates() == {Fate.REACHABLE: 6}
