"""Declarations of clusters: the shipped ones are what the issue of their making says, and misfits are told."""

import json
from pathlib import Path

import msgspec
import pytest

from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.lab.phones import new_phones
from ringtrust.lab.releases import known_releases, release
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.type_tables import SERVICE_ENUM, service_number
from ringtrust.lab.topology import Delays, known_topologies, read_topology
from tests.support.clusters import bench, small

SHIPPED = Path(__file__).resolve().parents[2] / "src/ringtrust/lab/topologies"


@pytest.mark.parametrize("name", ["campus-9.1", "campus-12.5"])
def test_a_campus_has_three_nodes_two_of_them_with_tftp_and_two_groups_of_a_hundred_phones(name: str) -> None:
    found = read_topology(name)
    assert [(node.name, node.role) for node in found.nodes] == [
        ("pub", "publisher"),
        ("sub1", "subscriber"),
        ("sub2", "subscriber"),
    ]
    assert all("Cisco CallManager" in node.services for node in found.nodes)
    assert found.tftp.order == ("pub", "sub1")
    assert [(group.name, group.members, group.phones) for group in found.groups] == [
        ("A", ("sub1", "sub2"), 100),
        ("B", ("sub2", "sub1"), 100),
    ]
    assert found.backup.days_ago == 1
    assert found.certificates.expire_within_days == 30
    assert len((SHIPPED / f"{name}.toml").read_text().splitlines()) < 60


def test_a_single_node_is_everything_itself() -> None:
    found = read_topology("single-9.1")
    [node], [group] = found.nodes, found.groups
    assert node.role == "publisher"
    assert found.tftp.order == group.members == (node.name,)


def test_in_a_branch_every_phone_has_one_node_and_two_nodes_serve_lists() -> None:
    found = read_topology("branch-11.5")
    assert found.tftp.order == ("pub", "sub1")
    assert [len(group.members) for group in found.groups] == [1, 1]


def test_a_campus_of_14_has_four_subscribers_and_groups_of_two_and_three() -> None:
    found = read_topology("campus-14")
    assert [node.role for node in found.nodes] == ["publisher", *["subscriber"] * 4]
    assert len(found.tftp.order) == 2
    assert {len(group.members) for group in found.groups} == {2, 3}


@pytest.mark.parametrize(("name", "tokens"), [("secure-9.1", 2), ("secure-11.5", 0), ("secure-14", 0)])
def test_a_secure_cluster_has_phones_of_every_kind_that_matters_a_twentieth_without_tvs(name: str, tokens: int) -> None:
    found = read_topology(name)
    assert (found.security.mixed, found.security.tokens, found.certificates.expire_within_days) == (True, tokens, 30)
    kinds = [extension.kind for extension in extensions(found)]
    assert len(kinds) == 200
    assert [sum(not kind.tvs for kind in kinds), sum(kind.secure for kind in kinds)] == [10, 180]
    for wanted in ("dot1x", "wireless"):
        assert 0 < sum(getattr(kind, wanted) for kind in kinds) < 10
    assert 0 < sum(kind.secure and not kind.lsc and kind.mic for kind in kinds) < 10
    provider = found.facts.ctl.provider
    assert all(provider in node.services for node in found.nodes)


def test_a_megacluster_has_as_many_nodes_as_a_cluster_may_have() -> None:
    found = read_topology("mega-15")
    assert len(found.nodes) == 21
    assert len(found.tftp.order) == 8
    serving = [node for node in found.nodes if "Cisco CallManager" in node.services]
    assert len(serving) == 12
    assert {member for group in found.groups for member in group.members} == {node.name for node in serving}
    assert len(found.groups) >= 6
    assert {len(group.members) for group in found.groups} == {2, 3}
    assert sum(group.phones for group in found.groups) == 400
    assert all(len((SHIPPED / f"{name}.toml").read_text().splitlines()) < 70 for name in known_topologies())


def test_delays_that_a_topology_does_not_name_have_their_default() -> None:
    assert Delays().change_notification == 1800
    assert read_topology("campus-9.1").delays == Delays()


def test_every_shipped_topology_and_release_is_listed_and_fits() -> None:
    assert known_topologies() == (
        *("branch-11.5", "campus-12.5", "campus-14", "campus-9.1", "mega-15"),
        *("secure-11.5", "secure-14", "secure-9.1", "single-9.1"),
    )
    assert known_releases() == ("11.5", "12.5", "14.0", "15.0", "9.1")
    for name in known_releases():
        found = release(name)
        assert found.unit(found.itl_signer) is not None
        for unit in found.units:
            assert {unit.name, *unit.copies} <= set(SERVICE_ENUM)
            assert unit.curve == (unit.bits == 0)
        assert all(service_number(feature) is not None for feature in found.services.features)
        known = {*found.services.everywhere, *found.services.publisher, ""}
        assert {unit.restarts_itself for unit in found.units} <= known
        assert found.unit("callmanager") == found.unit("CallManager")
        assert all(found.unit(unit) is not None for unit in (*found.ctl.sasts, *found.ctl.beside_tokens))
        assert found.ctl.provider in {*found.services.features, ""}
        assert found.ctl.recovery_signer in {*found.ctl.sasts[1:], ""}
        assert found.unit("nothing") is None


def _changed(**changes: object) -> bytes:
    """The document of a shipped topology with some of it replaced."""
    document = {**msgspec.to_builtins(read_topology("campus-9.1")), **changes}
    return "".join(f"{name} = {_toml(value)}\n" for name, value in document.items()).encode()


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


SUBJECT = {"organization": "A", "unit": "B", "locality": "C", "state": "D", "country": "PL"}
NODE = {"name": "pub", "role": "publisher", "services": []}
LOST = [{"name": "A", "members": ["sub1"], "phones": 1}]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"release": "3.3"}, "does not know release 3.3"),
        ({"nodes": [NODE, NODE]}, "one publisher"),
        ({"nodes": [NODE, {**NODE, "role": "subscriber"}]}, "one name"),
        ({"groups": []}, "no CM group"),
        ({"security": {"mixed": True}}, "In mixed mode its publisher needs Cisco CTL Provider"),
        ({"security": {"mixed": True, "tokens": 2}}, "In mixed mode its publisher needs Cisco CTL Provider"),
        ({"release": "15.0", "security": {"mixed": True, "tokens": 2}}, "eTokens go up to release 13"),
        ({"groups": [{"name": "A", "members": [], "phones": 1}]}, "Group A has no members"),
        ({"groups": [{"name": "A", "members": ["sub9"], "phones": 1}]}, "not there"),
        (
            {"nodes": [NODE, {**NODE, "name": "sub1", "role": "subscriber"}], "groups": LOST},
            "its phones cannot register",
        ),
        ({"tftp": {"order": []}}, "No node serves files"),
        ({"tftp": {"order": ["sub2"]}}, "without Cisco Tftp"),
        ({"seed": "one"}, "is no topology"),
        ({"colour": "green"}, "is no topology"),
        ({"certificates": {"expire_within_days": 0, "lifetime_days": 1825}}, "is no topology"),
        ({"groups": [{"name": "A", "members": ["sub1"], "phones": -1}]}, "is no topology"),
        ({"groups": [{"name": "A", "members": ["sub1"], "phones": 100_001}]}, "is no topology"),
        ({"groups": [{"name": name, "members": ["sub1"], "phones": 60_000} for name in "AB"]}, "It has 120,000 phones"),
        ({"delays": {"database": -1}}, "is no topology"),
        ({"delays": {"phone_boot": 1e9}}, "is no topology"),
        ({"subject": {**SUBJECT, "country": "Poland"}}, "is no topology"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_the_reason(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(_changed(**changes))
    with pytest.raises(RefusedError, match=reason):
        read_topology(str(path))


def test_one_s_own_topology_is_read_and_what_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(_changed(name="mine"))
    assert read_topology(str(path)).name == "mine"
    for name, error in (("nowhere", RefusedError), (str(tmp_path / "no.toml"), UnreadableError)):
        with pytest.raises(error):
            read_topology(name)
    path.write_bytes(b"\xff\xfe = [")
    with pytest.raises(RingtrustError, match="is no topology"):
        read_topology(str(path))


def test_another_number_of_phones_is_shared_out_evenly_and_has_a_limit() -> None:
    assert [group.phones for group in small(phones=7).groups] == [4, 3]
    assert len(extensions(small(phones=7))) == 7
    for number in (-1, 100_001):
        with pytest.raises(RefusedError, match="A lab has 0 to 100,000 phones"):
            small(phones=number)


def test_a_hundred_thousand_phones_have_names_and_numbers_of_their_own() -> None:
    found = extensions(small("mega-15", phones=100_000))
    assert len({each.device for each in found}) == len({each.number for each in found}) == 100_000


def test_phones_have_different_names_and_do_not_boot_in_step() -> None:
    phones = new_phones(bench(small(phones=200), on=False).cluster)
    assert len({phone.traits.device for phone in phones}) == 200
    boots = [phone.traits.boot_seconds for phone in phones]
    assert len(set(boots)) == 200
    assert max(boots) <= read_topology("campus-9.1").delays.phone_boot
