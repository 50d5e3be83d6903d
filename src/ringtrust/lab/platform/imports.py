"""`set cert import`, `set csr gen`, `show csr`, `set cert bulk`, `set web-security` (interfaces.md §1.7, §1.8)."""

import re
import shlex
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.certificates import store_of, unit_of, with_client
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.releases import Unit
from ringtrust.lab.state.signing_requests import SELF_SIGNED_ONLY, Wanted
from ringtrust.lab.state.uploads import NOT_UPLOADED, UploadRefusedError, ders
from ringtrust.lab.topology import Subject

_BEGIN: Final = "-----BEGIN"
_END: Final = "-----END CERTIFICATE-----"
_LINES_AT_MOST: Final = 1_000
_WORDS_OF_SUBJECT: Final = 4
_WORD_AT_MOST: Final = 64
_COUNTRY: Final = re.compile("[A-Z]{2}")


async def import_certificate(call: Call) -> None:
    """`set cert import {own|trust} UNIT [caCert]`; the certificate is pasted as PEM."""
    kind, name = call.words[0].lower(), call.words[1]
    if kind not in {"own", "trust"}:
        raise CommandFailedError
    unit = _signable(call, name) if kind == "own" else store_of(call, name)
    text = await _pasted(call)
    both = isinstance(unit, Unit) and await with_client(call, unit)
    try:
        if isinstance(unit, Unit):
            _import_own(call, unit, text)
        else:
            call.cluster.import_trust(call.node, unit, ders([text], unit.removesuffix("-trust")))
    except UploadRefusedError as error:
        raise CommandFailedError(error.message) from error
    call.write(texts.IMPORTED.format(unit=f"{name} and {name}-client" if both else name, services=name))


def _import_own(call: Call, unit: Unit, text: str) -> None:
    pending = call.node.requests.get(unit.name)
    if pending is not None and pending.multi_server and not call.release.cli.multi_san:
        raise CommandFailedError(texts.NOT_BY_CLI)
    found = ders([text], unit.name)
    if len(found) > 1:
        raise UploadRefusedError(NOT_UPLOADED.format(unit=unit.name), why="It is one certificate that is wanted here.")
    call.cluster.import_identity(call.node, unit, found[0], *call.words[2:3])


def _signable(call: Call, name: str) -> Unit:
    """A unit that a CA may sign for: ITLRecovery is always self-signed [U]."""
    unit = unit_of(call, name)
    if unit.name == SELF_SIGNED_ONLY:
        raise CommandFailedError(texts.NO_SUCH_UNIT.format(unit=name))
    return unit


async def _pasted(call: Call) -> str:
    """What was pasted: up to the end of the last certificate that is there, or to an empty line."""
    terminal = call.session.terminal
    lines = [await terminal.line(f"{texts.PASTE}\n")]
    while lines[-1].strip() and len(lines) < _LINES_AT_MOST:
        if lines[-1].strip() == _END and not terminal.ahead.lstrip().startswith(_BEGIN):
            break
        lines.append(await terminal.line(""))
    return "\n".join(lines) + "\n"


async def generate_request(call: Call) -> None:
    """`set csr gen UNIT`."""
    unit = _signable(call, call.words[0])
    included = not call.release.cli.asks_for_ou or await call.confirmed(texts.OU_QUESTION)
    try:
        call.cluster.new_csr(call.node, unit, Wanted(organizational_unit=included))
    except UploadRefusedError as error:
        raise CommandFailedError(error.message) from error
    call.say(texts.REQUEST_GENERATED.format(unit=unit.name))


async def list_requests(call: Call) -> None:
    """`show csr list [own]`."""
    if call.words[:1] not in {(), ("own",)}:
        raise CommandFailedError
    await call.page([f"{unit}/{unit}.csr" for unit in call.node.requests] or [texts.NO_REQUEST])


async def show_request(call: Call) -> None:
    """`show csr own UNIT/UNIT.csr`, or only the unit."""
    unit = unit_of(call, call.words[0].partition("/")[0])
    pending = call.node.requests.get(unit.name)
    if pending is None:
        raise CommandFailedError(texts.NO_REQUEST)
    await call.page(pending.pem.splitlines())


async def bulk(_: Call) -> None:
    """`set cert bulk export|consolidate|import UNIT`: there is no SFTP server in a lab, and so none is set."""
    raise CommandFailedError(texts.NO_SFTP)


async def set_web_security(call: Call) -> None:
    """`set web-security`: the subject of certificates made from now on; tomcat gets a new one at once (217138)."""
    subject, alternate = _subject(call)
    tomcat = unit_of(call, "tomcat")
    call.node.platform.subject, call.node.platform.alternate_name = subject, alternate
    call.cluster.regenerate(call.node, tomcat)
    call.write(texts.WEB_SECURITY_SET)


def _subject(call: Call) -> tuple[Subject, str]:
    """The words, which may stand in quotation marks. Raises CommandFailedError."""
    try:
        words = shlex.split(call.rest)
    except ValueError as error:
        raise CommandFailedError(texts.UNREADABLE_WORDS) from error
    if not _WORDS_OF_SUBJECT <= len(words) <= _WORDS_OF_SUBJECT + 2:
        raise CommandFailedError(texts.TOO_FEW_WORDS.format(command="set web-security"))
    now = call.node.platform.subject or call.cluster.topology.subject
    given = [*words, *[now.country, ""][len(words) - _WORDS_OF_SUBJECT :]]
    unit, organization, locality, state, country, alternate = given
    country = country.upper()
    fits = all(word.isprintable() and 0 < len(word) <= _WORD_AT_MOST for word in words)
    if not fits or not _COUNTRY.fullmatch(country) or not alternate.isascii():
        raise CommandFailedError(texts.UNREADABLE_WORDS)
    return Subject(organization, unit, locality, state, country), alternate


async def show_web_security(call: Call) -> None:
    """`show web-security`: what is set; its layout is [U]."""
    now = call.node.platform.subject or call.cluster.topology.subject
    fields = (now.unit, now.organization, now.locality, now.state, now.country, call.node.platform.alternate_name)
    await call.page(f"{name:<19}: {value}" for name, value in zip(texts.WEB_SECURITY, fields, strict=True))


COMMANDS: Final[tuple[Command, ...]] = (
    command("set cert import", import_certificate, 2, level=1, syntax="type name [caCert]"),
    command("set csr gen", generate_request, 1, level=1, syntax="name"),
    command("show csr list", list_requests, level=1, syntax="[own]"),
    command("show csr own", show_request, 1, level=1, syntax="filename"),
    command("set cert bulk export", bulk, 1, level=1, syntax="unit"),
    command("set cert bulk consolidate", bulk, 1, level=1, syntax="unit"),
    command("set cert bulk import", bulk, 1, level=1, syntax="unit"),
    command(
        "set web-security",
        set_web_security,
        4,
        syntax="orgunit orgname locality state [country] [alternatehostname]",
    ),
    command("show web-security", show_web_security),
)
