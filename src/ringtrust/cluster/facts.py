"""What is known about one thing: its value, or why there is none. "Could not read" is never "empty" (design §4.2)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec

Value = TypeVar("Value")
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment that every other can be compared with: a time without its zone is refused when it is read."""


class Known(
    msgspec.Struct,
    Generic[Value],
    frozen=True,
    tag="known",
    tag_field="is",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """It was read; `source` is the interface that told it, empty where it followed from others."""

    value: Value
    source: str = ""


class Unread(msgspec.Struct, frozen=True, tag="unread", tag_field="is", forbid_unknown_fields=True):
    """It should be there, and could not be read; `reason` is a sentence."""

    reason: str


class Skipped(msgspec.Struct, frozen=True, tag="skipped", tag_field="is", forbid_unknown_fields=True):
    """It was not asked for, because it cannot be there; `reason` is a sentence."""

    reason: str


Fact = Known[Value] | Unread | Skipped


def known(facts: Iterable[Known[Value] | Unread | Skipped]) -> Iterator[Value]:
    """The values of those that were read. The caller has said elsewhere what was not."""
    for fact in facts:
        if isinstance(fact, Known):
            yield fact.value
