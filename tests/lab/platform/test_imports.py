"""CSRs, certificates that a CA has signed, and what a paste that does not fit is told (217138; interfaces.md §1.8)."""

import ssl
from datetime import timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrust.lab.certificates.text import pem
from ringtrust.lab.state.services import CALLMANAGER, TFTP
from ringtrust.lab.state.signing_requests import Wanted
from ringtrust.lab.state.uploads import UploadRefusedError, ders
from ringtrust.trust.certificates import certificates_in
from ringtrust.trust.roles import Role
from tests.support.authority import Authority, new_authority
from tests.support.clients import Ssh, shown_certificate
from tests.support.clusters import PHONES, START, SYNC, Bench, bench, on_the_wire, small
from tests.support.console import Console
from tests.support.live import live
from tests.support.signing_authority import authority as signing_authority

FAILED = "Executed command unsuccessfully\n"
PASTE = "Paste the Certificate and Hit Enter\n"
IMPORTED = (
    "Successfully imported certificate for {}.\nPlease restart services related to {} for the new certificate to\n"
    "become active.\n"
)
BEGIN = START - timedelta(days=2)
ISSUERS = "run sql select issuername from certificate where subjectname like '%CN={}%' and servername='{}'"


async def _pastes(console: Console, command: str, text: str) -> str:
    """What is shown behind the echo of a pasted certificate."""
    await console.runs(command)
    shown = await console.types(text.replace("\n", "\r"))
    return shown.rpartition("-----END CERTIFICATE-----\n")[2].removesuffix("admin:")


async def _requested(console: Console, unit: str, answer: str = "yes") -> str:
    shown = await console.runs(f"set csr gen {unit}")
    if "Include OU" in shown:
        shown += await console.types(f"{answer}\r")
    assert f"Successfully Generated CSR for {unit}.\n" in shown
    return await console.runs(f"show csr own {unit}/{unit}.csr")


async def _signed_by_a_ca(made: Bench, unit: str, node: str = "pub") -> tuple[Console, Authority]:
    """A unit of a node gets a certificate of a CA, from the request to the import."""
    console, root = Console(made, node), new_authority(BEGIN)
    asked = await _requested(console, unit)
    assert await _pastes(console, f"set cert import trust {unit}", root.pem) == IMPORTED.format(unit, unit)
    signed = root.signed(asked, BEGIN)
    assert await _pastes(console, f"set cert import own {unit}", signed) == IMPORTED.format(unit, unit)
    return console, root


@live
async def test_a_ca_signed_callmanager_reaches_sql_and_lists_and_phones_still_trust() -> None:
    made = bench(small("campus-12.5"))
    console, _ = await _signed_by_a_ca(made, "CallManager")
    assert "CallManager/CallManager.pem: Certificate Signed by Test Root" in await console.runs("show cert list own")
    assert "CN=Test Root" in await console.runs(ISSUERS.format("pub.campus", "pub"))
    assert "CN=Test Root" not in await Console(made, "sub1").runs(ISSUERS.format("pub.campus", "pub"))
    made.time.advance(SYNC)
    assert "CN=Test Root" in await Console(made, "sub1").runs(ISSUERS.format("pub.campus", "pub"))
    here = made.cluster.publisher.identities["CallManager"].certificate
    image = made.cluster.publisher.tftp
    assert image is not None
    serial = x509.load_der_x509_certificate(here).serial_number
    assert serial in {int.from_bytes(record.serial) for record in image.itl.with_role(Role.TFTP)}
    made.restart(TFTP)
    made.restart(CALLMANAGER)
    made.wave()
    made.wave()
    assert len(made.cluster.registrations) == PHONES == made.current()
    assert made.stranded() == 0


@live
async def test_pasted_over_ssh_tomcat_shows_the_certificate_of_the_ca_when_it_has_restarted(tmp_path: Path) -> None:
    async with on_the_wire(small("campus-12.5", phones=0)) as wire:
        address, root = wire.cluster.publisher.address, new_authority(BEGIN)
        ssh = await Ssh.login(tmp_path, wire.lab.platform, address, wire.lab.ssh_ports[0])
        before = await shown_certificate(address, 8443)
        assert "Successfully Generated CSR for tomcat." in await ssh.command("set csr gen tomcat")
        asked = await ssh.command("show csr own tomcat/tomcat.csr")
        for kind, text in (("trust", root.pem), ("own", root.signed(asked, BEGIN))):
            await ssh.command(f"set cert import {kind} tomcat", PASTE.rstrip("\n"))
            assert "Successfully imported certificate for tomcat." in await ssh.command(text.rstrip("\n"))
        assert await shown_certificate(address, 8443) == before
        ssh.send("utils service restart Cisco Tomcat")
        await ssh.until("[STARTING]")
        wire.time.advance(30)
        await ssh.until("admin:")
        there = await shown_certificate(address, 8443)
        assert there == wire.cluster.publisher.identities["tomcat"].certificate != before
        assert await ssh.quit() == 0


@live
async def test_a_regeneration_overwrites_what_a_ca_has_signed() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, _ = await _signed_by_a_ca(made, "tomcat")
    await console.runs("set cert regen tomcat")
    await console.types("yes\r")
    assert "tomcat/tomcat.pem: Self-signed certificate generated by system" in await console.runs("show cert list own")


@live
async def test_a_request_is_pending_until_its_certificate_comes_and_a_new_one_replaces_it() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, root = Console(made), new_authority(BEGIN)
    assert await console.runs("show csr list") == "No Certificate Sign Request available for display\n"
    first = await _requested(console, "tomcat")
    assert await console.runs("show csr list own") == "tomcat/tomcat.csr\n"
    assert await _requested(console, "tomcat") != first
    await _pastes(console, "set cert import trust tomcat", root.pem)
    late = await _pastes(console, "set cert import own tomcat", root.signed(first, BEGIN))
    assert late == f"CSR Public Key and Certificate Public Key do not match\n{FAILED}"
    asked = await console.runs("show csr own tomcat")
    assert await _pastes(console, "set cert import own tomcat", root.signed(asked, BEGIN)) == IMPORTED.format(
        "tomcat", "tomcat"
    )
    assert await console.runs("show csr list") == "No Certificate Sign Request available for display\n"
    assert "Certificate imported for tomcat" in await console.runs(
        "file tail activelog platform/log/certMgmt00000001.log"
    )


@live
async def test_what_does_not_fit_is_refused_in_cisco_s_words_and_changes_nothing() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, root = Console(made), new_authority(BEGIN)
    before = made.cluster.identities()
    lone = root.pem
    said = await _pastes(console, "set cert import own tomcat", lone)
    assert said == f"File /usr/local/platform/.security/tomcat/keys/tomcat.csr does not exist\n{FAILED}"
    said = await _pastes(console, "set cert import own CallManager", lone)
    assert said == f"File /usr/local/cm/.security/CallManager/keys/CallManager.csr does not exist\n{FAILED}"
    asked = await _requested(console, "tomcat")
    refusals = (
        (root.signed(asked, BEGIN), "CA Certificate is not available in the trust-store"),
        (root.signed(asked, BEGIN, names=("other.example",)), "CSR SAN and Certificate SAN does not match"),
        (lone, "CSR Public Key and Certificate Public Key do not match"),
        (
            root.signed(asked, BEGIN - timedelta(days=400)),
            "The file /usr/local/platform/upload/certs//tomcat.der could not be uploaded.",
        ),
    )
    for text, reason in refusals:
        assert await _pastes(console, "set cert import own tomcat", text) == f"{reason}\n{FAILED}"
    await console.runs("set cert import own tomcat")
    nothing = await console.types("no certificate\r\r")
    assert "certs//tomcat.der could not be uploaded.\n" in nothing
    assert "is not a valid certificate unit.\n" in await console.runs("set cert import own ITLRecovery")
    assert "is not a valid certificate unit.\n" in await console.runs("set cert import trust nothing")
    assert await console.runs("set cert import both tomcat") == FAILED
    assert made.cluster.identities() == before


@live
async def test_the_issuer_may_be_named_and_then_it_has_to_be_that_one() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, root = Console(made), new_authority(BEGIN)
    await _pastes(console, "set cert import trust tomcat", root.pem)
    asked = await _requested(console, "tomcat")
    said = await _pastes(console, "set cert import own tomcat other.pem", root.signed(asked, BEGIN))
    assert said == f"CA Certificate is not available in the trust-store\n{FAILED}"
    said = await _pastes(console, "set cert import own tomcat Test_Root.pem", root.signed(asked, BEGIN))
    assert said == IMPORTED.format("tomcat", "tomcat")


@live
async def test_a_trusted_certificate_goes_to_other_nodes_only_where_its_store_is_carried() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, root = Console(made), new_authority(BEGIN)
    for unit in ("tomcat", "CAPF"):
        await _pastes(console, f"set cert import trust {unit}", root.pem)
    assert "tomcat-trust/Test_Root.pem: Self-signed" in await console.runs("show cert list trust")
    made.time.advance(SYNC)
    there = made.cluster.node("sub2").trusts
    assert "Test_Root.pem" in there["tomcat-trust"]
    assert "Test_Root.pem" not in there["CAPF-trust"]


@live
async def test_of_two_certificates_of_one_name_the_later_one_stays_and_a_bundle_is_taken_whole() -> None:
    made = bench(small("campus-12.5", phones=0))
    console = Console(made)
    late, early, other = new_authority(BEGIN), new_authority(BEGIN - timedelta(days=9)), new_authority(BEGIN, "Other")
    await _pastes(console, "set cert import trust tomcat", late.pem)
    await _pastes(console, "set cert import trust tomcat", early.pem + other.pem)
    store = made.cluster.publisher.trusts["tomcat-trust"]
    assert store["Test_Root.pem"] == certificates_in(late.pem.encode())[0]
    assert "Other.pem" in store
    assert "No valid command" not in console.shown


@live
async def test_from_14_on_it_is_asked_whether_the_ou_is_wanted() -> None:
    made = bench(small("campus-14", phones=0))
    console = Console(made)
    with_unit = x509.load_pem_x509_csr((await _requested(console, "tomcat", "yes")).encode())
    without = x509.load_pem_x509_csr((await _requested(console, "tomcat", "no")).encode())
    assert ("OU=Voice" in with_unit.subject.rfc4514_string(), "OU=" in without.subject.rfc4514_string()) == (
        True,
        False,
    )
    assert [str(name.value) for name in without.extensions[2].value] == ["pub.campus.example"]


@live
async def test_a_certificate_of_several_servers_is_not_taken_by_the_cli_from_14su2_on() -> None:
    for release, taken in (("campus-14", True), ("mega-15", False)):
        made = bench(small(release, phones=0))
        console, root = Console(made), new_authority(BEGIN)
        await _pastes(console, "set cert import trust tomcat", root.pem)
        unit = made.cluster.release.unit("tomcat")
        assert unit is not None
        wanted = Wanted(names=("pub.example", "sub1.example"), multi_server=True)
        pending = made.cluster.new_csr(made.cluster.publisher, unit, wanted)
        said = await _pastes(console, "set cert import own tomcat", root.signed(pending.pem, BEGIN))
        assert ("Successfully imported" in said) == taken


@live
async def test_from_15su5_on_a_unit_for_the_client_is_asked_for() -> None:
    made = bench(small("mega-15", phones=0))
    cli = msgspec.structs.replace(made.cluster.release.cli, client_units=True)
    made.cluster.release = msgspec.structs.replace(made.cluster.release, cli=cli)
    console = Console(made)
    shown = await console.runs("set cert regen tomcat")
    shown += await console.types("yes\r")
    assert shown.endswith("Do you want to use the same certificate for tomcat-client (yes|no) ? ")
    shown = await console.types("yes\r")
    assert "Successfully Regenerated Certificate for tomcat and tomcat-client.\n" in shown
    assert "services can be \nrestarted with the 'utils service restart <service>'" in shown
    await console.runs("set cert regen CallManager")
    assert "Successfully Regenerated Certificate for CallManager.\n" in await console.types("yes\r")


@live
async def test_web_security_sets_the_subject_and_regenerates_tomcat() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, node = Console(made), made.cluster.publisher
    before = node.identities["tomcat"], node.identities["TVS"]
    await console.runs('set web-security "Voice, Video" Harbour Gdynia Pomorze de web.example')
    assert node.identities["tomcat"] is not before[0]
    assert node.identities["TVS"] is before[1]
    shown = await console.runs("show cert own tomcat")
    assert "Subject Name: L=Gdynia, ST=Pomorze, CN=pub, OU=Voice, Video, O=Harbour, C=DE" in shown
    assert "     1) web.example (dNSName)" in shown
    assert "Locality           : Gdynia\n" in await console.runs("show web-security")
    for wrong in ('"Voice', "a b c", "a b c d Poland", f"{'a' * 65} b c d", "a b c d PL żółw"):
        assert (await console.runs(f"set web-security {wrong}")).endswith(FAILED)
    assert "Gdynia" in await console.runs("show web-security")


@live
async def test_what_a_foreign_name_holds_never_reaches_the_terminal_as_it_is() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, evil = Console(made), new_authority(BEGIN, "a\x1b[2Jb\nc")
    await _pastes(console, "set cert import trust tomcat", evil.pem)
    for command, name in (
        ("show cert list trust", "a__2Jb_c.pem: "),
        ("show cert trust tomcat-trust/a__2Jb_c.pem", "CN=a?[2Jb?c\n"),
    ):
        shown = await console.runs(command)
        assert "\x1b" not in shown
        assert name in shown
    assert "\x1b" not in await console.runs("run sql select subjectname from certificate")


@live
async def test_too_long_keys_and_wildcards_are_not_taken() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, root = Console(made), new_authority(BEGIN)
    refused = f"The file /usr/local/platform/upload/certs//tomcat.der could not be uploaded.\n{FAILED}"
    assert await _pastes(console, "set cert import trust tomcat", new_authority(BEGIN, bits=5120).pem) == refused
    await _pastes(console, "set cert import trust tomcat", root.pem)
    wildcard = root.signed(await _requested(console, "tomcat"), BEGIN, names=("*.campus.example",))
    assert await _pastes(console, "set cert import own tomcat", wildcard) == refused


@live
async def test_one_certificate_and_not_a_bundle_becomes_an_identity_and_its_whole_chain_has_to_be_trusted() -> None:
    made = bench(small("campus-12.5", phones=0))
    console = Console(made)
    asked = x509.load_pem_x509_csr((await _requested(console, "tomcat")).encode())
    signed = pem(signing_authority().sign(asked.public_bytes(Encoding.DER)))
    intermediate, root = signing_authority().chain
    await _pastes(console, "set cert import trust tomcat", intermediate)
    said = await _pastes(console, "set cert import own tomcat", signed)
    assert said == f"CA Certificate is not available in the trust-store\n{FAILED}"
    await _pastes(console, "set cert import trust tomcat", root)
    assert "certs//tomcat.der could not be uploaded.\n" in await _pastes(
        console, "set cert import own tomcat", signed + root
    )
    said = await _pastes(console, "set cert import own tomcat Test_Issuing_CA.pem", signed)
    assert said == IMPORTED.format("tomcat", "tomcat")


@live
async def test_a_request_has_the_name_of_its_unit_and_the_subject_that_was_set() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, node = Console(made), made.cluster.publisher
    await console.runs("set web-security Voice Harbour Gdynia Pomorze PL")
    capf = x509.load_der_x509_certificate(node.identities["CAPF"].certificate).subject
    [kept] = capf.get_attributes_for_oid(NameOID.COMMON_NAME)
    for unit, name in (("tomcat", node.fqdn), ("tomcat-ECDSA", f"{node.fqdn}-EC"), ("CAPF", kept.value)):
        asked = x509.load_pem_x509_csr((await _requested(console, unit)).encode())
        assert [part.value for part in asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [name]
        assert [part.value for part in asked.subject.get_attributes_for_oid(NameOID.LOCALITY_NAME)] == ["Gdynia"]
        names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert [each.value for each in names] == [node.fqdn]


@live
async def test_on_a_full_disk_nothing_is_asked_for_or_taken() -> None:
    made = bench(small("campus-12.5", phones=0))
    console, root = Console(made), new_authority(BEGIN)
    made.cluster.trouble.disk_full = frozenset({"pub"})
    said = f"No space left on device\n{FAILED}"
    assert await console.runs("set csr gen tomcat") == said
    for kind in ("trust", "own"):
        assert await _pastes(console, f"set cert import {kind} tomcat", root.pem) == said
    assert not made.cluster.publisher.requests
    assert "Test_Root.pem" not in made.cluster.publisher.trusts["tomcat-trust"]


MADE = bench(small("single-9.1", phones=0))
GOOD = ssl.DER_cert_to_PEM_cert(MADE.cluster.publisher.identities["tomcat"].certificate)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=300), st.integers(0, len(GOOD) - 1).map(lambda cut: GOOD[:cut] + GOOD[cut + 1 :])))
def test_whatever_is_pasted_is_taken_or_refused(text: str) -> None:
    try:
        MADE.cluster.import_trust(MADE.cluster.publisher, "tomcat-trust", ders([text], "tomcat"))
    except UploadRefusedError as error:
        assert str(error) == "The file /usr/local/platform/upload/certs//tomcat.der could not be uploaded."
