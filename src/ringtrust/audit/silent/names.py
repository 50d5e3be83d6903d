"""What a certificate says of its node: host name, domain, and whatever else stands in its subject."""

from ringtrust.audit.silent.changed import Change
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import CAPF, ITLRECOVERY
from ringtrust.cluster.trust_files import NamedAfter, host_of, read_trust_file
from ringtrust.trust.names import attributes

UNNAMED = frozenset({CAPF, ITLRECOVERY})
"""CAPF has a name of its own every time (S119), and ITLRecovery keeps its own when the node has another."""


def host(certificate: Certificate) -> str:
    """The host name in the CN, in small letters and without marks such as -EC; empty where it names no node."""
    found = read_trust_file(certificate.common_name)
    return host_of(found.node) if found.after is NamedAfter.NODE else ""


def domains(certificate: Certificate) -> frozenset[str]:
    """The domains that its CN and its DNS names have for its own host name."""
    names = (read_trust_file(certificate.common_name).node, *certificate.names)
    own = host(certificate)
    mine = (name.lower().partition(".")[2] for name in names if host_of(read_trust_file(name).node) == own)
    return frozenset(domain for domain in mine if domain)


def other_host(change: Change) -> bool:
    """Whether the new certificate names another host."""
    named = change.unit not in UNNAMED and host(change.old) and host(change.new)
    return bool(named) and host(change.old) != host(change.new)


def other_domain(change: Change) -> bool:
    """Whether it names the same host in another domain, and both are told."""
    old, new = domains(change.old), domains(change.new)
    named = change.unit not in UNNAMED and host(change.old) == host(change.new)
    return named and bool(old and new) and not old & new


def other_words(change: Change) -> tuple[str, ...]:
    """What else its subject and its names say now, as `O=Campus is now O=Branch`; none where all is as before."""
    old, new = dict(attributes(change.old.subject)), dict(attributes(change.new.subject))
    keys = [key for key in dict.fromkeys((*old, *new)) if key != "CN" and old.get(key, "") != new.get(key, "")]
    words = [f"{key}={old.get(key, '')} is now {key}={new.get(key, '')}" for key in keys]
    more = sorted(set(change.new.names) - set(change.old.names))
    return (*words, *(f"{name} is among its names now" for name in more))
