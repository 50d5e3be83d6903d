"""Records on the command line: `ROLE=CERT[,dns=HOST][,ip=ADDRESS][,hash]`."""

from typing import Final

import msgspec

from ringtrust.cli.files import naming, read_input
from ringtrust.errors import RefusedError
from ringtrust.trust.certificates import certificates_in
from ringtrust.trust.choices import NO_ADDRESS
from ringtrust.trust.record import Record, build_record
from ringtrust.trust.roles import ROLE_OF_WORD, Role

RECORD_FORM: Final = "ROLE=CERT[,dns=HOST][,ip=ADDRESS][,hash]"


class RecordWords(msgspec.Struct, frozen=True):
    """What was asked for: a role, the file of a certificate, and how the record is to be written."""

    role: Role
    file: str
    dns_name: str
    ip_address: str
    by_hash: bool


def words_of(text: str) -> RecordWords:
    """The words of one record. Raises RefusedError."""
    word, _, rest = text.partition("=")
    file, *options = rest.split(",")
    if word.lower() not in ROLE_OF_WORD or not file:
        raise RefusedError(
            f'"{text}" is no record.', advice=f"Write {RECORD_FORM}, with ROLE one of {', '.join(ROLE_OF_WORD)}."
        )
    given = _options(options)
    return RecordWords(
        role=ROLE_OF_WORD[word.lower()],
        file=file,
        dns_name=given.get("dns", ""),
        ip_address=given.get("ip", NO_ADDRESS),
        by_hash="hash" in given,
    )


def _options(texts: list[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if key not in {"dns", "ip", "hash"} or (key == "hash") == bool(equals) or key in given:
            raise RefusedError(
                f'"{text}" is no option of a record, or stands there twice.',
                advice="There are dns=HOST, ip=ADDRESS and hash; file names with commas cannot be given.",
            )
        given[key] = value
    return given


def record_of(words: RecordWords) -> Record:
    """The record that was asked for. Raises UnreadableError and RefusedError."""
    source = read_input(words.file)
    with naming(source.name):
        certificates = certificates_in(source.data)
        if len(certificates) > 1:
            raise RefusedError(
                f"{source.name} holds {len(certificates)} certificates, and a record holds one.",
                advice="Give a file with the one you mean.",
            )
        return build_record(
            words.role,
            certificates[0],
            dns_name=words.dns_name,
            ip_address=words.ip_address,
            by_hash=words.by_hash,
        )
