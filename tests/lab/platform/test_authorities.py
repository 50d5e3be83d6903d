"""`show|set cert default-ca-list`, `show|utils haproxy`, `show|set key … authz` (CLI guide 15)."""

import pytest

from tests.support.clusters import SYNC, Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

FAILED = "Executed command unsuccessfully\n"


def _bench(release: str = "campus-14") -> Bench:
    return bench(small(release, phones=0))


@live
async def test_the_default_cas_are_listed_with_their_stores_wrapped_in_columns() -> None:
    shown = await Console(_bench()).runs("show cert default-ca-list")
    assert shown.startswith("\nCommon Name                   Trust Stores               Purpose\n\n")
    assert '"Cisco Manufacturing CA        CallManager-trust,         This' not in shown
    assert '"Cisco Manufacturing CA"      CallManager-trust,         This certificate was used to\n' in shown
    assert "                              CAPF-trust                 sign the MIC" in shown
    for name in ("CAP-RTP-001", "CAP-RTP-002", "Cisco Root CA 2048", "Cisco Root CA M2", "ACT2 SUDI CA"):
        assert f'"{name}"' in shown


@live
async def test_a_default_ca_is_disabled_on_every_node_and_enabled_again() -> None:
    made = _bench()
    console = Console(made)
    await console.types("set cert default-ca-list disable common-name\r")
    shown = await console.types("Cisco Root CA 2048\r")
    assert 'WARNING: This operation will disable the "Cisco Root CA 2048" Cisco CA certificate.\n' in shown
    assert shown.endswith("Do you wish to proceed (yes|no)? ")
    shown = await console.types("yes\r")
    assert 'Successfully disabled default "Cisco Root CA 2048" certificate.\n' in shown
    made.time.advance(SYNC)
    for node in made.cluster.nodes:
        assert all("Cisco_Root_CA_2048.pem" not in files for files in node.trusts.values())
    assert "CN=Cisco Root CA 2048,O=Cisco Systems 5ff8" not in await console.runs(
        "run sql select subjectname, serialnumber from certificate"
    )
    await console.types("set cert default-ca-list enable all\r")
    assert "Successfully enabled the default Cisco CA certificates.\n" in await console.types("yes\r")
    made.time.advance(SYNC)
    for node in made.cluster.nodes:
        assert "Cisco_Root_CA_2048.pem" in node.trusts["CallManager-trust"]
        assert "CAP-RTP-001.pem" in node.trusts["CallManager-trust"]
    assert "CAP-RTP-001.pem" in made.cluster.publisher.trusts["CAPF-trust"]
    assert "CAP-RTP-001.pem" not in made.cluster.node("sub1").trusts["CAPF-trust"]


@live
async def test_on_a_new_installation_cap_rtp_is_there_to_be_enabled_and_not_trusted() -> None:
    made = _bench()
    assert all("CAP-RTP-001.pem" not in files for node in made.cluster.nodes for files in node.trusts.values())
    assert "CAP-RTP" not in await Console(_bench("mega-15")).runs("show cert default-ca-list")


@live
async def test_no_is_no_and_other_names_and_nodes_are_refused() -> None:
    made = _bench()
    console = Console(made)
    before = {store: dict(files) for store, files in made.cluster.publisher.trusts.items()}
    await console.types("set cert default-ca-list disable all\r")
    assert "Successfully" not in await console.types("no\r")
    await console.types("set cert default-ca-list enable common-name\r")
    shown = await console.types("capf\r")
    assert shown == (f"capf\nThe capf certificate is not in the list of default Cisco CA certificates.\n{FAILED}admin:")
    assert (await Console(made, "sub1").runs("set cert default-ca-list disable all")).endswith(FAILED)
    assert await console.runs("set cert default-ca-list disable some") == FAILED
    assert before == made.cluster.publisher.trusts


@live
async def test_releases_before_12_5_do_not_know_the_list() -> None:
    made = _bench("branch-11.5")
    assert await Console(made).runs("show cert default-ca-list") == "No valid command entered\n"


@live
async def test_haproxy_asks_clients_as_it_is_set_and_restarts_when_that_changes() -> None:
    made = _bench()
    console = Console(made)
    state = "show haproxy client-auth 6971"
    assert await console.runs(state) == "Client authentication on the port 6971 is currently set to optional\n"
    shown = await console.runs("utils haproxy set required client-auth 6971")
    assert shown.endswith("Do you want to continue (yes/no) ? ")
    shown = await console.types("yes\r")
    assert (
        "Successfully set client authentication to required\n\nHAProxy Process already running .. restarting" in shown
    )
    assert "set to required" in await console.runs(state)
    assert "Cisco HAProxy[STARTING]" in await console.runs("utils service list")
    shown = await console.runs("utils haproxy set required client-auth 6971")
    assert "already set to \nrequired on port 6971 . No action will be taken." in shown
    assert "set to optional" in await Console(made, "sub1").runs(state)
    said = "Enter valid values for the port.\nSuggested values are 6971, 6972 and 9443\n"
    assert await console.runs("show haproxy client-auth 9456") == said + FAILED
    assert (await console.runs("utils haproxy set disable client-auth 1")).endswith(FAILED)
    assert await Console(_bench("campus-12.5")).runs(state) == "No valid command entered\n"


@pytest.mark.parametrize("kind", ["signing", "encryption"])
@live
async def test_an_authz_key_is_one_for_the_cluster_until_the_publisher_makes_it_anew(kind: str) -> None:
    made = _bench()
    pub, sub = Console(made), Console(made, "sub1")
    before = await pub.runs(f"show key authz {kind}")
    assert await sub.runs(f"show key authz {kind}") == before
    assert (await sub.runs(f"set key regen authz {kind}")).endswith(FAILED)
    await pub.runs(f"set key regen authz {kind}")
    await pub.types("yes\r")
    after = await pub.runs(f"show key authz {kind}")
    assert after != before
    assert await sub.runs(f"show key authz {kind}") == after
