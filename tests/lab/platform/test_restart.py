"""`utils system restart`: the node is gone for a while, and everybody notices (interfaces.md §1.11)."""

import asyncio

from ringtrust.lab.state.reboot import SECONDS
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TOMCAT
from tests.support.clusters import BOOT, PHONES, bench, small
from tests.support.console import Console
from tests.support.live import live

START_SECONDS = 30


@live
async def test_a_node_goes_down_with_all_that_it_runs_and_comes_up_again() -> None:
    made = bench(small("campus-12.5"))
    node = made.cluster.node("sub1")
    heard: list[str] = []
    node.went_down.append(lambda: heard.append("down"))
    node.came_up.append(lambda: heard.append("up"))
    here = sum(registration.node == "sub1" for registration in made.cluster.registrations)
    console = Console(made, "sub1")
    assert await console.runs("utils system restart") == "\nDo you really want to restart ?\n\nEnter (yes/no)? "
    shown = await console.types("yes\r")
    assert "Appliance is being Restarted ...\n Warning: Restart could take up to 5 minutes.\n\n" in shown
    assert (
        "Broadcast message from root (Tue Nov 24 20:01:40 2026):\n\nThe system is going down for reboot NOW!" in shown
    )
    assert shown.endswith("Operation succeeded\nrestart now.\n")
    await console.running
    assert (node.down, heard) == (True, ["down"])
    assert not any(node.services.running(name) for name in (TFTP, TOMCAT, CALLMANAGER))
    assert here > 0
    assert not any(registration.node == "sub1" for registration in made.cluster.registrations)
    assert "sub1 Subscriber callmanager DBSub not authenticated" in await Console(made).runs("show network cluster")
    assert "(4) Setup Failed" in await Console(made).runs("utils dbreplication runtimestate")
    made.time.advance(SECONDS)
    assert (node.down, heard) == (False, ["down", "up"])
    made.time.advance(START_SECONDS)
    assert all(node.services.running(service.name) for service in node.services if service.activated)
    assert "up 0 days,  0:00" in await Console(made, "sub1").runs("show status")
    assert "Setup Failed" not in await Console(made).runs("utils dbreplication runtimestate")
    made.time.advance(BOOT)
    assert len(made.cluster.registrations) == PHONES


@live
async def test_what_was_regenerated_is_loaded_by_the_restart() -> None:
    made = bench(small("campus-12.5", phones=0))
    node = made.cluster.node("sub1")
    made.regenerate("tomcat", "sub1")
    assert node.loaded["tomcat"] is not node.identities["tomcat"]
    await Console(made, "sub1").types("utils system restart\ryes\r")
    made.time.advance(SECONDS + START_SECONDS)
    assert node.loaded["tomcat"] is node.identities["tomcat"]


@live
async def test_everybody_who_is_logged_in_is_gone_and_nobody_comes_in_before_the_node_is_up() -> None:
    made = bench(small("campus-12.5", phones=0))
    idle, busy = Console(made, "sub1"), Console(made, "sub1")
    await idle.types("")
    await busy.types("utils service restart Cisco Tftp\r")
    await Console(made, "sub1").types("utils system restart\ryes\r")
    await asyncio.gather(idle.running, busy.running)
    early = Console(made, "sub1")
    assert await early.types("show ctl\r") == ""
    await early.running
    assert not made.cluster.node("sub1").went_down
    made.time.advance(SECONDS)
    assert (await Console(made, "sub1").types("")).endswith("admin:")


@live
async def test_nothing_happens_without_a_yes() -> None:
    made = bench(small("campus-12.5", phones=0))
    console = Console(made)
    await console.runs("utils system restart")
    assert (await console.types("no\r")).endswith("admin:")
    assert not made.cluster.publisher.down
