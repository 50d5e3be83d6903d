"""Hostile bytes: good ones that were spoilt, and what a reader may make of them."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

from ringtrust.errors import FormatError

Value = TypeVar("Value")


def read_or_refuse(read: Callable[[bytes], Value], data: bytes) -> Value | None:
    """The value; None where the reader refuses, with a reason and an offset inside the data."""
    try:
        return read(data)
    except FormatError as error:
        assert 0 <= error.offset <= len(data)
        assert error.reason
        return None


@st.composite
def spoilt(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A good file with a few bytes changed, cut out, or put in."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["change", "cut", "insert", "end"])):
            case "change" if at < len(data):
                data[at] = draw(st.integers(0, 255))
            case "cut":
                del data[at : at + draw(st.integers(1, 40))]
            case "insert":
                data[at:at] = draw(st.binary(min_size=1, max_size=40))
            case _:
                del data[at:]
    return bytes(data)
