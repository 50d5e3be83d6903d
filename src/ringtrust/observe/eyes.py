"""One look at one thing of a cluster. Everything here raises UnreadableError when it cannot be read, or FormatError.

`scan` makes a Snapshot of many looks; `verify` judges by single ones.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from ringtrust.cluster.alarm import Alarm
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.doors import Door
from ringtrust.cluster.names import TFTP_SERVICE, TOMCAT, TVS
from ringtrust.cluster.node import Role, Service
from ringtrust.cluster.phone import Group, Lsc
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Backup, Replication
from ringtrust.cluster.surroundings import Drs, Parameter
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.backups import BackupStatus, NoBackupStatus
from ringtrust.connect.platform.health import NetworkNode
from ringtrust.connect.platform.ntp import NtpStatus
from ringtrust.connect.platform.upgrade import UpgradeStatus
from ringtrust.connect.ports import DeviceSeen, DoesNotVouch, NotThere, PhonePage, Vouches
from ringtrust.connect.wire import Wire
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe import rows
from ringtrust.observe.phone_security import (
    FIRST_WITH_LSC,
    LSCS_SQL,
    OPERATIONS_SQL,
    PROFILES_SQL,
    lscs_in,
    profiles_in,
)
from ringtrust.observe.rows import Listed, Row
from ringtrust.trust.lists import ListKind, TrustList, read_list


class Site(msgspec.Struct, frozen=True):
    """A node, and where it is reached. `aliases` are the other names that the cluster has for it."""

    name: str
    address: str
    role: Role
    aliases: tuple[str, ...] = ()


def names_by_address(sites: Sequence[Site]) -> Mapping[str, Sequence[str]]:
    """All names of the node at each address."""
    return {site.address: (site.name, *site.aliases) for site in sites}


_NO_LIST: Final = "This node serves no trust list."


class Eyes:
    """Looks at the nodes of one cluster. `sites` as `discover` found them."""

    def __init__(self, wire: Wire, sites: Sequence[Site]) -> None:
        self.wire = wire
        self.sites = tuple(sites)

    def site(self, name: str) -> Site:
        """The node of this name. Raises RefusedError."""
        found = next((site for site in self.sites if name in (site.name, *site.aliases)), None)
        if found is None:
            known = ", ".join(site.name for site in self.sites)
            raise RefusedError(f"The cluster has no node {name!r}.", advice=f"It has: {known}.")
        return found

    @property
    def publisher(self) -> Site:
        """The publisher. Raises UnreadableError when none was found."""
        found = next((site for site in self.sites if site.role is Role.PUBLISHER), None)
        if found is None:
            raise UnreadableError("The cluster names no publisher.", advice="Look at `show network cluster`.")
        return found

    def node_of(self) -> Mapping[str, str]:
        """The name of a node for every name that the cluster has for it."""
        return {alias: site.name for site in self.sites for alias in (site.name, *site.aliases)}

    async def network(self) -> tuple[NetworkNode, ...]:
        """Who is in the cluster, as the publisher sees it."""
        return await self.wire.cli(self.publisher.address).network()

    async def version(self, node: str) -> str:
        """Which version runs on a node."""
        return await self.wire.cli(self.site(node).address).version()

    async def services(self, node: str) -> tuple[Service, ...]:
        """What runs on a node."""
        return await self.wire.cli(self.site(node).address).services()

    async def identity(self, node: str, unit: str) -> Certificate:
        """The identity certificate that a node has on disk."""
        return certificate_of(await self.wire.cli(self.site(node).address).own_certificate(unit))

    async def replication(self) -> tuple[Replication, ...]:
        """How the databases follow."""
        return await self.wire.cli(self.publisher.address).replication()

    async def backups(self) -> tuple[Backup, ...]:
        """The backups that were made, the latest last."""
        return await self.wire.cli(self.publisher.address).backups()

    async def parameter(self, name: str) -> str:
        """An enterprise parameter, as the publisher's database has it."""
        return rows.parameter_in(await self.sql(self.publisher.name, rows.parameter_sql(name)), name)

    async def interaction(self) -> Parameter:
        """Phone Interaction on Certificate Update, from 14.0 on (SG15)."""
        return rows.interaction_in(await self.sql(self.publisher.name, rows.INTERACTION_SQL))

    async def sso(self) -> tuple[str, ...]:
        """The nodes where single sign-on is on, as the publisher's database has it (processnode.tkssomode)."""
        return rows.sso_in(await self.sql(self.publisher.name, rows.SSO_SQL), self.node_of())

    async def clock(self, node: str) -> NtpStatus:
        """Whether the clock of a node follows a server."""
        return await self.wire.cli(self.site(node).address).ntp()

    async def upgrade(self, node: str) -> UpgradeStatus:
        """Whether a node is being upgraded."""
        return await self.wire.cli(self.site(node).address).upgrade_status()

    async def running_backup(self) -> BackupStatus | NoBackupStatus:
        """The backup that runs, or the last one."""
        return await self.wire.cli(self.publisher.address).backup_status()

    async def drs(self) -> Drs:
        """Where backups go, and when they are made by themselves."""
        cli = self.wire.cli(self.publisher.address)
        return Drs(await cli.backup_devices(), await cli.backup_schedules())

    async def backup_files(self, device: str) -> tuple[str, ...]:
        """The backups that a device still has, the oldest first."""
        return await self.wire.cli(self.publisher.address).backup_files(device)

    async def trouble(self, node: str) -> tuple[Alarm, ...]:
        """The alarms in the syslog of a node that tell of trouble with what phones trust by."""
        return await self.wire.cli(self.site(node).address).trouble()

    async def knows_serial(self, node: str, serial: str) -> bool:
        """Whether the database of a node has a certificate with this serial number."""
        found = await self.sql(node, rows.serial_sql(serial))
        return any(row.get("serialnumber", "").upper().zfill(len(serial)) == serial.upper() for row in found)

    async def sql(self, node: str, query: str) -> tuple[Row, ...]:
        """What the database of one node answers, over its CLI; where that is not allowed, the publisher's by AXL."""
        if Door.CLI in self.wire.doors:
            return await self.wire.cli(self.site(node).address).sql(query)
        return await self.wire.axl.query(query)

    async def groups(self) -> tuple[Group, ...]:
        """The CM groups."""
        return rows.groups_in(await self.sql(self.publisher.name, rows.GROUPS_SQL), self.node_of())

    async def phones(self) -> tuple[Listed, ...]:
        """The phones that the database knows; over the CLI only where AXL may not be asked."""
        return rows.phones_in(await self.about_phones(rows.PHONES_SQL))

    async def profiles(self) -> Mapping[str, str]:
        """The device security mode of each phone that the database knows (trust-formats.md §6.8)."""
        return profiles_in(await self.about_phones(PROFILES_SQL))

    async def lscs(self, release: Release) -> Mapping[str, Lsc]:
        """What the database says of the LSC of each phone (interfaces.md §1.12)."""
        told = await self.about_phones(LSCS_SQL) if release >= FIRST_WITH_LSC else ()
        return lscs_in(await self.about_phones(OPERATIONS_SQL), told)

    async def about_phones(self, query: str) -> tuple[Row, ...]:
        """Rows about all phones: over the CLI only where AXL may not be asked."""
        if Door.AXL in self.wire.doors:
            return await self.wire.axl.query(query)
        return await self.sql(self.publisher.name, query)

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        """What is known of the registration of these phones."""
        return await self.wire.ris.registrations(names)

    async def page(self, address: str) -> PhonePage:
        """What a phone tells of itself."""
        return await self.wire.pages.read(address, self.wire.phone_web_port)

    async def served(self, node: str, unit: str) -> Certificate:
        """The certificate that a service shows at its port. Raises RefusedError for a unit that no port shows."""
        return certificate_of(await self.wire.tls.shown(self.site(node).address, self.port(unit)))

    def port(self, unit: str) -> int:
        """The port that shows the certificate of a unit. Raises RefusedError."""
        ports = {TOMCAT: self.wire.https_port, TVS: self.wire.tvs_port}
        if unit not in ports:
            raise RefusedError(f"No port shows the certificate of {unit}.")
        return ports[unit]

    async def itl(self, node: str) -> TrustList:
        """The list that Cisco Tftp of a node serves."""
        found = await self.wire.files.fetch(self.site(node).address, ListKind.ITL.filename)
        if isinstance(found, NotThere):
            raise UnreadableError(_NO_LIST, advice=f"Check that {TFTP_SERVICE} runs on {node}.")
        return read_list(found)

    async def ctl(self, node: str) -> TrustList | NotThere:
        """The CTL that Cisco Tftp of a node serves; there is none in a cluster that was never in mixed mode."""
        found = await self.wire.files.fetch(self.site(node).address, ListKind.CTL.filename)
        return found if isinstance(found, NotThere) else read_list(found)

    async def vouches(self, node: str, found: TrustList) -> Vouches | DoesNotVouch:
        """Whether TVS of a node vouches for the signer of a list."""
        address = self.site(node).address
        return await self.wire.tvs.vouches(address, self.wire.tvs_port, found.header.signer)


async def discover(wire: Wire, publisher: str) -> tuple[Site, ...]:
    """The nodes of a cluster, found from its publisher; from now on each gets the login that is its own.

    Raises UnreadableError, and RefusedError for a login that fits no node.
    """
    found = await wire.cli(publisher).network()
    sites = tuple(
        Site(
            each.name,
            each.address,
            Role.PUBLISHER if each.publisher else Role.SUBSCRIBER,
            tuple(name for name in (each.fqdn, each.address) if name and name != each.name),
        )
        for each in found
    )
    wire.named(names_by_address(sites))
    return sites
