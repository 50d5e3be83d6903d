"""What a document says that it is, before anybody judges it by what it lacks."""

import msgspec

from ringtrust.errors import RefusedError


class _Formatted(msgspec.Struct):
    format: str = ""


def format_of(data: bytes) -> str:
    """Its `format`, such as `ringtrust.plan/6`; empty where there is none, or where it is no JSON at all."""
    try:
        return msgspec.json.decode(data, type=_Formatted).format
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def kind_of(format_name: str) -> str:
    """The word in it: `plan` for `ringtrust.plan/6`."""
    return format_name.partition("/")[0].removeprefix("ringtrust.")


def refuse_other_form(data: bytes, form: str, make: str, again: str) -> None:
    """Raises RefusedError for a document of another kind, or of another form of this kind.

    What another ringtrust has written was not edited, and is not judged by what it lacks here. `make` and `again` say
    what to do in either case.
    """
    found, kind = format_of(data), kind_of(form)
    if found and kind_of(found) != kind:
        raise RefusedError(f"This is no {kind}, but a {kind_of(found)}.", advice=make)
    if found and found != form:
        raise RefusedError(
            f"This is a {kind} of the form {found!r}, not {form}: another ringtrust has made it.", advice=again
        )
