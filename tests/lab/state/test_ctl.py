"""A cluster in mixed mode has the CTL of its release: its records, its signer, and how it comes to the nodes."""

import msgspec
import pytest

from ringtrust.errors import RefusedError
from ringtrust.lab.state import parameters
from ringtrust.lab.state.activation import deactivate
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.files import served
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.reboot import SECONDS, reboot
from ringtrust.lab.state.services import CTL_PROVIDER, REPLICATOR, TFTP
from ringtrust.lab.state.tokens import WRONG_AT_MOST
from ringtrust.lab.topology import NodePlan, Topology
from ringtrust.trust import names
from ringtrust.trust.lists import ListKind, TrustList, read_list
from ringtrust.trust.record import Record, build_record
from ringtrust.trust.roles import Role
from ringtrust.trust.signature import Holds
from tests.support.clusters import SYNC, Bench, bench, small

DELAY = 5.0
START = 30.0


def _off(name: str, phones: int = 0) -> Bench:
    return bench(small(name, phones=phones), on=False)


def _ctl(made: Bench, node: str = "pub") -> TrustList:
    found = made.cluster.node(node).ctl
    assert found is not None
    return found


def _node(cluster: Cluster, name: str) -> Node:
    return cluster.node(name)


def _records(found: TrustList) -> list[tuple[str, str]]:
    """Role and CN of every record; of an emptied one its host alone."""
    return [
        (Role(record.function).word, names.common_name(record.subject) or record.dns_name) for record in found.records
    ]


def _signer(found: TrustList) -> Record:
    verdict = found.verdict()
    assert isinstance(verdict, Holds)
    assert verdict.record == 1
    return verdict.signer


def _provider(made: Bench, node: str) -> None:
    """Cisco CTL Provider starts again on a node."""
    service = made.cluster.node(node).services.find(CTL_PROVIDER)
    assert service is not None
    made.cluster.node(node).services.start(service)
    made.time.advance(START)


def _mixed(release: str, *, services: tuple[str, ...] | None = None) -> Topology:
    """A shipped cluster of another kind, in mixed mode without eTokens."""
    found = small(release, phones=0)
    nodes = tuple(
        NodePlan(node.name, node.role, services or node.services) if node.role == "publisher" else node
        for node in found.nodes
    )
    return msgspec.structs.replace(found, nodes=nodes, security=msgspec.structs.replace(found.security, mixed=True))


@pytest.mark.shows("S71")
def test_on_11_5_the_publisher_s_callmanager_signs_and_itlrecovery_is_the_second_sast() -> None:
    made = _off("secure-11.5")
    found = _ctl(made)
    assert [role for role, _ in _records(found)] == ["sast", "sast", "ccm+tftp", "capf", "ccm+tftp", "ccm+tftp"]
    assert [name for role, name in _records(found) if role == "sast"] == ["pub", "ITLRECOVERY_pub"]
    assert [name for role, name in _records(found) if role == "ccm+tftp"] == ["pub", "sub1", "sub2"]
    assert _signer(found).certificate == made.cluster.publisher.identities["CallManager"].certificate
    for record in found.records:
        assert record.dns_name in {"pub", "sub1", "sub2"}
        assert record.ip_text == made.cluster.node(record.dns_name).address


def test_from_12_on_itlrecovery_signs_and_callmanager_is_the_second_sast() -> None:
    found = _ctl(_off("secure-14"))
    assert [name for role, name in _records(found) if role == "sast"] == ["ITLRECOVERY_pub", "pub"]
    assert _signer(found).subject.startswith("CN=ITLRECOVERY_pub;")
    assert ("tftp", "pub") in _records(found)  # it runs Cisco Tftp, and no Cisco CallManager
    assert [name for role, name in _records(found) if role == "ccm+tftp"] == ["sub1", "sub2", "sub3"]


def test_on_15_there_is_no_ctl_provider_and_none_is_needed() -> None:
    made = bench(_mixed("mega-15"))
    assert len({node.ctl.data for node in made.cluster.nodes if node.ctl is not None}) == 1
    assert [name for role, name in _records(_ctl(made)) if role == "sast"] == ["ITLRECOVERY_pub", "pub"]
    made.cluster.ctl.update()
    made.time.advance(DELAY)
    assert all(node.ctl is made.cluster.ctl.written for node in made.cluster.nodes)


@pytest.mark.shows("S72", "S75", "S77")
def test_with_tokens_the_first_signs_under_its_own_name_and_no_record_has_the_issuer_s_signature() -> None:
    made = _off("secure-9.1")
    found = _ctl(made)
    assert [role for role, _ in _records(found)] == ["sast", "sast", "ccm+tftp", "capf", "ccm+tftp", "ccm+tftp"]
    first, second = made.cluster.tokens
    assert _signer(found).certificate == first.certificate
    assert found.records[1].certificate == second.certificate
    for record, token in zip(found.records[:2], (first, second), strict=True):
        assert record.subject == f'cn="{token.name}";ou=IPCBU;o="Cisco Systems'
        assert (record.dns_name, record.issuer) == ("", "cn=Cisco Manufacturing CA;o=Cisco Systems")
        assert len(record.serial) == 10
    assert not any(tag == 8 for record in found.records for tag, _ in record.items())
    assert [record.dns_name for record in found.records[2:]] == ["127.9.9.1", "127.9.9.1", "127.9.9.2", "127.9.9.3"]


@pytest.mark.parametrize("name", ["secure-9.1", "secure-11.5", "secure-14"])
def test_a_ctl_is_read_back_as_it_was_written_and_holds_no_tvs(name: str) -> None:
    found = _ctl(_off(name))
    again = read_list(found.data)
    assert (again.kind, again.data) == (ListKind.CTL, found.data)
    assert isinstance(again.verdict(), Holds)
    assert again.with_role(Role.TVS) == ()


def test_itlrecovery_is_in_a_ctl_only_while_ctl_provider_is_activated() -> None:
    made = _off("secure-11.5")
    pub = made.cluster.publisher
    service = pub.services.find(CTL_PROVIDER)
    assert service is not None
    deactivate(made.cluster, pub, service)
    made.cluster.ctl.update()
    written = made.cluster.ctl.written
    assert written is not None
    assert [name for role, name in _records(written) if role == "sast"] == ["pub"]
    with pytest.raises(RefusedError, match="no second SAST"):
        made.cluster.ctl.reset_localkey()


def test_of_one_certificate_for_all_servers_the_ctl_has_one_record() -> None:
    made = _off("secure-14")
    shared = made.cluster.node("sub1").identities["CallManager"]
    unit = made.cluster.release.unit("CallManager")
    assert unit is not None
    for node in made.cluster.nodes:
        made.cluster.install(node, unit, shared)
    made.cluster.ctl.update()
    written = made.cluster.ctl.written
    assert written is not None
    servers = [record for record in written.records if record.function in {Role.CCM_TFTP, Role.TFTP}]
    assert [record.dns_name for record in servers] == ["pub"]


def test_the_ctl_comes_to_a_node_with_the_delay_of_the_database_and_is_served_from_then_on() -> None:
    made = _off("secure-14", phones=1)
    before = _ctl(made, "sub1")
    device = made.phones[0].traits.device
    made.time.advance(60)
    made.cluster.ctl.update()
    assert _ctl(made) is made.cluster.ctl.written is not before
    assert _ctl(made, "sub1") is before
    made.time.advance(DELAY)
    for name in ("CTLFile.tlv", f"CTL{device}.tlv", f"ctl{device.lower()}.TLV"):
        assert served(made.cluster, _node(made.cluster, "sub1"), name) == _ctl(made).data
    assert served(made.cluster, _node(made.cluster, "sub1"), "CTLSEP001122334455.tlv") is None


def test_a_node_that_is_cut_off_serves_the_old_ctl_until_it_is_back() -> None:
    made = _off("secure-14")
    before = _ctl(made, "sub1")
    made.cluster.database.stop_replication("sub1")
    made.time.advance(60)
    made.cluster.ctl.update()
    made.time.advance(SYNC)
    assert _ctl(made, "sub1") is before
    assert _ctl(made, "sub2") is made.cluster.ctl.written
    made.cluster.database.resume_replication("sub1")
    assert _ctl(made, "sub1") is made.cluster.ctl.written


def test_a_node_whose_ctl_provider_does_not_run_gets_the_last_ctl_when_it_starts() -> None:
    made = _off("secure-14")
    before = _ctl(made, "sub1")
    made.stop(CTL_PROVIDER, "sub1")
    for _ in range(2):
        made.time.advance(60)
        made.cluster.ctl.update()
    made.time.advance(DELAY)
    assert _ctl(made, "sub1") is before
    _provider(made, "sub1")
    assert _ctl(made, "sub1") is made.cluster.ctl.written


def test_a_node_that_restarts_meanwhile_gets_the_ctl_when_it_is_up_again() -> None:
    made = _off("secure-14")
    before = _ctl(made, "sub1")
    reboot(made.cluster, made.cluster.node("sub1"))
    made.time.advance(60)
    made.cluster.ctl.update()
    made.time.advance(DELAY)
    assert _ctl(made, "sub1") is before
    made.time.advance(SECONDS + START)
    assert made.cluster.node("sub1").services.running(REPLICATOR)
    assert _ctl(made, "sub1") is made.cluster.ctl.written


@pytest.mark.shows("S68")
def test_no_ctl_follows_a_certificate_by_itself() -> None:
    made = _off("secure-14")
    before = _ctl(made)
    made.regenerate("CallManager")
    made.regenerate("CAPF", "pub")
    made.time.advance(SYNC)
    made.restart(TFTP)
    assert _ctl(made) is before
    made.cluster.ctl.update()
    held = {record.certificate for record in _ctl(made).records}
    assert {node.identities["CallManager"].certificate for node in made.cluster.nodes} < held
    assert made.cluster.publisher.identities["CAPF"].certificate in held


@pytest.mark.shows("S63")
def test_the_itl_carries_the_mode_as_soon_as_cisco_tftp_has_read_it() -> None:
    made = _off("campus-12.5")
    node = made.cluster.node("sub1")

    def role() -> int:
        assert node.tftp is not None
        return next(record.function for record in node.tftp.itl.records if record.function in {2, 3})

    assert (role(), parameters.value(node.replica, "ClusterSecurityMode")) == (Role.TFTP, "0")
    made.cluster.ctl.set_mode(mixed=True)
    made.time.advance(DELAY)
    assert parameters.value(node.replica, "ClusterSecurityMode") == "1"
    made.regenerate("TVS", "pub")
    made.time.advance(SYNC)
    assert role() == Role.TFTP  # a list that is built anew is not a service that has started
    made.restart(TFTP, "sub1")
    assert role() == Role.CCM_TFTP


def test_after_the_way_back_the_ctl_stays_without_its_servers() -> None:
    made = _off("secure-11.5")
    before = _ctl(made)
    made.time.advance(60)
    made.cluster.ctl.set_mode(mixed=False)
    found = _ctl(made)
    assert [(record.function, record.dns_name) for record in found.records] == [
        (record.function, record.dns_name) for record in before.records
    ]
    emptied = [record for record in found.records if record.function == Role.CCM_TFTP]
    assert {tuple(tag for tag, _ in record.items()) for record in emptied} == {(1, 2, 4, 10)}
    others = [record for record in found.records if record.function != Role.CCM_TFTP]
    assert others == [record for record in before.records if record.function != Role.CCM_TFTP]
    assert isinstance(found.verdict(), Holds)
    assert not made.cluster.ctl.mixed
    assert [line for line in made.cluster.publisher.syslog if "%UC_TVS-6-ClusterSecurityModeModified" in line]


@pytest.mark.shows("S66", "S67")
def test_the_ctl_client_needs_an_etoken_of_the_present_ctl_and_its_password() -> None:
    made = _off("secure-9.1")
    first, second = made.cluster.tokens
    stranger = made.cluster.ctl.new_token()
    made.regenerate("CallManager", "pub")
    before = _ctl(made)
    with pytest.raises(RefusedError, match="does not exist in the CTL File"):
        made.cluster.client_ctl(stranger, stranger.password)
    with pytest.raises(RefusedError, match="password"):
        made.cluster.client_ctl(second, first.password)
    assert _ctl(made) is before
    made.cluster.client_ctl(second, second.password, stranger)
    found = _ctl(made)
    assert [record.certificate for record in found.with_role(Role.SAST)] == [
        *(second.certificate, first.certificate, stranger.certificate)
    ]
    assert _signer(found).certificate == second.certificate
    assert made.cluster.publisher.identities["CallManager"].certificate in {each.certificate for each in found.records}


def test_an_etoken_locks_itself_after_too_many_wrong_passwords() -> None:
    made = _off("secure-9.1")
    first, second = made.cluster.tokens
    for wrong in range(WRONG_AT_MOST):
        assert not first.locked, wrong
        with pytest.raises(RefusedError, match="wrong"):
            made.cluster.client_ctl(first, "Cisco123")
    with pytest.raises(RefusedError, match="locked"):
        made.cluster.client_ctl(first, first.password)
    made.cluster.client_ctl(second, second.password)
    assert _signer(_ctl(made)).certificate == second.certificate


def test_where_no_ctl_is_any_two_etokens_make_one() -> None:
    made = _off("secure-9.1")
    made.cluster.publisher.delete_ctl()  # R10
    one, two = made.cluster.ctl.new_token(), made.cluster.ctl.new_token()
    with pytest.raises(RefusedError, match="two Security Tokens"):
        made.cluster.client_ctl(one, one.password)
    made.cluster.client_ctl(one, one.password, two)
    assert [record.certificate for record in _ctl(made).with_role(Role.SAST)] == [one.certificate, two.certificate]


def test_the_ctl_client_changes_the_mode_and_wants_ctl_provider() -> None:
    made = _off("secure-9.1")
    token = made.cluster.tokens[0]
    made.cluster.client_ctl(token, token.password, mixed=False)
    assert not made.cluster.ctl.mixed
    assert all(not record.certificate for record in _ctl(made).with_role(Role.CCM_TFTP))
    made.stop(CTL_PROVIDER, "pub")
    with pytest.raises(RefusedError, match="Cisco CTL Provider"):
        made.cluster.client_ctl(token, token.password, mixed=True)


def test_from_14_on_there_are_no_etokens() -> None:
    with pytest.raises(RefusedError, match="no eTokens"):
        _off("secure-14").cluster.ctl.new_token()


def test_on_11_5_a_ctl_of_etokens_names_itlrecovery_and_callmanager_too_and_utils_ctl_drops_the_etokens() -> None:
    topology = small("secure-11.5", phones=0)
    security = msgspec.structs.replace(topology.security, tokens=2)
    made = bench(msgspec.structs.replace(topology, security=security))
    tokens = [token.certificate for token in made.cluster.tokens]
    pub = made.cluster.publisher.identities
    beside = [pub["ITLRecovery"].certificate, pub["CallManager"].certificate]
    assert [record.certificate for record in _ctl(made).with_role(Role.SAST)] == [*tokens, *beside]
    made.cluster.ctl.update()  # 118893: from hardware eTokens to the tokenless solution
    assert [record.certificate for record in _ctl(made).with_role(Role.SAST)] == beside[::-1]


def test_a_recovery_key_that_is_too_short_resets_nothing_until_it_is_regenerated() -> None:
    topology = small("secure-14", phones=0)
    certificates = msgspec.structs.replace(topology.certificates, recovery_bits=1024)
    made = bench(msgspec.structs.replace(topology, certificates=certificates))
    for reset in (made.cluster.ctl.reset_localkey, made.cluster.reset_lists):
        with pytest.raises(RefusedError, match="shorter"):
            reset()
    made.regenerate("ITLRecovery", "pub")
    made.cluster.ctl.reset_localkey()
    signer = made.cluster.publisher.identities["CallManager"].certificate
    assert _signer(_ctl(made)).certificate_digest == build_record(Role.SAST, signer).certificate_digest
    assert len(made.cluster.reset_lists()) == 2
