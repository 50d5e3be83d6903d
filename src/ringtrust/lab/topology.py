"""The declaration of a cluster: a TOML file of two screens."""

from collections.abc import Iterator
from importlib.resources import files
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.releases import Release, release

_PHONES_AT_MOST = 100_000  # 80,000 are the most that are told of a cluster (domain.md §8); on the wire it is fewer
_LOOPBACK: Final = IPv4Network("127.0.0.0/8")
_PORT_AT_MOST: Final = 65_535
_PORT_DIGITS: Final = 5
_NOT_MIXED: Final = (
    "In mixed mode its publisher needs Cisco CTL Provider, where the release has it; eTokens go up to release 13, and "
    "begin with it before 10.0."
)

Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the subject of every certificate beside its CN."""

    organization: str
    unit: str
    locality: str
    state: str
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class Certificates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first certificates expire within so many days; every later one lives this long.

    Those of the `expired` units have done so already, as nobody has renewed them in time (S28). `recovery_bits` is the
    length of the first ITLRecovery keys where it is not that of the release: a cluster that was upgraded may have 1024
    bits (H28).
    """

    expire_within_days: Days
    lifetime_days: Days
    recovery_bits: Literal[0, 1024, 2048] = 0
    expired: tuple[str, ...] = ()


class NodePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node, and the feature services that are activated on it."""

    name: str
    role: Literal["publisher", "subscriber"]
    services: tuple[str, ...]


class Tftp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The TFTP nodes in the order in which phones ask them."""

    order: tuple[str, ...]


class Some(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first so many phones of a group that are not yet of another kind, and what they are like."""

    phones: Annotated[int, msgspec.Meta(ge=0, le=_PHONES_AT_MOST)]
    kind: PhoneKind


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Cisco Unified CM Group, and how many phones belong to it; all others than `some` are of the topology's kind."""

    name: str
    members: tuple[str, ...]
    phones: Annotated[int, msgspec.Meta(ge=0, le=_PHONES_AT_MOST)]
    some: tuple[Some, ...] = ()

    def sized(self, phones: int) -> "Group":
        """The same with so many phones, and of every kind as large a share, one at least where there were any."""
        some = []
        left = phones
        for each in self.some:
            share = min(left, max(1, round(each.phones * phones / self.phones)) if each.phones and self.phones else 0)
            some.append(msgspec.structs.replace(each, phones=share))
            left -= share
        return msgspec.structs.replace(self, phones=phones, some=tuple(some))

    def kinds(self, other: PhoneKind) -> Iterator[PhoneKind]:
        """The kind of every phone of the group, in their order."""
        of_some = sum(each.phones for each in self.some)
        yield from (each.kind for each in self.some for _ in range(each.phones))
        yield from (other for _ in range(self.phones - of_some))


class PhonePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The model of all phones, the firmware that they run, and what they are like where a group does not say so."""

    model: str
    load: str
    kind: PhoneKind = PhoneKind()


class Security(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The security mode in which the cluster begins, and how it got there.

    With `tokens` the CTL client made the CTL, with so many eTokens, which here are keys in software; the first signs
    (S72). Without, `utils ctl set-cluster mixed-mode` did (S71). `lsc_days` is how long an LSC lives (1 to 1825).
    """

    mixed: bool = False
    tokens: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0
    lsc_days: Annotated[int, msgspec.Meta(ge=1, le=1825)] = 1825


class Delays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long things take, in seconds of the lab's clock.

    `database`: until a change has reached the database of another node. `change_notification`: from there to that
    node's file system, and so to what its TVS vouches for; 1800 is Cisco's (210541). `itl_rebuild`: from a change to
    the new ITL. No document gives the others [U].
    """

    database: Seconds = 5.0
    change_notification: Seconds = 1800.0
    itl_rebuild: Seconds = 60.0
    service_start: Seconds = 30.0
    phone_boot: Seconds = 90.0


class Backup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last successful backup; the device that backups go to, and how many copies it keeps (CLI15: 2).

    `features` are those that there are; empty for those of the release.
    """

    days_ago: Days
    device: str = "networkDevice"
    copies: Annotated[int, msgspec.Meta(ge=1, le=100)] = 2
    features: tuple[str, ...] = ()


class Monitoring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who hears of alarms: a syslog receiver in 127.0.0.0/8 as `HOST:PORT`, empty for none; and from when on.

    `expiry_days` is the notification window of Certificate Monitor; that 30 is delivered is not certain (§7.3).
    """

    syslog: str = ""
    expiry_days: Days = 30


class Topology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cluster as declared. Raises RefusedError when its parts do not fit each other.

    `manual_resets`: from 14 on somebody has set that phones do not reset by themselves when certificates change (SG15).
    """

    name: str
    release: str
    domain: str
    seed: int
    subject: Subject
    certificates: Certificates
    nodes: tuple[NodePlan, ...]
    tftp: Tftp
    groups: tuple[Group, ...]
    phones: PhonePlan
    backup: Backup
    delays: Delays = Delays()
    monitoring: Monitoring = Monitoring()
    security: Security = Security()
    manual_resets: bool = False

    @property
    def facts(self) -> Release:
        """The release as data. Raises RefusedError."""
        return release(self.release)

    @property
    def publisher(self) -> NodePlan:
        """The publisher."""
        return next(node for node in self.nodes if node.role == "publisher")

    def with_phones(self, total: int) -> "Topology":
        """The same with so many phones in all, shared out evenly. Raises RefusedError."""
        if not 0 <= total <= _PHONES_AT_MOST:
            raise RefusedError(f"A lab has 0 to {_PHONES_AT_MOST:,} phones, not {total:,}.", advice="Take fewer.")
        share, rest = divmod(total, len(self.groups))
        groups = tuple(group.sized(share + (number < rest)) for number, group in enumerate(self.groups))
        return msgspec.structs.replace(self, groups=groups)

    def with_seed(self, seed: int) -> "Topology":
        """The same with other names, MAC addresses, serial numbers and dates."""
        return msgspec.structs.replace(self, seed=seed)

    def with_syslog(self, receiver: str) -> "Topology":
        """The same with this receiver of syslog, `HOST:PORT`. Raises RefusedError."""
        return msgspec.structs.replace(self, monitoring=msgspec.structs.replace(self.monitoring, syslog=receiver))

    def __post_init__(self) -> None:
        if self.monitoring.syslog:
            local_receiver(self.monitoring.syslog)
        _refuse_unless([node.role for node in self.nodes].count("publisher") == 1, "It needs one publisher, no more.")
        names = {node.name for node in self.nodes}
        _refuse_unless(len(names) == len(self.nodes), "Two of its nodes have one name.")
        _refuse_unless(bool(self.groups), "It has no CM group.")
        total = sum(group.phones for group in self.groups)
        _refuse_unless(total <= _PHONES_AT_MOST, f"It has {total:,} phones; {_PHONES_AT_MOST:,} are the most.")
        for group in self.groups:
            _refuse_unless(bool(group.members), f"Group {group.name} has no members.")
            _refuse_unless(set(group.members) <= names, f"Group {group.name} names a node that is not there.")
            of_some = sum(each.phones for each in group.some)
            _refuse_unless(of_some <= group.phones, f"Group {group.name} has more phones of some kinds than in all.")
        serving = {node.name for node in self.nodes if "Cisco CallManager" in node.services}
        for group in self.groups:
            able = bool(serving.intersection(group.members)) or not group.phones
            _refuse_unless(able, f"No member of group {group.name} runs Cisco CallManager: its phones cannot register.")
        running = {node.name for node in self.nodes if "Cisco Tftp" in node.services}
        _refuse_unless(bool(self.tftp.order), "No node serves files to phones.")
        _refuse_unless(set(self.tftp.order) <= running, "Its TFTP order names a node without Cisco Tftp.")
        unknown = [name for name in self.certificates.expired if self.facts.unit(name) is None]
        _refuse_unless(not unknown, f"The release has no unit {', '.join(unknown)} that could have expired.")
        features = set(self.facts.services.features)
        for node in self.nodes:
            _refuse_unless(set(node.services) <= features, f"Node {node.name} has a service that the release lacks.")
        _refuse_unless(not self.security.mixed or self._can_be_mixed, _NOT_MIXED)
        _refuse_unless(not self.manual_resets or self.facts.resets_by_parameter, "Its phones reset by themselves.")

    @property
    def _can_be_mixed(self) -> bool:
        """Whether the release secures a cluster in this way, and whether the publisher can hand out the CTL."""
        ctl, tokens = self.facts.ctl, self.security.tokens
        way = ctl.tokens if tokens else ctl.by_cli
        return way and (not ctl.provider or ctl.provider in self.publisher.services)


def _refuse_unless(fits: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence where it is used
    if not fits:
        raise RefusedError(f"The topology does not fit together. {sentence}", advice="Correct the file.")


def local_receiver(text: str) -> tuple[str, int]:
    """Address and port of `HOST:PORT`. Raises RefusedError for what is not on this machine."""
    host, _, port = text.rpartition(":")
    number = int(port) if port.isdecimal() and port.isascii() and len(port) <= _PORT_DIGITS else 0
    try:
        local = IPv4Address(host) in _LOOPBACK
    except AddressValueError:
        local = False
    if not local or not 0 < number <= _PORT_AT_MOST:
        raise RefusedError(f"{text[:80]!r} is no receiver of a lab.", advice="Write 127.0.0.1:5514, or the like.")
    return host, number


def known_topologies() -> tuple[str, ...]:
    """The names of those that come with ringtrust."""
    found = (each.name for each in files("ringtrust.lab.topologies").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def read_topology(name: str) -> Topology:
    """One that comes with ringtrust, or a file. Raises RefusedError, UnreadableError."""
    if name in known_topologies():
        return _decoded((files("ringtrust.lab.topologies") / f"{name}.toml").read_bytes(), name)
    path = Path(name)
    if path.suffix != ".toml":
        raise RefusedError(
            f"There is no topology {name}.", advice=f"Take one of {', '.join(known_topologies())}, or a .toml file."
        )
    try:
        return _decoded(path.read_bytes(), name)
    except OSError as error:
        raise UnreadableError(f"{name} cannot be read: {error.strerror}.", advice="Check the name.") from error


def wanted_topology(name: str, phones: int | None, seed: int | None) -> Topology:
    """The same with so many phones and another seed, where these are given. Raises RefusedError, UnreadableError."""
    found = read_topology(name)
    if phones is not None:
        found = found.with_phones(phones)
    return found if seed is None else found.with_seed(seed)


def _decoded(data: bytes, name: str) -> Topology:
    try:
        return msgspec.toml.decode(data, type=Topology)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"{name} is no topology: {error}.", advice="Compare it with a shipped one.") from error
