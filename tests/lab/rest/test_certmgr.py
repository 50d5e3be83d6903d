"""The certificate REST interface, request by request (interfaces.md §2)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.certificates.text import pem
from ringtrust.lab.rest import paths
from ringtrust.lab.rest.certmgr import Asked, CertificateRest
from ringtrust.lab.state import records
from ringtrust.lab.state.services import TOMCAT
from ringtrust.trust.certificates import certificates_in
from tests.support.clusters import BOOT, PHONES, Bench, bench, small
from tests.support.signing_authority import BEGIN, authority

DATABASE = 5


class Client:
    """Asks one node, with the right to write unless told otherwise."""

    def __init__(self, made: Bench, node: str = "pub", *, may_write: bool = True) -> None:
        self.rest = CertificateRest(made.cluster, made.cluster.node(node))
        self.may_write = may_write

    def ask(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.rest.answer(Asked(method, path, query, data, self.may_write))
        told = json.loads(answer.to_bytes())
        assert told["trackingId"]
        return answer.status, told

    def good(self, method: str, path: str, body: object = None, **query: str) -> dict[str, Any]:
        status, told = self.ask(method, path, body, **query)
        assert status == 200, told
        return told

    def csr(self, service: str = "tomcat", **fields: object) -> bytes:
        """In DER."""
        told = self.good("POST", "csr", {"service": service, **fields})["csr"]
        return x509.load_pem_x509_csr(told.encode()).public_bytes(Encoding.DER)


def _made(phones: int = 0) -> Bench:
    return bench(small("campus-14", phones=phones), on=bool(phones))


def _der(text: str) -> bytes:
    return certificates_in(text.encode())[0]


def test_a_snapshot_is_everything_that_the_node_has_on_disk() -> None:
    made = _made()
    node = made.cluster.node("sub1")
    client = Client(made, "sub1")
    csr = client.csr()
    told = client.good("GET", "snapshot/server")
    assert told["server"] == node.fqdn
    assert told["revokedCertificates"] == []
    own = {each["service"]: _der(each["certificate"]) for each in told["identities"]}
    assert own == {unit.name: node.identities[unit.name].certificate for unit in node.units()}
    waiting = {each["service"] for each in told["identities"] if each["csr"]}
    assert waiting == {"tomcat"}
    assert node.requests["tomcat"].der == csr
    trusts = {
        each["service"]: {row["filename"]: _der(row["certificate"]) for row in each["certificate_data"]}
        for each in told["trusts"]
    }
    assert trusts == node.trusts


def test_single_things_are_read_one_by_one() -> None:
    made = _made()
    client, node = Client(made), made.cluster.publisher
    told = client.good("GET", "identity/certificate", service="tomcat")
    assert _der(told["certificate"]) == node.identities["tomcat"].certificate
    told = client.good("GET", "trust/certificate", service="tomcat")
    assert {row["filename"]: _der(row["certificate"]) for row in told["certificates"]} == node.trusts["tomcat-trust"]
    assert client.good("GET", "trust/certificate", service="tomcat-trust")["certificates"] == told["certificates"]
    assert client.ask("GET", "csr", service="tomcat")[0] == 404
    csr = client.csr()
    again = x509.load_pem_x509_csr(client.good("GET", "csr", service="tomcat")["csr"].encode())
    assert again == x509.load_der_x509_csr(csr)
    options = client.good("GET", "options")
    assert client.good("GET", "snapshot/options")["services"] == options["services"]
    services = {each["service"]: each for each in options["services"]}
    assert "ITLRecovery" not in services
    assert services["tomcat"]["keyLengths"] == [2048, 3072, 4096]
    assert services["tomcat-ECDSA"]["keyTypes"] == ["ec"]


def test_a_certificate_is_renewed_by_an_authority_trust_first() -> None:
    made = _made()
    client, node = Client(made), made.cluster.publisher
    signed = authority().sign(client.csr(commonName="cucm.example", altNames=["alias.example"], keyType="rsa"))
    body = {"service": "tomcat", "certificates": [pem(signed), *authority().chain]}
    status, told = client.ask("POST", "identity/certificates", body)
    assert (status, told["message"]) == (400, "CA Certificate is not available in the trust-store")
    told = client.good("POST", "trust/certificates", {"service": ["tomcat"], "certificates": authority().chain})
    assert told["filenames"] == ["Test_Issuing_CA.pem", "Test_Root.pem"]
    client.good("POST", "identity/certificates", body)
    assert node.identities["tomcat"].certificate == signed
    assert node.loaded["tomcat"].certificate != signed
    made.restart(TOMCAT, "pub")
    assert node.loaded["tomcat"].certificate == signed
    status, told = client.ask("POST", "identity/certificates", body)
    assert (status, told["message"]) == (
        500,
        "File /usr/local/platform/.security/tomcat/keys/tomcat.csr does not exist",
    )


def test_the_certificate_of_a_request_that_is_no_longer_pending_is_an_error_of_the_server() -> None:
    made = _made()
    client = Client(made)
    client.good("POST", "trust/certificates", {"service": "tomcat", "certificates": authority().chain})
    stale = authority().sign(client.csr())
    client.csr()
    status, told = client.ask("POST", "identity/certificates", {"service": "tomcat", "certificates": [pem(stale)]})
    assert (status, told["message"]) == (500, "CSR Public Key and Certificate Public Key do not match")


def test_names_that_differ_from_those_of_the_request_are_refused() -> None:
    made = _made()
    client = Client(made)
    client.good("POST", "trust/certificates", {"service": "tomcat", "certificates": authority().chain})
    other = authority().sign(client.csr(), names=[x509.DNSName("other.example")])
    status, told = client.ask("POST", "identity/certificates", {"service": "tomcat", "certificates": [pem(other)]})
    assert (status, told["message"]) == (400, "CSR SAN and Certificate SAN does not match")


def test_what_a_node_does_not_take_is_told_in_cisco_s_words_and_why() -> None:
    client = Client(_made())
    expired = authority().sign(client.csr(), until=BEGIN + timedelta(days=2))
    status, told = client.ask("POST", "identity/certificates", {"service": "tomcat", "certificates": [pem(expired)]})
    sentence = "The file /usr/local/platform/upload/certs//tomcat.der could not be uploaded."
    assert (status, told["message"]) == (400, f"{sentence} The certificate has expired.")


def test_on_a_full_disk_nothing_is_made_or_taken() -> None:
    made = _made()
    client, before = Client(made), made.cluster.identities()
    made.cluster.trouble.disk_full = frozenset({"pub"})
    for (method, path), body in (
        (("POST", "csr"), {"service": "tomcat"}),
        (("POST", "trust/certificates"), {"service": "tomcat", "certificates": authority().chain}),
        (paths.REGENERATION, {"service": "tomcat"}),
    ):
        status, told = client.ask(method, path, body)
        assert (status, told["message"]) == (500, "No space left on device"), path
    assert made.cluster.identities() == before
    assert not made.cluster.publisher.requests


@pytest.mark.parametrize("distribution", ["multi-server", "multi-server(SAN)"])
def test_a_certificate_for_several_servers_is_on_all_of_them(distribution: str) -> None:
    made = _made()
    client = Client(made)
    client.good("POST", "trust/certificates", {"service": "tomcat", "certificates": authority().chain})
    signed = authority().sign(client.csr(distribution=distribution))
    client.good("POST", "identity/certificates", {"service": "tomcat", "certificates": [pem(signed)]})
    assert {node.identities["tomcat"].certificate for node in made.cluster.nodes} == {signed}


def test_what_is_regenerated_here_the_database_the_lists_and_the_phones_see() -> None:
    made = _made(phones=PHONES)
    before = [phone.itl.data for phone in made.phones if phone.itl]
    told = Client(made).good(*paths.REGENERATION, {"service": "TVS"})
    new = _der(told["certificate"])
    assert new == made.cluster.publisher.identities["TVS"].certificate
    assert records.identity_in(made.cluster.publisher.replica, "pub", "TVS") == new
    assert records.identity_in(made.cluster.node("sub1").replica, "pub", "TVS") != new
    made.time.advance(DATABASE)
    assert records.identity_in(made.cluster.node("sub1").replica, "pub", "TVS") == new
    made.time.advance(60 + DATABASE + BOOT)
    assert [phone.boots for phone in made.phones] == [2] * PHONES
    assert [phone.itl.data for phone in made.phones if phone.itl] != before
    assert made.current() == PHONES


def test_a_trusted_certificate_is_deleted_everywhere_and_only_one_that_is_there() -> None:
    made = _made()
    client = Client(made)
    name = "Cisco_Manufacturing_CA.pem"
    client.good(*paths.DELETION, service="CallManager", filename=name)
    made.time.advance(DATABASE)
    assert not any(name in node.trusts["CallManager-trust"] for node in made.cluster.nodes)
    assert client.ask(*paths.DELETION, service="CallManager", filename=name)[0] == 404


def test_who_may_only_read_changes_nothing() -> None:
    made = _made()
    before = {unit: identity.certificate for unit, identity in made.cluster.publisher.identities.items()}
    reader = Client(made, may_write=False)
    for method, path in reader.rest.operations:
        status, _ = reader.ask(method, path, {"service": "tomcat"}, service="tomcat")
        assert (status == 403) == (method != "GET"), (method, path)
    after = {unit: identity.certificate for unit, identity in made.cluster.publisher.identities.items()}
    assert after == before
    assert not made.cluster.publisher.requests


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("PUT", "csr", None, 405),
        ("DELETE", "identity/certificate", None, 405),
        ("POST", "csr", b"no json", 400),
        ("POST", "csr", b"[" * 100_000, 400),
        ("POST", "csr", b'{"service": "\xff"}', 400),
        ("POST", "csr", {"service": "nothing"}, 400),
        ("POST", "csr", {"service": "tomcat-trust"}, 400),
        ("POST", "csr", {"service": "tomcat", "distribution": "everywhere"}, 400),
        ("POST", "csr", {"service": "tomcat", "keyType": "ec"}, 400),
        ("POST", "csr", {"service": "tomcat", "keyLength": 1}, 400),
        ("POST", "csr", {"service": "tomcat", "hashAlgorithm": "md5"}, 400),
        ("POST", "csr", {"service": "ITLRecovery"}, 400),
        ("POST", "identity/certificates", {"service": "tomcat", "certificates": []}, 400),
        ("POST", "identity/certificates", {"service": "tomcat", "certificates": ["no PEM"]}, 400),
        ("POST", "trust/certificates", {"service": ["nothing"], "certificates": ["x"]}, 400),
        ("POST", "trust/certificates", {"service": ["tomcat"], "certificates": "x"}, 400),
    ],
)
def test_what_cannot_be_is_refused_with_a_message(method: str, path: str, body: object, status: int) -> None:
    made = MADE
    got, told = Client(made).ask(method, path, body)
    assert got == status
    assert told["message"]


def test_on_a_subscriber_the_units_of_the_publisher_are_not_there() -> None:
    client = Client(MADE, "sub1")
    assert client.ask("GET", "identity/certificate", service="CAPF")[0] == 400
    assert client.ask(*paths.REGENERATION, {"service": "ITLRecovery"})[0] == 400


def test_what_nobody_serves_is_counted() -> None:
    made = _made()
    client = Client(made)
    for _ in range(2):
        client.ask("GET", "certificate/reuse")
    assert list(made.cluster.unknown) == [("rest", "GET certificate/reuse", 2)]


MADE = _made()
KEYS = st.sampled_from(["service", "certificates", "altNames", "commonName", "distribution", "keyLength"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@given(
    st.sampled_from(
        [*CertificateRest(MADE.cluster, MADE.cluster.publisher).operations, ("POST", "x"), ("BREW", "csr")]
    ),
    JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60),
    st.dictionaries(st.sampled_from(["service", "filename"]), st.text(max_size=20)),
)
def test_any_request_has_an_answer_with_a_message_or_what_was_asked_for(
    operation: tuple[str, str], body: bytes, query: dict[str, str]
) -> None:
    answer = Client(MADE).rest.answer(Asked(*operation, query, body, may_write=True))
    assert answer.status in {200, 400, 404, 405, 500}
    assert ("message" in json.loads(answer.to_bytes())) == (answer.status != 200)
