"""The cluster as a whole: what happens in it when a certificate changes, and when a service stops or starts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import count
from typing import Final

import msgspec

from ringtrust.clock import Clock
from ringtrust.lab.certificates.pki import Identity, Maker, Named, new_key
from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.labtime import LabTime
from ringtrust.lab.releases import Release, Unit
from ringtrust.lab.state import alarms, parameters, records, signing_requests, uploads
from ringtrust.lab.state.arriving import Place, known_in_the_end
from ringtrust.lab.state.backup_job import BackupJobs, refuse_where_it_fails
from ringtrust.lab.state.ctl_file import CtlFile
from ringtrust.lab.state.database import Database, Statement
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.endpoints import Endpoints
from ringtrust.lab.state.expiry_monitor import ExpiryMonitor
from ringtrust.lab.state.itl import build_image, resigned
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.overload import Overload
from ringtrust.lab.state.partners import Partners
from ringtrust.lab.state.rebuilds import Rebuilds
from ringtrust.lab.state.registrations import Registrations
from ringtrust.lab.state.services import (
    CALLMANAGER,
    CAPF,
    CHANGE_NOTIFICATION,
    DRF_MASTER,
    REPLICATOR,
    TFTP,
    TOMCAT,
    TVS,
    State,
)
from ringtrust.lab.state.signing_requests import Pending, Wanted
from ringtrust.lab.state.tokens import Token
from ringtrust.lab.state.trouble import Trouble
from ringtrust.lab.state.unknown import Unknown
from ringtrust.lab.state.uploads import UploadRefusedError
from ringtrust.lab.topology import Topology
from ringtrust.trust.lists import TrustList

# The services that load an identity when they start, and keep it until they start again.
_LOADS: Final = {TOMCAT: "tomcat", TVS: "TVS", CALLMANAGER: "CallManager", CAPF: "CAPF"}
# The same of the issuers that they believe.
_LOADS_TRUST: Final = {CALLMANAGER: "CallManager-trust", CAPF: "CAPF-trust"}


class Backup(msgspec.Struct, frozen=True):
    """A successful backup: when it was complete, the identities in it by node and unit, and what TVS then knew.

    `completed` is by the clock of the publisher, as is `started`, by which its file is called. `ctl` is the CTL that it
    holds, where there was one [U].
    """

    completed: datetime
    identities: Mapping[tuple[str, str], bytes]
    known: Mapping[str, tuple[Place, ...]]
    ctl: TrustList | None = None
    started: datetime | None = None


class DefaultAuthority(msgspec.Struct, frozen=True):
    """A CA certificate that comes with the product, and the stores that it belongs to (`show cert default-ca-list`)."""

    name: str
    certificate: bytes
    stores: tuple[str, ...]


class Cluster:
    """A living cluster. `wall` is the clock of this machine: no certificate begins in its future."""

    def __init__(
        self, topology: Topology, time: LabTime, wall: Clock, maker: Maker, nodes: Iterable[Node], database: Database
    ) -> None:
        self.topology = topology
        self.release: Release = topology.facts
        self.time = time
        self.wall = wall
        self.maker = maker
        self.nodes = tuple(nodes)
        self._by_name = {node.name: node for node in self.nodes}
        self.database = database
        self.registrations = Registrations()
        self.backups: list[Backup] = []
        self.backup_jobs = BackupJobs()
        self.trouble = Trouble()
        self.overload = Overload()
        self.looking_elsewhere: set[str] = set()
        """The nodes whose Cisco Tftp answers 503, as it asks other clusters for the file (214528): a fault."""
        self.unknown = Unknown()
        self.founded = time.now()
        self.authorities: tuple[DefaultAuthority, ...] = ()
        self.replication_checked: datetime | None = None
        self.ctl = CtlFile(self)
        self.endpoints = Endpoints(topology)
        self.partners = Partners()
        self.capf_sessions = count(1)
        self.authz_keys: Counter[str] = Counter()  # how often each has been made anew
        self.rebuilds = Rebuilds(
            time,
            topology.delays.itl_rebuild,
            build=self._build_list,
            reset=self._certificates_changed,
            cut_off=lambda node: database.broken(node.name),
        )

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """The directory number of every phone, by its device name."""
        return {extension.device: extension.number for extension in extensions(self.topology)}

    @cached_property
    def models(self) -> Mapping[str, str]:
        """The model of every phone that is not of the topology's, by its device name."""
        return {each.device: each.kind.model for each in extensions(self.topology) if each.kind.model}

    @property
    def publisher(self) -> Node:
        """The publisher."""
        return next(node for node in self.nodes if node.publisher)

    @property
    def tokens(self) -> Sequence[Token]:
        """The eTokens that belong to the cluster."""
        return self.ctl.tokens

    @property
    def tftp_order(self) -> tuple[Node, ...]:
        """The TFTP nodes in the order in which phones ask them."""
        return tuple(self.node(name) for name in self.topology.tftp.order)

    def node(self, name: str) -> Node:
        """The node of this name. Raises KeyError."""
        return self._by_name[name]

    def clock(self, node: Node) -> datetime:
        """What the clock of a node says, in UTC: the time of the lab, unless that clock is wrong."""
        return self.time.now() + self._off(node)

    def _off(self, node: Node) -> timedelta:
        return self.trouble.clock_off.get(node.name, timedelta())

    def identities(self) -> dict[tuple[str, str], bytes]:
        """The identities on disk, by node and unit (DER)."""
        return {(node.name, unit): certificate for node in self.nodes for unit, certificate in node.certificates()}

    def open(self) -> None:
        """Starts: what runs loads what is on disk."""
        for node in self.nodes:
            for name in (*_LOADS, TFTP):
                if node.services.running(name):
                    self._load(node, name)
            # First of all watchers: whoever opens a port when a service has started finds it with what it loaded.
            node.services.started.insert(0, partial(self._started, node))
            node.services.stopped.insert(0, partial(self._stopped, node))
            ExpiryMonitor(node, self.time, partial(self.clock, node), self.topology.monitoring.expiry_days)

    def _started(self, node: Node, name: str) -> None:
        if name == TFTP:
            self._read_mode(node)
            self.rebuilds.rebuild(node)
        elif name == self.release.ctl.provider:
            self.ctl.take(node)
        elif name == CHANGE_NOTIFICATION:
            self._notify_later(node)
        elif name == REPLICATOR:
            self._replicate()
        elif name == DRF_MASTER:
            self._look_for_backup(node)
        else:
            self._load(node, name)

    def _stopped(self, node: Node, name: str) -> None:
        if name == TFTP:
            self.rebuilds.stopped(node)
        elif name == REPLICATOR:
            self._replicate()

    def _look_for_backup(self, node: Node) -> None:
        if not self.backups:
            alarms.no_backup(node, self.clock(node))

    def _replicate(self) -> None:
        """A database follows while the replicators of its own node and of the publisher run."""
        for node in self.nodes:
            if not node.publisher:
                both = node.services.running(REPLICATOR) and self.publisher.services.running(REPLICATOR)
                (self.database.resume_replication if both else self.database.stop_replication)(node.name)

    def _load(self, node: Node, name: str) -> None:
        if name == TFTP:
            self._read_mode(node)
            self._build_list(node)
        elif name in _LOADS:
            node.loaded[_LOADS[name]] = node.identities[_LOADS[name]]
            if store := _LOADS_TRUST.get(name):
                node.loaded_trust[store] = dict(node.trusts.get(store, {}))

    @staticmethod
    def _read_mode(node: Node) -> None:
        """Cisco Tftp reads the security mode when it starts, and then no more [U] (118893: restart it)."""
        node.mixed = parameters.value(node.replica, parameters.SECURITY_MODE) == parameters.MIXED

    def _build_list(self, node: Node) -> None:
        before = node.tftp
        node.tftp = build_image(node, self.nodes, self.release, self.clock(node))
        if before is not None and node.tftp is not before:
            alarms.itl_regenerated(node, self.clock(node))

    def _certificates_changed(self) -> None:
        """Phones reset by themselves, unless a parameter says that they wait for somebody (S114; SG15)."""
        waits = parameters.value(self.publisher.replica, parameters.RESETS) == parameters.MANUAL
        if self.release.phones_reset and not waits:
            self.registrations.reset_all()

    def regenerate(self, node: Node, unit: Unit) -> Identity:
        """`set cert regen`: a new identity on disk at once, and from there on its way (domain.md §1a, S113 to S127)."""
        identity = self._new_identity(node, unit)
        self.install(node, unit, identity)
        self._log(node, f"Self-signed certificate regenerated for {unit.name}")
        return identity

    def install(self, node: Node, unit: Unit, identity: Identity) -> None:
        """An identity takes the place of the one of its unit: self-signed, or signed by a CA.

        [U] Whether CUCM also copies a certificate that a CA has signed into trust stores: here it does, so that TVS
        comes to vouch for it in the same way.
        """
        node.identities[unit.name] = identity
        for store in unit.copies:
            node.trust(store, identity.certificate)
        alarms.regenerated(node, unit.name, self.clock(node))
        change = self.rebuilds.begin(self.nodes) if unit.changes_lists_of(publisher=node.publisher) else None

        def arrived(name: str) -> None:
            there = self.node(name)
            if not there.owns(unit):
                there.shared[unit.name] = identity
            if there is not node and self.release.carried(unit):
                self._notify_later(there)
            if change is not None:
                self.rebuilds.heard(change, there)

        self.database.write(tuple(self._rows(node, unit, identity.certificate)), arrived)
        self._restart_itself(node, unit)

    def new_csr(self, node: Node, unit: Unit, wanted: Wanted) -> Pending:
        """`set csr gen`: a signing request with a key of its own, in the place of the one that waits for this unit.

        Raises UploadRefusedError for names or a key that the unit cannot have, and when the disk is full.
        """
        self.refuse_full_disk(node)
        pending = signing_requests.made(node, unit, wanted, self.maker.subject)
        for there in self.nodes:
            if there is node or (wanted.multi_server and there.owns(unit)):
                there.requests[unit.name] = pending
                self._log(there, f"CSR generated for {unit.name}")
        return pending

    def import_identity(self, node: Node, unit: Unit, certificate: bytes, authority: str = "") -> Identity:
        """A certificate (DER) that an authority made for the request that waits: on disk and on its way as a new one.

        One for several servers goes to all of them. `authority` as in uploads.matched. Raises UploadRefusedError.
        """
        self.refuse_full_disk(node)
        identity = uploads.matched(node, unit.name, certificate, self.time.now(), authority)
        pending = node.requests[unit.name]
        for there in self.nodes:
            if there.requests.get(unit.name) is pending:
                del there.requests[unit.name]
                self.install(there, unit, identity)
                self._log(there, f"Certificate imported for {unit.name}")
        return identity

    def import_trust(self, node: Node, store: str, certificates: Sequence[bytes]) -> tuple[str, ...]:
        """Puts certificates (DER) into a trust store, and gives their files. Raises UploadRefusedError.

        Of two with one CN the later is kept (217138). Change Notification brings it to the other nodes, where it
        carries this store; what is brought into CAPF-trust stays here (Security Guide).
        """
        self.refuse_full_disk(node)
        for certificate in certificates:
            uploads.refuse_unusable(certificate, self.time.now(), store)
        return tuple(self._import(node, store, certificate) for certificate in certificates)

    def _import(self, node: Node, store: str, certificate: bytes) -> str:
        name = file_name(certificate)
        if not uploads.is_older(certificate, node.trusts.get(store, {}).get(name)):
            self.trust(node, store, certificate)
            self._log(node, f"Certificate {name} imported into {store}")
        return name

    def refuse_full_disk(self, node: Node) -> None:
        """Raises UploadRefusedError when nothing can be written on a node."""
        if node.name in self.trouble.disk_full:
            raise UploadRefusedError(uploads.NO_ROOM)

    def _log(self, node: Node, event: str) -> None:
        node.logbook.certificates(event, self.clock(node))

    @staticmethod
    def _restart_itself(node: Node, unit: Unit) -> None:
        """From 14 on TVS and CAPF start anew, and so load what was made (RN14, AL15), unless they were stopped."""
        service = node.services.find(unit.restarts_itself)
        if service is not None and service.state is not State.STOPPED:
            node.services.restart(service)

    def _new_identity(self, node: Node, unit: Unit) -> Identity:
        now = self.time.now().replace(microsecond=0)
        begin = min(now, self.wall.now().replace(microsecond=0)) + self._off(node)
        life = timedelta(days=self.topology.certificates.lifetime_days)
        other = (node.platform.alternate_name,) if node.platform.alternate_name and unit.name == "tomcat" else ()
        named = Named(self.maker.common_name(node.platform.host_name or node.name, unit), node.platform.subject, other)
        return self.maker.identity(unit, named, begin, begin + life, new_key(unit))

    @staticmethod
    def _rows(node: Node, unit: Unit, certificate: bytes) -> Iterator[Statement]:
        yield from records.identity_rows(node, unit.name, certificate)
        for store in unit.copies:
            yield from records.trust_rows(store, certificate, node, [node])

    def _notify_later(self, node: Node) -> None:
        """Change Notification brings what the replica has to the file system, half an hour later (210541)."""
        self.time.call_later(self.topology.delays.change_notification, lambda: self._notify(node))

    def _notify(self, node: Node) -> None:
        if not node.services.running(CHANGE_NOTIFICATION):
            return
        news = [
            found
            for found in records.trusted_in(node.replica)
            if found.store in self.release.change_notification
            and node.trusts.get(found.store, {}).get(file_name(found.certificate)) != found.certificate
        ]
        for store, certificate in news:
            node.trust(store, certificate)
            self.database.write(tuple(records.present_rows(store, certificate, [node])))

    def trust(self, node: Node, store: str, certificate: bytes) -> None:
        """A certificate from elsewhere comes into a trust store; where the store is carried, other nodes get it too."""
        node.trust(store, certificate)

        def arrived(name: str) -> None:
            if name != node.name and store in self.release.change_notification:
                self._notify_later(self.node(name))

        self.database.write(tuple(records.trust_rows(store, certificate, node, [node])), arrived)

    def delete(self, node: Node, store: str, name: str) -> None:
        """`set cert delete`: a file of a trust store goes, here or, where the release says so, on every node."""
        node.distrust(store, name)
        self._log(node, f"Certificate {name} deleted from {store}")
        if store in self.release.deletes_everywhere:
            removed = tuple(records.removed_rows(store, name, self.nodes))
            self.database.write(removed, lambda there: self.node(there).distrust(store, name))
        elif store in self.release.change_notification and self._notifying():
            self.database.write(tuple(records.absent_rows(store, name, [node])))
            self._notify_later(node)
        else:
            self.database.write(tuple(records.removed_rows(store, name, [node])))

    def _notifying(self) -> bool:
        """Whether Change Notification runs anywhere: then what was deleted comes back (CSCto86463, S112)."""
        return any(node.services.running(CHANGE_NOTIFICATION) for node in self.nodes)

    def set_parameter(self, name: str, value: str) -> None:
        """An enterprise parameter takes a new value. Raises RefusedError when it cannot.

        A change of the rollback parameter resets all phones, and lists follow at a restart of Cisco Tftp (S88, S89).
        """
        before = parameters.value(self.publisher.replica, name)
        parameters.refuse_unless_settable(name, value)
        self.database.write((parameters.changed(name, value),))
        if name == parameters.ROLLBACK and value != before:
            alarms.rollback_set(self.publisher, value, self.clock(self.publisher))
            if self.release.phones_reset:
                self.registrations.reset_all()

    def client_ctl(self, token: Token, password: str, other: Token | None = None, *, mixed: bool | None = None) -> None:
        """The Windows CTL client makes a new CTL with an eToken: see CtlFile.client. Raises RefusedError."""
        self.ctl.client(token, password, other, mixed=mixed)

    def reset_lists(self) -> tuple[Node, ...]:
        """`utils itl reset localkey` (R1): gives the nodes whose Cisco Tftp serves the list with another signature.

        It does so until it starts again or builds its list anew. No phone is told (CLI guides 12.5 and 15). Raises
        RefusedError when the recovery key is too short (H28).
        """
        self.ctl.refuse_short_recovery_key()
        signer = self.publisher.identities[self.release.recovery_signer].signing_key
        active = tuple(node for node in self.tftp_order if node.services.running(TFTP))
        for node in active:
            if node.tftp is not None:
                node.tftp = resigned(node.tftp, signer, self.clock(node))
        return active

    @property
    def stored(self) -> Sequence[Backup]:
        """The backups that the device still has: once there are more than it keeps, the oldest goes (TAC 214287)."""
        return self.backups[-self.topology.backup.copies :]

    def back_up(self, started: datetime | None = None) -> Backup:
        """A backup of everything, complete now. Raises RefusedError when a component of a node fails."""
        refuse_where_it_fails(self, self.trouble.disk_full | self.trouble.no_backup)
        written = self.publisher.replica
        known = {node.name: tuple(known_in_the_end(node, written, self.release)) for node in self.nodes}
        backup = Backup(self.clock(self.publisher), self.identities(), known, self.ctl.in_the_end(), started)
        self.backups.append(backup)
        alarms.backed_up(self.publisher, self.clock(self.publisher))
        return backup

    def close(self) -> None:
        """Gives back its memory."""
        self.database.close()
