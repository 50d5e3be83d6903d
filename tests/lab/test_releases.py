"""What is different from one release to the next: who signs, who has which certificate, and what restarts by itself."""

import pytest

from ringtrust.lab.releases import known_releases, release
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.services import CAPF, TVS, State
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from tests.support.clusters import SYNC, Bench, bench, small

LATE = ("campus-14", "mega-15")
START_SECONDS = 30


def _list(cluster: Cluster, node: str) -> TrustList:
    image = cluster.node(node).tftp
    assert image is not None
    return image.itl


def _sasts(cluster: Cluster, node: str) -> list[bytes]:
    return [record.certificate_digest for record in _list(cluster, node).with_role(Role.SAST)]


def _digests(cluster: Cluster, *identities: tuple[str, str]) -> list[bytes]:
    kept = [cluster.node(node).key_pair(unit).certificate for node, unit in identities]
    return [build_record(Role.SAST, certificate).certificate_digest for certificate in kept]


def _off(name: str) -> Bench:
    return bench(small(name, phones=0))


def test_on_11_5_every_tftp_node_signs_its_list_itself_and_names_its_own_recovery_key() -> None:
    cluster = _off("branch-11.5").cluster
    for node in ("pub", "sub1"):
        assert _sasts(cluster, node) == _digests(cluster, (node, "CallManager"), (node, "ITLRecovery"))
        signer = cluster.node(node).identities["CallManager"].signing_key.identity
        assert _list(cluster, node).header.signer == signer
    assert len({node.identities["ITLRecovery"].certificate for node in cluster.nodes}) == 3


@pytest.mark.parametrize("name", ["campus-12.5", *LATE])
def test_from_12_5_on_one_recovery_key_signs_every_list(name: str) -> None:
    cluster = _off(name).cluster
    signer = cluster.publisher.identities["ITLRecovery"].signing_key.identity
    for node in cluster.tftp_order:
        assert _list(cluster, node.name).header.signer == signer
        assert _sasts(cluster, node.name) == _digests(cluster, ("pub", "ITLRecovery"), (node.name, "CallManager"))


@pytest.mark.parametrize(("name", "owners"), [("branch-11.5", 3), ("campus-12.5", 3), ("campus-14", 1), ("mega-15", 1)])
def test_from_14_on_the_publisher_alone_has_a_capf_certificate(name: str, owners: int) -> None:
    cluster = _off(name).cluster
    assert sum("CAPF" in node.identities for node in cluster.nodes) == owners
    own = cluster.publisher.identities["CAPF"].certificate
    assert all(own in node.trusts["CallManager-trust"].values() for node in cluster.nodes)


def _loads(made: Bench, node: str) -> bool:
    """Whether TVS of a node has loaded what is on its disk."""
    there = made.cluster.node(node)
    return there.loaded["TVS"] is there.identities["TVS"]


@pytest.mark.parametrize(("name", "itself"), [("campus-9.1", False), ("campus-12.5", False), ("campus-14", True)])
def test_from_14_on_tvs_loads_its_new_certificate_without_being_told(name: str, *, itself: bool) -> None:
    made = _off(name)
    made.regenerate("TVS", "sub1")
    assert made.cluster.node("sub1").services.running(TVS) is not itself
    assert made.cluster.node("pub").services.running(TVS)
    made.time.advance(START_SECONDS)
    assert made.cluster.node("sub1").services.running(TVS)
    assert _loads(made, "sub1") is itself
    made.time.advance(SYNC)
    assert _loads(made, "sub1") is itself


def test_a_restart_that_somebody_orders_meanwhile_is_the_one_that_counts() -> None:
    made = _off("campus-14")
    made.regenerate("TVS", "sub1")
    made.time.advance(START_SECONDS - 1)
    services = made.cluster.node("sub1").services
    tvs = services.find(TVS)
    assert tvs is not None
    services.restart(tvs)
    made.time.advance(START_SECONDS - 1)
    assert tvs.state is State.STARTING
    made.time.advance(1)
    assert _loads(made, "sub1")


def test_capf_restarts_itself_on_the_publisher_and_what_was_stopped_stays_so() -> None:
    made = _off("campus-14")
    publisher = made.cluster.publisher
    since = publisher.services.find(CAPF)
    assert since is not None
    made.time.advance(1)
    made.regenerate("CAPF", "pub")
    assert since.state is State.STARTING
    made.time.advance(START_SECONDS)
    assert since.state is State.STARTED
    made.stop(CAPF, "pub")
    made.stop(TVS, "sub1")
    made.regenerate("CAPF", "pub")
    made.regenerate("TVS", "sub1")
    made.time.advance(SYNC)
    assert since.state is State.STOPPED
    assert not made.cluster.node("sub1").services.running(TVS)


def test_on_11_5_a_deletion_is_everybody_s_but_for_capf_trust() -> None:
    made = _off("branch-11.5")
    for store in ("CallManager-trust", "CAPF-trust"):
        made.cluster.delete(made.cluster.publisher, store, "CAP-RTP-001.pem")
    made.time.advance(SYNC)
    elsewhere = made.cluster.node("sub2").trusts
    assert "CAP-RTP-001.pem" not in elsewhere["CallManager-trust"]
    assert "CAP-RTP-001.pem" in elsewhere["CAPF-trust"]


@pytest.mark.parametrize("name", LATE)
def test_the_oldest_manufacturing_cas_are_gone_and_the_others_are_there(name: str) -> None:
    store = _off(name).cluster.publisher.trusts["CallManager-trust"]
    assert not [file for file in store if file.startswith("CAP-RTP")]
    assert {"Cisco_Root_CA_2048.pem", "Cisco_Manufacturing_CA_SHA2.pem", "ACT2_SUDI_CA.pem"} <= set(store)


def test_only_units_of_14_and_later_restart_a_service_themselves() -> None:
    for name in known_releases():
        restarting = {unit.name for unit in release(name).units if unit.restarts_itself}
        assert restarting == ({"CAPF", "TVS"} if name in {"14.0", "15.0"} else set())
