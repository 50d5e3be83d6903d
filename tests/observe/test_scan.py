"""A scan, compared with what the cluster is: every fact, and every reason why there is none."""

import ssl
from collections import Counter
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Health, Snapshot, Source, read_snapshot, write_snapshot
from ringtrust.connect.pins import sha256_of
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state import parameters
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.node import Node
from ringtrust.lab.wire import tomcat
from ringtrust.lab.wire.http import Request, Response
from ringtrust.observe.scan.cluster import scan
from ringtrust.settings import Secret
from tests.support.clusters import BOOT, PHONES, small
from tests.support.live import live
from tests.support.night import Night, brisk, night

TFTP, TVS, TOMCAT = "Cisco Tftp", "Cisco Trust Verification Service", "Cisco Tomcat"
REPLICATOR = "A Cisco DB Replicator"
OVER_HTTPS = [
    ("axl", "pub", "certificates in the database"),
    ("axl", "pub", "phones"),
    ("control-center", "pub", "services"),
]


def value(fact: Fact[object]) -> object:
    """What was read."""
    assert isinstance(fact, Known), fact
    return fact.value


def der(fact: Fact[Certificate]) -> bytes:
    """The bytes of a certificate that was read."""
    found = value(fact)
    assert isinstance(found, Certificate)
    return ssl.PEM_cert_to_DER_cert(found.pem)


def health(snapshot: Snapshot) -> Counter[Health]:
    return Counter(source.health for source in snapshot.sources)


def failures(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """What was not read: by which interface, from which node, and what."""
    return [(each.interface, each.node, each.what) for each in snapshot.failed]


def phones_of(snapshot: Snapshot) -> dict[str, Phone]:
    assert isinstance(snapshot.phones, Known), snapshot.phones
    return {phone.name: phone for phone in snapshot.phones.value}


def same_again(snapshot: Snapshot) -> bool:
    """Whether its JSON holds all of it, also where that is a reason."""
    return read_snapshot(write_snapshot(snapshot)) == snapshot


async def looked(made: Night, reach: Reach) -> Snapshot:
    async with reach:
        snapshot, _ = await scan("campus", reach, made.entry.settings.publisher, made.timer, lambda _: None)
        return snapshot


def other_reach(made: Night, *, password: str | None = None, trusted: tuple[str, ...] = ()) -> Reach:
    """Another one who looks, with settings of his own."""
    entry = replace(made.entry, settings=replace(made.entry.settings, trusted_certificates=trusted))
    lab = made.wire.lab
    return Reach(entry, Secret(lab.platform.password), Secret(password or lab.application.password), made.timer)


# A cluster in good order.


@pytest.mark.parametrize("release", ["9.1", "12.5"])
@live
async def test_every_fact_is_as_the_cluster_has_it(tmp_path: Path, release: str) -> None:
    async with night(tmp_path, small(f"campus-{release}")) as made:
        told: list[str] = []
        snapshot, eyes = await scan("campus", made.reach, made.entry.settings.publisher, made.timer, told.append)
        cluster = made.wire.cluster
        assert (snapshot.cluster, snapshot.taken) == ("campus", made.timer.now())
        assert [node.name for node in snapshot.nodes] == [node.name for node in cluster.nodes]
        for node in cluster.nodes:
            _same_node(snapshot, node)
        _same_cluster(snapshot, made)
        _same_phones(snapshot, made)
        assert [source for source in snapshot.sources if source.health is not Health.READ] == [
            Source("tftp", "sub2", "ITL", Health.SKIPPED, f"{TFTP} is not activated here.")
        ]
        assert same_again(snapshot)
        assert eyes.publisher.name == "pub"
        assert "3 of 3 nodes read" in told


def _same_node(snapshot: Snapshot, node: Node) -> None:
    found = snapshot.node(node.name)
    assert found is not None
    assert (found.address, found.publisher) == (node.address, node.publisher)
    assert value(found.version) == node.release.version
    assert isinstance(found.identities, Known)
    assert {each.unit: der(each.certificate) for each in found.identities.value} == {
        unit: identity.certificate for unit, identity in node.identities.items()
    }
    assert isinstance(found.trusted, Known)
    assert {(each.store, each.file): der(each.certificate) for each in found.trusted.value} == {
        (store, file): certificate for store, files in node.trusts.items() for file, certificate in files.items()
    }
    assert {each.unit: der(each.certificate) for each in found.served} == {
        unit: node.loaded[unit].certificate for unit in ("tomcat", "TVS")
    }
    assert isinstance(found.services, Known)
    seen = {each.name: (each.state, each.activated) for each in found.services.value}
    assert {each.name: (each.state.value, each.activated) for each in node.services}.items() <= seen.items()
    if node.tftp is None:
        assert isinstance(found.itl, Skipped)
    else:
        assert isinstance(found.itl, Known)
        assert found.itl.value.data == node.tftp.itl.data
        assert found.itl.value.sha1 == sha1(node.tftp.itl.data, usedforsecurity=False).hexdigest().upper()
        assert found.itl.value.valid
        assert len(found.itl.value.records) == len(node.tftp.itl.records)
    assert isinstance(found.ctl, Skipped)


def _same_cluster(snapshot: Snapshot, made: Night) -> None:
    cluster = made.wire.cluster
    replica = cluster.publisher.replica
    assert value(snapshot.version) == cluster.release.version
    assert str(value(snapshot.security_mode)) == parameters.value(replica, "ClusterSecurityMode")
    assert value(snapshot.rollback) is (parameters.value(replica, "RollBackToPreGrayback") == "T")
    assert isinstance(snapshot.replication, Known)
    assert [(each.node, each.good, each.queue) for each in snapshot.replication.value] == [
        (node.name, True, cluster.database.waiting(node.name)) for node in cluster.nodes
    ]
    assert value(snapshot.unauthenticated) == ()
    assert isinstance(snapshot.backups, Known)
    assert [value(each.completed) for each in snapshot.backups.value] == [
        each.completed.replace(microsecond=0) for each in cluster.backups
    ]
    assert all(each.good for each in snapshot.backups.value)
    assert isinstance(snapshot.groups, Known)
    assert {each.name: each.members for each in snapshot.groups.value} == {
        each.name: tuple(each.members) for each in cluster.topology.groups
    }


def _same_phones(snapshot: Snapshot, made: Night) -> None:
    phones = phones_of(snapshot)
    known = extensions(made.wire.cluster.topology)
    assert {name: (phone.description, phone.group) for name, phone in phones.items()} == {
        each.device: (each.description, each.group) for each in known
    }
    for desk in made.wire.lab.desks:
        phone = phones[desk.extension.device]
        there = made.wire.cluster.registrations.find(phone.name)
        assert there is not None
        assert isinstance(phone.registration, Known)
        registration = phone.registration.value
        assert (registration.status, registration.node) == ("Registered", there.node)
        assert registration.address == desk.line.address
        held = desk.line.phone.itl
        assert held is not None
        assert value(phone.itl) == sha1(held.data, usedforsecurity=False).hexdigest().upper()


# What does not run.


@live
async def test_a_service_that_is_stopped_is_unread_on_its_node_and_nothing_else_is(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        for service, node, failed in (
            (TFTP, "sub1", [("tftp", "sub1", "ITL")]),
            (TVS, "sub2", [("tls", "sub2", "what TVS shows")]),
            (TOMCAT, "sub1", [("control-center", "sub1", "services"), ("tls", "sub1", "what tomcat shows")]),
        ):
            await made.stop(service, node)
            snapshot, _ = await made.scan()
            assert failures(snapshot) == failed
            found = snapshot.node(node)
            assert found is not None
            assert not found.runs(service)
            assert found.has(service)
            facts = (found.itl, *(served.certificate for served in found.served))
            assert [fact.reason for fact in facts if isinstance(fact, Unread)] == [snapshot.failed[-1].reason]
            assert len(phones_of(snapshot)) == PHONES
            assert same_again(snapshot)
            await made.start(service, node)


@live
async def test_a_node_that_is_down_costs_nothing_to_the_others_and_without_the_publisher_there_is_nothing(
    tmp_path: Path,
) -> None:
    async with night(tmp_path) as made:
        await _goes_down(made, "sub2")
        snapshot, _ = await made.scan()
        assert {node for _, node, _ in failures(snapshot)} == {"sub2"}
        found = snapshot.node("sub2")
        assert found is not None
        facts: tuple[Fact[object], ...] = (found.version, found.services, found.identities, found.trusted, found.ctl)
        for fact in (*facts, found.itl, *(served.certificate for served in found.served)):
            assert isinstance(fact, Unread)
            assert found.address in fact.reason
        asked = {(each.interface, each.what) for each in snapshot.sources if each.node == "sub2"}
        assert asked == {
            *(("cli", what) for what in ("version", "services", "CTL", "identity certificates", "trust certificates")),
            *(("tls", f"what {unit} shows") for unit in ("tomcat", "TVS")),
            ("control-center", "services"),
        }
        assert len(phones_of(snapshot)) == PHONES
        assert same_again(snapshot)
        await _goes_down(made, "pub")
        with pytest.raises(UnreadableError, match="cannot be reached over SSH"):
            await looked(made, other_reach(made))


async def _goes_down(made: Night, name: str) -> None:
    lab = made.wire.lab
    for door in lab.doors[name].values():
        door.close()
    cli = next(cli for cli in lab._clis if cli.node.name == name)
    await cli.close()
    cli._acceptors.clear()


@live
async def test_replication_that_is_broken_is_seen(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        await made.stop(REPLICATOR, "sub1")
        snapshot, _ = await made.scan()
        assert isinstance(snapshot.replication, Known)
        assert {each.node: each.good for each in snapshot.replication.value} == {
            "pub": True,
            "sub1": False,
            "sub2": True,
        }
        assert failures(snapshot) == []
        made.wire.cluster.set_parameter("RollBackToPreGrayback", "T")
        snapshot, _ = await made.scan()
        assert value(snapshot.rollback) is True


# Who is whom.


@live
async def test_https_that_shows_another_certificate_than_the_node_names_is_told_nothing(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        cluster = made.wire.cluster
        shown = cluster.publisher.loaded["tomcat"].certificate
        unit = cluster.release.unit("tomcat")
        assert unit is not None
        cluster.regenerate(cluster.publisher, unit)
        snapshot = await looked(made, other_reach(made))
        assert failures(snapshot) == OVER_HTTPS
        assert isinstance(snapshot.phones, Unread)
        assert "shows a certificate that is not the one pinned" in snapshot.phones.reason
        assert sha256_of(shown) in snapshot.phones.reason
        assert same_again(snapshot)
        trusting = await looked(made, other_reach(made, trusted=(sha256_of(shown),)))
        assert failures(trusting) == []
        assert len(phones_of(trusting)) == PHONES
        with pytest.raises(RefusedError, match="SHA-256"):
            await looked(made, other_reach(made, trusted=("none",)))


@live
async def test_a_wrong_password_for_applications_is_sent_once_and_to_one_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    handle = tomcat.WebApps.handle

    async def counted(self: tomcat.WebApps, request: Request) -> Response:
        asked.append(self._node.name)
        return await handle(self, request)

    monkeypatch.setattr(tomcat.WebApps, "handle", counted)
    async with night(tmp_path) as made:
        snapshot = await looked(made, other_reach(made, password="hunter2-and-more"))  # noqa: S106 - a wrong one
        assert isinstance(snapshot.phones, Unread)
        assert "does not take the user or the password" in snapshot.phones.reason
        assert asked == ["pub"]
        assert failures(snapshot) == [*OVER_HTTPS, *(("control-center", node, "services") for node in ("sub1", "sub2"))]
        assert b"hunter2" not in write_snapshot(snapshot)
        assert same_again(snapshot)


# Phones.


@live
async def test_a_phone_that_is_off_holds_nobody_knows_what_and_one_that_does_not_tell_is_counted(
    tmp_path: Path,
) -> None:
    async with night(tmp_path, brisk()) as made:
        off, mute, *others = made.wire.lab.desks
        Lab.power_off(off)
        mute.web.close()
        await made.wire.advance(BOOT)
        snapshot, _ = await made.scan()
        phones = phones_of(snapshot)
        assert not phones[off.extension.device].registered
        assert isinstance(phones[off.extension.device].registration, Known)
        assert isinstance(phones[off.extension.device].itl, Skipped)
        assert phones[mute.extension.device].registered
        itl = phones[mute.extension.device].itl
        assert isinstance(itl, Unread)
        assert all(isinstance(phones[each.extension.device].itl, Known) for each in others)
        assert [(each.interface, each.node, each.what) for each in snapshot.failed] == [
            ("phone", "", f"pages of {PHONES - 1} phones")
        ]
        assert snapshot.failed[0].reason == f"1 did not tell: {itl.reason}"
        assert same_again(snapshot)
        for desk in made.wire.lab.desks:
            Lab.power_off(desk)
        await made.wire.advance(BOOT)
        snapshot, _ = await made.scan()
        assert not any(phone.registered for phone in snapshot.all_phones())
        assert _pages(snapshot) == [Health.SKIPPED]
        assert failures(snapshot) == []


def _pages(snapshot: Snapshot) -> list[Health]:
    return [source.health for source in snapshot.sources if source.interface == "phone"]


@live
async def test_a_cluster_without_phones_is_no_cluster_whose_phones_are_not_known(tmp_path: Path) -> None:
    async with night(tmp_path, small(phones=0)) as made:
        snapshot, _ = await made.scan()
        assert value(snapshot.phones) == ()
        assert failures(snapshot) == []
        assert list(_reasons(snapshot)) == [f"{TFTP} is not activated here."]


def _reasons(snapshot: Snapshot) -> Iterator[str]:
    return (source.reason for source in snapshot.sources if source.reason)
