"""What nodes are called in the database: an address, a short name or a full one; what two share names neither."""

from collections.abc import Sequence

import pytest

from ringtrust.cluster.node import Role
from ringtrust.observe.eyes import Site
from ringtrust.observe.naming import called, names_of

PUB = Site("pub", "10.0.0.1", Role.PUBLISHER, ("pub.lab.example",))


@pytest.mark.parametrize("said", ["sub1", "SUB1", "sub1.lab.example", "10.0.0.2"])
def test_a_node_is_found_by_whatever_it_is_called(said: str) -> None:
    for site in (
        Site("sub1", "10.0.0.2", Role.SUBSCRIBER),
        Site("sub1.lab.example", "10.0.0.2", Role.SUBSCRIBER),
        Site("10.0.0.2", "10.0.0.2", Role.SUBSCRIBER, ("sub1",)),
    ):
        assert called(said) & names_of(site, [PUB, site])
        assert not called(said) & names_of(PUB, [PUB, site])


def test_what_two_nodes_are_called_alike_names_neither() -> None:
    sites: Sequence[Site] = [
        Site("cucm.east.example", "10.0.0.2", Role.SUBSCRIBER),
        Site("cucm.west.example", "10.0.0.3", Role.SUBSCRIBER),
    ]
    for site in sites:
        assert "cucm" not in names_of(site, sites)
        assert called(site.name) & names_of(site, sites) == {site.name}


def test_an_address_has_no_first_label() -> None:
    assert called("10.0.0.2") == {"10.0.0.2"}
