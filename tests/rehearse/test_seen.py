"""A cluster that is seen without a socket is the one that a scan sees on the wire, field by field."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.clock import StoppedClock
from ringtrust.cluster.certificate import Certificate, Identity, Trusted
from ringtrust.cluster.elsewhere import Declared
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.node import ListRecord, Node, Served, ServedList
from ringtrust.cluster.phone import Phone, Registration
from ringtrust.cluster.snapshot import Snapshot, read_snapshot, write_snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.state.node import Node as LabNode
from ringtrust.lab.state.services import TFTP, TVS
from ringtrust.lab.topology import known_topologies
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.rehearse.memory import InMemory, Lists
from ringtrust.rehearse.seen import evening, seen
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList
from tests.support.clusters import PHONES, START, small
from tests.support.live import live
from tests.support.night import Night, night


def _held(made: Night, device: str) -> Lists:
    [phone] = [desk.line.phone for desk in made.wire.lab.desks if desk.extension.device == device]
    hashes = {kind: Digest.SHA1.of(found.data).hex().upper() for kind, found in phone.held.items()}
    return Lists(hashes.get(ListKind.ITL, ""), hashes.get(ListKind.CTL, ""))


async def _on_the_wire(made: Night) -> Snapshot:
    """Through the doors that a cluster in memory has."""
    made.reach.doors = InMemory.doors
    found, _ = await made.scan()
    return found


async def _seen(made: Night) -> Snapshot:
    return await seen(made.wire.cluster, "campus", lambda device: _held(made, device))


@pytest.mark.parametrize("name", known_topologies())
@live
async def test_what_is_seen_of_a_cluster_in_memory_is_all_that_a_scan_sees_of_it_on_the_wire(
    name: str, tmp_path: Path
) -> None:
    """The same cluster, looked at in both ways: not one field differs, nor a question that was asked."""
    async with night(tmp_path, small(name)) as made:
        on_the_wire = await _on_the_wire(made)
        assert on_the_wire.failed == ()
        assert await _seen(made) == on_the_wire


@pytest.mark.parametrize("name", ["single-9.1", "branch-11.5", "campus-12.5", "campus-14"])
@live
async def test_the_evening_before_is_that_of_a_cluster_that_was_started(name: str, tmp_path: Path) -> None:
    """Another cluster of the same topology and seed: what differs is what its keys make, addresses, and the moment."""
    before = await evening(small(name), StoppedClock(START))
    async with night(tmp_path, small(name)) as made:
        await made.wire.advance(10)  # where phones have registered is on its way to the other databases
        started = await _on_the_wire(made)
    assert _without_keys(before) == replace(_without_keys(started), cluster=name, taken=before.taken)


def _without_keys(found: Snapshot) -> Snapshot:
    """Everything but digests, PEM and bytes, all of which hold keys; a list is called by the node that serves it."""
    lists = {node.itl.value.sha1: node.name for node in found.nodes if isinstance(node.itl, Known)}
    phones = Known(tuple(_phone(phone, lists) for phone in found.all_phones()))
    stand_ins = Declared(cisco_cas=("",) * len(found.declared.cisco_cas))
    return replace(found, phones=phones, nodes=tuple(map(_node, found.nodes)), declared=stand_ins)


def _phone(phone: Phone, lists: dict[str, str]) -> Phone:
    assert isinstance(phone.itl, Known)
    where = Known(replace(_registered(phone), address=""))
    assert isinstance(phone.tftp, Known)
    tftp = Known(("",) * len(phone.tftp.value))  # the addresses are those of the machine
    return replace(phone, registration=where, itl=Known(lists[phone.itl.value]), tftp=tftp)


def _node(node: Node) -> Node:
    assert isinstance(node.identities, Known)
    assert isinstance(node.trusted, Known)
    return replace(
        node,
        address="",
        identities=Known(tuple(map(_keyless, node.identities.value))),
        trusted=Known(tuple(map(_keyless, node.trusted.value))),
        served=tuple(map(_keyless, node.served)),
        itl=_list(node.itl),
    )


def _keyless(each: Identity | Trusted | Served) -> Identity | Trusted | Served:
    assert isinstance(each.certificate, Known)
    keys = dict.fromkeys(("sha1", "sha256", "pem", "key_id", "issuer_key_id"), "")
    bare: Fact[Certificate] = Known(replace(each.certificate.value, **keys))
    return replace(each, certificate=bare)


def _list(fact: Fact[ServedList]) -> Fact[ServedList]:
    if not isinstance(fact, Known):
        return fact
    records = tuple(map(_record, fact.value.records))
    return Known(replace(fact.value, sha1="", md5="", size=0, data=b"", records=records))


def _record(record: ListRecord) -> ListRecord:
    assert record.digest
    return replace(record, digest="")


@live
async def test_every_phone_is_registered_with_the_first_of_its_group_that_can_and_holds_the_first_list() -> None:
    topology = small("campus-14")
    first = replace(topology.groups[0], members=("pub", "sub2", "sub1"))  # pub has no Cisco CallManager
    found = await evening(replace(topology, groups=(first, *topology.groups[1:])), StoppedClock(START))
    assert len(found.registered_phones()) == PHONES
    served = found.publisher.itl
    assert isinstance(served, Known)
    assert {phone.itl for phone in found.all_phones()} == {Known(served.value.sha1, "phone")}
    nodes = {phone.group: _registered(phone).node for phone in found.all_phones()}
    assert nodes == {"A": "sub2", "B": "sub3", "C": "sub4"}
    assert found.failed == ()
    assert read_snapshot(write_snapshot(found)) == found


def _registered(phone: Phone) -> Registration:
    assert isinstance(phone.registration, Known)
    return phone.registration.value


@live
async def test_more_phones_than_one_answer_holds_are_all_seen_each_at_its_own_address() -> None:
    found = await evening(small("single-9.1", phones=20_001), StoppedClock(START))
    phones = found.all_phones()
    assert len({phone.name for phone in phones}) == len(found.registered_phones()) == 20_001
    assert len({_registered(phone).address for phone in phones}) == 20_001


@live
async def test_what_does_not_run_and_who_is_not_there_is_seen_as_on_the_wire(tmp_path: Path) -> None:
    """Why something could not be read is said in other words; what could not be, and what could, is the same."""
    async with night(tmp_path, small("branch-11.5")) as made:
        await made.stop(TVS, "sub2")
        await made.stop(TFTP, "sub1")
        made.wire.lab.power_off(made.wire.lab.desks[0])
        await made.wire.lab.until(lambda: made.wire.lab.registered == PHONES - 1)
        made.wire.cluster.database.stop_replication("sub2")
        on_the_wire = await _on_the_wire(made)
        found = await _seen(made)
        assert len(on_the_wire.failed) == 2
        assert _in_no_words(found) == _in_no_words(on_the_wire)


def _in_no_words(found: Snapshot) -> Snapshot:
    why = Unread("")
    nodes = tuple(
        replace(
            node,
            itl=why if isinstance(node.itl, Unread) else node.itl,
            served=tuple(
                replace(each, certificate=why) if isinstance(each.certificate, Unread) else each for each in node.served
            ),
        )
        for node in found.nodes
    )
    return replace(found, nodes=nodes, sources=tuple(replace(source, reason="") for source in found.sources))


def _serving(node: LabNode) -> TrustList:
    assert node.tftp is not None
    return node.tftp.itl


@live
async def test_tvs_vouches_as_on_the_wire_and_nothing_can_be_done_to_what_is_only_looked_at(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-9.1")) as made:
        _, eyes = await made.scan()
        wire = InMemory(made.wire.cluster, lambda _: Lists())
        looking = Eyes(wire, await discover(wire, made.wire.cluster.publisher.address))
        publisher = made.wire.cluster.publisher
        before = _serving(publisher)
        callmanager, tftp = made.wire.cluster.release.unit("CallManager"), publisher.services.find(TFTP)
        assert callmanager is not None
        assert tftp is not None
        made.wire.cluster.regenerate(publisher, callmanager)
        publisher.services.restart(tftp)
        await made.wire.advance(60)
        after = _serving(publisher)
        assert after.header.signer != before.header.signer
        for served in (before, after):
            assert await looking.vouches("sub2", served) == await eyes.vouches("sub2", served)
        identities = made.wire.cluster.identities()
        for act in (wire.cli(eyes.publisher.address).regenerate("TVS"), wire.axl.reset_all_phones()):
            with pytest.raises(RefusedError, match="only looked at"):
                await act
        assert made.wire.cluster.identities() == identities
        assert await wire.axl.parameter("ClusterSecurityMode") == "0"
        for nowhere in (wire.tls.shown("192.0.2.1", wire.tvs_port), wire.pages.read("192.0.2.1", 80)):
            with pytest.raises(UnreadableError, match=r"has the address 192\.0\.2\.1"):
                await nowhere
        with pytest.raises(UnreadableError, match="is not in the database"):
            await wire.axl.query("select colour from elsewhere")
