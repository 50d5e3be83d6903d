"""What a regeneration changes, where, and when: disk, database, other nodes, lists, phones (domain.md §0, §1a)."""

from datetime import timedelta

import msgspec
import pytest

from ringtrust.errors import RefusedError
from ringtrust.lab.certificates.text import serial_text
from ringtrust.lab.state import parameters
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.records import identity_in
from ringtrust.lab.state.services import CAPF, CHANGE_NOTIFICATION, TFTP, TVS
from ringtrust.lab.state.vouching import answer
from ringtrust.trust.certificates import validity_of
from ringtrust.trust.lists import TrustList
from ringtrust.trust.roles import Role
from ringtrust.trust.signing import SigningKey
from ringtrust.trust.tvs import QueryRequest, QueryResponse, VerifyRequest, VerifyResponse
from tests.support.clusters import BOOT, START, SYNC, Bench, bench, small

DATABASE, REBUILD, NOTIFICATION = 5, 60, 1800


def _vouches(node: Node, signer: SigningKey) -> bool:
    who = signer.identity
    reply = answer(node, QueryRequest.make(1001, "CP-8861-SEP001122334455", who.name, who.issuer, who.serial))
    assert isinstance(reply, QueryResponse)
    return reply.good and Role.SAST in reply.roles


def _tvs_in(found: TrustList) -> set[bytes]:
    return {record.serial for record in found.with_role(Role.TVS)}


def _serving(cluster: Cluster, name: str) -> TrustList:
    image = cluster.node(name).tftp
    assert image is not None
    return image.itl


def test_a_new_certificate_is_on_disk_at_once_and_elsewhere_later() -> None:
    made = bench(on=False)
    pub, sub1 = made.cluster.node("pub"), made.cluster.node("sub1")
    before = pub.identities["CallManager"].certificate
    made.regenerate("CallManager", "pub")
    new = pub.identities["CallManager"].certificate
    assert new != before
    assert identity_in(pub.replica, "pub", "CallManager") == new
    assert identity_in(sub1.replica, "pub", "CallManager") == before
    made.time.advance(DATABASE - 0.1)
    assert identity_in(sub1.replica, "pub", "CallManager") == before
    made.time.advance(0.1)
    assert identity_in(sub1.replica, "pub", "CallManager") == new
    for store in ("CallManager-trust", "Phone-SAST-trust"):
        assert pub.trusts[store]["pub.pem"] == new
        assert sub1.trusts[store]["pub.pem"] == before
    made.time.advance(NOTIFICATION - 0.1)
    assert sub1.trusts["Phone-SAST-trust"]["pub.pem"] == before
    made.time.advance(0.1)
    assert sub1.trusts["Phone-SAST-trust"]["pub.pem"] == new
    assert sub1.trusts["CallManager-trust"]["pub.pem"] == new


def test_tvs_of_a_node_vouches_for_what_change_notification_has_brought_there() -> None:
    made = bench(on=False)
    made.regenerate("CallManager", "pub")
    signer = made.cluster.node("pub").identities["CallManager"].signing_key
    assert _vouches(made.cluster.node("pub"), signer)
    made.time.advance(NOTIFICATION)
    assert not _vouches(made.cluster.node("sub1"), signer)
    made.time.advance(DATABASE)
    assert _vouches(made.cluster.node("sub1"), signer)


def test_change_notification_that_does_not_run_brings_nothing_until_it_does() -> None:
    made = bench(on=False)
    signer = made.cluster.node("pub").identities["CallManager"]
    made.stop(CHANGE_NOTIFICATION, "sub1")
    made.regenerate("CallManager", "pub")
    made.time.advance(10 * SYNC)
    assert made.cluster.node("sub1").trusts["Phone-SAST-trust"]["pub.pem"] == signer.certificate
    made.restart(CHANGE_NOTIFICATION, "sub1")
    made.time.advance(NOTIFICATION)
    new = made.cluster.node("pub").identities["CallManager"].signing_key
    assert _vouches(made.cluster.node("sub1"), new)


def test_broken_replication_keeps_a_node_in_the_past_until_it_is_repaired() -> None:
    made = bench(on=False)
    old = made.cluster.node("pub").identities["TVS"].certificate
    made.cluster.database.stop_replication("sub1")
    made.regenerate("TVS", "pub")
    made.time.advance(10 * SYNC)
    assert identity_in(made.cluster.node("sub1").replica, "pub", "TVS") == old
    assert made.cluster.database.waiting("sub1") > 0
    assert made.cluster.database.waiting("sub2") == 0
    made.cluster.database.resume_replication("sub1")
    new = made.cluster.node("pub").identities["TVS"].certificate
    assert identity_in(made.cluster.node("sub1").replica, "pub", "TVS") == new
    assert made.cluster.database.waiting("sub1") == 0


@pytest.mark.parametrize("unit", ["CallManager", "CAPF", "TVS"])
def test_every_tftp_node_serves_a_new_list_a_minute_later_and_then_phones_reset_once(unit: str) -> None:
    made = bench()
    boots = [phone.boots for phone in made.phones]
    before = {name: _serving(made.cluster, name).data for name in ("pub", "sub1")}
    made.regenerate(unit, "pub", "sub1")
    made.time.advance(REBUILD - 0.1)
    assert _serving(made.cluster, "pub").data == before["pub"]
    made.time.advance(0.1)
    assert _serving(made.cluster, "pub").data != before["pub"]
    assert [phone.boots for phone in made.phones] == boots
    made.time.advance(DATABASE)
    assert _serving(made.cluster, "sub1").data != before["sub1"]
    made.time.advance(BOOT)
    assert [phone.boots for phone in made.phones] == [count + 1 for count in boots]
    made.time.advance(10 * SYNC)
    assert [phone.boots for phone in made.phones] == [count + 1 for count in boots]


def test_from_14_on_a_parameter_says_whether_phones_reset_by_themselves() -> None:
    """SG15. The rollback parameter resets them all the same (S88)."""
    made = bench(msgspec.structs.replace(small("campus-14", 2), manual_resets=True))
    boots = [phone.boots for phone in made.phones]
    old = _serving(made.cluster, "pub").data
    made.regenerate("CallManager", "pub")
    made.time.advance(REBUILD + DATABASE + BOOT)
    assert _serving(made.cluster, "pub").data != old
    assert [phone.boots for phone in made.phones] == boots
    made.cluster.set_parameter(parameters.RESETS, parameters.AUTOMATIC)
    made.regenerate("CallManager", "pub")
    made.time.advance(REBUILD + DATABASE + BOOT)
    assert [phone.boots for phone in made.phones] == [count + 1 for count in boots]
    made.cluster.set_parameter(parameters.RESETS, parameters.MANUAL)
    made.cluster.set_parameter(parameters.ROLLBACK, "T")
    made.time.advance(BOOT)
    assert [phone.boots for phone in made.phones] == [count + 2 for count in boots]


def test_before_14_there_is_no_such_parameter() -> None:
    with pytest.raises(RefusedError, match="reset by themselves"):
        msgspec.structs.replace(small("campus-12.5", 2), manual_resets=True)


def test_a_restart_of_tftp_builds_the_list_sooner() -> None:
    made = bench(small(phones=0))
    made.regenerate("TVS", "sub2")
    new = made.cluster.node("sub2").identities["TVS"].signing_key.identity.serial
    made.time.advance(DATABASE)
    made.restart(TFTP, "pub")
    assert new in _tvs_in(_serving(made.cluster, "pub"))
    assert new not in _tvs_in(_serving(made.cluster, "sub1"))


def test_a_restart_without_a_change_keeps_the_list_byte_for_byte() -> None:
    made = bench(small(phones=0))
    before = _serving(made.cluster, "pub").data
    made.time.advance(SYNC)
    made.restart(TFTP, "pub")
    assert _serving(made.cluster, "pub").data == before


def test_a_stopped_tftp_node_does_not_keep_the_others_phones_waiting() -> None:
    made = bench()
    made.stop(TFTP, "sub1")
    boots = made.phones[0].boots
    made.regenerate("CallManager", "pub")
    made.time.advance(REBUILD + BOOT)
    assert made.phones[0].boots == boots + 1


def test_a_service_keeps_the_certificate_that_it_loaded_until_it_is_restarted() -> None:
    made = bench(small(phones=0))
    pub = made.cluster.node("pub")
    before = pub.loaded["TVS"].certificate
    made.regenerate("TVS", "pub")
    made.time.advance(SYNC)
    assert pub.loaded["TVS"].certificate == before
    made.restart(TVS, "pub")
    assert pub.loaded["TVS"].certificate == pub.identities["TVS"].certificate != before


def test_a_certificate_lives_as_long_as_the_topology_says_and_never_begins_in_the_future() -> None:
    made = bench(small(phones=0))
    made.time.advance(timedelta(days=2).total_seconds())
    made.regenerate("tomcat", "pub")
    begin, end = validity_of(made.cluster.node("pub").identities["tomcat"].certificate)
    assert begin == START  # of the wall clock, which stands still while the lab's has gone on for two days
    assert end - begin == timedelta(days=1825)


def test_capf_has_a_new_name_each_time_and_the_old_certificate_stays_trusted() -> None:
    made = bench(small(phones=0))
    pub = made.cluster.node("pub")
    before = set(pub.trusts["CAPF-trust"])
    made.regenerate("CAPF", "pub")
    added = set(pub.trusts["CAPF-trust"]) - before
    assert len(added) == 1
    assert before < set(pub.trusts["CAPF-trust"])
    assert added < set(pub.trusts["CallManager-trust"])
    made.time.advance(SYNC)
    assert added < set(made.cluster.node("sub1").trusts["CallManager-trust"])
    assert not added & set(made.cluster.node("sub1").trusts["CAPF-trust"])


def test_the_recovery_certificate_of_the_publisher_is_everybody_s_and_signs_when_tftp_has_restarted() -> None:
    made = bench(small("campus-12.5"))
    boots = [phone.boots for phone in made.phones]
    old = _serving(made.cluster, "sub1").header.signer
    made.regenerate("ITLRecovery", "pub")
    new = made.cluster.node("pub").identities["ITLRecovery"]
    sub1 = made.cluster.node("sub1")
    assert sub1.key_pair("ITLRecovery") is not new
    made.time.advance(DATABASE)
    assert sub1.key_pair("ITLRecovery") is new
    assert "ITLRecovery" not in sub1.identities
    assert not _vouches(sub1, new.signing_key)  # Change Notification has not brought the copy yet
    made.time.advance(SYNC)
    assert _vouches(sub1, new.signing_key)
    assert _serving(made.cluster, "sub1").header.signer == old  # no list is built anew by itself (P9)
    assert [phone.boots for phone in made.phones] == boots
    made.restart(TFTP)
    assert _serving(made.cluster, "sub1").header.signer == new.signing_key.identity


def test_a_restart_of_capf_while_lists_are_built_does_not_take_it_out_of_them() -> None:
    made = bench(small(phones=0))
    made.regenerate("CAPF", "pub")
    made.time.advance(REBUILD - 10)
    capf = made.cluster.node("pub").services.find(CAPF)
    assert capf is not None
    made.cluster.node("pub").services.restart(capf)
    made.time.advance(SYNC)
    for name in ("pub", "sub1"):
        [record] = _serving(made.cluster, name).with_role(Role.CAPF)
        assert record.serial == made.cluster.node("pub").identities["CAPF"].signing_key.identity.serial


def test_capf_of_a_subscriber_is_in_no_list_and_resets_nobody() -> None:
    made = bench()
    boots = [phone.boots for phone in made.phones]
    made.regenerate("CAPF", "sub1")
    made.time.advance(SYNC)
    assert [phone.boots for phone in made.phones] == boots


def test_a_tftp_node_that_restarts_while_a_change_is_on_its_way_serves_it_in_the_end() -> None:
    made = bench()
    tftp = made.cluster.node("sub1").services.find(TFTP)
    assert tftp is not None
    made.cluster.node("sub1").services.restart(tftp)
    made.time.advance(27)  # it has started again before replication brings the change
    made.regenerate("TVS", "pub")
    made.time.advance(SYNC)
    new = made.cluster.node("pub").identities["TVS"].signing_key.identity.serial
    assert new in _tvs_in(_serving(made.cluster, "sub1"))
    assert [phone.boots for phone in made.phones] == [2] * len(made.phones)


@pytest.mark.parametrize("stopping", ["stop", "restart"])
def test_a_tftp_node_that_stops_serving_is_not_waited_for(stopping: str) -> None:
    made = bench()
    made.regenerate("TVS", "pub")
    made.time.advance(DATABASE + 1)  # sub1 has heard, and would serve the new list five seconds after pub
    services = made.cluster.node("sub1").services
    tftp = services.find(TFTP)
    assert tftp is not None
    made.time.advance(REBUILD - DATABASE - 2)
    getattr(services, stopping)(tftp)
    assert [phone.boots for phone in made.phones] == [1] * len(made.phones)
    made.time.advance(1)
    assert [phone.boots for phone in made.phones] == [2] * len(made.phones)


def test_only_what_is_meant_to_run_is_activated() -> None:
    services = bench(small(phones=0)).cluster.node("sub2").services
    assert services.activated("Cisco CallManager")
    assert not services.activated("Cisco Tftp")
    assert not services.activated("Cisco Nothing")


def test_a_node_that_is_cut_off_does_not_keep_phones_waiting_and_catches_up_later() -> None:
    made = bench()
    made.cluster.database.stop_replication("sub1")
    made.regenerate("TVS", "pub")
    made.time.advance(SYNC)
    new = made.cluster.node("pub").identities["TVS"].signing_key.identity.serial
    assert [phone.boots for phone in made.phones] == [2] * len(made.phones)
    assert new not in _tvs_in(_serving(made.cluster, "sub1"))
    made.cluster.database.resume_replication("sub1")
    made.time.advance(REBUILD)
    assert new in _tvs_in(_serving(made.cluster, "sub1"))


@pytest.mark.parametrize(
    ("release", "stays_elsewhere"), [("campus-9.1", True), ("branch-11.5", False), ("campus-12.5", False)]
)
def test_a_deletion_is_one_node_s_own_or_everybody_s_by_release(release: str, *, stays_elsewhere: bool) -> None:
    made = bench(small(release, phones=0))
    pub, sub1 = made.cluster.node("pub"), made.cluster.node("sub1")
    made.cluster.delete(pub, "CallManager-trust", "CAP-RTP-001.pem")
    made.time.advance(DATABASE)
    assert "CAP-RTP-001.pem" not in pub.trusts["CallManager-trust"]
    assert ("CAP-RTP-001.pem" in sub1.trusts["CallManager-trust"]) is stays_elsewhere
    rows = sub1.replica.rows("select count(*) from certificate where subjectname like '%CAP-RTP-001%'")
    assert rows == [(2 if stays_elsewhere else 1,)]  # CAPF-trust has it too


def _has(made: Bench, name: str) -> list[bool]:
    return [name in node.trusts["CallManager-trust"] for node in made.cluster.nodes]


def _nodes_in_database(made: Bench, name: str) -> int:
    query = """
        select count(*) from certificateprocessnodemap as map join certificate on certificate.pkid = map.fkcertificate
        join certificateservicecertificatemap as service on service.fkcertificate = certificate.pkid
        where certificate.subjectname like ? and service.tkcertificateservice = 4
    """
    [(count,)] = made.cluster.publisher.replica.rows(query, f"CN={name},%")
    return int(count)


def test_on_old_releases_a_deleted_certificate_comes_back_while_change_notification_runs() -> None:
    made = bench(small(phones=0))
    for node in made.cluster.nodes:
        made.cluster.delete(node, "CallManager-trust", "CAP-RTP-001.pem")
    assert _has(made, "CAP-RTP-001.pem") == [False] * 3
    assert _nodes_in_database(made, "CAP-RTP-001") == 0
    made.time.advance(SYNC)
    assert _has(made, "CAP-RTP-001.pem") == [True] * 3  # CSCto86463
    assert _nodes_in_database(made, "CAP-RTP-001") == 3


def test_on_old_releases_a_certificate_is_deleted_on_every_node_while_change_notification_is_stopped() -> None:
    made = bench(small(phones=0))
    for node in made.cluster.nodes:
        made.stop(CHANGE_NOTIFICATION, node.name)
    for node in made.cluster.nodes:
        made.cluster.delete(node, "CallManager-trust", "CAP-RTP-001.pem")
    made.time.advance(SYNC)
    made.restart(CHANGE_NOTIFICATION)
    made.time.advance(10 * SYNC)
    assert _has(made, "CAP-RTP-001.pem") == [False] * 3


def test_tvs_tells_what_a_certificate_may_be_used_for() -> None:
    made = bench(small(phones=0))
    sub1 = made.cluster.node("sub1")
    tomcat = made.cluster.node("pub").identities["tomcat"].certificate
    known = answer(sub1, VerifyRequest.make(1, "CP-8861-SEP001122334455", tomcat))
    assert isinstance(known, VerifyResponse)
    assert known.roles == (Role.APP_SERVER,)
    stranger = bench(small(phones=0)).cluster.node("pub").identities["tomcat"].certificate
    unknown = answer(sub1, VerifyRequest.make(1, "CP-8861-SEP001122334455", stranger))
    assert isinstance(unknown, VerifyResponse)
    assert not unknown.good


def test_the_database_knows_the_serial_number_and_keeps_the_key_of_the_row() -> None:
    made = bench(small(phones=0))
    query = "select pkid, serialnumber from certificate where servername = 'pub' and subjectname like '%CN=CAPF-%'"
    node = made.cluster.node("pub")
    service = " and pkid in (select fkcertificate from certificateservicecertificatemap where tkcertificateservice = 9)"
    [(pkid, _)] = node.replica.rows(query + service)
    made.regenerate("CAPF", "pub")
    assert node.replica.rows(query + service) == [(pkid, serial_text(node.identities["CAPF"].certificate))]


def test_a_database_follows_only_while_its_replicator_and_the_publisher_s_run() -> None:
    made = bench()
    made.stop("A Cisco DB Replicator", "sub1")
    assert (made.cluster.database.broken("sub1"), made.cluster.database.broken("sub2")) == (True, False)
    made.regenerate("tomcat", "pub")
    made.time.advance(60)
    assert made.cluster.database.waiting("sub1")
    made.restart("A Cisco DB Replicator", "sub1")
    assert not made.cluster.database.waiting("sub1")
    made.stop("A Cisco DB Replicator", "pub")
    assert made.cluster.database.broken("sub1")
    assert made.cluster.database.broken("sub2")
