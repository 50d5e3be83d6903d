"""Made-up clusters in mixed mode: a campus with a CTL, and phones of every kind that there is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace

from ringtrust.cluster.certificate import Certificate, Identity, Trusted
from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import ListRecord, Node, ServedList
from ringtrust.cluster.phone import BY_NULL_STRING, ENCRYPTED, NO_OPERATION, NON_SECURE, Lsc, Phone
from ringtrust.cluster.snapshot import Snapshot
from tests.plan.material import NODES, PUB, TAKEN, V9, campus, certificate, facts, phone, served

CAPF_NOW = "CAPF-0000000a"
TOKENS = ("SAST-ADN0054f509", "SAST-ADN008580ef")
NO_TVS = "Cisco 7940"


class Kind(NamedTuple):
    """Phones of a CM group: how many, their model, profile, and the name of the CAPF that signed their LSC."""

    group: str
    count: int = 1
    model: str = "Cisco 8861"
    profile: str = ENCRYPTED
    issuer: str = CAPF_NOW


EVERY_KIND = (
    *(Kind("A", 5), Kind("B", 5), Kind("A", 2, profile=NON_SECURE, issuer="")),
    *(Kind("A", 1, model=NO_TVS), Kind("B", 1, issuer="")),
)


def capf(name: str = CAPF_NOW, *, ended: bool = False) -> Certificate:
    """A certificate of CAPF, of this common name."""
    until = TAKEN + timedelta(days=-1 if ended else 30)
    return certificate(name, subject=f"CN={name};OU=Voice", common_name=name, not_after=until)


def secured(
    version: str,
    *kinds: Kind,
    tokens: tuple[str, ...] = (),
    ended: bool = False,
    groups: dict[str, tuple[str, ...]] | None = None,
) -> Snapshot:
    """A campus in mixed mode, whose CTL `tokens` signed where there are any; with `ended` CAPF has expired."""
    plain = campus(version, groups=groups)
    held = ctl(version, tokens)
    both = {"ctl": Known(held), "trusted": Known(tuple(_trusted()))}
    nodes = tuple(replace(node, identities=Known(_identities(node, ended=ended)), **both) for node in plain.nodes)
    phones = tuple(_phones(kinds or EVERY_KIND, held.sha1, ended=ended))
    return replace(plain, security_mode=Known(1), nodes=nodes, phones=Known(phones))


def snapshot(version: str, *kinds: Kind) -> Snapshot:
    """A campus in mixed mode as its release has it: 9.1 with tokens."""
    return secured(version, *kinds, tokens=TOKENS if version == V9 else ())


def _identities(node: Node, *, ended: bool) -> tuple[Identity, ...]:
    assert isinstance(node.identities, Known)
    return tuple(
        Identity("CAPF", Known(capf(ended=ended))) if each.unit == "CAPF" and node.name == PUB else each
        for each in node.identities.value
    )


def _trusted() -> Iterator[Trusted]:
    for store in ("CallManager-trust", "CAPF-trust"):
        for found in (capf(), certificate("Cisco Manufacturing CA")):
            yield Trusted(store, f"{found.common_name}.pem", Known(found))


def ctl(version: str, tokens: tuple[str, ...] = ()) -> ServedList:
    """The CTL that is served."""
    signing = facts(version).signing
    units = [unit for unit in (signing.ctl, signing.second_ctl) if unit and unit != "eToken"]
    records = [_sast(f"CN={token};OU=IPCBU", token) for token in tokens]
    records += [_sast(f"CN={unit} of {PUB}", f"{unit} of {PUB}") for unit in units]
    records += [_record("CCM+TFTP", f"CallManager of {node}", node) for node in NODES]
    records.append(ListRecord("CAPF", PUB, capf().subject, capf().serial, capf().sha1))
    return replace(served("the cluster"), records=tuple(records), signer_serial=records[0].serial)


def _sast(subject: str, name: str) -> ListRecord:
    return ListRecord("SAST", PUB, subject, certificate(name).serial, certificate(name).sha1)


def _record(role: str, name: str, host: str) -> ListRecord:
    return ListRecord(role, host, f"CN={name}", certificate(name).serial, certificate(name).sha1)


def _phones(kinds: tuple[Kind, ...], held: str, *, ended: bool) -> Iterator[Phone]:
    number = 0
    for kind in kinds:
        for _ in range(kind.count):
            number += 1
            found = phone(number, kind.group, served(PUB).sha1)
            end = TAKEN + timedelta(days=-1 if ended else 400)
            words = (NO_OPERATION, "None", BY_NULL_STRING)
            lsc = Lsc(kind.issuer, end if kind.issuer else None, end if kind.issuer else None, *words)
            yield replace(found, model=kind.model, ctl=Known(held), profile=Known(kind.profile), lsc=Known(lsc))
