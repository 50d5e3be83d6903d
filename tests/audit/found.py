"""What an audit finds, as tests ask for it."""

from functools import cache
from typing import Any

from ringtrust.audit.audit import audit
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Finding
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.snapshot import Snapshot
from tests.support.snapshots import certificate


@cache
def catalog() -> Catalog:
    """The catalog, read once."""
    return load_catalog()


def found(snapshot: Snapshot, code: str) -> list[Finding]:
    """The findings of this code."""
    return [finding for finding in audit(snapshot, catalog()) if finding.code == code]


def one(snapshot: Snapshot, code: str) -> Finding:
    """The only finding of this code."""
    (finding,) = found(snapshot, code)
    return finding


def codes(snapshot: Snapshot) -> list[str]:
    """The codes of all findings, in their order."""
    return [finding.code for finding in audit(snapshot, catalog())]


def text(finding: Finding) -> str:
    """All that a person reads of it."""
    return " ".join((finding.where, finding.what, *finding.evidence, *finding.breaks, finding.advice))


def preloaded(name: str, **changes: Any) -> Certificate:
    """A certificate that comes with CUCM: it is known by its SHA-256."""
    (row,) = [each for each in catalog().preloaded if each.name == name]
    return certificate(name, sha256=row.sha256, **changes)
