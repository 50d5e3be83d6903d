"""Replication, in both layouts, down to nodes that are not reached."""

import pytest

from ringtrust.cluster.snapshot import Replication
from ringtrust.connect.platform.replication import UNTOLD, read_replication
from ringtrust.errors import UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

NEW = TRANSCRIPTS["replication"]
OLD = """\
DB and Replication Services: ALL RUNNING

Cluster Replication State: Replication status command started at: 2014-01-02-16-18
     Replication status command is still running 12 tables checked out of 425

Cluster Detailed View from PUB (3 Servers):

                                PING            REPLICATION     REPL.   DBver& REPL.   REPLICATION SETUP
SERVER-NAME     IP ADDRESS      (msec)   RPC?   STATUS          QUEUE   TABLES LOOP?   (RTMT) & details
-----------     ------------    ------   ----   -----------     -----   ------ -----   -----------------
pub             10.0.0.1        0.045    Yes    Connected       0       match  Yes     (2) PUB Setup Completed
sub1            10.0.0.2        0.312    Yes    Connected       17      match  Yes     (2) Setup Completed
sub2            10.0.0.3        0.312    Yes    Dropped         0       -      Yes     (4) Setup Failed
"""


def test_the_later_layout() -> None:
    assert read_replication(NEW) == (
        Replication("cucm-01", 2, "(2) Setup Completed", 0),
        Replication("cucm-02", 2, "(2) Setup Completed", 0),
    )


def test_the_older_layout_while_the_status_command_still_runs() -> None:
    found = read_replication(OLD)
    assert found == (
        Replication("pub", 2, "(2) PUB Setup Completed", 0),
        Replication("sub1", 2, "(2) Setup Completed", 17),
        Replication("sub2", 4, "(4) Setup Failed", 0),
    )
    assert [row.good for row in found] == [True, True, False]


def test_a_node_that_is_not_reached_is_not_good_and_has_no_queue() -> None:
    row = "cucm-02                  172.168.0.102     0.312     Y/Y/Y     0        (g_3)          (2) Setup Completed"
    lost = "cucm-02                  172.168.0.102     Failed    N/N/N     --       (-)            (-) Off-Line"
    assert row in NEW
    assert read_replication(NEW.replace(row, lost))[1] == Replication("cucm-02", UNTOLD, "(-) Off-Line", UNTOLD)
    with pytest.raises(UnreadableError, match="no length of its queue"):
        read_replication(NEW.replace(row, row.replace(" 0    ", " --   ")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no table"),
        (NEW.partition("cucm-01  ")[0], "no table"),
        (NEW.partition("cucm-02")[0], "1 of 2 nodes"),
        (NEW + NEW, "no table"),
        (NEW.replace("(2) Setup Completed", "Setup Completed", 1), "no row of a node"),
        (NEW.replace("(2) Setup Completed", "(2", 1), "no row of a node"),
    ],
)
def test_what_is_no_whole_table_is_an_error(text: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        read_replication(text)
