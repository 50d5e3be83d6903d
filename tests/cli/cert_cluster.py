"""A cluster of one node whose certificates change as it is told, over real SSH, and who signs for it.

`trouble` holds what the node answers to a command instead, as a test wants it; `loses` keeps acts from having effect.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ringtrust.cli.cert.place import Place, place_in
from ringtrust.connect.wire import Reach
from ringtrust.lab.certificates.text import dump
from ringtrust.settings import ClusterEntry, ClusterSettings, Login, Secret
from tests.support.identities import NOW, identity
from tests.support.scripted_cli import HOST, PASSWORD, USER, Answer, ScriptedCli, Talk

NAME, NODE = "one", "pub"
ADMIN = Login(USER, password_variable="NO_VARIABLE")  # noqa: S106 - the name of one that nobody asks for
NETWORK = f"{HOST} {NODE}.lab {NODE} Publisher callmanager DBPub authenticated\n"
QUESTION = "Proceed with regeneration (yes|no)? "
CLIENT = "Do you want to use the same certificate for {unit}-client (yes|no) ? "
FAILED = "Executed command unsuccessfully\n"


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def pem_of(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()


class Authority:
    """A CA that signs what it is asked to; it is a root, unless another one stands above it."""

    def __init__(self, common_name: str = "Our CA", by: "Authority | None" = None) -> None:
        self._key = generate_private_key(65537, 2048)
        self._name = _name(common_name)
        self.certificate = (by or self)._signed(self._name, self._key.public_key(), days=3650)

    def sign(self, csr: str, *, days: int = 365) -> bytes:
        asked = x509.load_pem_x509_csr(csr.encode())
        return self._signed(asked.subject, asked.public_key(), days=days)

    def renewed(self) -> bytes:
        """Its own certificate anew, with the same key."""
        return self._signed(self._name, self._key.public_key(), days=7300)

    def _signed(self, subject: x509.Name, key: object, *, days: int) -> bytes:
        made = x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key,  # type: ignore[arg-type]
            serial_number=x509.random_serial_number(),
            not_valid_before=NOW - timedelta(days=1000),
            not_valid_after=NOW + timedelta(days=days),
        )
        return made.sign(self._key, SHA256()).public_bytes(Encoding.DER)


class OneNode(Mapping[str, Answer]):
    """What the node answers, by what was typed."""

    def __init__(self, version: str = "12.5.1.14900-63") -> None:
        self.version = version
        self.own = {name: identity(f"{name}-1").certificate for name in ("tomcat", "ipsec", "CallManager", "TVS")}
        self.trust: dict[tuple[str, str], bytes] = {("tomcat-trust", "pub.pem"): self.own["tomcat"]}
        self.csr: dict[str, str] = {}
        self.keys: dict[str, RSAPrivateKey] = {}
        self.trouble: dict[str, Answer] = {}
        self.loses = False
        self.text_only = False

    def __iter__(self) -> Iterator[str]:
        return iter(self.trouble)

    def __len__(self) -> int:
        return len(self.trouble)

    def __getitem__(self, line: str) -> Answer:
        if line in self.trouble:
            return self.trouble[line]
        for start, answer in self._answers().items():
            if line == start or line.startswith(f"{start} "):
                return answer(line.removeprefix(start).strip())
        raise KeyError(line)

    def _answers(self) -> dict[str, Callable[[str], Answer]]:
        return {
            "set cli pagination off": lambda _: "",
            "show network cluster": lambda _: NETWORK,
            "show version active": lambda _: f"Active Master Version: {self.version}\n",
            "show cert list own": lambda _: "".join(f"{name}/{name}.pem: Self-signed\n" for name in self.own),
            "show cert list trust": lambda _: "".join(f"{a}/{b}: Trust Certificate\n" for a, b in self.trust),
            "show cert own": lambda unit: dump(self.own[unit]) if unit in self.own else FAILED,
            "show cert trust": self._trusted,
            "show csr list own": lambda _: self._requests(),
            "show csr own": lambda path: self.csr.get(path.partition("/")[0], FAILED),
            "set cert regen": self._regenerate,
            "set cert delete": self._delete,
            "set cert import own": lambda unit: self._paste(unit, own=True),
            "set cert import trust": lambda unit: self._paste(unit, own=False),
            "set csr gen": self._request,
        }

    def _trusted(self, path: str) -> Answer:
        store, _, file = path.partition("/")
        if (store, file) not in self.trust:
            return FAILED
        shown = dump(self.trust[store, file])
        return shown.partition("-----BEGIN")[0] if self.text_only else shown

    def _requests(self) -> str:
        none = "No Certificate Sign Request available for display\n"
        return "".join(f"{unit}/{unit}.csr\n" for unit in self.csr) or none

    def _regenerate(self, unit: str) -> Answer:
        async def _do(talk: Talk) -> None:
            if await talk.asked(QUESTION) != "yes":
                return
            if self.version.startswith("15."):
                await talk.asked(CLIENT.format(unit=unit))
            if not self.loses:
                self.own[unit] = identity(f"{unit}-2").certificate
            talk.show(f"Successfully Regenerated Certificate for {unit}.\n")

        return _do

    def _delete(self, words: str) -> Answer:
        unit, file = words.split()

        async def _do(talk: Talk) -> None:
            if await talk.asked(f"Proceed with deletion of {file} (yes|no)? ") == "yes":
                if not self.loses:
                    self.trust.pop((f"{unit}-trust", file), None)
                talk.show(f"Successfully deleted certificate {file}.\n")

        return _do

    def _paste(self, unit: str, *, own: bool) -> Answer:
        async def _do(talk: Talk) -> None:
            talk.show("Paste the Certificate and Hit Enter\n")
            lines = []
            while line := await talk.line():
                lines.append(line)
            der = x509.load_pem_x509_certificate("\n".join([*lines, ""]).encode()).public_bytes(Encoding.DER)
            if own and not self.loses:
                self.own[unit] = der
                self.csr.pop(unit)
            elif not self.loses:
                self.trust[f"{unit}-trust", f"{_common_name(der)}.pem"] = der
            talk.show(f"Successfully imported certificate for {unit}.\n")

        return _do

    def _request(self, unit: str) -> Answer:
        async def _do(talk: Talk) -> None:
            await talk.asked("Include OU in CSR (yes|no)? ")
            key = generate_private_key(65537, 2048)
            made = x509.CertificateSigningRequestBuilder(_name(f"{unit}.{NODE}.lab")).sign(key, SHA256())
            if not self.loses:
                self.csr[unit] = made.public_bytes(Encoding.PEM).decode()
            talk.show(f"Successfully Generated CSR  for {unit}\n")

        return _do


def _common_name(der: bytes) -> str:
    found = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value).replace(" ", "_")


class Standing:
    """The node, its server, and the place where acts are done."""

    def __init__(self, node: OneNode, server: ScriptedCli, place: Place) -> None:
        self.node, self.server, self.place = node, server, place

    @property
    def acts(self) -> list[str]:
        """What was typed that changes something."""
        return [line for line in self.server.commands if line.startswith(("set cert", "set csr"))]


@asynccontextmanager
async def standing(folder: Path, node: OneNode | None = None) -> AsyncIterator[Standing]:
    """One node within reach."""
    node = OneNode() if node is None else node
    server = ScriptedCli()
    server.answers = node  # type: ignore[assignment]
    async with server.listening():
        server.pin_in(folder)
        settings = ClusterSettings(HOST, ADMIN, ADMIN, ssh_port=server.port)
        async with Reach(ClusterEntry(NAME, settings, folder), Secret(PASSWORD), Secret("")) as reach:
            yield Standing(node, server, await place_in(reach, NAME, HOST, NODE))


@contextmanager
def files(folder: Path, *ders: bytes) -> Iterator[list[str]]:
    """Certificates in files of their own."""
    made = []
    for number, der in enumerate(ders):
        path = folder / f"{number}.pem"
        path.write_text(pem_of(der))
        made.append(str(path))
    yield made


def today() -> datetime:
    return NOW.astimezone(UTC)
