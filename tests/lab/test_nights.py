"""Whole nights in memory: which phones still listen when it is over. The phones say so, nobody else."""

import msgspec
import pytest

from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.phone import State
from ringtrust.lab.state.services import CALLMANAGER, CHANGE_NOTIFICATION, TFTP, TVS
from ringtrust.lab.stranded import Fate
from tests.support.clusters import BOOT, PHONES, SYNC, Bench, bench, small

SERVICES = (TVS, TFTP, CALLMANAGER)


def _one_type(made: Bench, unit: str) -> None:
    """A type on every node in turn, each with its restarts and a wave of its own."""
    for node in made.cluster.nodes:
        made.regenerate(unit, node.name)
        made.time.advance(SYNC)
        for service in SERVICES:
            made.restart(service, node.name)
        made.time.advance(BOOT)
        made.wave()


def _careless(made: Bench, *units: str) -> None:
    """All types on all nodes, then all restarts, within fifteen minutes."""
    for unit in units:
        made.regenerate(unit)
    for service in SERVICES:
        made.restart(service)
    made.time.advance(600)
    made.wave()


def test_before_the_night_every_phone_is_registered_with_the_first_node_of_its_group() -> None:
    made = bench()
    assert {phone.state for phone in made.phones} == {State.REGISTERED}
    assert made.current() == PHONES
    nodes = [registration.node for registration in made.cluster.registrations]
    assert nodes.count("sub1") == nodes.count("sub2") == PHONES // 2


@pytest.mark.parametrize("release", ["campus-9.1", "single-9.1", "branch-11.5", "campus-12.5", "campus-14"])
def test_one_type_at_a_time_keeps_every_phone(release: str) -> None:
    made = bench(small(release))
    for unit in ("tomcat", "ipsec", "CAPF", "CallManager", "TVS"):
        _one_type(made, unit)
    assert made.wave() == PHONES
    assert made.current() == PHONES
    assert made.stranded() == 0
    assert {phone.state for phone in made.phones} == {State.REGISTERED}


def test_callmanager_and_tvs_together_strand_every_phone_on_9_1() -> None:
    made = bench()
    _careless(made, "CallManager", "TVS")
    assert {phone.status for phone in made.phones} == {"Trust List update failed"}
    assert {phone.state for phone in made.phones} == {State.REGISTERED}  # they keep their old list, and still ring
    assert made.current() == 0
    assert made.stranded() == PHONES


@pytest.mark.parametrize("release", ["campus-12.5", "campus-14"])
def test_the_same_from_12_5_on_strands_nobody_because_itlrecovery_signs(release: str) -> None:
    made = bench(small(release))
    _careless(made, "CallManager", "TVS")
    assert made.current() == PHONES
    assert made.stranded() == 0


def test_after_all_three_anchors_together_only_a_restore_brings_phones_back_on_12_5_and_without_a_backup_nothing() -> (
    None
):
    made = bench(small("campus-12.5"))
    _careless(made, "CallManager", "TVS", "ITLRecovery")
    assert made.current() == 0
    assert made.fates() == {Fate.BY_RESTORE: PHONES}  # R4: yesterday's backup
    made.cluster.backups.clear()
    assert made.stranded() == PHONES


def test_tvs_alone_or_callmanager_alone_strands_nobody_on_9_1() -> None:
    for unit in ("CallManager", "TVS"):
        made = bench()
        made.regenerate(unit)
        made.time.advance(SYNC)
        for service in SERVICES:
            made.restart(service)
        made.wave()
        assert made.current() == PHONES, unit


def test_a_phone_that_was_off_through_both_changes_is_lost_and_one_that_came_back_between_is_not() -> None:
    made = bench()
    away, back = made.phones[0], made.phones[1]
    for phone in (away, back):
        made.exchange.happen(phone, PowerOff())
    _one_type(made, "CallManager")
    made.exchange.happen(back, PowerOn())
    made.time.advance(BOOT)
    _one_type(made, "TVS")
    made.exchange.happen(away, PowerOn())
    made.time.advance(BOOT)
    made.wave()
    assert away.status == "Trust List update failed"
    assert made.stranded() == 1
    assert made.current() == PHONES - 1


def test_phones_that_come_before_the_other_nodes_know_the_signer_only_have_to_come_again() -> None:
    made = bench()
    made.regenerate("CallManager", "pub")
    made.time.advance(120)  # the list is new and phones have reset, but Change Notification has brought nothing yet
    made.time.advance(BOOT)
    assert {phone.status for phone in made.phones} == {"Trust List update failed"}
    assert made.stranded() == 0
    made.time.advance(SYNC)
    made.wave()
    assert made.current() == PHONES


def test_while_tftp_of_the_first_node_is_stopped_phones_take_the_list_of_the_second() -> None:
    made = bench()
    made.stop(TFTP, "pub")
    made.wave()
    second = made.cluster.node("sub1").tftp
    assert second is not None
    assert {phone.itl.data for phone in made.phones if phone.itl} == {second.itl.data}


def test_while_every_tvs_is_stopped_nobody_vouches() -> None:
    made = bench()
    made.regenerate("CallManager", "pub")
    made.time.advance(SYNC)
    for node in ("sub1", "sub2"):
        made.stop(TVS, node)
    made.wave()
    assert made.current() == 0
    assert made.stranded() == 0  # it is enough to start TVS
    made.restart(TVS)
    made.wave()
    assert made.current() == PHONES


def test_a_phone_goes_to_the_next_member_while_its_callmanager_restarts() -> None:
    made = bench()
    found = made.cluster.node("sub1").services.find(CALLMANAGER)
    assert found is not None
    made.cluster.node("sub1").services.restart(found)
    assert {registration.node for registration in made.cluster.registrations} == {"sub2"}
    assert len(made.cluster.registrations) == PHONES


def test_without_any_callmanager_phones_try_again_until_one_is_back() -> None:
    made = bench()
    for node in ("sub1", "sub2"):
        made.stop(CALLMANAGER, node)
    assert {phone.state for phone in made.phones} == {State.UNREGISTERED}
    assert made.wave() == 0  # nobody is there to hear it
    made.restart(CALLMANAGER, "sub2")
    made.time.advance(60)
    assert {phone.state for phone in made.phones} == {State.REGISTERED}


def test_the_rollback_parameter_makes_phones_take_any_list() -> None:
    made = bench()
    made.cluster.set_parameter("RollBackToPreGrayback", "T")
    made.time.advance(BOOT)
    made.restart(TFTP)
    made.wave()
    assert all(phone.itl and phone.itl.emptied for phone in made.phones)
    _careless(made, "CallManager", "TVS")
    made.cluster.set_parameter("RollBackToPreGrayback", "F")
    made.time.advance(SYNC)
    made.restart(TFTP)
    made.wave()
    assert made.current() == PHONES
    assert not any(phone.itl and phone.itl.emptied for phone in made.phones)


def test_a_phone_that_only_the_recovery_key_can_save_is_not_stranded() -> None:
    made = bench(small("campus-12.5"))
    made.regenerate("TVS")
    made.regenerate("ITLRecovery")  # CallManager is not touched: `utils itl reset localkey` signs with it (R1)
    made.time.advance(SYNC)
    for service in SERVICES:
        made.restart(service)
    made.wave()
    # Lists come from pub; phones hold pub's CallManager as a SAST, and neither the new ITLRecovery nor a TVS of today.
    assert {phone.status for phone in made.phones} == {"Trust List update failed"}
    assert made.fates() == {Fate.REACHABLE: PHONES}
    made.regenerate("CallManager", "pub")
    assert made.fates() == {Fate.BY_RESTORE: PHONES}
    made.cluster.back_up()  # a backup of today holds nothing that phones know
    made.cluster.backups = made.cluster.backups[-1:]
    assert made.fates() == {Fate.STRANDED: PHONES}


def test_on_11_5_the_same_leaves_only_the_recovery_key_of_the_publisher() -> None:
    made = bench(small("branch-11.5"))
    made.cluster.backups.clear()
    _careless(made, "CallManager", "TVS")
    assert {phone.status for phone in made.phones} == {"Trust List update failed"}
    assert made.stranded() == 0  # `utils itl reset localkey` signs with it (R1)
    made.regenerate("ITLRecovery", "sub1", "sub2")
    assert made.stranded() == 0
    made.regenerate("ITLRecovery", "pub")
    assert made.stranded() == PHONES


def test_a_phone_out_of_its_box_is_not_stranded() -> None:
    made = bench(on=False)
    made.regenerate("CallManager")
    made.regenerate("TVS")
    assert made.stranded() == 0


def test_a_signer_that_was_deleted_from_every_phone_sast_trust_is_vouched_for_by_nobody_but_its_own_node() -> None:
    made = bench(small("campus-12.5"))
    for unit in ("ITLRecovery", "CallManager"):
        made.regenerate(unit, "pub")
    made.time.advance(SYNC)
    assert made.fates() == {Fate.REACHABLE: PHONES}
    _forget_signers(made)
    assert made.fates() == {Fate.BY_RESTORE: PHONES}  # at once: the deletion is on its way, and arrives
    made.time.advance(SYNC)
    for service in SERVICES:
        made.restart(service)
    made.wave()
    assert {phone.status for phone in made.phones} == {"Trust List update failed"}
    assert made.fates() == {Fate.BY_RESTORE: PHONES}
    _with_groups(made, "pub")  # whose TVS knows both, as they are its own identities
    assert made.fates() == {Fate.REACHABLE: PHONES}


def _forget_signers(made: Bench) -> None:
    """`set cert delete` on the publisher, which takes both signers from every node (Security Guide)."""
    publisher = made.cluster.publisher
    for unit in ("ITLRecovery", "CallManager"):
        made.cluster.delete(publisher, "Phone-SAST-trust", file_name(publisher.identities[unit].certificate))


def _with_groups(made: Bench, *members: str) -> None:
    """The same phones, as if their CM groups had these members."""
    topology = made.cluster.topology
    groups = tuple(msgspec.structs.replace(group, members=members) for group in topology.groups)
    made.cluster.topology = msgspec.structs.replace(topology, groups=groups)


def _forget(made: Bench, owner: str) -> None:
    """`set cert delete` on every node in turn, of the copy of a CallManager certificate."""
    name = file_name(made.cluster.node(owner).identities["CallManager"].certificate)
    for node in made.cluster.nodes:
        made.cluster.delete(node, "Phone-SAST-trust", name)


def test_on_9_1_what_was_deleted_comes_back_with_change_notification_and_vouches_again() -> None:
    made = bench()
    made.regenerate("CallManager", "pub")
    made.time.advance(SYNC)
    _forget(made, "pub")
    assert made.fates() == {Fate.REACHABLE: PHONES}  # CSCto86463
    made.time.advance(SYNC)
    made.wave()
    assert made.current() == PHONES


def test_on_9_1_what_was_deleted_while_change_notification_was_stopped_everywhere_stays_away() -> None:
    made = bench()
    made.regenerate("CallManager", "pub")
    made.time.advance(SYNC)
    for node in made.cluster.nodes:
        made.stop(CHANGE_NOTIFICATION, node.name)
    _forget(made, "pub")
    made.time.advance(SYNC)
    made.wave()
    assert made.current() == 0
    assert made.fates() == {Fate.REACHABLE: PHONES}  # sub1 serves a list that its own key signs, which they know
    made.regenerate("TVS", "sub1")
    made.regenerate("CallManager", "sub1")
    _forget(made, "sub1")
    assert made.fates() == {Fate.STRANDED: PHONES}


def test_a_backup_holds_the_keys_only_from_10_0_on() -> None:
    made = bench()
    made.regenerate("CallManager")
    made.regenerate("TVS")
    assert made.cluster.backups
    assert made.stranded() == PHONES


def test_nights_are_the_same_under_one_seed() -> None:
    first, second = bench(), bench()
    for made in (first, second):
        made.regenerate("CAPF", "pub")
    for one, other in zip(first.cluster.nodes, second.cluster.nodes, strict=True):
        assert one.trusts.keys() == other.trusts.keys()
        for unit, identity in one.identities.items():
            there = other.identities[unit]
            assert identity.signing_key.identity == there.signing_key.identity
            assert identity.certificate != there.certificate  # the keys are not
    assert [phone.traits for phone in first.phones] == [phone.traits for phone in second.phones]
    elsewhere = bench(small().with_seed(99))
    assert elsewhere.phones[0].traits.device != first.phones[0].traits.device


def test_a_phone_that_knows_only_the_recovery_signer_comes_back_after_a_reset_of_the_lists_and_another_does_not() -> (
    None
):
    made = bench(small("campus-12.5"))
    away = made.phones[0]
    made.regenerate("CallManager", "pub")
    made.exchange.happen(away, PowerOff())  # it never meets the new CallManager
    made.time.advance(SYNC)
    for unit in ("TVS", "ITLRecovery"):
        made.regenerate(unit)
    made.time.advance(SYNC)
    for service in SERVICES:
        made.restart(service)
    made.exchange.happen(away, PowerOn())
    made.time.advance(BOOT)
    made.wave()
    assert made.current() == 0
    assert made.fates() == {Fate.REACHABLE: PHONES - 1, Fate.BY_RESTORE: 1}
    made.cluster.reset_lists()
    assert made.wave() == PHONES
    assert made.current() == PHONES - 1
    assert away.status == "Trust List update failed"
    made.restart(TFTP)  # signed by the new ITLRecovery, which those that came back know by now
    made.wave()
    assert made.current() == PHONES - 1
    assert made.fates() == {Fate.REACHABLE: PHONES - 1, Fate.BY_RESTORE: 1}
