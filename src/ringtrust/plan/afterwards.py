"""What follows a single act: a wave of resets perhaps, and services that have to be restarted (S111 to S116, S143)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.services import RestartRule
from ringtrust.change.plan import Note
from ringtrust.cluster.names import is_store

_WHERE: Final = {
    "this node": "on this node",
    "publisher": "on the publisher",
    "where active": "on every node where it is active",
    "every node": "on every node",
}


def wave(facts: ReleaseFacts, unit: str) -> Iterator[Note]:
    """That phones may reset. Raises RefusedError for a unit that the release does not have."""
    expected = facts.unit(unit).resets_phones == "expected"
    says = "Phones of the whole cluster reset" if expected else "Phones of the whole cluster may reset"
    parameter = facts.resets.parameter
    unless = "" if facts.reset_is_automatic else f", as far as the enterprise parameter {parameter} lets them"
    why = "their trust list is built anew" if expected else "a new certificate of any type may bring it about"
    yield Note(f"{says} by themselves{unless}: {why}.", ("S113", "S114", "S115" if expected else "S116"))


def restarts(facts: ReleaseFacts, name: str) -> tuple[Note, ...]:
    """What has to be restarted after a new certificate of a unit, or after a change of a store, in its order.

    Before it stands the CTL: no secure phone may meet a certificate that its CTL does not hold (H13; 214231, 217138).
    Behind it stands what else the sources ask for. One note says so where no source names anything. Raises RefusedError
    for a name that the release does not have.
    """
    rules = facts.restarts(name)
    if not rules:
        kind = "trust store" if is_store(name) else "unit"
        return (Note(f"No source names a service to restart for the {kind} {name}.", ("S111",)),)
    besides = {text: rule.sources for rule in rules for text in rule.notes}
    own = not is_store(name)
    return (
        *(_before_restarts(facts, name) if own else ()),
        *(Note(_line(rule), rule.sources) for rule in rules),
        *(Note(text, sources) for text, sources in besides.items()),
        *((Note("Take a new DRS backup: the last one holds the old certificate.", ("S58", "S59")),) if own else ()),
    )


def _before_restarts(facts: ReleaseFacts, unit: str) -> Iterator[Note]:
    if facts.unit(unit).in_ctl:
        yield Note(
            "In mixed mode the CTL does not follow by itself. Update it by hand before anything restarts, in the way "
            "that it was made: utils ctl update CTLFile on the publisher, or the CTL client with an eToken.",
            ("S68", "S69", "S79", "H13"),
        )


def _line(rule: RestartRule) -> str:
    only = f", only with {rule.only_with}" if rule.only_with else ""
    others = f" (or {', '.join(rule.aliases)}, as `utils service list` has it)" if rule.aliases else ""
    return f"{rule.service}{others} {_WHERE[rule.where]}{only}: {rule.command}"
