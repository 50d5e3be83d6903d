"""Trust stores as they grow in ten years: certificates of every kind, each with the verdict that it deserves.

What is said here about a seed is what whoever imported it knows; no code of the product is asked.
"""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ringtrust.change.store_verdict import Fate, Kind
from ringtrust.cluster.elsewhere import Elsewhere
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.certificates import certificate_of
from ringtrust.lab.state import records
from ringtrust.lab.state.cluster import Cluster
from tests.support.shared import shared_bytes

LONG_AGO = datetime(2016, 3, 1, tzinfo=UTC)
LATELY = datetime(2026, 11, 20, tzinfo=UTC)
FIVE_YEARS = timedelta(days=5 * 365)
FORMER = ("cm-old2.campus.example", "oldcorp.example")
"""What the administrator has written into ringtrust.toml."""
_CISCO = (
    *("CAP-RTP-001", "CAP-RTP-002", "Cisco_Root_CA_2048", "Cisco_Root_CA_M2", "ACT2_SUDI_CA"),
    *("Cisco_Manufacturing_CA", "Cisco_Manufacturing_CA_SHA2"),
)
_numbers = itertools.count(10_000)


class Made(NamedTuple):
    """A certificate in DER, and the key that it belongs to."""

    der: bytes
    key: ec.EllipticCurvePrivateKey
    name: x509.Name


class Seed(NamedTuple):
    """A certificate in a store, and what is true of it. `everywhere`: every node has it, else the publisher."""

    store: str
    der: bytes
    kind: Kind
    fate: Fate
    everywhere: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Its store and its SHA-256: what a verdict is found by."""
        return self.store, certificate_of(self.der).sha256


def named(common_name: str, organisation: x509.Name | str) -> x509.Name:
    """A name: with the organisation of a cluster, or with one of others."""
    own = x509.NameAttribute(NameOID.COMMON_NAME, common_name)
    if isinstance(organisation, str):
        return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), own])
    return x509.Name([own if each.oid == NameOID.COMMON_NAME else each for each in organisation])


def made(
    name: x509.Name,
    begin: datetime = LONG_AGO,
    life: timedelta = FIVE_YEARS,
    *,
    by: Made | None = None,
    ca: bool = False,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> Made:
    """A certificate with a key of its own, self-signed or signed `by` another, with key identifiers as usual."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    signer = by.key if by is not None else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.name if by is not None else name)
        .public_key(key.public_key())
        .serial_number(next(_numbers))
        .not_valid_before(begin)
        .not_valid_after(begin + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    return Made(builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER), key, name)


class Garden:
    """The seeds for one cluster. `elsewhere` is what foreign servers show when they are asked."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._ours = x509.load_der_x509_certificate(cluster.publisher.identities["tomcat"].certificate).subject
        self.elsewhere: list[Elsewhere] = []
        self.seeds: tuple[Seed, ...] = (
            *(*self._stale(), *self._leftovers(), *self._foreign(), *self._chains()),
            *(*self._cisco(), *self._impostors(), *self._unknown()),
        )

    def _own(self, common_name: str, begin: datetime = LONG_AGO) -> bytes:
        return made(named(common_name, self._ours), begin).der

    def _stale(self) -> Iterator[Seed]:
        free = Fate.FREE
        others = [node.name for node in self._cluster.nodes if node is not self._cluster.publisher][:2]
        for store in ("TVS-trust", "directory-trust", "userlicensing-trust", "Phone-VPN-trust", "Phone-trust"):
            yield Seed(store, self._own("pub"), Kind.STALE, free, everywhere=store == "directory-trust")
        for node, store in itertools.product(others, ("TVS-trust", "CAPF-trust")):
            yield Seed(store, self._own(node), Kind.STALE, free)
        yield Seed("TVS-trust", self._own(f"{others[0]}-EC"), Kind.STALE, free)
        yield Seed("Phone-SAST-trust", self._own(f"ITLRECOVERY_{others[0]}"), Kind.STALE, free, everywhere=True)
        yield Seed("CAPF-trust", self._own("CAPF-0aaa0001"), Kind.STALE, free)
        yield Seed("CallManager-trust", self._own("CAPF-0aaa0002"), Kind.STALE, free, everywhere=True)

    def _leftovers(self) -> Iterator[Seed]:
        """cm-old1 was a node: ipsec-trust knows. Of the others the administrator has said so."""
        free = Fate.FREE
        for store in ("ipsec-trust", "TVS-trust", "tomcat-trust", "CallManager-trust", "Phone-SAST-trust"):
            everywhere = store not in {"ipsec-trust", "TVS-trust"}
            yield Seed(store, self._own("cm-old1.campus.example"), Kind.LEFTOVER, free, everywhere)
        yield Seed(
            "CallManager-trust", self._own("ITLRECOVERY_cm-old1.campus.example"), Kind.LEFTOVER, free, everywhere=True
        )
        yield Seed("tomcat-trust", self._own("cm-old2.campus.example"), Kind.LEFTOVER, free, everywhere=True)
        yield Seed("tomcat-trust", self._own("pub.oldcorp.example"), Kind.LEFTOVER, free, everywhere=True)
        gateway = made(named("gw.oldcorp.example", "Old Corp")).der
        yield Seed("CallManager-trust", gateway, Kind.LEFTOVER, free, everywhere=True)
        yield Seed("tomcat-trust", self._own("cm-siteb.campus.example"), Kind.UNKNOWN, Fate.ASK, everywhere=True)
        yield Seed("directory-trust", self._own("sub9.elsewhere.example"), Kind.UNKNOWN, Fate.ASK, everywhere=True)

    def _foreign(self) -> Iterator[Seed]:
        ask, foreign = Fate.ASK, Kind.FOREIGN
        unasked = {
            "uccx1.corp.example": "tomcat-trust",
            "idp.corp.example": "tomcat-trust",
            "cer.corp.example": "tomcat-trust",
            "webdav.corp.example": "tomcat-trust",
            "smtp.corp.example": "tomcat-trust",
            "cuc1.corp.example": "CallManager-trust",
            "expressway-c1.corp.example": "CallManager-trust",
            "GW1": "CallManager-trust",
            "asa.corp.example": "Phone-VPN-trust",
            "ITLRECOVERY_cm1.partner.example": "Phone-SAST-trust",
        }
        for name, store in unasked.items():
            yield Seed(store, made(named(name, "Corp")).der, foreign, ask, store != "Phone-VPN-trust")
        yield Seed("CallManager-trust", made(named("CAPF-bbbb0001", "Partner")).der, foreign, ask, everywhere=True)
        yield from self._asked()
        root = made(named("Corp Directory Root", "Corp"), ca=True)
        issuing = made(named("Corp Directory Issuing CA 1", "Corp"), by=root, ca=True)
        yield Seed(
            "tomcat-trust", made(named("ldap9.corp.example", "Corp"), by=issuing).der, foreign, ask, everywhere=True
        )
        yield Seed("tomcat-trust", issuing.der, foreign, ask, everywhere=True)
        yield Seed("tomcat-trust", root.der, foreign, ask, everywhere=True)

    def _asked(self) -> Iterator[Seed]:
        """The same one is shown; another that is here already; another that is not; nothing."""
        same = made(named("ldap1.corp.example", "Corp")).der
        self._answers("ldap1.corp.example", same)
        yield Seed("tomcat-trust", same, Kind.FOREIGN, Fate.HELD, everywhere=True)
        old, new = (made(named("ldap2.corp.example", "Corp"), begin).der for begin in (LONG_AGO, LATELY))
        self._answers("ldap2.corp.example", new)
        yield Seed("tomcat-trust", old, Kind.FOREIGN, Fate.HELD, everywhere=True)
        authority = made(named("Corp Servers CA", "Corp"), LATELY, ca=True)
        renewed = made(named("ldap3.corp.example", "Corp"), LATELY, by=authority).der
        self._answers("ldap3.corp.example", renewed)
        yield Seed(
            "tomcat-trust", made(named("ldap3.corp.example", "Corp")).der, Kind.FOREIGN, Fate.FREE, everywhere=True
        )
        yield Seed("tomcat-trust", authority.der, Kind.CHAIN, Fate.KEEP, everywhere=True)
        yield Seed(
            "tomcat-trust", made(named("ldap4.corp.example", "Corp")).der, Kind.FOREIGN, Fate.ASK, everywhere=True
        )
        silent = Unread("ldap4.corp.example:636 cannot be reached: connection refused.")
        self.elsewhere.append(Elsewhere("ldap4.corp.example", "ldap4.corp.example:636", silent))

    def _answers(self, name: str, shown: bytes) -> None:
        self.elsewhere.append(Elsewhere(name, f"{name}:636", Known(certificate_of(shown))))

    def _chains(self) -> Iterator[Seed]:
        """What signed for a node: the root was renewed once with its key, and somebody else has one of its name."""
        root = made(named("Campus Root", "Campus PKI"), LATELY, ca=True)
        before = made(named("Campus Root (2016)", "Campus PKI"), ca=True, key=root.key)
        issuing = made(named("Campus Issuing", "Campus PKI"), LATELY, by=root, ca=True)
        self.issuing = issuing
        for each in (root, before, issuing):
            yield Seed("tomcat-trust", each.der, Kind.CHAIN, Fate.KEEP, everywhere=True)
        namesake = made(named("Campus Root", "Campus PKI"), ca=True).der
        yield Seed("Phone-CTL-trust", namesake, Kind.UNKNOWN, Fate.ASK)

    @staticmethod
    def _cisco() -> Iterator[Seed]:
        for name in _CISCO:
            yield Seed("tomcat-trust", shared_bytes(f"cisco-cas/{name}.der"), Kind.CISCO, Fate.KEEP, everywhere=True)

    @staticmethod
    def _impostors() -> Iterator[Seed]:
        names = {
            "Cisco Root CA 2048": "Phone-SAST-trust",
            "CAP-RTP-001": "Phone-trust",
            "VeriSign Class 3 Secure Server CA - G3": "CallManager-trust",
        }
        for name, store in names.items():
            everywhere = store != "Phone-trust"
            yield Seed(store, made(named(name, "Cisco Systems")).der, Kind.IMPOSTOR, Fate.ASK, everywhere)

    def _unknown(self) -> Iterator[Seed]:
        """Nobody knows what for; and one with the name of a node that is younger than the certificates of that node."""
        for name, store in (("Some Corp Root CA", "tomcat-trust"), ("Project X", "CallManager-trust")):
            yield Seed(store, made(named(name, "Nobody"), ca=True).der, Kind.UNKNOWN, Fate.ASK, everywhere=True)
        yield Seed("CAPF-trust", self._own("pub", LATELY), Kind.UNKNOWN, Fate.ASK)

    def sown(self) -> None:
        """Every one lies in its store, and in the database; and a CA has signed the tomcat of a subscriber."""
        self._sign_one()
        for seed in self.seeds:
            nodes = self._cluster.nodes if seed.everywhere else (self._cluster.publisher,)
            for node in nodes:
                node.trust(seed.store, seed.der)
            rows = records.trust_rows(seed.store, seed.der, self._cluster.publisher, nodes)
            self._cluster.database.write(tuple(rows), lambda _: None)

    def _sign_one(self) -> None:
        node = self._cluster.nodes[-1]
        identity = node.identities["tomcat"]
        now = x509.load_der_x509_certificate(identity.certificate)
        leaf = (
            x509.CertificateBuilder()
            .subject_name(now.subject)
            .issuer_name(self.issuing.name)
            .public_key(now.public_key())
            .serial_number(next(_numbers))
            .not_valid_before(LATELY)
            .not_valid_after(LATELY + FIVE_YEARS)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.issuing.key.public_key()), critical=False
            )
            .sign(self.issuing.key, hashes.SHA256())
        )
        unit = self._cluster.release.unit("tomcat")
        assert unit is not None
        signed = type(identity)(leaf.public_bytes(Encoding.DER), identity.key)
        self._cluster.install(node, unit, signed)
