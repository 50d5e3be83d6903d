"""Which host and domain a certificate is about, and whether they are those of this cluster (S165, S166)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from ringtrust.audit.seen import identities
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.snapshot import Snapshot

_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z"
)
_RECOVERY: Final = re.compile(r"itlrecovery[_-]", re.IGNORECASE)
_ENDINGS: Final = ("-ec", "-ms", "-eckey", "-ecdsa")
_CAPF: Final = re.compile(r"capf-[0-9a-z]+\Z", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"\b(ca|root|authority|certification|issuing|intermediate)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def host_of(common_name: str) -> str:
    """The host that a certificate is named after, in lower case; empty where it is no name of a host.

    CUCM writes `ITLRECOVERY_host`, `host-EC` and `host-ms` (trust-formats.md §1.4).
    """
    label, dot, domain = _RECOVERY.sub("", common_name.strip().lower(), count=1).partition(".")
    for ending in _ENDINGS:
        label = label.removesuffix(ending)
    bare = f"{label}{dot}{domain}"
    return bare if _HOST.match(bare) and not _CAPF.match(bare) and not _AUTHORITY.search(label) else ""


def written(common_name: str) -> str:
    """The host as it is written, with whatever ending it has."""
    return _RECOVERY.sub("", common_name.strip().lower(), count=1)


def is_capf(common_name: str) -> bool:
    """Whether it has the name of a CAPF: `CAPF-` and a number that changes with every renewal (S119)."""
    return bool(_CAPF.match(common_name.strip()))


@lru_cache(maxsize=4096)
def organisation_of(subject: str) -> str:
    """A name without its CN and serial number: the organisation, as every node of a cluster writes it."""
    parts = re.split(r"(?<!\\)[,+]", subject)
    return ",".join(part for part in parts if not part.upper().startswith(("CN=", "SERIALNUMBER=")))


class Hosts(msgspec.Struct, frozen=True):
    """The names of a cluster.

    `full` are those of nodes as they stand anywhere, `labels` their first parts, `domains` what follows; `former` what
    an administrator has said to be names of before; `organisations` those in its self-signed identities;
    `written` the hosts of its identities with whatever ending they have.
    """

    full: frozenset[str]
    labels: frozenset[str]
    domains: frozenset[str]
    former: frozenset[str]
    organisations: frozenset[str]
    written: frozenset[str]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Hosts":
        """Those of a snapshot."""
        full = frozenset(_names(snapshot))
        named = [name for name in full if not _is_address(name)]
        return cls(
            full=full,
            labels=frozenset(name.partition(".")[0] for name in named),
            domains=frozenset(name.partition(".")[2] for name in named if "." in name),
            former=frozenset(snapshot.declared.former),
            organisations=frozenset(_organisations(snapshot)),
            written=frozenset(written(each.common_name) for node in snapshot.nodes for _, each in identities(node)),
        )

    def is_ours(self, host: str) -> bool:
        """Whether it is the name of a node of now; a bare label is where it is the label of one."""
        return host in self.full or host in self.labels

    def old_domain(self, host: str) -> bool:
        """Whether it is one of our hosts under a domain that none of them has any more."""
        label, _, domain = host.partition(".")
        return bool(domain) and label in self.labels and domain not in self.domains and bool(self.domains)

    def said_to_be_former(self, host: str) -> str:
        """What an administrator has said that covers it; empty where nothing does.

        A bare label is that of a node of before in a domain of this cluster, and of nobody else's.
        """
        label, _, domain = host.partition(".")
        names = (host, domain, label) if domain in self.domains | self.former else (host, domain)
        return next((name for name in names if name and name in self.former), "")

    def bears_another(self, certificate: Certificate) -> str:
        """The name that it has, where only an ending that CUCM may have added makes it that of a node; else empty.

        A server may be called host-ms or host-ec by itself: `-EC` tells with an EC key only, `-ms` with the name of a
        node among the alternative ones (trust-formats.md §1.4).
        """
        name = written(certificate.common_name)
        if self.is_ours(name) or name in self.written:
            return ""
        by_key = certificate.key == "EC" and not name.partition(".")[0].endswith("-ms")
        by_names = any(each.lower() in self.full for each in certificate.names)
        proven = (by_key or by_names) and name != host_of(certificate.common_name)
        return "" if proven else name


def names_in(certificate: Certificate) -> Iterator[str]:
    """The hosts that it is about: that of its CN, and its alternative names."""
    if host := host_of(certificate.common_name):
        yield host
    yield from (name.lower() for name in certificate.names if _HOST.match(name.lower()))


def _names(snapshot: Snapshot) -> Iterator[str]:
    for node in snapshot.nodes:
        yield from (node.name.lower(), node.address.lower())
        for unit, certificate in identities(node):
            host = host_of(certificate.common_name)
            if host and unit != "CAPF":
                yield host


def _organisations(snapshot: Snapshot) -> Iterator[str]:
    for node in snapshot.nodes:
        yield from (organisation_of(each.subject) for _, each in identities(node) if each.self_signed)


def _is_address(name: str) -> bool:
    return name.replace(".", "").isdigit()
