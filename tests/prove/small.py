"""Clusters small enough to be looked at state by state, and nights on them."""

from hypothesis import strategies as st

from ringtrust.change import night
from ringtrust.change.ground import Copy, FirstList, Ground, GroundNode, PhoneClass, item, token
from ringtrust.change.night import Deed
from tests.prove.brute_state import TFTP, TVS_SERVICE

NAMES = ("pub", "sub1", "sub2")
RELEASES = {
    "9.1": {"signer": "CallManager", "sasts": ("CallManager",), "recovery": "", "shared": ()},
    "11.5": {
        "signer": "CallManager",
        "sasts": ("CallManager", "ITLRecovery"),
        "recovery": "ITLRecovery",
        "shared": (),
    },
    "12.5": {
        "signer": "ITLRecovery",
        "sasts": ("ITLRecovery", "CallManager"),
        "recovery": "CallManager",
        "shared": ("ITLRecovery",),
    },
}
OLD = frozenset[tuple[str, str]]
"""Of a node's list, the places of which it still holds a certificate of before; `loaded` and `rollback` likewise."""
UP_TO_DATE: OLD = frozenset()


def ground(
    release: str,
    tftp: tuple[str, ...],
    members: tuple[str, ...],
    *,
    nodes: int = 2,
    rollback: bool = False,
    old: OLD = UP_TO_DATE,
) -> Ground:
    """A cluster with one CM group."""
    facts, names = RELEASES[release], NAMES[:nodes]
    return Ground(
        cluster="small",
        version=release,
        mixed=False,
        rollback=rollback,
        ctl_signer="",
        ctl_second="",
        vouched=("CallManager", "ITLRecovery"),
        deletes_everywhere=release != "9.1",
        keys_restored=True,
        publisher="pub",
        nodes=tuple(_node(release, name, names, tftp, rollback=rollback, old=old) for name in names),
        classes=(PhoneClass("group A", "A", members, 1, lists=tftp),),
        copies=tuple(Copy(f"{name}.pem", token(item("CallManager", name), 0), "Phone-SAST-trust") for name in tftp),
        **facts,
    )


def _node(
    release: str, name: str, names: tuple[str, ...], tftp: tuple[str, ...], *, rollback: bool, old: OLD
) -> GroundNode:
    units = [unit for unit in RELEASES[release]["sasts"] if name == "pub" or unit not in RELEASES[release]["shared"]]
    serves = (_list(release, name, names, emptied=rollback != ((name, "rollback") in old), old=old),)
    return GroundNode(
        name=name,
        units=(*units, "TVS"),
        services=(TFTP, TVS_SERVICE) if name in tftp else (TVS_SERVICE,),
        tvs=token(item("TVS", name), -1 if (name, "loaded") in old else 0),
        serves=serves if name in tftp else (),
    )


def _list(release: str, name: str, names: tuple[str, ...], *, emptied: bool, old: OLD) -> FirstList:
    facts = RELEASES[release]
    places = [item(unit, "pub" if unit in facts["shared"] else name) for unit in facts["sasts"]]
    sasts = tuple(_first(name, place, old) for place in places)
    tvs = tuple(_first(name, item("TVS", each), old) for each in names)
    return FirstList(sasts[0], sasts, () if emptied else tvs, emptied)


def _first(name: str, place: str, old: OLD) -> str:
    return token(place, -1 if (name, place) in old else 0)


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """One to three nodes, one or two of them with lists, one or two in the CM group; some not quite up to date."""
    nodes = draw(st.sampled_from((1, 2, 2, 2, 3)))
    some = st.lists(st.sampled_from(NAMES[:nodes]), min_size=1, max_size=2, unique=True).map(tuple)
    tftp, members = tuple(sorted(draw(some))), draw(some)
    late = [
        (node, place) for node in tftp for place in (item("CallManager", node), item("TVS", members[0]), "rollback")
    ]
    late += [(node, "loaded") for node in members]
    old = draw(st.one_of(st.just(UP_TO_DATE), st.frozensets(st.sampled_from(late), max_size=2)))
    release, rollback = draw(st.sampled_from(sorted(RELEASES))), draw(st.integers(0, 9)) == 9
    return ground(release, tftp, members, nodes=nodes, rollback=rollback, old=old)


@st.composite
def deeds(draw: st.DrawFn, small: Ground) -> list[Deed]:
    """A few renewals, of different places for the most part, and something else before, between and after them."""
    renewals = [night.Renew(unit, node.name) for node in small.nodes for unit in node.units]
    count = draw(st.sampled_from((2, 3, 4)))
    lines: list[list[Deed]] = [[each] for each in draw(st.permutations([*renewals, *renewals[:2]]))[:count]]
    for line in draw(st.lists(_other_lines(small), max_size=6 - len(lines))):
        lines.insert(draw(st.integers(0, len(lines))), line)
    return [deed for line in lines for deed in line][:6]


def _other_lines(small: Ground) -> st.SearchStrategy[list[Deed]]:
    services = [(service, node.name) for node in small.nodes for service in node.services]
    rare: list[Deed] = [night.SetRollback(value=True), night.SetRollback(value=False), night.BackUp(), night.Restore()]
    rare += [night.ResetItl()] if small.recovery else []
    rare += [night.Delete("Phone-SAST-trust", copy.file, node.name) for copy in small.copies for node in small.nodes]
    rare += [make(*each) for each in services for make in (night.Stop, night.Start)]
    restarts = st.sampled_from(services).map(lambda each: [night.Stop(*each), night.Start(*each)])
    usual = st.sampled_from([[night.Wave(complete=True)], [night.Synchronise()]])
    return st.one_of(usual, restarts, st.sampled_from(rare).map(lambda each: [each]))
