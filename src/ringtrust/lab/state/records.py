"""Certificates as rows of the database."""

import base64
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from cryptography import x509

from ringtrust.lab.certificates.text import file_name, name_text, pem, serial_text
from ringtrust.lab.state.database import Replica, Statement, key, put
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.type_tables import ROLES, SERVICE_ENUM
from ringtrust.trust.certificates import certificates_in
from ringtrust.trust.digests import Digest

_THIS_SERVER: Final = 1
_IN_STORE: Final = """
    select certificate.certificate, typecertificateservice.name from certificate
    join certificateservicecertificatemap as service on service.fkcertificate = certificate.pkid
    join typecertificateservice on typecertificateservice.enum = service.tkcertificateservice
    where typecertificateservice.usestruststore = 't'
"""


class Trusted(NamedTuple):
    """A certificate (DER) and the trust store that the database has it in."""

    store: str
    certificate: bytes


def identity_rows(node: Node, unit: str, certificate: bytes) -> Iterator[Statement]:
    """The rows of an identity certificate, new or renewed."""
    pkid = key("identity", node.name, unit)
    yield from _certificate(pkid, node, unit, certificate)
    yield from _present(pkid, [node])


def trust_rows(store: str, certificate: bytes, owner: Node, nodes: Iterable[Node]) -> Iterator[Statement]:
    """The rows of a certificate in a trust store that these nodes have; `owner` is where it comes from."""
    pkid = key("trust", store, file_name(certificate))
    yield from _certificate(pkid, owner, store, certificate)
    yield from _present(pkid, nodes)


def present_rows(store: str, certificate: bytes, nodes: Iterable[Node]) -> Iterator[Statement]:
    """The rows that say that these nodes have a certificate of a trust store by now."""
    yield from _present(key("trust", store, file_name(certificate)), nodes)


def absent_rows(store: str, name: str, nodes: Iterable[Node]) -> Iterator[Statement]:
    """The rows that say that these nodes no longer have a certificate of a trust store."""
    pkid = key("trust", store, name)
    for node in nodes:
        yield "delete from certificateprocessnodemap where pkid = ?", (key(pkid, node.name),)


def removed_rows(store: str, name: str, nodes: Iterable[Node]) -> Iterator[Statement]:
    """What a deletion does to the database: the nodes lose it, and when none has it, it is gone."""
    pkid = key("trust", store, name)
    yield from absent_rows(store, name, nodes)
    gone = "not exists (select 1 from certificateprocessnodemap where fkcertificate = ?)"
    for table in ("certificateservicecertificatemap", "certificatetrustrolemap", "certificatehashmap"):
        yield f"delete from {table} where fkcertificate = ? and {gone}", (pkid, pkid)  # noqa: S608 - our own words
    yield f"delete from certificate where pkid = ? and {gone}", (pkid, pkid)  # noqa: S608 - our own words


def identity_in(replica: Replica, node: str, unit: str) -> bytes | None:
    """An identity certificate in DER as a replica knows it; None where it knows none."""
    found = replica.rows("select certificate from certificate where pkid = ?", key("identity", node, unit))
    return certificates_in(found[0][0].encode())[0] if found else None


def trusted_in(replica: Replica) -> Iterator[Trusted]:
    """Every certificate of a trust store that a replica knows."""
    for text, store in replica.rows(_IN_STORE):
        yield Trusted(store, certificates_in(text.encode())[0])


def _certificate(pkid: str, node: Node, service: str, certificate: bytes) -> Iterator[Statement]:
    parsed = x509.load_der_x509_certificate(certificate)
    subject, issuer = name_text(parsed.subject), name_text(parsed.issuer)
    serial, written = serial_text(certificate), pem(certificate)
    columns = (pkid, node.name, subject, issuer, serial, written, node.address, None, 0)
    yield put("certificate", *columns, *((_THIS_SERVER,) if node.release.distribution else ()))
    yield put("certificateservicecertificatemap", key(pkid, "service"), pkid, SERVICE_ENUM[service])
    for role in ROLES.get(service, ()):
        yield put("certificatetrustrolemap", key(pkid, "role", role), pkid, role)
    digest = base64.b64encode(Digest.SHA1.of(certificate)).decode()
    yield put("certificatehashmap", key(pkid, "hash"), pkid, digest)


def _present(pkid: str, nodes: Iterable[Node]) -> Iterator[Statement]:
    for node in nodes:
        yield put("certificateprocessnodemap", key(pkid, node.name), pkid, node.name, node.address, None)
