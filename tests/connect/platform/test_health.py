"""The release, the nodes, pages on or off."""

import pytest

from ringtrust.connect.platform.health import NetworkNode, paging_is_off, read_network, read_version
from ringtrust.errors import UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

NODES = TRANSCRIPTS["the nodes"]


def test_a_node_as_another_sees_it_and_as_it_sees_itself() -> None:
    other, itself = read_network(NODES)
    assert other == NetworkNode(
        "10.3.74.11",
        "CUCMPUB.edgrodrilab.com",
        "CUCMPUB",
        publisher=True,
        authenticated=True,
        detail="using TCP since Thu Oct 28 11:27:36 2021",
    )
    assert (itself.publisher, itself.authenticated, itself.detail) == (False, True, "")


def test_both_widths_say_the_same() -> None:
    assert read_network(NODES) == read_network(TRANSCRIPTS["the nodes, up to 9.x"])


def test_a_node_may_be_called_publisher_or_have_no_domain() -> None:
    (node,) = read_network("10.0.0.1 publisher.lab publisher Publisher callmanager DBPub authenticated\n")
    assert (node.name, node.publisher) == ("publisher", True)
    (node,) = read_network("10.0.0.1 sub1 Subscriber authenticated\n")
    assert (node.name, node.fqdn) == ("sub1", "sub1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Server Table (processnode) Entries\n-----\npub\n\nSuccessful\n",
        NODES.replace("DBSub authenticated", "DBSub"),
        NODES.replace(" Subscriber ", " Something "),
        NODES.replace("10.3.74.12 CUCMSUB.edgrodrilab.com CUCMSUB ", ""),
    ],
)
def test_what_is_no_table_of_nodes_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_network(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Active Master Version:\n",
        "Active Master Version: fifteen\n",
        f"Active Master Version: {'1.' * 500}\n",
        "Inactive Master Version: 12.5.1.14900-63\n",
        "Active Master Version: 12.5.1.14900-63\nActive Master Version: 15.0.1.12900-234\n",
    ],
)
def test_what_is_no_version_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_version(text)


def test_pages_are_on_or_off_or_it_is_not_known() -> None:
    assert paging_is_off(TRANSCRIPTS["is pagination off"])
    assert not paging_is_off("Automatic Pagination : On.\n")
    with pytest.raises(UnreadableError):
        paging_is_off("Automatic Pagination : Perhaps.\n")
