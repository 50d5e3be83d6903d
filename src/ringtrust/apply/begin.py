"""Before the first act: every node of the plan answers, and is the one that the plan was made for."""

from collections.abc import Iterable
from ipaddress import ip_address

from ringtrust.apply.hands import ClusterHands
from ringtrust.apply.tools import Tools
from ringtrust.change.act import Regenerate
from ringtrust.change.plan import Plan
from ringtrust.clock import Timer
from ringtrust.cluster.doors import Door
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.release import Release
from ringtrust.connect.wire import Wire
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site, discover
from ringtrust.verify.judge import ClusterJudge
from ringtrust.verify.said import NOTHING_SAID, Said


async def reached(plan: Plan, wire: Wire, publisher: str) -> Eyes:
    """Whoever looks at the cluster of a plan, from the address of its publisher.

    Raises UnreadableError when a node does not answer, RefusedError when the cluster is not the one of the plan.
    """
    eyes = await answering(wire, publisher)
    await admit(plan, eyes)
    return eyes


async def answering(wire: Wire, publisher: str) -> Eyes:
    """The same, of whichever cluster it is: every node lets in. Raises UnreadableError when one does not."""
    eyes = Eyes(wire, await discover(wire, publisher))
    await on_each(eyes.sites, lambda site: eyes.version(site.name))
    return eyes


async def admit(plan: Plan, eyes: Eyes) -> None:
    """Lets the plan at its cluster. Raises RefusedError when it has other nodes, or another release."""
    names = [site.name for site in eyes.sites]
    if sorted(names) != sorted(plan.nodes):
        raise RefusedError(
            f"The plan is for {', '.join(plan.nodes)}; the cluster has {', '.join(names)}.",
            advice="Scan and plan anew.",
        )
    for site, version in await on_each(eyes.sites, lambda site: eyes.version(site.name)):
        if version != plan.version:
            raise RefusedError(
                f"{site.name} runs {version}; the plan was made for {plan.version}.", advice="Scan and plan anew."
            )
    eyes.wire.join(eyes.publisher.address, [site.address for site in eyes.sites], Release.of(plan.version))
    await _allow(plan, eyes)


async def _allow(plan: Plan, eyes: Eyes) -> None:
    """HTTPS may show what the node names over SSH; until the restart also what this very plan has replaced (§4.8)."""
    for site, shown in await on_each(eyes.sites, lambda site: _named(eyes, site)):
        for sha256 in shown:
            eyes.wire.allow(site.address, sha256)
    for step in plan.steps:
        if isinstance(step.act, Regenerate) and step.act.unit in HTTPS_UNITS:
            eyes.wire.allow(eyes.site(step.act.node).address, step.act.sha256)


async def _named(eyes: Eyes, site: Site) -> Iterable[str]:
    listed = await eyes.wire.cli(site.address).own_listing()
    units = [each.folder for each in listed if each.folder in HTTPS_UNITS]
    return [(await eyes.identity(site.name, unit)).sha256 for unit in units]


def tools_for(
    plan: Plan, eyes: Eyes, signer_unit: str, journal: Journal, timer: Timer, heard: Said = NOTHING_SAID
) -> Tools:
    """What a plan is carried out with on the wire.

    `signer_unit` is who signs an ITL on its release, `heard` what a person has said that nobody can see from here.
    """
    judge = ClusterJudge(eyes, signer_unit, plan.phones, timer, heard)
    return Tools(ClusterHands(eyes, timer, plan.phones), judge, journal, timer, known_as(eyes))


def known_as(eyes: Eyes) -> str:
    """What a cluster is known by in a journal and to a lock, whatever ringtrust.toml calls it: by its publisher."""
    return f"{eyes.publisher.name} at {eyes.publisher.address}:{eyes.wire.ssh_port}"


def names_of(eyes: Eyes) -> tuple[str, ...]:
    """All that a cluster may be known by: where the CLI may not be asked, AXL may have other words for its publisher.

    Whoever was there by the CLI knows it by its host name and its address; those are among them.
    """
    if Door.CLI in eyes.wire.doors:
        return (known_as(eyes),)
    found = eyes.publisher
    called = tuple(dict.fromkeys((found.address, found.name, *found.aliases)))
    hosts = dict.fromkeys((found.name, *(_host(each) for each in called)))
    return tuple(f"{host} at {address}:{eyes.wire.ssh_port}" for host in hosts for address in called)


def _host(name: str) -> str:
    """The name of a host without its domain; an address is as it is."""
    try:
        return str(ip_address(name))
    except ValueError:
        return name.partition(".")[0]
