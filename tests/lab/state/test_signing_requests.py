"""A signing request and its way back: what a node checks, and where the new identity then shows (§1.8, 217138)."""

from datetime import timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from hypothesis import example, given
from hypothesis import strategies as st

from ringtrust.lab.state.signing_requests import Wanted
from ringtrust.lab.state.uploads import UploadRefusedError, refuse_unusable
from ringtrust.trust.roles import Role
from tests.support.clusters import BOOT, PHONES, START, SYNC, Bench, bench, small
from tests.support.signing_authority import BEGIN, Authority, authority, named
from tests.support.throwaway import certificate, new_key


def _asked(made: Bench, unit: str, node: str = "pub", **wanted: object) -> bytes:
    found = made.cluster.release.unit(unit)
    assert found is not None
    return made.cluster.new_csr(made.cluster.node(node), found, Wanted(**wanted)).der  # type: ignore[arg-type]


def _import(made: Bench, unit: str, data: bytes, node: str = "pub") -> None:
    found = made.cluster.release.unit(unit)
    assert found is not None
    made.cluster.import_identity(made.cluster.node(node), found, data)


def _trusting(made: Bench, store: str, *nodes: str) -> Authority:
    for node in nodes or ("pub",):
        made.cluster.import_trust(made.cluster.node(node), store, [authority().root, authority().intermediate])
    return authority()


def _serials(made: Bench, role: Role) -> set[bytes]:
    image = made.cluster.publisher.tftp
    assert image is not None
    return {record.serial for record in image.itl.with_role(role)}


def test_a_request_is_pkcs_10_with_a_key_of_its_own_and_the_names_that_were_asked_for() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    node = made.cluster.publisher
    before = node.identities["tomcat"]
    request = x509.load_der_x509_csr(_asked(made, "tomcat", names=("Other.example", "10.1.2.3"), bits=3072))
    assert request.is_signature_valid
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {node.fqdn, "other.example"}
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("10.1.2.3")]
    key = request.public_key()
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 3072
    assert node.identities["tomcat"] is before


def test_a_request_of_an_ecdsa_unit_has_a_curve() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    for bits in (0, 256, 521):
        key = x509.load_der_x509_csr(_asked(made, "tomcat-ECDSA", bits=bits)).public_key()
        assert isinstance(key, EllipticCurvePublicKey)
        assert key.key_size == (bits or 384)


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [
        ("ITLRecovery", {}),
        ("tomcat", {"bits": 1024}),
        ("tomcat", {"bits": 256}),
        ("tomcat-ECDSA", {"bits": 2048}),
        ("tomcat", {"digest": "md5"}),
        ("tomcat", {"names": ("*.example",)}),
        ("tomcat", {"names": ("a b",)}),
        ("tomcat", {"names": ("ü.example",)}),
        ("tomcat", {"names": ("a" * 64,)}),
        ("tomcat", {"names": tuple(f"host{number}" for number in range(151))}),
        ("tomcat", {"common_name": f"{'a' * 33}.{'b' * 33}"}),
    ],
)
def test_what_no_certificate_of_a_unit_can_have_is_refused(unit: str, wanted: dict[str, object]) -> None:
    made = bench(small("campus-14", phones=0), on=False)
    with pytest.raises(UploadRefusedError):
        _asked(made, unit, **wanted)
    assert not made.cluster.publisher.requests


def test_a_signed_certificate_becomes_the_identity_everywhere_as_a_regenerated_one_does() -> None:
    made = bench(small("campus-14"))
    signed = _trusting(made, "CallManager-trust").sign(_asked(made, "CallManager"))
    node = made.cluster.publisher
    _import(made, "CallManager", signed)
    assert node.identities["CallManager"].certificate == signed
    assert not node.requests
    assert signed in node.trusts["CallManager-trust"].values()
    made.time.advance(SYNC + BOOT)
    serial = x509.load_der_x509_certificate(signed).serial_number.to_bytes(20, "big").lstrip(b"\0")
    assert serial in _serials(made, Role.SAST)
    assert signed in made.cluster.node("sub1").trusts["CallManager-trust"].values()
    assert made.current() == PHONES
    assert made.stranded() == 0


def test_one_for_several_servers_goes_to_all_of_them() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    signed = _trusting(made, "tomcat-trust").sign(_asked(made, "tomcat", multi_server=True))
    _import(made, "tomcat", signed)
    for node in made.cluster.nodes:
        assert node.identities["tomcat"].certificate == signed
        assert not node.requests


def test_a_node_without_the_unit_has_no_request_for_it() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    signed = _trusting(made, "CAPF-trust").sign(_asked(made, "CAPF", multi_server=True))
    assert not made.cluster.node("sub1").requests
    _import(made, "CAPF", signed)
    assert "CAPF" not in made.cluster.node("sub1").identities


def test_a_certificate_is_refused_with_the_sentence_of_cucm() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    with pytest.raises(UploadRefusedError, match=r"security/tomcat/keys/tomcat\.csr does not exist") as none:
        _import(made, "tomcat", authority().root)
    first = _asked(made, "tomcat")
    with pytest.raises(UploadRefusedError, match="CA Certificate is not available in the trust-store") as missing:
        _import(made, "tomcat", authority().sign(first))
    ca = _trusting(made, "tomcat-trust")
    with pytest.raises(UploadRefusedError, match="CSR SAN and Certificate SAN does not match"):
        _import(made, "tomcat", ca.sign(first, names=[x509.DNSName("other")]))
    with pytest.raises(UploadRefusedError, match="CSR Public Key and Certificate Public Key do not match") as other:
        _import(made, "tomcat", ca.sign(first, key=new_key()))
    _asked(made, "tomcat")
    with pytest.raises(UploadRefusedError, match="CSR Public Key and Certificate Public Key do not match"):
        _import(made, "tomcat", ca.sign(first))
    assert (none.value.stale, missing.value.stale, other.value.stale) == (True, False, True)


def test_an_intermediate_alone_does_not_lead_to_a_root() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    node = made.cluster.publisher
    made.cluster.import_trust(node, "tomcat-trust", [authority().intermediate])
    with pytest.raises(UploadRefusedError, match="CA Certificate"):
        _import(made, "tomcat", authority().sign(_asked(made, "tomcat")))


def test_authorities_that_only_sign_each_other_lead_to_no_root() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    ca = authority()
    root = certificate(named("Test Root"), ca._root_key, issuer=named("Test Issuing CA"), issuer_key=ca._key)
    made.cluster.import_trust(made.cluster.publisher, "tomcat-trust", [ca.intermediate, root])
    signed = ca.sign(_asked(made, "tomcat"))
    with pytest.raises(UploadRefusedError, match="CA Certificate"):
        _import(made, "tomcat", signed)


def test_what_cannot_be_used_is_refused() -> None:
    asked = _asked(bench(small("campus-14", phones=0), on=False), "tomcat")
    ca = authority()
    unusable = {
        "expired": ca.sign(asked, until=BEGIN + timedelta(days=2)),
        "Wildcard": ca.sign(asked, names=[x509.DNSName("*.example")]),
        "4096": certificate(named("Large"), new_key(5120)),
        "no certificate": b"no certificate",
        "too large": ca.root + b"\0" * 20_000,
    }
    for reason, data in unusable.items():
        with pytest.raises(UploadRefusedError, match=r"certs//tomcat\.der could not be uploaded\.") as refused:
            refuse_unusable(data, START, "tomcat")
        assert reason in refused.value.why


def test_of_two_with_one_name_the_later_stays() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    node = made.cluster.publisher
    older = certificate(named("twice"), new_key())
    newer = authority().sign(_asked(made, "tomcat", common_name="twice"))
    for data, kept in ((older, older), (newer, newer), (older, newer)):
        assert made.cluster.import_trust(node, "tomcat-trust", [data]) == ("twice.pem",)
        assert node.trusts["tomcat-trust"]["twice.pem"] == kept


def test_change_notification_carries_an_authority_and_what_comes_into_capf_trust_stays() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    for store in ("tomcat-trust", "CAPF-trust"):
        made.cluster.import_trust(made.cluster.publisher, store, [authority().root])
    made.time.advance(SYNC)
    there = made.cluster.node("sub1").trusts
    assert "Test_Root.pem" in there["tomcat-trust"]
    assert "Test_Root.pem" not in there["CAPF-trust"]


def test_nothing_of_several_authorities_is_kept_when_one_is_unusable() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    with pytest.raises(UploadRefusedError):
        made.cluster.import_trust(made.cluster.publisher, "tomcat-trust", [authority().root, b"x"])
    assert "Test_Root.pem" not in made.cluster.publisher.trusts["tomcat-trust"]


@example((12, 1))  # a version that no certificate has
@given(st.binary(max_size=80) | st.tuples(st.integers(0, 700), st.integers(0, 255)))
def test_any_bytes_are_a_certificate_that_can_be_shown_or_refused(noise: bytes | tuple[int, int]) -> None:
    data = noise
    if isinstance(noise, tuple):
        changed = bytearray(authority().root)
        changed[noise[0] % len(changed)] = noise[1]
        data = bytes(changed)
    assert isinstance(data, bytes)
    try:
        refuse_unusable(data, START, "tomcat")
    except UploadRefusedError:
        return
