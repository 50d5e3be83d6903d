"""Whether the recovery key is kept: told where somebody has asked, and never made up (R2)."""

import pytest

from ringtrust.audit.audit import audit
from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.cluster.snapshot import Snapshot
from tests.plan.material import V9, V15, campus
from tests.support.kept_keys import OF_BEFORE, of_now


def _told(snapshot: Snapshot, kept: Fact[tuple[KeptKey, ...]]) -> list[Finding]:
    found = audit(snapshot, load_catalog(), kept=kept)
    return [each for each in found if each.code.startswith("itlrecovery.key")]


def test_no_copy_and_a_copy_of_an_older_one_are_told_with_what_to_do() -> None:
    snapshot = campus(V15)
    (none,) = _told(snapshot, Known(()))
    assert (none.code, none.severity) == ("itlrecovery.key-not-kept", Severity.MINOR)
    assert "file get tftp ITLRecovery.p12" in none.advice
    assert "ringtrust recovery-key keep" in none.advice
    (old,) = _told(snapshot, Known((OF_BEFORE,)))
    assert old.code == "itlrecovery.key-old"
    assert "serial then 1234" in old.evidence
    assert none.sources
    assert old.sources


def test_a_copy_of_the_one_of_now_is_well_whatever_else_is_kept() -> None:
    snapshot = campus(V15)
    assert _told(snapshot, Known((OF_BEFORE, of_now(snapshot)))) == []


@pytest.mark.parametrize("kept", [Skipped("Nobody has asked.")])
def test_where_nobody_has_asked_nothing_is_told(kept: Skipped) -> None:
    assert _told(campus(V15), kept) == []


def test_what_could_not_be_read_is_not_none() -> None:
    (unread,) = _told(campus(V15), Unread("The folder cannot be read."))
    assert (unread.code, unread.severity) == ("itlrecovery.key-unread", Severity.UNREAD)
    assert "The folder cannot be read" in unread.what


def test_before_there_was_a_recovery_key_none_is_asked_for() -> None:
    assert _told(campus(V9), Known(())) == []
