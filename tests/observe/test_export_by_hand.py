"""An export that a colleague made with what is on every desk: OpenSSH, curl and openssl (docs/scan.md)."""

import ssl
from pathlib import Path

from ringtrust.cluster.facts import Unread
from ringtrust.connect.offline.folder import Export
from ringtrust.connect.offline.wire import Offline
from ringtrust.connect.platform.syslog import AREA, FILES, SOUGHT
from ringtrust.lab.state.node import Node
from ringtrust.observe import rows
from ringtrust.observe.phone_security import LSCS_SQL, OPERATIONS_SQL, PROFILES_SQL
from ringtrust.observe.rows import GROUPS_SQL, PHONES_SQL
from ringtrust.observe.scan import inventory
from tests.observe.test_doors import CLI_ONLY, differences, seen, through
from tests.support.clients import Ssh, curl, run, shown_certificate
from tests.support.clusters import small
from tests.support.live import live
from tests.support.night import Night, night

EVERYWHERE = ("show version active", "utils service list", "show cert list own", "show cert list trust", "show ctl")
REGISTERED = "show risdb query phone"
ON_PUBLISHER = (
    "show network cluster",
    "utils dbreplication runtimestate",
    "utils disaster_recovery history backup",
    "utils disaster_recovery status backup",
    "utils disaster_recovery device list",
    "utils disaster_recovery schedule list",
    "utils ntp status",
    "utils system upgrade status",
    f'file search {AREA} {FILES} "{SOUGHT}"',
    f"run sql {rows.SSO_SQL}",
    f"run sql {rows.parameter_sql(rows.SECURITY_MODE)}",
    f"run sql {rows.parameter_sql(rows.ROLLBACK)}",
    f"run sql {GROUPS_SQL}",
    f"run sql {PHONES_SQL}",
    f"run sql {PROFILES_SQL}",
    f"run sql {OPERATIONS_SQL}",
    f"run sql {LSCS_SQL}",
    f"run sql {inventory.SQL}",
)


def commands(node: Node) -> list[str]:
    """What is typed at a node."""
    own = [f"show cert own {unit}" for unit in node.identities]
    trust = [f"show cert trust {store}/{file}" for store, files in node.trusts.items() for file in files]
    return [*EVERYWHERE, REGISTERED, *own, *trust, *(ON_PUBLISHER if node.publisher else ())]


async def typed(made: Night, folder: Path, node: Node, lines: list[str]) -> bytes:
    """Everything that the terminal showed, as it came over the line."""
    (name, *words), variables = Ssh.words(folder, made.wire.lab.platform, node.address, made.wire.lab.ssh_ports[0])
    text = "\n".join(["set cli pagination off", *lines, "quit", ""])
    status, shown, errors = await run(name, "-tt", *words, typed=text.encode(), **variables)
    assert status == 0, errors
    return shown


async def by_hand(made: Night, folder: Path, scratch: Path) -> None:
    for node in made.wire.cluster.nodes:
        here = folder / node.name
        (here / "served").mkdir(parents=True)
        (here / "putty.log").write_bytes(await typed(made, scratch, node, commands(node)))
        if node.tftp is not None:
            (here / "ITLFile.tlv").write_bytes(await curl(f"http://{node.address}:6970/ITLFile.tlv"))
        for port in (8443, 2445):
            pem = ssl.DER_cert_to_PEM_cert(await shown_certificate(node.address, port))
            (here / "served" / f"{port}.pem").write_text(pem)
    (folder / "phones").mkdir()
    for desk in made.wire.lab.desks:
        page = await curl(f"{desk.web_url}NetworkConfigurationX")
        (folder / "phones" / f"{desk.extension.device}.xml").write_bytes(page)


@live
async def test_what_terminals_and_browsers_showed_gives_the_same_snapshot(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-12.5")) as made:
        by_cli = await through(made, CLI_ONLY)
        folder = tmp_path / "export"
        await by_hand(made, folder, tmp_path)
        export = Export(folder)
        offline = await seen(made, Offline(export), export.publisher.address)
        assert offline.failed == ()
        assert differences(by_cli, offline) == set()


@live
async def test_what_nobody_typed_is_named_with_what_to_type_and_is_not_empty(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-12.5")) as made:
        publisher, *others = made.wire.cluster.nodes
        folder = tmp_path / "export"
        (folder / publisher.name).mkdir(parents=True)
        text = await typed(made, tmp_path, publisher, ["show network cluster", "show version active"])
        (folder / publisher.name / "log.txt").write_bytes(text)
        export = Export(folder)
        snapshot = await seen(made, Offline(export), export.publisher.address)
        assert [node.name for node in snapshot.nodes] == [node.name for node in made.wire.cluster.nodes]
        own = snapshot.publisher
        assert isinstance(own.services, Unread)
        assert own.services.reason == f"The export holds no answer of {publisher.name} to: utils service list"
        assert isinstance(own.identities, Unread)
        assert isinstance(snapshot.groups, Unread)
        assert snapshot.groups.reason.endswith(f"run sql {GROUPS_SQL}")  # word for word: it is to be typed
        assert isinstance(snapshot.phones, Unread)
        for node in others:
            found = snapshot.node(node.name)
            assert found is not None
            assert isinstance(found.version, Unread)
