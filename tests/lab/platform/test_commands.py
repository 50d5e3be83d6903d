"""What commands do and how they say no; texts that no document shows are ours and stand in platform/texts.py."""

from datetime import timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ringtrust.lab.state.services import TFTP
from ringtrust.trust.certificates import certificates_in
from ringtrust.trust.show import show
from tests.support.clusters import START, Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

FAILED = "Executed command unsuccessfully\n"
NO_COLUMN = "not found in any table in the query (or SLV is undefined)."
FIRST_LINES = (("campus-12.5", "The checksum value of the ITL file:"), ("campus-9.1", "Length of ITL file:"))
BROKEN_ROWS = (("campus-9.1", "Dropped         1       -      Yes     (4) Setup Failed"), ("campus-12.5", " 1 "))


def _bench(release: str = "campus-9.1") -> Bench:
    return bench(small(release, phones=0))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("set cert regen tomcat-trust", "tomcat-trust is not a valid certificate unit."),
        ("set cert regen ITLRecovery", "ITLRecovery is not a valid certificate unit."),
        ("set cert regen", "Incorrect number of mandatory parameters entered for set cert regen"),
        ("set cert delete CallManager nobody.pem", "The certificate nobody.pem does not exist."),
        ("set cert delete TVS nobody.pem", "The certificate nobody.pem does not exist."),
        ("set cert delete nothing x.pem", "nothing is not a valid certificate unit."),
        ("show cert own nothing", "nothing is not a valid certificate unit."),
        (
            "show cert trust CallManager-trust/nobody.pem",
            "The certificate CallManager-trust/nobody.pem does not exist.",
        ),
        ("utils service restart Cisco Nothing", "Cisco Nothing is not a valid service name."),
        ("utils service start Cisco Extension Mobility", "Cisco Extension Mobility[STOPPED]  Service Not Activated"),
        ("utils service stop System SSH", "System SSH cannot be started, stopped or restarted in this way."),
        ("run sql select * from elsewhere", "The specified table (elsewhere) is not in the database."),
        ("run sql select colour from device", f"Column (colour) {NO_COLUMN}"),
        ("run sql delete from device", "No permission to change the database by this command."),
        ("run sql select", "A syntax error has occurred."),
        ("run sql select 1; select 2", "A syntax error has occurred."),
        ("file view activelog nothing", "The file nothing does not exist."),
        ("set cli pagination maybe", ""),
        ("utils disaster_recovery history everything", ""),
        ("show cert list everything", ""),
    ],
)
@live
async def test_a_command_that_cannot_be_carried_out_says_so_and_changes_nothing(command: str, said: str) -> None:
    made = _bench()
    assert await Console(made).runs(command) == (f"{said}\n" if said else "") + FAILED


@live
async def test_nothing_is_regenerated_without_a_yes() -> None:
    made = _bench()
    console = Console(made)
    before = made.cluster.node("pub").identities["TVS"]
    for answer in ("no", "", "y", "yes please"):
        await console.runs("set cert regen TVS")
        assert (await console.types(f"{answer}\r")).endswith("admin:")
        assert made.cluster.node("pub").identities["TVS"] is before
    await console.runs("set cert regen TVS")
    await console.types("YES\r")
    assert made.cluster.node("pub").identities["TVS"] is not before


@live
async def test_the_cli_of_a_node_regenerates_that_node_s_certificate() -> None:
    made = _bench()
    pub = made.cluster.node("pub").identities["CallManager"]
    await Console(made, "sub1").types("set cert regen callmanager\ryes\r")
    assert made.cluster.node("pub").identities["CallManager"] is pub


@live
async def test_a_deletion_names_the_unit_and_takes_from_its_trust_store() -> None:
    made = _bench()
    console = Console(made)
    await console.runs("set cert delete CallManager CAP-RTP-001.pem")
    assert "Successfully deleted certificate CAP-RTP-001.pem." in await console.types("yes\r")
    store = made.cluster.node("pub").trusts["CallManager-trust"]
    assert "CAP-RTP-001.pem" not in store
    assert "CallManager" in made.cluster.node("pub").identities
    await console.runs("set cert delete CallManager CAP-RTP-002.pem")
    await console.types("no\r")
    assert "CAP-RTP-002.pem" in store


@pytest.mark.parametrize(("release", "bits", "digest"), [("campus-9.1", 1024, "sha1"), ("campus-12.5", 2048, "sha256")])
@live
async def test_the_pem_behind_the_text_is_the_certificate(release: str, bits: int, digest: str) -> None:
    made = _bench(release)
    console = Console(made, "sub1")
    for command in ("show cert own CallManager", "show cert own CallManager/CallManager.pem"):
        [der] = certificates_in((await console.runs(command)).encode())
        assert der == made.cluster.node("sub1").identities["CallManager"].certificate
    parsed = x509.load_der_x509_certificate(der)
    key = parsed.public_key()
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == bits
    assert parsed.signature_hash_algorithm is not None
    assert parsed.signature_hash_algorithm.name == digest
    [trusted] = certificates_in((await console.runs("show cert trust CallManager-trust/pub.pem")).encode())
    assert trusted == made.cluster.node("pub").identities["CallManager"].certificate


@live
async def test_every_listed_certificate_can_be_shown() -> None:
    made = _bench("campus-12.5")
    console = Console(made, "sub1")
    for kind in ("own", "trust"):
        listed = [line.partition(":")[0] for line in (await console.runs(f"show cert list {kind}")).splitlines()]
        assert len(listed) == len(set(listed)) > 5
        for path in listed:
            assert "-----BEGIN CERTIFICATE-----" in await console.runs(f"show cert {kind} {path}")
    assert "ITLRecovery" not in await console.runs("show cert list own")  # only the publisher has one of its own


@live
async def test_the_list_is_that_which_the_node_serves() -> None:
    for release, first in FIRST_LINES:
        made = _bench(release)
        image = made.cluster.node("sub1").tftp
        assert image is not None
        shown = await Console(made, "sub1").runs("show itl")
        assert shown.startswith(first)
        assert "\n".join(show(image.itl, image.built)).endswith(shown.rstrip("\n"))
        assert shown.endswith("The ITL file was verified successfully.\n")


@live
async def test_a_node_without_tftp_has_no_list() -> None:
    assert (await Console(_bench(), "sub2").runs("show itl")).startswith("Length of ITL file: 0\n")


@live
async def test_a_stopped_service_is_out_of_service_until_it_is_started() -> None:
    made = _bench()
    console = Console(made)
    assert (await console.runs(f"utils service stop {TFTP}")).endswith(f"{TFTP}[STOPPED]  Commanded Out of Service\n")
    assert f"{TFTP}[STOPPED]  Commanded Out of Service" in await console.runs("utils service list")
    await console.runs(f"utils service start {TFTP}")
    made.time.advance(30)
    assert (await console.types("")).startswith(f"{TFTP}[STARTED]")
    assert (await console.runs(f"utils service start {TFTP}")).endswith(f"{TFTP}[STARTED]\n")


@live
async def test_the_service_list_can_be_read_by_pages() -> None:
    console = Console(_bench())
    assert "Press <enter>" in await console.types("utils service list page\r")
    assert "Primary Node =true" in await console.types("  ")


@live
async def test_broken_replication_shows_on_every_node_and_queued_changes_are_counted() -> None:
    for release, row in BROKEN_ROWS:
        made = _bench(release)
        made.cluster.database.stop_replication("sub1")
        made.regenerate("TVS", "pub")
        shown = await Console(made).runs("utils dbreplication runtimestate")
        [line] = [line for line in shown.splitlines() if line.startswith("sub1 ")]
        assert row in line
        assert line.endswith("(4) Setup Failed")
        assert shown.count("Setup Completed") == 2


@live
async def test_each_node_answers_from_its_own_replica() -> None:
    made = _bench()
    query = "run sql select serialnumber from certificate where servername='pub' and subjectname like '%CN=pub,%'"
    before = await Console(made, "sub1").runs(query)
    made.regenerate("TVS", "pub")
    assert await Console(made, "pub").runs(query) != before
    assert await Console(made, "sub1").runs(query) == before
    made.time.advance(5)
    assert await Console(made, "sub1").runs(query) == await Console(made, "pub").runs(query)


@live
async def test_null_is_written_out_and_first_means_the_first() -> None:
    console = Console(_bench())
    ordered = "name from processnode order by nodeid"
    assert await console.runs("run sql select ipv6name from processnode where nodeid=1") == "ipv6name\n========\nNULL\n"
    assert (await console.runs(f"run sql select first 1 {ordered}")).endswith("\nEnterpriseWideData\n")
    assert await console.runs(f"run sql select skip 1 first 1 {ordered}") == "name\n====\npub\n"
    assert await console.runs("run sql select name from device") == "name\n====\n"


@live
async def test_without_the_master_agent_nobody_knows_of_backups() -> None:
    made = _bench()
    made.stop("Cisco DRF Master", "pub")
    for what in ("history", "status"):
        shown = await Console(made, "sub1").runs(f"utils disaster_recovery {what} backup")
        assert shown == (
            "Unable to connect to Master Agent host: pub, Port: 4040. "
            "This may be due to Master or Local Agent being down.\n" + FAILED
        )


@live
async def test_the_backup_is_of_yesterday() -> None:
    yesterday = (START - timedelta(days=1)).strftime("%Y-%m-%d")
    assert f"\n{yesterday}-" in await Console(_bench()).runs("utils disaster_recovery history backup")


@live
async def test_each_node_is_shown_with_its_address_its_full_name_and_its_name() -> None:
    made = _bench()
    shown = await Console(made).runs("show network cluster")
    for node, role in (("pub", "Publisher"), ("sub1", "Subscriber"), ("sub2", "Subscriber")):
        assert f"{made.cluster.node(node).address} {node}.campus.example {node} {role} authenticated" in shown
    made.time.advance(3600)
    assert await Console(made).runs("show network cluster") == shown


@live
async def test_without_a_backup_there_is_no_history() -> None:
    made = _bench()
    console = Console(made)
    assert "Percentage Complete: 100" in await console.runs("utils disaster_recovery status backup")
    made.cluster.backups.clear()
    assert await console.runs("utils disaster_recovery history backup") == "drfCliMsg:  No history data is available\n"
    assert await console.runs("utils disaster_recovery status backup") == "drfCliMsg: No backup status available\n"


@live
async def test_a_new_list_and_a_new_certificate_are_in_the_syslog() -> None:
    made = _bench()
    made.regenerate("TVS", "pub")
    made.time.advance(120)
    console = Console(made)
    assert await console.runs("file list activelog syslog/*") == "CiscoSyslog\ndir count = 0, file count = 1\n"
    shown = await console.types("file view activelog syslog/CiscoSyslog\rq")
    assert "%UC_TVS-6-TVSCertificateRegenerated" in shown
    assert "%UC_TFTP-5-ITLFileRegenerated" in shown
    assert "end of the file reached" in shown


@live
async def test_the_lists_of_all_active_tftp_nodes_are_reset_to_the_key_of_callmanager() -> None:
    made = _bench("campus-12.5")
    before = {node.name: node.tftp.itl for node in made.cluster.tftp_order if node.tftp}
    assert await Console(made).runs("utils itl reset localkey") == (
        "Name is None\nGenerating the reset ITL file.....\nThe reset ITL file was generated successfully\n"
        "Locating active Tftp servers in the cluster.....\n"
        "Following is the list of Active tftp servers in the cluster\n"
        "====================\npub\nsub1\n=====================\n"
        "Number of Active TFTP servers in the cluster : 2\n"
        "Transferring new reset ITL file to the TFTP server nodes in the cluster.........\n"
        "Successfully transferred reset ITL to node pub\nSuccessfully transferred reset ITL to node sub1\n"
    )
    signer = made.cluster.publisher.identities["CallManager"].signing_key.identity
    for node in made.cluster.tftp_order:
        assert node.tftp is not None
        assert node.tftp.itl.header.signer == signer
        assert node.tftp.itl.records == before[node.name].records
    made.restart(TFTP)
    recovery = made.cluster.publisher.identities["ITLRecovery"].signing_key.identity
    assert {node.tftp.itl.header.signer for node in made.cluster.tftp_order if node.tftp} == {recovery}


@live
async def test_a_node_whose_tftp_is_stopped_is_no_active_one() -> None:
    made = _bench("campus-12.5")
    made.stop(TFTP, "sub1")
    shown = await Console(made).runs("utils itl reset localkey")
    assert "Number of Active TFTP servers in the cluster : 1\n" in shown
    assert "sub1" not in shown


@live
async def test_newer_releases_say_it_in_other_words() -> None:
    made = _bench("campus-12.5")
    made.cluster.release = msgspec.structs.replace(made.cluster.release, version="15.0.1.13900-72")
    assert await Console(made).runs("utils itl reset localkey") == (
        "ITLFile on all the active TFTP nodes will be reset now\nand signed using CallManager certificate key...\n"
        "ITL file Reset.\nPlease reset all the phones to pickup the new ITL File.\n"
    )


@pytest.mark.parametrize(
    ("release", "node", "command", "said"),
    [
        ("campus-9.1", "pub", "utils itl reset localkey", "No valid command entered\n"),
        (
            "campus-12.5",
            "sub1",
            "utils itl reset localkey",
            f"This command can be run on the publisher only.\n{FAILED}",
        ),
        ("campus-12.5", "pub", "utils itl reset remotekey", "No valid command entered\n"),
    ],
)
@live
async def test_lists_are_not_reset_where_that_is_not_possible(release: str, node: str, command: str, said: str) -> None:
    made = _bench(release)
    before = [found.tftp for found in made.cluster.nodes]
    assert await Console(made, node).runs(command) == said
    assert [found.tftp for found in made.cluster.nodes] == before
