"""The certificates of a lab, judged by openssl: those of old releases are signed with SHA-1."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ringtrust.lab.certificates.text import dump, file_name, name_text, serial_text
from ringtrust.trust.certificates import validity_of
from ringtrust.trust.digests import Digest
from ringtrust.trust.signature import Holds
from tests.support.clients import run
from tests.support.clusters import START, bench, small
from tests.support.live import live

LATER = dict.fromkeys(("CallManager", "CAPF", "TVS", "tomcat", "ipsec", "ITLRecovery"), 2048)
BITS = {
    "campus-9.1": {"CallManager": 1024, "CAPF": 1024, "TVS": 2048, "tomcat": 2048, "ipsec": 2048},
    **dict.fromkeys(("branch-11.5", "campus-12.5", "campus-14", "mega-15"), LATER),
}


@pytest.mark.parametrize("release", BITS)
@live
async def test_every_identity_is_signed_by_itself_as_its_release_signs(release: str, tmp_path: Path) -> None:
    made = bench(small(release, phones=0))
    algorithm = b"sha1WithRSAEncryption" if release == "campus-9.1" else b"sha256WithRSAEncryption"
    assert {unit.name for unit in made.cluster.release.units if not unit.curve} == set(BITS[release])
    for unit in made.cluster.release.units:
        der = made.cluster.node("pub").identities[unit.name].certificate
        status, pem, _ = await run("openssl", "x509", "-inform", "DER", typed=der)
        assert status == 0
        _, text, _ = await run("openssl", "x509", "-noout", "-text", typed=pem)
        if not unit.curve:
            assert algorithm in text
            assert f"Public-Key: ({BITS[release][unit.name]} bit)".encode() in text
        path = tmp_path / f"{unit.name}.pem"
        path.write_bytes(pem)
        verify = ("openssl", "verify", "-check_ss_sig", "-auth_level", "0", "-no_check_time", "-CAfile")
        status, out, errors = await run(*verify, str(path), str(path))
        assert (status, out.strip().endswith(b": OK")) == (0, True), errors


def test_first_identities_end_within_the_last_week_of_the_time_given_and_have_lived_five_years() -> None:
    made = bench(small(phones=0))
    for node in made.cluster.nodes:
        for identity in node.identities.values():
            begin, end = validity_of(identity.certificate)
            assert timedelta(days=20) < end - START < timedelta(days=30)
            assert end - begin == timedelta(days=1825)


@pytest.mark.parametrize("release", BITS)
def test_lists_are_signed_with_sha1(release: str) -> None:
    for node in bench(small(release, phones=0)).cluster.tftp_order:
        assert node.tftp is not None
        verdict = node.tftp.itl.verdict()
        assert isinstance(verdict, Holds)
        assert verdict.digest is Digest.SHA1


def test_serial_numbers_have_sixteen_bytes_and_no_two_are_alike() -> None:
    made = bench(small("campus-12.5", phones=0))
    owned = [node.identities[unit.name] for node in made.cluster.nodes for unit in node.units()]
    serials = [serial_text(identity.certificate) for identity in owned]
    assert {len(serial) for serial in serials} == {32}
    assert len(set(serials)) == len(serials) == 3 * 8 - 2


def test_preloaded_authorities_have_the_names_and_ends_of_cisco_s() -> None:
    made = bench(small(phones=0))
    store = made.cluster.node("sub2").trusts["CallManager-trust"]
    assert {"CAP-RTP-001.pem", "Cisco_Root_CA_2048.pem", "ACT2_SUDI_CA.pem", "Cisco_Manufacturing_CA_SHA2.pem"} <= set(
        store
    )
    manufacturing = x509.load_der_x509_certificate(store["Cisco_Manufacturing_CA.pem"])
    assert manufacturing.not_valid_after_utc.isoformat() == "2029-05-14T20:25:42+00:00"  # S20
    assert name_text(manufacturing.subject) == "CN=Cisco Manufacturing CA,O=Cisco Systems"
    assert name_text(manufacturing.issuer) == "CN=Cisco Root CA 2048,O=Cisco Systems"
    assert serial_text(store["Cisco_Manufacturing_CA.pem"]) == "6a6967b3000000000003"
    assert "VeriSign_Class_3_Secure_Server_CA_-_G3.pem" in made.cluster.node("pub").trusts["tomcat-trust"]


def test_texts_of_a_certificate() -> None:
    der = bench(small(phones=0)).cluster.node("pub").identities["TVS"].certificate
    parsed = x509.load_der_x509_certificate(der)
    assert parsed.subject.rfc4514_string() == "L=Krakow,ST=Malopolska,CN=pub,OU=Voice,O=Campus,C=PL"
    assert name_text(parsed.subject) == "L=Krakow,ST=Malopolska,CN=pub,OU=Voice,O=Campus,C=PL"
    assert file_name(der) == "pub.pem"
    assert int(serial_text(der), 16) == parsed.serial_number
    assert f"Serial Number: {serial_text(der).upper()}\n" in dump(der)
