"""The certificates of one node over its REST interface, from release 14 on (interfaces.md §2).

What REST has no documented way for (deletion, self-signed certificates) is refused, and nothing is sent.
"""

import re
from collections.abc import Awaitable, Sequence
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from ringtrust.cluster.certificate import Certificate
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.acts import Accepted, NotAccepted
from ringtrust.connect.platform.certificates import DecodedText, Listed
from ringtrust.connect.platform.node_acts import without_trust
from ringtrust.connect.ports import CertificateDesk, CsrRequest, HeldIdentity, HeldTrust, Holdings, NodeRefusedError
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.plan.acts import is_multi_server_name
from ringtrust.trust import names

DESCRIPTION: Final = "Trust Certificate"
TOOK_IT: Final = "the certificate REST interface took it."
_CHAIN_AT_MOST: Final = 10
_DIGESTS: Final = ("sha256", "sha384", "sha512")
_KEYS: Final = {"RSA": "rsa", "EC": "ec"}
_HOST: Final = re.compile(r"[A-Za-z0-9_.:-]{1,253}\Z")


class RestActs:
    """What `ringtrust cert` wants of a node. What was looked at is kept until the next act, and no longer."""

    def __init__(self, desk: CertificateDesk, address: str) -> None:
        self._desk = desk
        self._address = address
        self._held: Holdings | None = None

    async def _holdings(self) -> Holdings:
        if self._held is None:
            self._held = await self._desk.holdings(self._address)
        return self._held

    async def own_listing(self) -> tuple[Listed, ...]:
        """The identity certificates."""
        held = (await self._holdings()).identities
        return tuple(Listed(each.unit, f"{each.unit}.pem", "") for each in held if each.certificate)

    async def trust_listing(self) -> tuple[Listed, ...]:
        """The trust stores."""
        return tuple(Listed(each.store, each.file_name, "") for each in (await self._holdings()).trusts)

    async def own_certificate(self, unit: str) -> str:
        """An identity certificate as PEM. Raises UnreadableError where there is none."""
        found = await self._identity(unit)
        if found is None or not found.certificate:
            raise _lacks(f"identity certificate {unit}")
        return found.certificate

    async def trust_certificate(self, path: str) -> DecodedText:
        """A certificate of a trust store, by STORE/FILE. Raises UnreadableError where there is none."""
        found = next((e for e in (await self._holdings()).trusts if f"{e.store}/{e.file_name}" == path), None)
        if found is None:
            raise _lacks(path)
        return DecodedText(pem=found.certificate)

    async def csr_listing(self) -> tuple[Listed, ...]:
        """The requests that wait for a certificate."""
        held = (await self._holdings()).identities
        return tuple(Listed(each.unit, f"{each.unit}.csr", "") for each in held if each.csr)

    async def csr(self, unit: str) -> str:
        """The request of a unit that waits, as PEM. Raises UnreadableError where there is none."""
        found = await self._identity(unit)
        if found is None or not found.csr:
            raise _lacks(f"request of {unit}")
        return found.csr

    async def _identity(self, unit: str) -> HeldIdentity | None:
        return next((each for each in (await self._holdings()).identities if each.unit == unit), None)

    async def regenerate(self, unit: str, *, for_client: bool = False) -> Accepted | NotAccepted:
        """Raises RefusedError: no document shows how."""
        raise only_by_cli(f"set cert regen {names.brief(unit)}")

    async def delete(self, unit: str, file: str) -> Accepted | NotAccepted:
        """Raises RefusedError: no document shows how."""
        raise only_by_cli(f"set cert delete {names.brief(without_trust(unit))} {names.brief(file)}")

    async def import_own(self, unit: str, pem: str, *, for_client: bool = False) -> Accepted | NotAccepted:
        """Puts a certificate that a CA has signed in the place of an identity. Its CAs must be trusted before.

        Raises RefusedError where the unit of clients is to have it too: no document shows how.
        """
        if for_client:
            raise RefusedError(
                "REST has no word for the unit of clients. Nothing was sent.",
                advice="Leave --client out, or use the CLI: --through cli.",
            )
        held = await self._holdings()
        return await self._outcome(self._desk.import_identity(self._address, unit, chain_of(pem, held.trusts)))

    async def import_trust(self, unit: str, pem: str) -> Accepted | NotAccepted:
        """Puts a certificate into the trust store of a unit."""
        wanted = [without_trust(unit)]
        return await self._outcome(
            self._desk.import_trust(self._address, wanted, [certificate_of(pem).pem], DESCRIPTION)
        )

    async def new_csr(self, unit: str, *, organizational_unit: bool = False) -> Accepted | NotAccepted:
        """Makes a new request: with the names and the key that the certificate has now, for this node alone.

        Raises RefusedError where it is to name the organizational unit.
        """
        if organizational_unit:
            raise RefusedError(
                "REST has no word for the organizational unit. Nothing was sent.",
                advice="Leave --ou out, or use the CLI: --through cli.",
            )
        held = await self._holdings()
        now = certificate_of(await self.own_certificate(unit))
        return await self._outcome(self._desk.new_csr(self._address, request_for(unit, now, held.server)))

    async def _outcome(self, act: Awaitable[object]) -> Accepted | NotAccepted:
        """What the node said. Raises RefusedError where nothing was sent."""
        self._held = None
        try:
            await act
        except (NodeRefusedError, UnreadableError) as error:
            return NotAccepted(f"{error.what} {error.advice}".strip())
        return Accepted(TOOK_IT)


def chain_of(pem: str, trusts: Sequence[HeldTrust]) -> list[str]:
    """A certificate and those above it, as far as the node has them: so it is sent in the documents (§2).

    Raises FormatError for what is no certificate. A store holds odd ones too: what cannot be read has issued nothing.
    """
    chain = [certificate_of(pem).pem]
    above = [found for each in trusts if (found := _read(each.certificate)) is not None]
    at = x509.load_pem_x509_certificate(chain[0].encode())
    while at.issuer != at.subject and len(chain) < _CHAIN_AT_MOST:
        issuer = next((each for each in above if _issued(each, at)), None)
        if issuer is None:
            break
        chain.append(issuer.public_bytes(Encoding.PEM).decode())
        at = issuer
    return chain


def _read(pem: str) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return None


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def request_for(unit: str, now: Certificate, host: str) -> CsrRequest:
    """The request that renews a certificate as it is. That of a multi-server one is for this node, `host`, alone.

    Raises RefusedError for a key that REST has no word for.
    """
    if now.key not in _KEYS:
        raise RefusedError(f"The key of {unit} is of no kind that REST makes.", advice="Use the CLI: --through cli.")
    several = is_multi_server_name(now.common_name)
    name = host if several else now.common_name
    others = tuple(dict.fromkeys(each for each in now.names if each != name and _HOST.match(each)))
    return CsrRequest(
        unit=unit,
        common_name=name,
        alt_names=() if several else others,
        key_type=_KEYS[now.key],
        key_length=now.bits,
        hash_algorithm=now.digest if now.digest in _DIGESTS else _DIGESTS[0],
    )


def only_by_cli(command: str) -> RefusedError:
    """What is said where an act has the CLI only, and that is not to be used."""
    return RefusedError(
        "Only the CLI does this: no document shows how REST does, so that is not tried. Nothing was sent.",
        advice=f"Type it on the node: {command}. Or let ringtrust use the CLI: `doors` in ringtrust.toml, --through.",
    )


def _lacks(what: str) -> UnreadableError:
    return UnreadableError(f"The node has no {names.quoted(what)}.", advice="See what it has: ringtrust cert list.")
