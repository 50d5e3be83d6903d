"""What a lab cluster prints is read, in the layouts of two releases, and agrees with what the cluster is."""

import pytest

from ringtrust.cluster.facts import Known
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.acts import NotRegenerated, Regenerated, read_regeneration
from ringtrust.connect.platform.backups import BackupStatus, read_history, read_status
from ringtrust.connect.platform.certificates import read_certificate, read_listing
from ringtrust.connect.platform.health import read_network, read_version
from ringtrust.connect.platform.lists import ListText, NoList, read_list_text, who_signed_text
from ringtrust.connect.platform.questions import question_in
from ringtrust.connect.platform.replication import read_replication
from ringtrust.connect.platform.services import read_services, read_start
from ringtrust.connect.platform.tables import read_table
from ringtrust.errors import FormatError, UnreadableError
from ringtrust.trust.signer import who_signed
from tests.support.clusters import Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

both = pytest.mark.parametrize("topology", ["campus-9.1", "campus-12.5"])


def _at(topology: str) -> tuple[Bench, Console]:
    made = bench(small(topology, phones=0))
    return made, Console(made)


@both
@live
async def test_every_certificate_of_a_node_is_listed_and_read(topology: str) -> None:
    made, console = _at(topology)
    node = made.cluster.publisher
    own = read_listing(await console.runs("show cert list own"))
    assert {row.folder for row in own} == {unit.name for unit in node.units()}
    for row in own:
        text = read_certificate(await console.runs(f"show cert own {row.path}"))
        assert certificate_of(text.pem) == certificate_of(node.identities[row.folder].certificate)
    trusted = read_listing(await console.runs("show cert list trust"))
    assert {(row.folder, row.file) for row in trusted} == {
        (store, name) for store, names in node.trusts.items() for name in names
    }
    for row in trusted:
        text = read_certificate(await console.runs(f"show cert trust {row.path}"))
        assert certificate_of(text.pem) == certificate_of(node.trusts[row.folder][row.file])


@both
@live
async def test_the_list_that_a_node_serves_is_read(topology: str) -> None:
    made, console = _at(topology)
    image = made.cluster.publisher.tftp
    assert image is not None
    found = read_list_text(await console.runs("show itl"))
    assert isinstance(found, ListText)
    assert (found.length, found.verified) == (len(image.itl.data), True)
    assert len(found.records) == len(image.itl.records)
    assert [each.sha1 for each in found.records] == [
        each.certificate_digest.hex().upper() for each in image.itl.records
    ]
    assert who_signed_text(found) == who_signed(image.itl, image.itl.verdict())
    assert isinstance(read_list_text(await console.runs("show ctl")), NoList)


@both
@live
async def test_services_health_and_tables(topology: str) -> None:
    made, console = _at(topology)
    states = {service.name: service.state for service in read_services(await console.runs("utils service list"))}
    for service in made.cluster.publisher.services:
        assert states[service.name] == service.state.value
    assert read_version(await console.runs("show version active")) == made.cluster.release.version
    names = [node.name for node in made.cluster.nodes]
    nodes = read_network(await console.runs("show network cluster"))
    assert [(node.name, node.address) for node in nodes] == [(each.name, each.address) for each in made.cluster.nodes]
    replication = read_replication(await console.runs("utils dbreplication runtimestate"))
    assert [(row.node, row.good, row.queue) for row in replication] == [(name, True, 0) for name in names]
    table = read_table(await console.runs("run sql select name,nodeid from processnode"))
    assert set(names) <= set(table.column("name"))
    with pytest.raises(FormatError):
        read_table(await console.runs("run sql select servername, certificate from certificate"))
    with pytest.raises(UnreadableError):
        read_table(await console.runs("run sql select nothing from nowhere"))


@both
@live
async def test_backups(topology: str) -> None:
    made, console = _at(topology)
    found = read_history(await console.runs("utils disaster_recovery history backup"))
    assert [each.completed for each in found] == [
        Known(backup.completed.replace(microsecond=0)) for backup in made.cluster.backups
    ]
    assert all(each.good for each in found)
    status = read_status(await console.runs("utils disaster_recovery status backup"))
    assert isinstance(status, BackupStatus)
    assert status.file == found[-1].file


@both
@live
async def test_acts(topology: str) -> None:
    made, console = _at(topology)
    asked = await console.runs("set cert regen tomcat")
    question = question_in(asked)
    assert question is not None
    done = asked + (await console.types(f"{question.yes}\r")).removesuffix("admin:")
    assert isinstance(read_regeneration(done, "tomcat"), Regenerated)
    assert isinstance(read_regeneration(await console.runs("set cert regen nothing"), "nothing"), NotRegenerated)
    begun = await console.runs("utils service restart Cisco Tftp")
    assert not read_start(begun, "Cisco Tftp").running
    made.time.advance(300)
    assert read_start(begun + (await console.types("")).removesuffix("admin:"), "Cisco Tftp").running
    with pytest.raises(UnreadableError):
        read_start(await console.runs("utils service restart Cisco Nothing"), "Cisco Nothing")
