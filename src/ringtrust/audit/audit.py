"""All rules, in the order of what matters."""

from collections.abc import Callable, Iterator
from typing import Final

from ringtrust.audit.backups import backups
from ringtrust.audit.copies import copies, served
from ringtrust.audit.database import database, disagreements
from ringtrust.audit.expiry import expiry
from ringtrust.audit.lists import lists
from ringtrust.audit.phone_certificates import phone_certificates
from ringtrust.audit.phones import phones
from ringtrust.audit.secure.ctl import ctls
from ringtrust.audit.secure.lscs import lscs
from ringtrust.audit.secure.phones import secure_phones
from ringtrust.audit.secure.recovery import recovery
from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.servers import authentication, replication, services
from ringtrust.audit.settings import groups, rollback, security_mode
from ringtrust.audit.trusted import trusted
from ringtrust.audit.unread import release, sources
from ringtrust.audit.weak import ca_signed, weak
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.snapshot import Snapshot

Rule = Callable[[Seen], Iterator[Finding]]

_RULES: Final[tuple[Rule, ...]] = (
    *(expiry, trusted, phone_certificates, weak, ca_signed),
    *(lists, ctls, recovery, served, copies, database, disagreements),
    *(replication, authentication, services, backups, security_mode, rollback, groups),
    *(phones, secure_phones, lscs, sources, release),
)
_ORDER: Final = tuple(Severity)


def audit(snapshot: Snapshot, catalog: Catalog, *, soon_days: int = SOON_DAYS) -> tuple[Finding, ...]:
    """What there is to know about a cluster, the worst first. `soon_days` says how soon a certificate expires soon."""
    seen = Seen(snapshot, catalog, release_of(snapshot, catalog), soon_days)
    found = (finding for rule in _RULES for finding in rule(seen))
    return tuple(sorted(found, key=_rank))


def _rank(finding: Finding) -> tuple[int, str, str, str]:
    return _ORDER.index(finding.severity), finding.code, finding.where, finding.what
