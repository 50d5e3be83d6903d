"""The same campus in mixed mode: a CTL with eTokens or without, phones with LSCs, and some that ask no TVS."""

import hashlib
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import ListRecord, ServedList, Service
from ringtrust.cluster.phone import Lsc, Phone
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from tests.plan.material import (
    PUB,
    TAKEN,
    campus,
    certificate,
    facts,
    phone,
    served,
    with_node,
    with_phones,
    with_services,
)

V11, V12_0 = "11.5.1.10000-6", "12.0.1.10000-10"
TOKENS = ("SAST-ADN008580ef", "SAST-ADN008580ff")
CTL_PROVIDER = "Cisco CTL Provider"
OLD_CAPF = "CAPF-0LD"


def secured(
    version: str = V11, *, tokens: bool = False, second: bool = True, phones: int = 4, **kinds: Any
) -> Snapshot:
    """A healthy cluster in mixed mode, every phone with a secure profile and an LSC of the CAPF of now."""
    snapshot = replace(campus(version, **kinds), security_mode=Known(1))
    found = _ctl(snapshot, version, tokens=tokens, second=second)
    for node in snapshot.nodes:
        if isinstance(node.itl, Known):
            snapshot = with_node(snapshot, node.name, ctl=Known(found))
    for node in snapshot.nodes:
        snapshot = with_services(snapshot, node.name, Service(CTL_PROVIDER, "STARTED"))
    return with_phones(snapshot, *(secure_phone(number, "AB"[number % 2], found) for number in range(phones)))


def ctl_of(snapshot: Snapshot) -> ServedList:
    """The CTL of the publisher."""
    node = snapshot.node(PUB)
    assert node is not None
    assert isinstance(node.ctl, Known)
    return node.ctl.value


def _ctl(snapshot: Snapshot, version: str, *, tokens: bool, second: bool) -> ServedList:
    signing = facts(version).signing
    units = [signing.ctl, *([signing.second_ctl] if second else [])]
    sasts = [_token(each) for each in TOKENS] if tokens else [_record("SAST", f"{unit} of {PUB}") for unit in units]
    servers = [_record("CCM+TFTP", f"CallManager of {node.name}") for node in snapshot.nodes]
    data = b"the CTL"
    return ServedList(
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest().upper(),
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest().upper(),
        signed=TAKEN,
        signer=sasts[0].subject,
        signer_serial=sasts[0].serial,
        valid=True,
        verdict="it holds",
        emptied=False,
        records=(*sasts, *servers, _record("CAPF", f"CAPF of {PUB}")),
        size=4947,
        data=data,
    )


def _record(role: str, name: str) -> ListRecord:
    found = certificate(name)
    return ListRecord(role, PUB, found.subject, found.serial, found.sha1)


def _token(name: str) -> ListRecord:
    serial = hashlib.sha256(name.encode()).hexdigest().upper()[:20]
    return ListRecord("SAST", "", f'cn="{name} ";ou=IPCBU;o="Cisco Systems', serial, serial * 2)


def secure_phone(number: int, group: str, ctl: ServedList, **changes: Any) -> Phone:
    """A registered phone that is encrypted, holds both lists, and has an LSC of the CAPF of now."""
    made = replace(
        phone(number, group, served(PUB).sha1), ctl=Known(ctl.sha1), profile=Known("encrypted"), lsc=Known(lsc())
    )
    return replace(made, **changes)


def lsc(issuer: str = f"CAPF of {PUB}", **changes: Any) -> Lsc:
    """An LSC that is good for years."""
    years = TAKEN + timedelta(days=1500)
    made = Lsc(issuer, years, years, "No Pending Operation", "Upgrade Success", "By Null String")
    return replace(made, **changes)


def changed(snapshot: Snapshot, number: int, **changes: Any) -> Snapshot:
    """Changes one phone."""
    found = tuple(
        replace(each, **changes) if place == number else each for place, each in enumerate(snapshot.all_phones())
    )
    return with_phones(snapshot, *found)


def signer(version: str) -> str:
    """Who signs a CTL without tokens."""
    return facts(version).signing.ctl


def is_old(version: str) -> bool:
    """Whether CallManager signs, not ITLRecovery."""
    return Release.of(version) < Release(12, 0)
