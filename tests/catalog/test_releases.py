"""What a release decides."""

import pytest

from ringtrust.catalog.releases import Backups, MixedWay, Mode, Signing
from ringtrust.cluster.release import Release
from tests.catalog.cited import CATALOG, row, rows

OLD = ["tomcat", "ipsec", "CAPF", "CallManager", "TVS"]
TEN = [*OLD, "ITLRecovery"]
NEW = ["tomcat", "tomcat-ECDSA", "ipsec", "CAPF", "CallManager", "CallManager-ECDSA", "TVS", "ITLRecovery"]


@pytest.mark.parametrize(
    ("version", "units", "signer", "second", "drs", "holds", "keys", "automatic"),
    [
        ("8.0", OLD, "CallManager", "", "ipsec", False, False, True),
        ("8.6", OLD, "CallManager", "", "ipsec", True, False, True),
        ("9.1", OLD, "CallManager", "", "ipsec", True, False, True),
        ("10.5", TEN, "CallManager", "ITLRecovery", "ipsec", True, True, True),
        ("11.5", NEW, "CallManager", "ITLRecovery", "ipsec", True, True, True),
        ("12.0", NEW, "ITLRecovery", "CallManager", "ipsec", True, True, True),
        ("12.5", NEW, "ITLRecovery", "CallManager", "ipsec", True, True, True),
        ("14.0", NEW, "ITLRecovery", "CallManager", "tomcat", True, True, False),
        ("15.0", NEW, "ITLRecovery", "CallManager", "tomcat", True, True, False),
    ],
)
def test_what_a_release_decides(  # noqa: PLR0917 - one row of the table
    version: str, units: list[str], signer: str, second: str, drs: str, holds: bool, keys: bool, automatic: bool
) -> None:
    facts = CATALOG.of(Release.of(version))
    assert facts.known
    assert [unit.name for unit in facts.units] == units
    assert (facts.itl_signer, facts.signing.second, facts.drs_depends_on) == (signer, second, drs)
    assert (facts.backup_holds_certificates, facts.backup_holds_keys) == (holds, keys)
    assert facts.reset_is_automatic is automatic
    assert (facts.resets.parameter == "") is automatic
    assert facts.read_as == facts.release == Release.of(version)


@pytest.mark.parametrize(("version", "nearest"), [("7.1", "8.0"), ("4.3", "8.0"), ("16.0", "15.0"), ("99.99", "15.0")])
def test_a_release_that_no_source_covers_is_not_known_and_says_why(version: str, nearest: str) -> None:
    facts = CATALOG.of(Release.of(version))
    assert not facts.known
    assert version in facts.reason
    assert facts.read_as == Release.of(nearest)
    assert facts.units == CATALOG.of(Release.of(nearest)).units


@pytest.mark.parametrize("version", ["8.5", "9.0", "10.0", "11.0", "12.6", "13.0", "14.1", "15.0", "15.9"])
def test_ranges_have_no_holes(version: str) -> None:
    facts = CATALOG.of(Release.of(version))
    for unit in facts.units:
        assert facts.owners(unit.name) in {"every node", "publisher"}
        assert facts.lifetime(unit.name).years > 0
    for store in facts.stores:
        assert facts.deletion(store.name).reach in {"own node", "every node", "publisher"}
        assert [store.name in deletion.stores for deletion in facts.deletions].count(True) == 1
    for ranges in (CATALOG.signers, CATALOG.drs, CATALOG.backups, CATALOG.resets):
        assert [each.covers(facts.release) for each in ranges].count(True) == 1


@pytest.mark.shows("S63", "S69", "S70", "S71", "S72")
def test_mixed_mode_and_the_ways_into_it() -> None:
    assert [(mode.value, mode.name) for mode in rows(Mode, "S63")] == [(0, "non-secure"), (1, "mixed mode")]
    assert [way.name for way in rows(MixedWay, "S70")] == ["CTL client", "tokenless", "tokenless"]
    assert rows(MixedWay, "S69") == rows(MixedWay, "S70")
    assert row(MixedWay, "S71").signed_by == "CallManager"
    assert row(MixedWay, "S71").since == "10.0"
    assert row(Signing, "S71").ctl == "CallManager"
    assert row(MixedWay, "S72").signed_by == "eToken"
    assert [signing.ctl for signing in rows(Signing, "S72")] == ["eToken", "CallManager"]
    for version, ways in (("9.1", ["CTL client"]), ("10.5", ["CTL client", "tokenless"]), ("14.0", ["tokenless"])):
        assert [way.name for way in CATALOG.of(Release.of(version)).mixed_ways] == ways
    assert CATALOG.of(Release(9, 1)).ctl_signer == "eToken"
    assert CATALOG.of(Release(12, 5)).ctl_signer == "ITLRecovery"


@pytest.mark.shows("S59")
def test_from_8_6_on_a_backup_holds_certificates() -> None:
    assert {backups.since for backups in rows(Backups, "S59")} == {"8.6", "10.0"}
    assert all(backups.holds_certificates for backups in rows(Backups, "S59"))
    assert "CSCtn50405" in row(Backups, "S61").note
