"""What a document says that it is, before anybody judges it by what it lacks."""

import msgspec


class _Formatted(msgspec.Struct):
    format: str = ""


def format_of(data: bytes) -> str:
    """Its `format`, such as `ringtrust.plan/3`; empty where there is none, or where it is no JSON at all."""
    try:
        return msgspec.json.decode(data, type=_Formatted).format
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def kind_of(format_name: str) -> str:
    """The word in it: `plan` for `ringtrust.plan/3`."""
    return format_name.partition("/")[0].removeprefix("ringtrust.")
