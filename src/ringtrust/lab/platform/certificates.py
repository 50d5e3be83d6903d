"""`set cert regen|delete` and `show cert`: the file system of the node is what they read and write (§1.6 to §1.8)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cryptography import x509

from ringtrust.lab.certificates import bouncycastle
from ringtrust.lab.certificates.text import common_name, dump
from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.releases import Unit
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.signing_requests import SELF_SIGNED_ONLY
from ringtrust.lab.state.type_tables import CERTIFICATE_SERVICES
from ringtrust.lab.state.uploads import UploadRefusedError
from ringtrust.lab.state.uploads import store_of as store_named

_SUFFIX: Final = ".pem"
_CLIENT: Final = "-client"


async def regenerate(call: Call) -> None:
    """`set cert regen UNIT`: S117 to S130. A unit of a -trust store cannot be regenerated (S17, S108)."""
    unit = unit_of(call, call.words[0])
    recovery = unit.name == SELF_SIGNED_ONLY
    if call.node.name in call.cluster.trouble.upgrades:
        raise CommandFailedError(texts.NOT_DURING_UPGRADE)
    call.write(texts.RECOVERY_WARNING if recovery else texts.REGENERATION_WARNING.format(unit=unit.name))
    if not await call.confirmed(texts.REGENERATION_QUESTION):
        return
    both = await with_client(call, unit)
    try:
        call.cluster.refuse_full_disk(call.node)
    except UploadRefusedError as error:
        raise CommandFailedError(texts.NOT_REGENERATED.format(unit=unit.name, reason=error.message)) from error
    call.cluster.regenerate(call.node, unit)
    if recovery:
        call.write(texts.RECOVERY_REGENERATED)
    elif _has_client(call, unit):
        named = f"{unit.name} and {unit.name}{_CLIENT}" if both else unit.name
        call.write(texts.REGENERATED_15SU5.format(named=named, unit=unit.name))
    else:
        call.write(texts.REGENERATED.format(unit=unit.name))


async def with_client(call: Call, unit: Unit) -> bool:
    """Whether the unit of the client gets the certificate too; asked from 15SU5 on. Which others have one is [U]."""
    return _has_client(call, unit) and await call.confirmed(texts.CLIENT_QUESTION.format(unit=unit.name))


def _has_client(call: Call, unit: Unit) -> bool:
    return call.release.cli.client_units and unit.name == "tomcat"


async def delete(call: Call) -> None:
    """`set cert delete UNIT NAME`: the unit is written without -trust, and its trust store is what is meant (S141)."""
    unit, name = call.words[0], call.words[1]
    found = store_of(call, unit)
    if name not in call.node.trusts.get(found, {}):
        raise CommandFailedError(texts.NO_SUCH_CERTIFICATE.format(name=name))
    if await call.confirmed(texts.DELETION_QUESTION.format(name=name)):
        call.cluster.delete(call.node, found, name)
        call.say(texts.DELETED.format(name=name))


def store_of(call: Call, unit: str) -> str:
    """The trust store of a unit, with -trust behind it or not. Raises CommandFailedError."""
    store = store_named(unit)
    there = CERTIFICATE_SERVICES[: call.release.certificate_services]
    found = next((known for known in there if known.lower() == store.lower()), None)
    if found is None:
        raise CommandFailedError(texts.NO_SUCH_UNIT.format(unit=unit))
    return found


async def show_list(call: Call) -> None:
    """`show cert list {own|trust}`."""
    listing = {"own": _own_lines, "trust": _trust_lines}.get(call.words[-1].lower())
    if listing is None:
        raise CommandFailedError
    await call.page(listing(call))


def _own_lines(call: Call) -> Iterator[str]:
    for unit in call.node.units():
        certificate = call.node.identities[unit.name].certificate
        yield f"{unit.name}/{unit.name}{_SUFFIX}: {_description(certificate)}"


def _trust_lines(call: Call) -> Iterator[str]:
    for store in sorted(call.node.trusts, key=str.lower):
        for name, certificate in sorted(call.node.trusts[store].items()):
            yield f"{store}/{name}: {_description(certificate)}"


@lru_cache(maxsize=4096)
def _description(certificate: bytes) -> str:
    """What CUCM keeps in a file beside the certificate; for one that came from elsewhere its text is [U]."""
    parsed = x509.load_der_x509_certificate(certificate)
    if parsed.issuer == parsed.subject:
        return texts.SELF_SIGNED
    return texts.SIGNED_BY.format(issuer=common_name(parsed.issuer))


async def show_own(call: Call) -> None:
    """`show cert own UNIT` or `show cert own UNIT/UNIT.pem`."""
    name = call.words[0].partition("/")[0]
    unit = unit_of(call, name)
    await call.page(_dumped(call, call.node.identities[unit.name].certificate))


async def show_trust(call: Call) -> None:
    """`show cert trust STORE/NAME.pem`. Whether CUCM prints the PEM here too is not certain; here it does [U]."""
    certificate = _trusted(call.node, call.words[0])
    if certificate is None:
        raise CommandFailedError(texts.NO_SUCH_CERTIFICATE.format(name=call.words[0]))
    await call.page(_dumped(call, certificate))


def _dumped(call: Call, certificate: bytes) -> list[str]:
    text = bouncycastle.dump if call.release.cli.certificate == "bouncycastle" else dump
    return text(certificate).splitlines()


def _trusted(node: Node, path: str) -> bytes | None:
    store, _, name = path.partition("/")
    return node.trusts.get(store, {}).get(name)


def unit_of(call: Call, name: str) -> Unit:
    """The unit of this name of which the node has an identity. Raises CommandFailedError."""
    unit = call.release.unit(name)
    if unit is None or not call.node.owns(unit):
        raise CommandFailedError(texts.NO_SUCH_UNIT.format(unit=name))
    return unit


COMMANDS: Final[tuple[Command, ...]] = (
    command("set cert regen", regenerate, 1, level=1, syntax="name"),
    command("set cert delete", delete, 2, level=1, syntax="unit name"),
    command("show cert list", show_list, 1, level=1, syntax="{own|trust}"),
    # How its answer differs from that of `show cert list` is not known [U].
    command("show cert list type", show_list, 1, level=1, syntax="{own|trust}"),
    command("show cert own", show_own, 1, level=1, syntax="filename"),
    command("show cert trust", show_trust, 1, level=1, syntax="filename"),
)
