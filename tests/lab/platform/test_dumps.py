"""Both layouts of `show cert own|trust`: that until 14SU1, and that from 14SU2 on (interfaces.md §1.6)."""

import pytest
from cryptography import x509

from ringtrust.connect.certificates import serial_text
from ringtrust.connect.platform.certificates import read_certificate
from ringtrust.trust.certificates import certificates_in
from tests.support.clusters import bench, small
from tests.support.console import Console
from tests.support.live import live

TAGS = (
    *("  [0]         Version: 3", "         SerialNumber: ", "             IssuerDN: C=", "           Start Date: "),
    *("           Final Date: ", "            SubjectDN: C=", "           Public Key: "),
    *("  Signature Algorithm: SHA256WITH", "            Signature: ", "       Extensions: "),
    *("                       critical(false) 2.5.29.15 value = ", "-----BEGIN CERTIFICATE-----"),
)
RSA = "RSA Public Key\n            modulus: "


@pytest.mark.parametrize(("unit", "key"), [("tomcat", RSA), ("CallManager-ECDSA", "EC Public Key\n")])
@live
async def test_from_14su2_on_the_tags_are_those_of_bouncycastle_in_its_order(unit: str, key: str) -> None:
    made = bench(small("mega-15", phones=0))
    shown = await Console(made).runs(f"show cert own {unit}")
    at = 0
    for tag in TAGS:
        at = shown.index(tag, at)
    assert f"           Public Key: {key}" in shown
    here = made.cluster.publisher.identities[unit].certificate
    assert certificates_in(shown.encode()) == (here,)
    # A reader that has only the text reads the same certificate.
    parsed = x509.load_der_x509_certificate(here)
    read = read_certificate(shown[: shown.index("-----BEGIN")])
    assert read.serial == serial_text(parsed.serial_number)
    name = "pub" if unit == "tomcat" else "pub-EC"
    assert read.subject == f"C=PL,O=Harbour Works,OU=Voice,CN={name},ST=Pomorskie,L=Gdansk"


@live
async def test_trusted_certificates_have_the_same_layout_and_14su1_keeps_the_old_one() -> None:
    console = Console(bench(small("mega-15", phones=0)))
    shown = await console.runs("show cert trust CallManager-trust/Cisco_Root_CA_M2.pem")
    assert "             IssuerDN: O=Cisco,CN=Cisco Root CA M2\n" in shown
    old = await Console(bench(small("campus-14", phones=0))).runs("show cert own tomcat")
    assert old.startswith("[\n  Version: V3\n  Serial Number: ")
    assert "\n]-----BEGIN CERTIFICATE-----\n" in old


@live
async def test_types_are_listed_as_all_are() -> None:
    console = Console(bench(small("campus-12.5", phones=0)))
    for kind in ("own", "trust"):
        assert await console.runs(f"show cert list type {kind}") == await console.runs(f"show cert list {kind}")
