"""`show cert list own|trust`, `show cert own` and `show cert trust` (interfaces.md §1.6)."""

from typing import Final

import msgspec

from ringtrust.connect.certificates import serial_text
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_LIST: Final = "show cert list"
_SHOW: Final = "show cert"
_SUFFIXES: Final = (".pem", ".der")
_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_END: Final = "-----END CERTIFICATE-----"
_DECIMAL_SERIAL: Final = "serialnumber"
# Until 14SU1, from 14SU2 on, and what others have met; the tag without blanks.
_TAGS: Final = {
    "serial number": "serial",
    _DECIMAL_SERIAL: "serial",
    "subject name": "subject",
    "subjectdn": "subject",
    "issuer name": "issuer",
    "issuerdn": "issuer",
    "validity from": "not_before_text",
    "start date": "not_before_text",
    "not before": "not_before_text",
    "to": "not_after_text",
    "final date": "not_after_text",
    "not after": "not_after_text",
}
# RFC 5280 allows 20 bytes; some have more.
_SERIAL_DIGITS_AT_MOST: Final = 160


class Listed(msgspec.Struct, frozen=True):
    """A row: `folder` is a unit or a -trust store, `description` what Cisco keeps beside the certificate."""

    folder: str
    file: str
    description: str

    @property
    def path(self) -> str:
        """As `show cert own|trust` wants it."""
        return f"{self.folder}/{self.file}"


class DecodedText(msgspec.Struct, frozen=True):
    """A certificate as the CLI shows it: its PEM, or, where the CLI shows none, what the decoded text says.

    `serial` is upper-case hexadecimal with two digits a byte; the dates are as printed, in the time zone of the node.
    """

    pem: str = ""
    serial: str = ""
    subject: str = ""
    issuer: str = ""
    not_before_text: str = ""
    not_after_text: str = ""


def read_listing(text: str) -> tuple[Listed, ...]:
    """The rows of `show cert list own|trust`, in their order. Raises UnreadableError and RefusedError."""
    lines = [line for line in answer_lines(text, _LIST) if line]
    if not lines:
        raise unreadable(_LIST, "it lists no certificate")
    return tuple(_listed(line) for line in lines)


def _listed(line: str) -> Listed:
    path, colon, description = line.partition(":")
    folder, slash, file = path.strip().partition("/")
    good = colon and slash and folder and not any(c.isspace() or c == "/" for c in folder + file)
    if not good or not file.lower().endswith(_SUFFIXES):
        raise unreadable(_LIST, "this is no row of a certificate", line)
    return Listed(folder, file, description.strip())


def read_certificate(text: str) -> DecodedText:
    """The certificate of `show cert own|trust`. Raises UnreadableError and RefusedError.

    Where there is PEM, the decoded text is not looked at: its layout differs from release to release.
    """
    lines = answer_lines(text, _SHOW)
    whole = "\n".join(lines)
    if _BEGIN in whole or _END in whole:
        return DecodedText(pem=_pem(whole))
    return _decoded(lines)


def _pem(text: str) -> str:
    """The one block; it may stand glued behind the bracket that closes the decoded text."""
    before, _, behind = text.partition(_BEGIN)
    body, end, rest = behind.partition(_END)
    if not end or _END in before or _BEGIN in behind or _END in rest:
        raise unreadable(_SHOW, "its PEM is cut short, or there is more than one certificate")
    return "\n".join([_BEGIN, *body.split(), _END, ""])


def _decoded(lines: list[str]) -> DecodedText:
    found: dict[str, str] = {}
    for line in lines:
        tag, colon, value = line.partition(":")
        field = _TAGS.get(" ".join(tag.split()).lower())
        # Extensions come last, and may repeat a tag for another certificate.
        if colon and field and field not in found and value.strip():
            found[field] = _serial(tag, value) if field == "serial" else value.strip()
    missing = sorted(each.removesuffix("_text") for each in set(_TAGS.values()) - set(found))
    if missing:
        raise unreadable(_SHOW, f"it has no PEM, and lacks {', '.join(missing)}", first_told(lines))
    return msgspec.convert(found, DecodedText)


def _serial(tag: str, value: str) -> str:
    digits = value.strip().replace(":", "").replace(" ", "")
    base = 10 if tag.strip().lower() == _DECIMAL_SERIAL else 16
    bare = digits.removeprefix("-").lower()
    if not 0 < len(bare) <= _SERIAL_DIGITS_AT_MOST or not set(bare) <= set("0123456789abcdef"[:base]):
        raise unreadable(_SHOW, "its serial number is none", value)
    return serial_text(int(digits, base))
