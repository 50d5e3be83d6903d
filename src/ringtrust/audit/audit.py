"""All rules, in the order of what matters.

A new one is a function here, a row for each of its codes in catalog/data/rules.toml, and a fixture for each in
tests/audit/fixtures; `python scripts/rules.py` then writes its pages.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ringtrust.audit.backups import backups
from ringtrust.audit.copies import copies, served
from ringtrust.audit.database import database, disagreements
from ringtrust.audit.expiry import expiry
from ringtrust.audit.isolation import isolated
from ringtrust.audit.lists import lists
from ringtrust.audit.phone_certificates import phone_certificates
from ringtrust.audit.phones import phones
from ringtrust.audit.recovery_key import recovery_key
from ringtrust.audit.secure.ctl import ctls
from ringtrust.audit.secure.lscs import lscs
from ringtrust.audit.secure.phones import secure_phones
from ringtrust.audit.secure.recovery import recovery
from ringtrust.audit.seen import NOT_ASKED, Seen, release_of
from ringtrust.audit.servers import authentication, replication, services
from ringtrust.audit.settings import groups, rollback, security_mode
from ringtrust.audit.table import holding, levelled
from ringtrust.audit.trusted import trusted
from ringtrust.audit.unread import release, sources
from ringtrust.audit.weak import ca_signed, weak
from ringtrust.audit.years.client_eku import client_eku
from ringtrust.audit.years.dropped import dropped
from ringtrust.audit.years.duplicates import duplicates
from ringtrust.audit.years.lifetime import lifetime
from ringtrust.audit.years.list_size import list_size
from ringtrust.audit.years.rsa_long import rsa_long
from ringtrust.audit.years.split import split
from ringtrust.audit.years.weak_trusted import rsa_short, sha1
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.facts import Fact
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.cluster.snapshot import Snapshot

Rule = Callable[[Seen], Iterator[Finding]]

_RULES: Final[tuple[Rule, ...]] = (
    *(expiry, trusted, phone_certificates, weak, ca_signed),
    *(lists, ctls, recovery, recovery_key, served, copies, database, disagreements),
    *(replication, authentication, services, backups, security_mode, rollback, groups),
    *(phones, secure_phones, lscs, sources, release),
    *(client_eku, lifetime, sha1, rsa_short, rsa_long, split, list_size, duplicates, dropped),
)
_ORDER: Final = tuple(Severity)


def audit(
    snapshot: Snapshot,
    catalog: Catalog,
    *,
    soon_days: int = SOON_DAYS,
    kept: Fact[tuple[KeptKey, ...]] = NOT_ASKED,
) -> tuple[Finding, ...]:
    """What there is to know about a cluster, the worst first. `soon_days` says how soon a certificate expires soon.

    `kept` are the copies of its recovery key, where somebody has asked for them: no snapshot tells of those.
    """
    seen = Seen(snapshot, catalog, release_of(snapshot, catalog), soon_days, kept)
    return judged((finding for rule in _RULES for finding in isolated(rule, seen)), seen)


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first; those of one severity by code, then by place."""
    return tuple(sorted(findings, key=_rank))


def judged(found: Iterable[Finding], seen: Seen) -> tuple[Finding, ...]:
    """What rules have found, as far as they hold for the release, with its levels; the worst first."""
    return ranked(levelled(holding(found, seen), seen.catalog))


def _rank(finding: Finding) -> tuple[int, str, str, str]:
    return _ORDER.index(finding.severity), finding.code, finding.where, finding.what
