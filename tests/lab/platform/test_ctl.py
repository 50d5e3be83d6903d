"""`show ctl` and `utils ctl …` as a person meets them at the prompt (interfaces.md §1.9; 118892, 118893)."""

import msgspec
import pytest

from ringtrust.connect.platform.lists import ListText, NoList, read_list_text, who_signed_text
from ringtrust.lab.state.files import served
from ringtrust.lab.state.services import TFTP
from ringtrust.trust.lists import TrustList
from ringtrust.trust.signer import Recovery, Token
from ringtrust.trust.tags import RECORD_NAMES
from tests.support.clusters import Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

FAILED = "Executed command unsuccessfully\n"
DELAY = 5.0
SERVICES = (
    "Please Restart the TFTP and Cisco CallManager services on all nodes in the cluster that run these services\n"
)
PHONES = (
    "You must reset all phones to ensure they received the updated CTL file.\n"
    "You must restart Cisco CTIManager services on all the nodes in the cluster that have the service activated.\n"
)
UPDATE = "This operation will update the CTLFile. Do you want to continue? (y/n):"
MIXED = "This operation will set the cluster to Mixed mode. Do you want to continue? (y/n):"
NON_SECURE = "This operation will set the cluster to non secure mode. Do you want to continue? (y/n):"
COMMANDS = (
    *("utils ctl update CTLFile", "utils ctl reset localkey"),
    *("utils ctl set-cluster mixed-mode", "utils ctl set-cluster non-secure-mode"),
)


def _bench(name: str) -> Bench:
    return bench(small(name, phones=0))


def _ctl(made: Bench) -> TrustList:
    found = made.cluster.publisher.ctl
    assert found is not None
    return found


async def _shown(console: Console) -> ListText:
    found = read_list_text(await console.runs("show ctl"))
    assert isinstance(found, ListText)
    return found


@pytest.mark.shows("S73", "S76", "S77")
@pytest.mark.parametrize("name", ["secure-9.1", "secure-11.5", "secure-14"])
@live
async def test_show_ctl_says_record_by_record_what_is_in_the_file(name: str) -> None:
    made = _bench(name)
    found, shown = _ctl(made), await _shown(Console(made))
    assert (shown.length, shown.version, shown.verified) == (len(found.data), "1.2", True)
    assert bool(shown.md5) == (name != "secure-9.1")
    assert len(shown.records) == len(found.records)
    for text, record in zip(shown.records, found.records, strict=True):
        assert [tag.name for tag in text.tags] == [RECORD_NAMES[tag] for tag, _ in record.items()]
        assert [int(tag.length) for tag in text.tags] == [len(value) for _, value in record.items()]
        assert (text.value("DNSNAME"), text.value("SUBJECTNAME")) == (record.dns_name, record.subject)
        assert text.sha1 == record.certificate_digest.hex().upper()
    sasts = [record.signed for record in shown.records if record.signed is not None]
    assert sasts == [True, False]


@live
async def test_an_etoken_is_shown_as_cisco_shows_it() -> None:
    made = _bench("secure-9.1")
    said = await Console(made).runs("show ctl")
    name = made.cluster.tokens[0].name
    record = said[said.index("CTL Record #:1") :]
    assert "\n2       DNSNAME         1\n" in record
    assert f'\n3       SUBJECTNAME     56      cn="{name}";ou=IPCBU;o="Cisco Systems\n' in record
    assert "\n5       ISSUERNAME      42      cn=Cisco Manufacturing CA;o=Cisco Systems\n" in record
    assert "\n8       SIGNATURE" not in record
    assert "This etoken was used to sign the CTL file." in record
    assert "This etoken was not used to sign the CTL file." in record
    signer = who_signed_text(await _shown(Console(made)))
    assert isinstance(signer, Token)
    assert isinstance(who_signed_text(await _shown(Console(_bench("secure-14")))), Recovery)


@live
async def test_a_cluster_that_never_was_in_mixed_mode_says_that_it_has_no_ctl() -> None:
    assert isinstance(read_list_text(await Console(_bench("campus-14")).runs("show ctl")), NoList)


@pytest.mark.shows("S79")
@pytest.mark.parametrize(("name", "then"), [("secure-11.5", SERVICES), ("secure-14", PHONES)])
@live
async def test_an_update_asks_and_says_what_is_to_be_restarted(name: str, then: str) -> None:
    made = _bench(name)
    console, before = Console(made), _ctl(made)
    assert await console.runs("utils ctl update CTLFile") == UPDATE
    assert await console.types("n\r") == "n\nadmin:"
    assert _ctl(made) is before
    made.time.advance(60)
    await console.runs("utils ctl update CTLFile")
    assert await console.types("y\r") == f"y\n\nUpdating CTL file\nCTL file Updated\n{then}admin:"
    assert _ctl(made) is not before


@pytest.mark.shows("S70")
@pytest.mark.parametrize(("name", "then"), [("branch-11.5", SERVICES), ("campus-12.5", PHONES)])
@live
async def test_the_way_to_mixed_mode_and_back(name: str, then: str) -> None:
    topology = small(name, phones=0)
    nodes = tuple(
        msgspec.structs.replace(node, services=(*node.services, "Cisco CTL Provider")) for node in topology.nodes
    )
    made = bench(msgspec.structs.replace(topology, nodes=nodes))
    console = Console(made)
    assert await console.runs("utils ctl set-cluster mixed-mode") == MIXED
    said = await console.types("y\r")
    assert said == f"y\n\nMoving Cluster to Mixed Mode\nCluster set to Mixed Mode\n{then}admin:"
    assert "ClusterSecurityMode 1" in await console.runs(
        "run sql select paramname,paramvalue from processconfig where paramname='ClusterSecurityMode'"
    )
    assert (await _shown(console)).verified
    said = await console.runs("utils ctl set-cluster mixed-mode")
    assert said == f"Cluster is already in Mixed Mode.\n{MIXED}"
    await console.types("n\r")
    assert await console.runs("utils ctl set-cluster non-secure-mode") == NON_SECURE
    said = await console.types("y\r")
    assert said == f"y\n\nMoving Cluster to Non Secure Mode\nCluster set to Non Secure Mode\n{then}admin:"
    emptied = [record for record in (await _shown(console)).records if record.value("FUNCTION") == "CCM+TFTP"]
    assert emptied
    assert {tuple(tag.name for tag in record.tags) for record in emptied} == {
        ("RECORDLENGTH", "DNSNAME", "FUNCTION", "IPADDRESS")
    }
    assert await console.runs("utils ctl set-cluster non-secure-mode") == "Cluster is already in Non Secure Mode.\n"
    for command in ("utils ctl update CTLFile", "utils ctl reset localkey"):
        assert await console.runs(command) == (
            f"The cluster is not in Mixed Mode. Run utils ctl set-cluster mixed-mode first.\n{FAILED}"
        )


@pytest.mark.parametrize(("name", "signer"), [("secure-11.5", "ITLRECOVERY_pub"), ("secure-14", "pub")])
@live
async def test_a_reset_to_the_local_key_signs_with_the_second_sast_until_the_next_update(
    name: str, signer: str
) -> None:
    made = _bench(name)
    console = Console(made)
    said = await console.runs("utils ctl reset localkey")
    assert said.startswith("CTLFile will be reset now\nand signed using ")
    first, *others = (record for record in (await _shown(console)).records if record.signed is not None)
    assert first.value("SUBJECTNAME").startswith(f"CN={signer};")
    assert (first.signed, [record.signed for record in others]) == (True, [False])
    made.time.advance(60)
    await console.types("utils ctl update CTLFile\ry\r")
    assert not (await _shown(console)).records[0].value("SUBJECTNAME").startswith(f"CN={signer};")


@pytest.mark.parametrize("command", COMMANDS)
@live
async def test_utils_ctl_is_for_the_publisher_for_its_level_and_for_10_and_later(command: str) -> None:
    made = _bench("secure-14")
    before = _ctl(made)
    said = await Console(made, "sub1").runs(command)
    assert said == f"This command can be run on the publisher only.\n{FAILED}"
    level = 4 if command.endswith("localkey") else 1
    said = await Console(made, level=0).runs(command)
    assert said == f"This command needs privilege level {level}.\n{FAILED}"
    assert await Console(_bench("secure-9.1")).runs(command) == "No valid command entered\n"
    assert _ctl(made) is before


@live
async def test_a_full_disk_takes_no_ctl() -> None:
    made = _bench("secure-14")
    made.cluster.trouble.disk_full = frozenset({"pub"})
    console, before = Console(made), _ctl(made)
    await console.runs("utils ctl update CTLFile")
    assert (await console.types("y\r")).endswith(f"{FAILED}admin:")
    assert (await console.runs("utils ctl reset localkey")).endswith(FAILED)
    assert _ctl(made) is before


@live
async def test_with_a_recovery_key_that_is_too_short_neither_list_is_reset() -> None:
    topology = small("secure-14", phones=0)
    certificates = msgspec.structs.replace(topology.certificates, recovery_bits=1024)
    made = bench(msgspec.structs.replace(topology, certificates=certificates))
    console, before = Console(made), _ctl(made)
    reason = "The key of the ITLRecovery certificate is shorter than those of the other certificates."
    assert await console.runs("utils ctl reset localkey") == f"The CTL file was not reset. {reason}\n{FAILED}"
    assert await console.runs("utils itl reset localkey") == f"The ITL file was not reset. {reason}\n{FAILED}"
    assert _ctl(made) is before


@live
async def test_a_deleted_ctl_is_served_no_more_until_another_comes() -> None:
    made = _bench("secure-11.5")
    console, pub = Console(made), made.cluster.publisher
    assert "CTLFile.tlv\nITLFile.tlv\n" in await console.runs("file list tftp *")
    assert await console.runs("file delete tftp CTLFile.tlv") == (
        'Delete the File CTLFile.tlv?\nEnter "y" followed by return to continue: '
    )
    assert await console.types("y\r") == "y\nfiles: found = 1, deleted = 1\nadmin:"
    assert isinstance(read_list_text(await console.runs("show ctl")), NoList)
    made.restart(TFTP, "pub")
    assert served(made.cluster, pub, "CTLFile.tlv") is None
    assert served(made.cluster, pub, "ITLFile.tlv") is not None
    assert served(made.cluster, made.cluster.node("sub1"), "CTLFile.tlv") is not None
    await console.types("utils ctl update CTLFile\ry\r")
    assert served(made.cluster, pub, "CTLFile.tlv") == _ctl(made).data
