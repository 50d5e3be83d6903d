"""`ringtrust trustlist build`: a new, signed list from certificates."""

import ipaddress
import os
import sys
from datetime import datetime
from typing import Final

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ringtrust.cli.files import echo_json, read_input, write_output
from ringtrust.clock import SystemClock
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.report.trustlists import list_document, list_lines, verdict_sentence
from ringtrust.trust.certificates import certificate_der
from ringtrust.trust.choices import NO_ADDRESS
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, build_list
from ringtrust.trust.record import Record, build_record
from ringtrust.trust.roles import ROLE_OF_WORD
from ringtrust.trust.signature import SigningKey

PASSWORD_VARIABLE: Final = "RINGTRUST_KEY_PASSWORD"  # noqa: S105 - the name of a variable
_DIGESTS: Final = {"sha1": Digest.SHA1, "sha512": Digest.SHA512}


@click.command()
@click.argument("out")
@click.option("--kind", type=click.Choice(["itl", "ctl"]), default="itl", show_default=True)
@click.option("--signer", required=True, metavar="CERT", help="The signer's certificate, PEM or DER.")
@click.option(
    "--key",
    required=True,
    metavar="KEY",
    help=f"Its private key, PEM; a password is asked for or taken from {PASSWORD_VARIABLE}.",
)
@click.option(
    "--record",
    "records",
    multiple=True,
    required=True,
    metavar="ROLE=CERT[,dns=HOST][,ip=ADDRESS][,hash]",
    help=f"One record; repeat it. ROLE is one of {', '.join(ROLE_OF_WORD)}; `hash` puts its SHA-1 in its place.",
)
@click.option(
    "--digest",
    type=click.Choice(list(_DIGESTS)),
    default="sha1",
    show_default=True,
    help="SHA-512 needs 11.5 and newer phones.",
)
@click.option("--time", "instant", metavar="TIME", help="When it was signed, ISO 8601 with zone; now unless given.")
@click.option("--force", is_flag=True, help="Replace OUT when it exists.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def build(
    out: str,
    kind: str,
    signer: str,
    key: str,
    records: tuple[str, ...],
    digest: str,
    instant: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Make a signed trust list OUT. The signer must be one of the SAST records, or no phone could check the list."""
    found = build_list(
        ListKind(kind.upper()),
        [parse_record(text) for text in records],
        _signing_key(signer, key),
        timestamp=_timestamp(instant),
        digest=_DIGESTS[digest],
    )
    write_output(out, found.data, force=force)
    verdict = found.verdict()
    if as_json:
        echo_json(list_document(found, verdict))
    else:
        for line in (f"Wrote {out}.", *list_lines(found), verdict_sentence(verdict)):
            click.echo(line)
    return 0


def parse_record(text: str) -> Record:
    """A record from `ROLE=CERT[,dns=HOST][,ip=ADDRESS][,hash]`. Raises RefusedError and UnreadableError."""
    word, _, rest = text.partition("=")
    file, *options = rest.split(",")
    if word.lower() not in ROLE_OF_WORD or not file:
        raise RefusedError(
            f'"{text}" is no record.', advice=f"Write ROLE=CERT, with ROLE one of {', '.join(ROLE_OF_WORD)}."
        )
    given = dict(option.partition("=")[::2] for option in options)
    if unknown := given.keys() - {"dns", "ip", "hash"}:
        raise RefusedError(
            f'"{sorted(unknown)[0]}" is no option of a record.',
            advice="There are dns=HOST, ip=ADDRESS and hash.",
        )
    return build_record(
        ROLE_OF_WORD[word.lower()],
        read_input(file).parsed(certificate_der),
        dns_name=given.get("dns", ""),
        ip_address=_address(given.get("ip", NO_ADDRESS)),
        by_hash="hash" in given,
    )


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise RefusedError(f'"{text}" is no IP address.', advice="Write it as 10.48.47.153.") from error


def _signing_key(signer: str, key: str) -> SigningKey:
    private = _private_key(key)
    return SigningKey(read_input(signer).parsed(certificate_der), private)


def _private_key(path: str) -> RSAPrivateKey:
    pem = read_input(path).data
    try:
        key = load_pem_private_key(pem, _password(path) if b"ENCRYPTED" in pem else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnreadableError(
            f"{path} is no private key in PEM, or its password is wrong.",
            advice="Check the file and the password.",
        ) from error
    if not isinstance(key, RSAPrivateKey):
        raise RefusedError(
            f"{path} is no RSA key; trust lists are signed with RSA.",
            advice="Use the key of an RSA certificate.",
        )
    return key


def _password(path: str) -> bytes:
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE].encode()
    if not sys.stdin.isatty():
        raise RefusedError(
            f"{path} has a password, and nobody is there to type it.",
            advice=f"Put it into the variable {PASSWORD_VARIABLE}.",
        )
    return str(click.prompt(f"Password of {path}", hide_input=True, err=True)).encode()


def _timestamp(instant: str | None) -> int:
    if instant is None:
        return int(SystemClock().now().timestamp())
    try:
        when = datetime.fromisoformat(instant)
    except ValueError as error:
        raise RefusedError(f'"{instant}" is no time.', advice="Write it as 2026-11-23T03:00:00+01:00.") from error
    if when.tzinfo is None or not 0 <= when.timestamp() < 2**32:
        raise RefusedError(
            f'"{instant}" has no zone, or is outside the years that a list can hold.',
            advice="Add the zone, as in +01:00 or Z.",
        )
    return int(when.timestamp())
