"""A proof for people: what holds, or the story of how it does not, and what to insert."""

import textwrap
from collections.abc import Iterator
from typing import Final

from ringtrust.change.proof import Holds, Insertion, Proof, Refuted, Story, Violation
from ringtrust.trust.names import counted, printable

_WIDTH: Final = 110


def proof_lines(proof: Proof, *, explain: bool = False) -> Iterator[str]:
    """Line by line; nothing in it that a terminal would obey. `explain` adds what is claimed and what is assumed."""
    yield from map(printable, _lines(proof, explain=explain))


def _lines(proof: Proof, *, explain: bool) -> Iterator[str]:
    match proof.verdict:
        case Holds():
            yield f"HOLDS: {_what(proof)}."
            yield from _wrapped(
                f"No interruption, no straggler and no lost node strands a phone: {_looked_at(proof)}.", ""
            )
        case Refuted(stories=stories, violations=forbidden, repair=repair):
            yield f"REFUTED: {_what(proof)}."
            for told in stories:
                yield from _story(told)
            yield from _forbidden(proof, forbidden)
            yield from _repair(repair)
    for remark in proof.remarks:
        yield from _wrapped(f"Note: {remark.text} [{', '.join(remark.sources)}]", "")
    if explain:
        yield from _explained(proof)


def _what(proof: Proof) -> str:
    return f"{proof.subject} on {proof.ground.cluster} (version {proof.ground.version}), basis {proof.basis}"


def _looked_at(proof: Proof) -> str:
    count = len(proof.ground.classes)
    phones = counted(sum(each.phones for each in proof.ground.classes), "phone")
    return (
        f"{phones} in {count} {'class' if count == 1 else 'classes'}, {counted(len(proof.night), 'deed')}, "
        f"{counted(proof.states, 'state')}, {counted(proof.fetches, 'meeting')} of a phone with a list"
    )


def _story(told: Story) -> Iterator[str]:
    yield ""
    yield f"{counted(told.count, 'phone')} of {told.phones} may be stranded:"
    for number, sentence in enumerate(told.told, 1):
        yield from _wrapped(sentence, f"  {number}. ")


def _forbidden(proof: Proof, forbidden: tuple[Violation, ...]) -> Iterator[str]:
    if not forbidden:
        return
    yield ""
    yield "Cisco's documents forbid it:"
    for each in forbidden:
        stage = proof.night[each.at]
        text = f"{stage.where}, `{stage.text}`: {each.text} [{', '.join(each.sources)}]"
        yield from _wrapped(text, "  * ")


def _repair(repair: tuple[Insertion, ...]) -> Iterator[str]:
    if not repair:
        return
    yield ""
    inserted = [f"`{'` and `'.join(each.lines)}` after {each.after}" for each in repair]
    yield from _wrapped(f"Insert {'; '.join(inserted)}, and it holds.", "")


def _explained(proof: Proof) -> Iterator[str]:
    yield ""
    yield "Claimed"
    for each in proof.invariants:
        yield from _wrapped(each, "  * ")
    yield "Assumed"
    for each in proof.assumptions:
        yield from _wrapped(each, "  * ")
    yield f"Digest {proof.digest}."


def _wrapped(text: str, first: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False
    )
