"""What has moved between two fingerprints of one cluster, in sentences, and how much each weighs. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ringtrust.change.act import Regenerate
from ringtrust.change.fingerprint import Fingerprint, Kind, Moved, Trait, Unseen, Weight
from ringtrust.change.gate import CertificateIs, CertificateIsNew, Vouched
from ringtrust.change.plan import Plan, Step
from ringtrust.cluster.names import TVS
from ringtrust.plan.fingerprint import hash_of
from ringtrust.trust.names import counted, printable, quoted, some

_ONE_IN: Final = 20
_ALWAYS: Final = 3
_TWO: Final = 2
_TOLD: Final = frozenset({"list-file", "ctl-file", "backup"})
_BREAKS: Final = frozenset({"node", "version", "mode", "rollback"})
"""A plan is made for these: it acts by them, and its first gates ask for them (G-MODE, G-RB, G-UPG)."""
_ASKED_ANYWAY: Final = frozenset({"loaded", "backup", "list-file", "ctl-file"})
"""Gates look at these before the first act in any case (G-TVS, G-DRS, G-ITL)."""


class _Word(NamedTuple):
    """How a kind of trait is called, and what is said where there is none."""

    label: str
    none: str = "not there"
    many: str = ""


_WORDS: Final[Mapping[Kind, _Word]] = {
    "node": _Word("the node {node}", many="the nodes"),
    "version": _Word("the version of {node}", "not known", "the version of {node}"),
    "certificate": _Word("the certificate {name} of {node}", many="the certificates of {node}"),
    "loaded": _Word("the certificate that {name} of {node} runs with", "not seen", "what TVS of {node} runs with"),
    "service": _Word("{name} of {node}", "not activated", "the services of {node}"),
    "list": _Word("the ITL of {node}", "not served", "the ITL of {node}"),
    "list-file": _Word("the file of the ITL of {node}", "not served", "the ITL of {node}"),
    "ctl": _Word("the CTL of {node}", "not served", "the CTL of {node}"),
    "ctl-file": _Word("the file of the CTL of {node}", "not served", "the CTL of {node}"),
    "trusted": _Word("{name}, on {node}", "not there", "the trust stores of {node}"),
    "mode": _Word("the security mode", "not known", "the security mode"),
    "rollback": _Word("the rollback parameter", "not known", "the rollback parameter"),
    "group": _Word("the CM group {name}", many="the CM groups"),
    "backup": _Word("the last good backup", many="the backup history"),
    "phones": _Word("the phones", many="the phones"),
}
_ORDER: Final[Mapping[Weight, int]] = {"breaks": 0, "weighs": 1, "unread": 2, "told": 3}


class _Change(NamedTuple):
    """What a trait was, and is, in words; empty where there is none."""

    kind: Kind
    name: str
    was: str
    here: str


class Names(NamedTuple):
    """What a plan knows by its name: certificates as `TVS of sub1`, and phones by the hashes of their names."""

    certificates: Collection[str] = ()
    phones: Mapping[bytes, str] = {}


NO_NAMES: Final = Names()


def moved(old: Fingerprint, new: Fingerprint, names: Names = NO_NAMES) -> tuple[Moved, ...]:
    """All that is otherwise than it was, what weighs most first. Nothing where the two are one."""
    found = [*_unread(old, new), *_traits(old, new, names), *_phones(old, new, names)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: _ORDER[each.weight]))


def named_by(plan: Plan) -> frozenset[str]:
    """The certificates that a plan knows by their serial numbers: with others there it cannot be carried out."""
    return frozenset(name for step in plan.steps for name in _named(step))


def _named(step: Step) -> Iterator[str]:
    if isinstance(step.act, Regenerate):
        yield f"{step.act.unit} of {step.act.node}"
    for condition in (gate.condition for gate in (*step.before, *step.after)):
        match condition:
            case CertificateIs(unit=unit, node=node) | CertificateIsNew(unit=unit, node=node):
                yield f"{unit} of {node}"
            case Vouched(known=known):
                yield from (f"{TVS} of {each.node}" for each in known if each.serial)
            case _:
                pass


def _unread(old: Fingerprint, new: Fingerprint) -> Iterator[Moved]:
    """What could not be read is never what is not there any more (design.md §4.2)."""
    both = _nodes(old) & _nodes(new)
    before = {(each.kind, each.node) for each in old.unseen if each.node in both}
    now = {(each.kind, each.node): each for each in new.unseen if each.node in both}
    for key, unseen in now.items():
        if key not in before:
            weight: Weight = "told" if unseen.kind in _ASKED_ANYWAY else "unread"
            yield Moved(_sentence(f"{_many(unseen)} could not be read now: {printable(unseen.reason)}"), weight)
    for unseen in old.unseen:
        if unseen.node in both and (unseen.kind, unseen.node) not in now:
            yield Moved(_sentence(f"{_many(unseen)} could not be read when the plan was made, and can be now"), "told")


def _nodes(fingerprint: Fingerprint) -> frozenset[str]:
    """Those that are there; what is of the cluster itself is of the node without a name."""
    return frozenset({"", *(trait.node for trait in fingerprint.traits if trait.kind == "node")})


def _many(unseen: Unseen) -> str:
    return _WORDS[unseen.kind].many.format(node=unseen.node)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _traits(old: Fingerprint, new: Fingerprint, names: Names) -> Iterator[Moved]:
    both = _nodes(old) & _nodes(new)  # a node that comes or goes is one sentence, not fifty
    blind = {(each.kind, each.node) for each in (*old.unseen, *new.unseen)}
    before, now = _by_name(old), _by_name(new)
    alike: dict[tuple[_Change, Weight], list[str]] = defaultdict(list)
    for key in sorted(before.keys() | now.keys()):
        was, here = before.get(key, ()), now.get(key, ())
        trait = (*was, *here)[0]
        seen = trait.kind == "node" or trait.node in both
        if was != here and seen and (trait.kind, trait.node) not in blind:
            change = _Change(trait.kind, trait.name, _values(was), _values(here))
            alike[change, _weight(trait, was, here, names)].append(printable(trait.node))
    for (change, weight), nodes in alike.items():
        yield Moved(_told(change, nodes), weight)


def _by_name(fingerprint: Fingerprint) -> Mapping[tuple[str, str, str], tuple[Trait, ...]]:
    """Traits of one name may be several: two certificates of one subject in one store."""
    found: dict[tuple[str, str, str], tuple[Trait, ...]] = defaultdict(tuple)
    for trait in fingerprint.traits:
        found[trait.kind, trait.node, trait.name] += (trait,)
    return found


def _told(change: _Change, nodes: Sequence[str]) -> str:
    """One sentence for all nodes on which the same has changed in the same way."""
    word = _WORDS[change.kind]
    name = quoted(change.name) if change.kind == "group" else printable(change.name)
    label = word.label.format(name=name, node=" and ".join(nodes) if len(nodes) <= _TWO else some(nodes))
    return _sentence(f"{label} was {change.was or word.none}, and is {change.here or word.none} now")


def _values(traits: tuple[Trait, ...]) -> str:
    return " and ".join(printable(each.value) for each in traits)


def _weight(trait: Trait, was: tuple[Trait, ...], here: tuple[Trait, ...], names: Names) -> Weight:
    if trait.kind in _TOLD or (trait.kind == "trusted" and not was):
        return "told"  # one more certificate in a store takes trust from nobody
    if trait.kind == "loaded" and not (was and here):
        return "told"  # the port was not there to be looked at; G-TVS looks
    if trait.kind in _BREAKS or (trait.kind == "certificate" and f"{trait.name} of {trait.node}" in names.certificates):
        return "breaks"
    return "weighs"


def _phones(old: Fingerprint, new: Fingerprint, names: Names) -> Iterator[Moved]:
    if any(each.kind == "phones" for each in (*old.unseen, *new.unseen)):
        return
    before, now = _places(old), _places(new)
    changed: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    for each in before.keys() & now.keys():
        if not before[each].same(now[each]):
            changed[before[each].text, now[each].text].add(each)
    for (was, here), phones in sorted(changed.items()):
        yield Moved(f"{_who(phones, names)}: in {was}; now in {here}.", "weighs")
    if come := now.keys() - before.keys():
        weight: Weight = "told" if are_few(len(come), len(now)) else "weighs"
        yield Moved(f"New in the database, and no wave of this plan waits for them: {_who(come, names)}.", weight)
    if gone := before.keys() - now.keys():
        yield Moved(f"No more in the database: {_who(gone, names)}.", "told")


def are_few(new: int, phones: int) -> bool:
    """Whether so many of these phones may be new: no wave of a plan waits for those that it does not know (H07)."""
    return new <= max(_ALWAYS, phones // _ONE_IN)


class _Place(NamedTuple):
    """Where a phone is: its CM group, and the mode of its security profile where that was asked for and read."""

    group: str
    profile: str

    def same(self, other: "_Place") -> bool:
        """Whether nothing is known to have changed."""
        return self.group == other.group and (self.profile == other.profile or "" in {self.profile, other.profile})

    @property
    def text(self) -> str:
        """In words."""
        return f"CM group {quoted(self.group)}{f', {printable(self.profile)}' if self.profile else ''}"


def _places(fingerprint: Fingerprint) -> Mapping[bytes, _Place]:
    return {phone: _Place(each.group, each.profile) for each in fingerprint.phones for phone in each.hashes()}


def _who(phones: Collection[bytes], names: Names) -> str:
    known = sorted(printable(names.phones[each]) for each in phones if each in names.phones)
    return f"{counted(len(phones), 'phone')}{f' ({some(known)})' if known else ''}"


def names_of(plan: Plan, phones: Collection[str]) -> Names:
    """What a plan knows by name, with the phones that are there now."""
    known = {*plan.phones, *(each.name for each in plan.stragglers), *phones}
    return Names(named_by(plan), {hash_of(each): each for each in known})
