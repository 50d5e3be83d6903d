"""What one asks a node over its CLI: commands out, values in. What one tells it to do stands in node_acts.py."""

import re
from typing import Final

from ringtrust.cluster.alarm import Alarm
from ringtrust.cluster.node import Service
from ringtrust.cluster.snapshot import Backup, Replication
from ringtrust.cluster.surroundings import BackupDevice, Schedule
from ringtrust.connect.platform.account import Account, read_account
from ringtrust.connect.platform.backups import BackupStatus, NoBackupStatus, read_history, read_status
from ringtrust.connect.platform.certificates import DecodedText, Listed, read_certificate, read_listing
from ringtrust.connect.platform.csr import read_csr, read_csr_listing
from ringtrust.connect.platform.default_cas import DefaultCa, read_default_cas
from ringtrust.connect.platform.drs import read_backup_devices, read_backup_files, read_schedules
from ringtrust.connect.platform.files import FileMatch, FileRow, read_file, read_file_list, read_search
from ringtrust.connect.platform.haproxy import read_client_authentication
from ringtrust.connect.platform.health import NetworkNode, read_network, read_version
from ringtrust.connect.platform.lists import ListText, NoList, read_list_text
from ringtrust.connect.platform.node_acts import REGENERATION_SECONDS, NodeActs
from ringtrust.connect.platform.ntp import NtpStatus, read_ntp_status
from ringtrust.connect.platform.perf import Counter, read_counters
from ringtrust.connect.platform.replication import read_replication
from ringtrust.connect.platform.risdb import read_devices
from ringtrust.connect.platform.services import read_services
from ringtrust.connect.platform.speaking import Terminal, phrase, word
from ringtrust.connect.platform.status import (
    HostStatus,
    read_host_status,
    read_inactive_version,
    read_options,
    read_web_security,
)
from ringtrust.connect.platform.syslog import AREA, FILES, SOUGHT, trouble_in
from ringtrust.connect.platform.tables import read_table
from ringtrust.connect.platform.upgrade import UpgradeStatus, read_upgrade_status
from ringtrust.connect.ports import DeviceSeen, Row
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

__all__ = ["REGENERATION_SECONDS", "NodeCli", "Terminal"]

_NULL: Final = "NULL"
_SELECT: Final = re.compile(r"select\s", re.IGNORECASE)
_PORTS: Final = range(1, 65_536)


class NodeCli(NodeActs):
    """One node. Everything raises UnreadableError when the answer does not come or cannot be understood.

    RefusedError says that the release has no such command, or that a name is none; nothing is sent then.
    """

    async def version(self) -> str:
        """The active version."""
        return read_version(await self._read("version"))

    async def inactive_version(self) -> str:
        """The version on the other partition."""
        return read_inactive_version(await self._read("inactive version"))

    async def options(self) -> tuple[str, ...]:
        """The COP files that are installed on the active version."""
        return read_options(await self._read("version"))

    async def host_status(self) -> HostStatus:
        """Its name, its clock, its partitions."""
        return read_host_status(await self._read("status"))

    async def ntp(self) -> NtpStatus:
        """Whether its clock follows another."""
        return read_ntp_status(await self._read("ntp"))

    async def upgrade_status(self) -> UpgradeStatus:
        """Whether it is being upgraded."""
        return read_upgrade_status(await self._read("upgrade status"))

    async def trouble(self) -> tuple[Alarm, ...]:
        """The alarms in its syslog that tell of trouble with what phones trust by."""
        return trouble_in(await self.file_search(AREA, FILES, SOUGHT))

    async def account(self) -> Account:
        """Who has logged in. Raises RefusedError where the release cannot tell."""
        return read_account(await self._read("account"))

    async def network(self) -> tuple[NetworkNode, ...]:
        """The nodes of the cluster, as this one sees them."""
        return read_network(await self._read("network"))

    async def services(self) -> tuple[Service, ...]:
        """What runs here."""
        return read_services(await self._read("services"))

    async def own_listing(self) -> tuple[Listed, ...]:
        """The identity certificates on its disk."""
        return read_listing(await self._read("own listing"))

    async def trust_listing(self) -> tuple[Listed, ...]:
        """The certificates in its trust stores."""
        return read_listing(await self._read("trust listing"))

    async def types(self, *, trust: bool) -> tuple[Listed, ...]:
        """`show cert list type own|trust`: the same rows, with the type of each in the place of its description."""
        return read_listing(await self._read("trust types" if trust else "own types"))

    async def own_certificate(self, unit: str) -> str:
        """An identity certificate as PEM. Raises UnreadableError also where the release prints none."""
        found = read_certificate(await self._read("own certificate", word(unit)))
        if not found.pem:
            raise UnreadableError(
                f"`show cert own {unit}` shows no PEM.",
                advice="Download the certificate from the web pages of the node.",
            )
        return found.pem

    async def trust_certificate(self, path: str) -> DecodedText:
        """A certificate of a trust store, by its path in the listing."""
        return read_certificate(await self._read("trust certificate", word(path)))

    async def default_cas(self) -> tuple[DefaultCa, ...]:
        """The Cisco CA certificates of the release, whether they are enabled or not."""
        return read_default_cas(await self._read("default cas"))

    async def csr_listing(self) -> tuple[Listed, ...]:
        """The requests that wait for a certificate."""
        return read_csr_listing(await self._read("csr listing"))

    async def csr(self, unit: str) -> str:
        """The request of a unit that waits for a certificate, as PEM."""
        return read_csr(await self._read("csr", f"{word(unit)}/{unit}.csr"))

    async def itl(self) -> ListText | NoList:
        """The ITL, as text."""
        return read_list_text(await self._read("itl"))

    async def ctl(self) -> ListText | NoList:
        """The CTL, as text."""
        return read_list_text(await self._read("ctl"))

    async def web_security(self) -> dict[str, str]:
        """The subject fields of tomcat."""
        return read_web_security(await self._read("web security"))

    async def replication(self) -> tuple[Replication, ...]:
        """How the databases follow, as this node sees it."""
        return read_replication(await self._read("replication"))

    async def backups(self) -> tuple[Backup, ...]:
        """The backup history."""
        return read_history(await self._read("backups"))

    async def backup_status(self) -> BackupStatus | NoBackupStatus:
        """The backup that runs, or the last one."""
        return read_status(await self._read("backup status"))

    async def backup_schedules(self) -> tuple[Schedule, ...]:
        """When backups are made by themselves."""
        return read_schedules(await self._read("backup schedules"))

    async def backup_devices(self) -> tuple[BackupDevice, ...]:
        """Where backups go."""
        return read_backup_devices(await self._read("backup devices"))

    async def backup_files(self, device: str) -> tuple[str, ...]:
        """The backups that a device has, the oldest first."""
        return read_backup_files(await self._read("backup files", word(device)))

    async def phones_seen(self, node: str) -> tuple[DeviceSeen, ...]:
        """The phones that this node, of this name, has seen: RISPort70 without SOAP."""
        return read_devices(await self._read("devices"), node)

    async def counters(self, class_name: str, counter: str) -> tuple[Counter, ...]:
        """A counter of PerfMon, for every instance."""
        return read_counters(await self._read("counter", phrase(class_name), phrase(counter)))

    async def client_authentication(self, port: int) -> str:
        """Whether a client has to show a certificate at a port of HAProxy: `required`, `optional` or `disabled`."""
        if port not in _PORTS:
            raise RefusedError(f"{port} is no port. Nothing was sent.")
        return read_client_authentication(await self._read("client authentication", str(port)), port)

    async def file_list(self, area: str, spec: str) -> tuple[FileRow, ...]:
        """The files of an area (activelog, inactivelog, install, tftp), by a name that may hold *."""
        return read_file_list(await self._read("file list", word(area), word(spec)))

    async def file_text(self, area: str, spec: str) -> str:
        """The text of one file, page by page."""
        return read_file(await self._read("file view", word(area), word(spec)), "file view")

    async def file_dump(self, area: str, spec: str) -> str:
        """The text of one file, in one go."""
        return read_file(await self._read("file dump", word(area), word(spec)), "file dump")

    async def file_search(self, area: str, spec: str, regex: str) -> tuple[FileMatch, ...]:
        """The lines of files that a regular expression matches."""
        return read_search(await self._read("file search", word(area), word(spec), phrase(regex)))

    async def sql(self, query: str) -> tuple[Row, ...]:
        """What the database of this node answers to a SELECT; NULL is the empty string.

        Raises RefusedError for anything else: `run sql` would write too (§1.12).
        """
        if not _SELECT.match(query):
            raise RefusedError(f"{names.quoted(query)} is no SELECT. Nothing was sent.")
        table = read_table(await self._read("sql", query))
        return tuple(
            {column: "" if value == _NULL else value for column, value in zip(table.columns, row, strict=True)}
            for row in table.rows
        )
