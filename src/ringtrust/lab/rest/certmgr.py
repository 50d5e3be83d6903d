"""Certificate management over REST: every node for itself, JSON in and out (interfaces.md §2).

[U] Field names beside those of the snapshot and of a CSR; which status an error has, but for those that §2 names.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from ringtrust.errors import FormatError
from ringtrust.lab.certificates.pki import CURVE_BITS, DIGESTS, RSA_BITS
from ringtrust.lab.certificates.text import pem
from ringtrust.lab.releases import Unit
from ringtrust.lab.rest import paths
from ringtrust.lab.rest.bodies import CsrBody, IdentityBody, ServiceBody, TrustBody, read_body
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.signing_requests import SELF_SIGNED_ONLY, Wanted
from ringtrust.lab.state.type_tables import CERTIFICATE_SERVICES
from ringtrust.lab.state.uploads import NO_ROOM, UploadRefusedError, ders, store_of

_RSA, _CURVE = "rsa", "ec"
_NAMESPACE: Final = uuid.UUID("6f1f6d3a-40b4-5e4c-8c67-7c2b7b0b9a53")

Json = dict[str, Any]


class Asked(msgspec.Struct, frozen=True):
    """A request: the path below the base, and what stands in the query. `may_write` is the right of who asks."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    may_write: bool


class Answer(msgspec.Struct, frozen=True):
    """An answer: an HTTP status and JSON."""

    status: int
    json: Json

    def to_bytes(self) -> bytes:
        """As it goes out."""
        return msgspec.json.encode(self.json)


class _WrongError(Exception):
    """The request cannot be carried out: the status and the sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class CertificateRest:
    """The interface of one node."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node
        self._asked = 0
        self.operations: dict[tuple[str, str], Callable[[Asked], Json]] = {
            ("GET", paths.SNAPSHOT): self._snapshot,
            **{("GET", path): self._options for path in paths.OPTIONS},
            ("GET", paths.IDENTITY): self._identity,
            ("GET", paths.CSR): self._csr,
            ("GET", paths.TRUST): self._trust,
            ("POST", paths.CSR): self._new_csr,
            ("POST", paths.IDENTITIES): self._import_identity,
            ("POST", paths.TRUSTS): self._import_trust,
            paths.DELETION: self._delete,
            paths.REGENERATION: self._regenerate,
        }

    def answer(self, asked: Asked) -> Answer:
        """Whatever is asked, there is an answer."""
        self._asked += 1
        try:
            return self._wrapped(200, self._operation(asked)(asked))
        except _WrongError as error:
            return self._wrapped(error.status, {"message": error.message})
        except FormatError as error:
            return self._wrapped(400, {"message": error.reason})
        except UploadRefusedError as error:
            status = 500 if error.stale or error.message == NO_ROOM else 400
            return self._wrapped(status, {"message": f"{error.message} {error.why}".rstrip()})

    def _wrapped(self, status: int, inner: Json) -> Answer:
        return Answer(status, {"trackingId": str(uuid.uuid5(_NAMESPACE, f"{self._node.name} {self._asked}")), **inner})

    def _operation(self, asked: Asked) -> Callable[[Asked], Json]:
        operation = self.operations.get((asked.method, asked.path))
        if operation is None:
            self._cluster.unknown.note("rest", f"{asked.method} {asked.path}")
            there = any(path == asked.path for _, path in self.operations)
            raise _WrongError(405, "Method Not Allowed") if there else _WrongError(404, "Not Found")
        if asked.method != "GET" and not asked.may_write:
            raise _WrongError(403, "The user is not authorized for this operation.")
        return operation

    def _snapshot(self, _asked: Asked) -> Json:
        return {
            "server": self._node.fqdn,
            "identities": list(self._identities()),
            "trusts": [
                {"service": store, "certificate_data": self._files(store)}
                for store in sorted(self._node.trusts, key=str.lower)
            ],
            "revokedCertificates": [],
        }

    def _identities(self) -> Iterator[Json]:
        for unit in self._node.units():
            waiting = self._node.requests.get(unit.name)
            certificate = pem(self._node.identities[unit.name].certificate)
            yield {"service": unit.name, "certificate": certificate, "csr": waiting.pem if waiting else ""}

    def _files(self, store: str) -> list[Json]:
        files = sorted(self._node.trusts.get(store, {}).items())
        return [{"filename": name, "certificate": pem(certificate)} for name, certificate in files]

    def _options(self, _asked: Asked) -> Json:
        return {
            "services": [
                {
                    "service": unit.name,
                    "keyTypes": [_key_type(unit)],
                    "keyLengths": list(CURVE_BITS if unit.curve else RSA_BITS),
                    "distributions": [paths.THIS_SERVER, paths.MULTI_SERVER[0]],
                }
                for unit in self._node.units()
                if unit.name != SELF_SIGNED_ONLY
            ],
            "hashAlgorithms": list(DIGESTS),
        }

    def _identity(self, asked: Asked) -> Json:
        unit = self._unit(asked.query.get("service", ""))
        return {"service": unit.name, "certificate": pem(self._node.identities[unit.name].certificate)}

    def _csr(self, asked: Asked) -> Json:
        unit = self._unit(asked.query.get("service", ""))
        if unit.name not in self._node.requests:
            raise _WrongError(404, "No Certificate Sign Request available for display")
        return {"service": unit.name, "csr": self._node.requests[unit.name].pem}

    def _trust(self, asked: Asked) -> Json:
        return {"certificates": self._files(self._store(asked.query.get("service", "")))}

    def _new_csr(self, asked: Asked) -> Json:
        body = read_body(asked.body, CsrBody)
        unit = self._unit(body.service)
        multi_server = body.distribution.lower() in paths.MULTI_SERVER
        if not multi_server and body.distribution not in {"", paths.THIS_SERVER}:
            raise _WrongError(400, "The distribution is not valid.")
        if body.key_type.lower() not in {"", _key_type(unit)}:
            raise _WrongError(400, f"The key type is not valid for {unit.name}.")
        digest = body.hash_algorithm.lower()
        wanted = Wanted(body.common_name, tuple(body.alt_names), body.key_length, digest, multi_server)
        return {"service": unit.name, "csr": self._cluster.new_csr(self._node, unit, wanted).pem}

    def _import_identity(self, asked: Asked) -> Json:
        body = read_body(asked.body, IdentityBody)
        unit = self._unit(body.service)
        self._cluster.import_identity(self._node, unit, ders(body.certificates, unit.name)[0])
        return {"message": f"Successfully imported certificate for {unit.name}.", "service": unit.name}

    def _import_trust(self, asked: Asked) -> Json:
        body = read_body(asked.body, TrustBody)
        stores = [self._store(service) for service in body.services]
        certificates = ders(body.certificates, stores[0].removesuffix("-trust"))
        files = [self._cluster.import_trust(self._node, store, certificates) for store in dict.fromkeys(stores)]
        return {"filenames": list(files[0])}

    def _delete(self, asked: Asked) -> Json:
        store, name = self._store(asked.query.get("service", "")), asked.query.get(paths.FILE_NAME, "")
        if name not in self._node.trusts.get(store, {}):
            raise _WrongError(404, "The certificate does not exist.")
        self._cluster.delete(self._node, store, name)
        return {"filename": name}

    def _regenerate(self, asked: Asked) -> Json:
        unit = self._unit(read_body(asked.body, ServiceBody).service)
        self._cluster.refuse_full_disk(self._node)
        return {"service": unit.name, "certificate": pem(self._cluster.regenerate(self._node, unit).certificate)}

    def _unit(self, service: str) -> Unit:
        unit = self._cluster.release.unit(service)
        if unit is None or not self._node.owns(unit):
            raise _WrongError(400, "The service is not valid.")
        return unit

    def _store(self, service: str) -> str:
        """The store of a service. What is in none of the release's stores is refused."""
        store = store_of(service).lower()
        known = CERTIFICATE_SERVICES[: self._cluster.release.certificate_services]
        found = next((each for each in known if each.lower() == store), None)
        if found is None:
            raise _WrongError(400, "The service is not valid.")
        return found


def _key_type(unit: Unit) -> str:
    return _CURVE if unit.curve else _RSA
