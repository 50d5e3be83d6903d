"""What the seed states, and what belongs to no unit and to no store."""

import pytest

from ringtrust.catalog.knowledge import Order, Statement
from ringtrust.catalog.releases import Lifetime, Resets
from ringtrust.catalog.stores import Store
from ringtrust.cluster.release import Release
from tests.catalog.cited import CATALOG, row, rows, says


@pytest.mark.shows("S1", "S2")
def test_the_scope_of_the_seed_is_stated() -> None:
    assert says("S1", "regenerating", "8.x and later")
    assert says("S2", "9.1(2)SU2a", "8.x and later", "freshly configured", "live network")
    assert CATALOG.of(Release(8, 0)).known
    assert {"S1", "S2"} <= set(CATALOG.span.sources)


@pytest.mark.shows("S10", "S11", "S12", "S13")
def test_how_long_certificates_last() -> None:
    assert says("S10", "fresh installation", "self-signed")
    assert says("S11", "Self-signed", "five years")
    assert says("S12", "five years shorter")
    assert says("S13", "CA", "nearly any time")
    for release in (Release(8, 0), Release(9, 1), Release(11, 5)):
        for unit in CATALOG.of(release).units:
            lifetime = CATALOG.of(release).lifetime(unit.name)
            assert (lifetime.years, lifetime.shorter_possible) == (5, False)
            assert {"S11"} <= set(lifetime.sources)
    assert [lifetime.shorter_possible for lifetime in rows(Lifetime, "S12")] == [False]
    assert CATALOG.of(Release(12, 5)).lifetime("ITLRecovery").years == 20


@pytest.mark.shows("S14", "S15", "S16", "S17", "S18")
def test_service_certificates_and_trust_certificates() -> None:
    assert says("S14", "either a service certificate or a trust certificate")
    assert says("S15", "Service certificates can be regenerated", "no -trust")
    assert says("S16", "publisher or subscriber", "CallManager, Tomcat, IPsec, TVS and CAPF")
    assert says("S17", "Trust certificates cannot be regenerated", "have -trust")
    assert says("S18", "copy of a service certificate", "from installation on", "from another server")
    assert not any(unit.name.endswith("-trust") for unit in CATALOG.units)
    assert all(store.name.endswith("-trust") for store in CATALOG.stores)


@pytest.mark.shows("S19", "S20", "S152", "S156", "S165")
def test_which_trust_certificates_there_are() -> None:
    assert says("S19", "longer life", "CAPF-trust", "CallManager-trust")
    assert [store.name for store in rows(Store, "S19")] == ["CallManager-trust", "CAPF-trust"]
    assert says("S20", "Cisco Manufacturing CA", "2029")
    assert says("S152", "Most trust certificates are copies")
    assert says("S156", "Manufacturing certificates are preloaded on every CUCM", "any Cisco IP phone")
    assert says("S165", "change of domain or host name", "old name", "trust stores")


@pytest.mark.shows("S22", "S23")
def test_how_an_administrator_is_warned() -> None:
    assert says("S22", "RTMT", "Syslog Viewer", "about to expire")
    assert says("S23", "e-mail", "only where", "configured")


@pytest.mark.shows("S59")
def test_what_a_backup_holds() -> None:
    assert says("S59", "DRF backup", "all certificates of the cluster")
    assert says("S58", "begins with a DRS backup")
    assert row(Statement, "S59").covers(Release(9, 1))
    assert not row(Statement, "S59").covers(Release(8, 5))


@pytest.mark.shows("S63", "S68", "S69", "S70", "S71", "S72", "S78")
def test_mixed_mode_is_told_apart_and_its_list_is_updated_by_hand() -> None:
    assert says("S62", "Enterprise Parameters > Cluster Security Mode")
    assert says("S63", "0 is non-secure", "1 is mixed mode")
    assert says("S68", "not updated by itself as the ITL is", "by hand")
    assert says("S69", "CTL client", "command of the CLI")
    assert says("S70", "10.x", "two ways into mixed mode", "CLI command without tokens", "CTL client with eTokens")
    assert says("S71", "CLI", "the publisher's CallManager.pem")
    assert says("S72", "CTL client", "hardware eTokens")
    assert says("S78", "moved from tokens to tokenless", "118893")


@pytest.mark.shows("S81", "S82", "S85", "S96", "S100")
def test_the_ways_that_protect_an_itl() -> None:
    assert says("S81", "rollback parameter", "order across TFTP servers", "one type of certificate at a time")
    assert row(Order, "S81").units == ()
    assert says("S82", "empties the entries of the ITL", "any TFTP server")
    assert says("S85", "True", "plain calls")
    assert says("S96", "One TFTP server that phones trust", "valid ITL for the other")
    assert says("S100", "reset by themselves in step 3", "Which certificate")


@pytest.mark.shows("S113", "S114", "S115")
def test_what_a_regeneration_sets_off() -> None:
    assert says("S113", "updates the ITL file", "by itself")
    assert says("S114", "whole cluster reset softly", "renew their own")
    assert row(Resets, "S113").automatic
    assert row(Resets, "S114").automatic
    assert says("S115", "CAPF and CallManager")
    assert says("S116", "Tomcat", "every type")


@pytest.mark.shows("S121", "S122", "S128")
def test_an_expired_capf_and_what_the_cli_asks() -> None:
    assert says("S121", "new CAPF certificate", "new LSCs")
    in_order = [row(Statement, "S122").text.find(part) for part in ("restarts", "configuration", "CAPF", "registers")]
    assert in_order == sorted(in_order)
    assert -1 not in in_order
    assert says("S128", "signed by a CA is overwritten", "Proceed with regeneration (yes|no)?", "The answer is yes")


@pytest.mark.shows("S141", "S142")
def test_how_a_trust_certificate_is_deleted() -> None:
    assert says("S141", "set cert delete", "without -trust", "trust store")
    assert says("S142", "Security > Certificate Management > Find > the certificate in its -trust store > Delete")
