"""`utils ctl`: the questions to the letter, answered once; done only where the node says so (118892, 118893)."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ringtrust.connect.platform.acts import Accepted, NotAccepted
from ringtrust.connect.platform.node import NodeCli
from ringtrust.errors import UnreadableError
from tests.support.live import live
from tests.support.scripted_cli import ScriptedCli, Talk

UPDATE = "utils ctl update CTLFile"
RESET = "utils ctl reset localkey"
MIXED = "utils ctl set-cluster mixed-mode"
NON_SECURE = "utils ctl set-cluster non-secure-mode"
RESTART = "Please Restart the TFTP and Cisco CallManager services on all nodes in the cluster that run these services\n"
ASKED = {
    UPDATE: "This operation will update the CTLFile. Do you want to continue? (y/n):",
    MIXED: "This operation will set the cluster to Mixed mode. Do you want to continue? (y/n):",
    NON_SECURE: "This operation will set the cluster to non secure mode. Do you want to continue? (y/n):",
}
SAID = {
    UPDATE: f"\nUpdating CTL file\nCTL file Updated\n{RESTART}",
    MIXED: f"\nMoving Cluster to Mixed Mode\nCluster set to Mixed Mode\n{RESTART}",
    NON_SECURE: f"\nMoving Cluster to Non Secure Mode\nCluster set to Non Secure Mode\n{RESTART}",
}
OF_12_5 = (
    "This operation will set the cluster to Mixed mode.  Auto-registration is enabled on at least one CM node. Do you "
    "want to continue? (y/n): "
)
SAID_BY_12_5 = (
    "Moving Cluster to Mixed Mode\nCluster set to Mixed Mode\n"
    "You must reset all phones to ensure they received the updated CTL file.\n"
    "You must restart Cisco CTIManager services on all the nodes in the cluster that have the service activated.\n"
)
Act = Callable[[NodeCli], Awaitable[Accepted | NotAccepted]]
ACTS: dict[str, Act] = {
    UPDATE: lambda node: node.update_ctl(),
    RESET: lambda node: node.reset_ctl(),
    MIXED: lambda node: node.set_mode(mixed=True),
    NON_SECURE: lambda node: node.set_mode(mixed=False),
}


async def done(folder: Path, command: str, question: str, said: str) -> tuple[Accepted | NotAccepted, list[str]]:
    """What became of it, and the lines that the node was sent."""

    async def answers(talk: Talk) -> None:
        if question:
            talk.show(question)
            await talk.line()
        talk.show(said)

    async with ScriptedCli({command: answers}).listening() as server, server.client(folder) as made:
        return await ACTS[command](NodeCli(made)), server.commands


@pytest.mark.shows("S69")
@pytest.mark.parametrize("command", ASKED)
@live
async def test_the_question_is_answered_with_y_and_the_words_of_success_count(tmp_path: Path, command: str) -> None:
    found, lines = await done(tmp_path, command, ASKED[command], SAID[command])
    assert isinstance(found, Accepted)
    assert lines == [command, "y"]
    assert "CallManager services on all nodes" in found.text


@live
async def test_the_longer_question_of_12_5(tmp_path: Path) -> None:
    found, lines = await done(tmp_path, MIXED, OF_12_5, SAID_BY_12_5)
    assert isinstance(found, Accepted)
    assert lines == [MIXED, "y"]


@pytest.mark.parametrize("question", ["", "Are you sure you want to proceed (yes/no)? "])
@pytest.mark.parametrize("said", ["CTL file Reset.\n", "The reset CTL file was generated successfully\n"])
@live
async def test_a_reset_of_the_ctl_in_any_wording(tmp_path: Path, question: str, said: str) -> None:
    found, lines = await done(tmp_path, RESET, question, said)
    assert isinstance(found, Accepted)
    assert lines == [RESET, "yes"] if question else [RESET]


@pytest.mark.parametrize(
    "said", ["", "Updating CTL file\n", "CTL file not Updated\n", "The CTL file could not be updated\n"]
)
@live
async def test_any_other_text_is_a_failure(tmp_path: Path, said: str) -> None:
    found, _ = await done(tmp_path, UPDATE, ASKED[UPDATE], said)
    assert isinstance(found, NotAccepted)


@live
async def test_the_question_for_another_mode_is_answered_by_nobody(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        await done(tmp_path, MIXED, ASKED[NON_SECURE], SAID[NON_SECURE])
    with pytest.raises(UnreadableError):
        await done(tmp_path, UPDATE, ASKED[MIXED], SAID[MIXED])
