"""Another host name, and FIPS mode: what a node makes anew by itself, and what it leaves alone."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from ringtrust.errors import RefusedError
from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.state.reboot import SECONDS
from ringtrust.lab.state.silent import rename, switch_fips
from tests.support.clusters import bench, small


def _name(identity: Identity) -> str:
    return str(
        x509.load_der_x509_certificate(identity.certificate)
        .subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]
        .value
    )


def test_another_host_name_makes_all_anew_but_itlrecovery() -> None:
    cluster = bench(small("campus-12.5"), on=False).cluster
    node, other = cluster.publisher, cluster.node("sub1")
    before, beside = dict(node.identities), dict(other.identities)
    rename(cluster, node, "hq-cm1")
    assert {unit for unit in before if node.identities[unit] is before[unit]} == {"ITLRecovery"}
    assert other.identities == beside
    assert _name(node.identities["CallManager"]) == "hq-cm1"
    assert node.name == "pub"
    assert node.down


def test_a_node_that_has_another_name_comes_up_again_with_what_is_on_its_disk() -> None:
    made = bench()
    node = made.cluster.node("sub1")
    rename(made.cluster, node, "sub9")
    made.time.advance(SECONDS + made.cluster.topology.delays.service_start)
    assert not node.down
    assert node.loaded["TVS"] is node.identities["TVS"]


@pytest.mark.parametrize("name", ["", "9pub", "pub-", "pub sub", "p" * 64, "sub1", "a.b"])
def test_a_name_that_no_host_can_have_is_refused(name: str) -> None:
    cluster = bench(on=False).cluster
    before = dict(cluster.publisher.identities)
    with pytest.raises(RefusedError):
        rename(cluster, cluster.publisher, name)
    assert cluster.publisher.identities == before


@pytest.mark.parametrize(("topology", "recovery"), [("campus-9.1", False), ("campus-12.5", True), ("mega-15", False)])
def test_fips_mode_makes_anew_what_the_warning_of_the_release_names(topology: str, recovery: bool) -> None:
    cluster = bench(small(topology), on=False).cluster
    node = cluster.publisher
    before = dict(node.identities)
    switch_fips(cluster, node)
    new = {unit for unit in before if node.identities[unit] is not before[unit]}
    assert {"CallManager", "tomcat", "ipsec", "TVS", "CAPF"} <= new
    assert ("ITLRecovery" in new) is recovery
    assert node.down
