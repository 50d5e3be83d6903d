"""`ringtrust lab partner`: what the RADIUS server of a lab that runs believes, and is told (H18)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ringtrust.cli.files import read_input, refuse_standard_input_twice
from ringtrust.errors import RefusedError
from ringtrust.lab.process.control import ask
from ringtrust.trust.names import brief, printable

_PARTNER: Final = "partner"
_LETTERS_AT_MOST: Final = 48_000
"""A request is a line of 64 KiB at most: this leaves room for what JSON escapes."""


def believed(folder: Path) -> list[dict[str, str]]:
    """The authorities that the partners believe. Raises UnreadableError."""
    found: list[dict[str, str]] = ask(folder, _PARTNER)
    return found


def trusted(folder: Path, files: Sequence[str]) -> list[dict[str, str]]:
    """The partners believe the certificates of these files from now on. Raises RefusedError, UnreadableError."""
    refuse_standard_input_twice(files)
    text = "".join(map(_as_pem, files))
    if len(text) > _LETTERS_AT_MOST:
        raise RefusedError(
            f"The certificates have {len(text):,} letters as PEM, more than the {_LETTERS_AT_MOST:,} of a request.",
            advice="Give fewer of them at once.",
        )
    found: list[dict[str, str]] = ask(folder, _PARTNER, more={"certificates": text})
    return found


def _as_pem(file: str) -> str:
    import ssl  # noqa: PLC0415 - as below

    from ringtrust.trust.certificates import certificates_in  # noqa: PLC0415 - the other verbs of a lab stay fast

    return "".join(map(ssl.DER_cert_to_PEM_cert, read_input(file).parsed(certificates_in)))


def lines(found: Sequence[dict[str, str]]) -> list[str]:
    """A line for every authority."""
    if not found:
        return ["The RADIUS server believes nobody."]
    width = max(len(brief(each["name"])) for each in found)
    return [
        f"{brief(each['name']):<{width}}  until {printable(each['not_after'][:10])}  serial {printable(each['serial'])}"
        for each in found
    ]
