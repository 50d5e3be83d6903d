"""What the database of a new cluster holds beside certificates: nodes, services, CM groups, phones, parameters."""

import base64
import random
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography import x509

from ringtrust.lab.certificates.endpoint import Endpoint
from ringtrust.lab.certificates.text import name_text
from ringtrust.lab.phone.keys import Papers
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.state import parameters
from ringtrust.lab.state.database import key, put
from ringtrust.lab.state.registrations import Registration
from ringtrust.lab.state.type_tables import (
    CERTIFICATE_STATES,
    SECURITY_MODES,
    look_ups,
    model_number,
    service_number,
)
from ringtrust.lab.topology import Topology

if TYPE_CHECKING:
    from ringtrust.lab.state.cluster import Cluster
    from ringtrust.lab.state.database import Statement

_ENTERPRISE: Final = "00000000-1111-0000-0000-000000000000"
_ENTERPRISE_WIDE: Final = 11  # [U] the number of the service that enterprise parameters belong to
_PHONE_CLASS, _SIP = 1, 11
_CAPF: Final = (2, 3, 1, 2)  # by null string; RSA only of 2048 bits; EC, if it were, of 384 [U]
_NO_OPERATION: Final = 1
_NONE: Final = CERTIFICATE_STATES.index("None") + 1
_UPGRADED: Final = CERTIFICATE_STATES.index("Upgrade Success") + 1
_MODES: Final = ("non-secure", "authenticated", "encrypted")
_MAKER: Final = "B000B4"  # the first half of every MAC address, one of Cisco's
_FIRST_NUMBER: Final = 1001


class Extension(msgspec.Struct, frozen=True):
    """A phone as the administrator knows it: its device name, CM group and number, and its kind."""

    device: str
    group: str
    number: str
    description: str
    kind: PhoneKind


def extensions(topology: Topology) -> tuple[Extension, ...]:
    """Every phone of a topology; MAC addresses follow the seed."""
    chance = random.Random(f"phones {topology.seed}")  # noqa: S311 - equal under a seed
    total = sum(group.phones for group in topology.groups)
    macs = [f"SEP{_MAKER}{number:06X}" for number in chance.sample(range(1 << 24), total)]
    wanted = [(group.name, kind) for group in topology.groups for kind in group.kinds(topology.phones.kind)]
    return tuple(
        Extension(device, group, str(_FIRST_NUMBER + place), f"Desk {place + 1}, group {group}", kind)
        for place, (device, (group, kind)) in enumerate(zip(macs, wanted, strict=True))
    )


def rows(cluster: "Cluster") -> "Iterator[Statement]":
    """All of it, as statements."""
    yield from look_ups(cluster.release)
    yield from _nodes(cluster)
    topology = cluster.topology
    own = {parameters.SECURITY_MODE: parameters.mode(mixed=topology.security.mixed)}
    if cluster.release.resets_by_parameter:
        own[parameters.RESETS] = parameters.resets(manual=topology.manual_resets)
    for name, value in {**parameters.INITIAL, **own}.items():
        yield put("processconfig", key("parameter", name), name, value, _ENTERPRISE_WIDE, _ENTERPRISE)
    yield from _groups(cluster.topology)
    yield from _profiles(cluster.topology)
    yield from _phones(cluster)


def last_seen(registration: Registration, load: str) -> "Iterator[Statement]":
    """Where a phone was last seen, by its address and its node, as a row of registrationdynamic (§1.12)."""
    pkid, when = key("device", registration.device), int(registration.since.timestamp())
    seen = (registration.address, registration.node, when, when, load)
    yield put("registrationdynamic", key("seen", registration.device), pkid, *seen)


def _nodes(cluster: "Cluster") -> "Iterator[Statement]":
    yield put("processnode", _ENTERPRISE, "EnterpriseWideData", "", "t", "", "t", 1, 1, None, None, 1, 0)
    for number, node in enumerate(cluster.nodes, 2):
        pkid, usage = key("node", node.name), 0 if node.publisher else 1
        place = f"{node.name}, {node.address}"
        yield put("processnode", pkid, node.name, "", "f", place, "t", number, usage, None, None, 1, 0)
        yield put("callmanager", key("cm", node.name), f"CM_{node.name}", node.name, pkid, number - 1)
        for service in cluster.release.services.features:
            active = "t" if node.services.running(service) else "f"
            runs = key("runs", node.name, service)
            yield put("processnodeservice", runs, pkid, service_number(service), active, active)


def _groups(topology: Topology) -> "Iterator[Statement]":
    for place, group in enumerate(topology.groups):
        pkid = key("group", group.name)
        yield put("callmanagergroup", pkid, group.name, "t" if place == 0 else "f")
        yield put("devicepool", key("pool", group.name), f"DP_{group.name}", pkid)
        for priority, member in enumerate(group.members):
            yield put("callmanagergroupmember", key("member", group.name, member), pkid, key("cm", member), priority)


def _profiles(topology: Topology) -> "Iterator[Statement]":
    """The security profiles that phones use: one for every mode, with and without encrypted configuration."""
    kinds = {extension.kind for extension in extensions(topology)}
    for mode, encrypted in sorted({(_mode(kind), kind.encrypted_config) for kind in kinds}):
        name = f"{SECURITY_MODES[mode - 1]} SIP Profile" + (" with TFTP encryption" if encrypted else "")
        yield put("securityprofile", _profile(mode, encrypted), name, name, mode, "t" if encrypted else "f")


def _mode(kind: PhoneKind) -> int:
    return _MODES.index(kind.profile) + 1


def _profile(mode: int, encrypted: bool) -> str:  # noqa: FBT001 - the two that tell profiles apart
    return key("profile", mode, encrypted)


def _phones(cluster: "Cluster") -> "Iterator[Statement]":
    for phone in extensions(cluster.topology):
        model = model_number(phone.kind.model or cluster.topology.phones.model)
        known = (phone.device, phone.description, model, _PHONE_CLASS, _SIP, key("pool", phone.group))
        profile = _profile(_mode(phone.kind), phone.kind.encrypted_config)
        state, *lsc = _lsc(cluster, phone)
        certificate = _known(cluster, phone)
        about = (_NO_OPERATION, state, None, None, certificate, 2, profile, 0, *lsc)
        yield put("device", key("device", phone.device), *known, *about, *_CAPF)


def _lsc(cluster: "Cluster", phone: Extension) -> "tuple[int, int, str | None, int | None]":
    """The certificate status, and what is told of an LSC: until when, whose, and until when that one is valid."""
    if not phone.kind.lsc:
        return _NONE, 0, None, None
    if not cluster.release.capf.lsc_told:
        return _UPGRADED, 0, None, None
    origin = cluster.endpoints.origin
    assert origin is not None  # noqa: S101 - founding says it before
    until = int(cluster.endpoints.first_dates().end.timestamp())
    return _UPGRADED, until, *issuer_told(origin.capf.certificate)


@lru_cache(maxsize=8)
def issuer_told(certificate: bytes) -> tuple[str, int]:
    """The issuer of an LSC as the database tells of it: its subject [U], and when it ends, in Unix seconds."""
    parsed = x509.load_der_x509_certificate(certificate)
    return name_text(parsed.subject), int(parsed.not_valid_after_utc.timestamp())


def _known(cluster: "Cluster", phone: Extension) -> str | None:
    """The certificate of a phone with an encrypted file, which CUCM must know to write that; of others none is made."""
    if not phone.kind.encrypted_config:
        return None
    shown = papers(cluster, phone).shown
    return base64.b64encode(shown.certificate).decode() if shown is not None else None


def papers(cluster: "Cluster", phone: Extension) -> Papers:
    """The certificates that a phone has."""
    endpoint = Endpoint(phone.kind.model or cluster.topology.phones.model, phone.device)
    return cluster.endpoints.papers(endpoint, lsc=phone.kind.lsc, mic=phone.kind.mic)
