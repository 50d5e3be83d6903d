"""`ringtrust trustlist build`: a new, signed list from certificates."""

from datetime import datetime
from typing import Final

import click

from ringtrust.cli.files import refuse_standard_input_twice, writable, write_output
from ringtrust.cli.keys import PASSWORD_VARIABLE, signing_key
from ringtrust.cli.output import say, say_json
from ringtrust.cli.records import RECORD_FORM, RecordWords, record_of, words_of
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError
from ringtrust.report.trustlists import list_document, list_lines, table_lines, verdict_sentence
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList, build_list
from ringtrust.trust.remarks import remarks
from ringtrust.trust.roles import ROLE_OF_WORD

_DIGESTS: Final = {"sha1": Digest.SHA1, "sha512": Digest.SHA512}
_CHOICE: Final = {"case_sensitive": False}


@click.command(short_help="Make a signed list from certificates.")
@click.argument("out")
@click.option("--kind", type=click.Choice(["itl", "ctl"], **_CHOICE), default="itl", show_default=True)
@click.option("--signer", required=True, metavar="CERT", help="The signer's certificate, PEM or DER.")
@click.option(
    "--key", required=True, metavar="KEY", help=f"Its private key, PEM; {PASSWORD_VARIABLE} may hold the password."
)
@click.option(
    "--record",
    "records",
    multiple=True,
    required=True,
    metavar=RECORD_FORM,
    help=f"One record; repeat it. ROLE is one of {', '.join(ROLE_OF_WORD)}; `hash` puts its SHA-1 in its place.",
)
@click.option(
    "--digest",
    type=click.Choice(list(_DIGESTS), **_CHOICE),
    default="sha1",
    show_default=True,
    help="SHA-512 needs 11.5, and phones that know it.",
)
@click.option("--time", "instant", metavar="TIME", help="When it was signed, ISO 8601 with zone; now unless given.")
@click.option("--force", is_flag=True, help="Replace OUT when it exists.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_obj
def build(
    clock: Clock,
    out: str,
    kind: str,
    signer: str,
    key: str,
    records: tuple[str, ...],
    digest: str,
    instant: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Make a signed trust list OUT. The signer must be one of the SAST records, or no phone could check the list."""
    wanted: list[RecordWords] = [words_of(text) for text in records]
    inputs = [signer, key, *(words.file for words in wanted)]
    refuse_standard_input_twice(inputs)
    target = writable(out, force=force, inputs=inputs)
    timestamp = _timestamp(instant, clock)
    found = build_list(
        ListKind(kind.upper()),
        [record_of(words) for words in wanted],
        signing_key(signer, key),
        timestamp=timestamp,
        digest=_DIGESTS[digest.lower()],
    )
    write_output(target, found.data, force=force)
    _tell(out, found, clock, as_json=as_json)


def _tell(out: str, found: TrustList, clock: Clock, *, as_json: bool) -> None:
    verdict = found.verdict()
    if as_json:
        say_json(list_document(found, verdict, clock.now()))
        return
    say(f"Wrote {out}.")
    for line in (
        *list_lines(found, verdict),
        verdict_sentence(verdict, "of the list itself"),
        *table_lines(found, verdict),
    ):
        say(line)
    for remark in remarks(found, clock.now()):
        say(f"Remark: {remark}")


def _timestamp(instant: str | None, clock: Clock) -> int:
    if instant is None:
        return int(clock.now().timestamp())
    try:
        when = datetime.fromisoformat(instant)
    except ValueError as error:
        raise RefusedError(f'"{instant}" is no time.', advice="Write it as 2026-11-23T03:00:00+01:00.") from error
    if when.tzinfo is None:
        raise RefusedError(
            f'"{instant}" has no time zone.', advice="Add it, as in 2026-11-23T03:00:00+01:00 or with a Z."
        )
    return int(when.timestamp())
