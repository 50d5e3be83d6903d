"""Replication, authentication, services, parameters, CM groups (domain.md §6a)."""

from collections.abc import Iterator

from ringtrust.change.gate import Halted, RollbackIs, SecurityModeIs, ServicesRun
from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.cluster.node import Service
from ringtrust.observe import rows
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes


async def replication(eyes: Eyes) -> Verdict:
    """Whether the database of every node follows."""
    found = await eyes.replication()
    bad = tuple(f"{row.node}: {row.text}" for row in found if not row.good)
    missing = len(eyes.sites) - len(found)
    if bad or missing > 0:
        told = bad or (f"Replication is told of {len(found)} of {len(eyes.sites)} nodes only.",)
        return Failed((*told, "See first whether A Cisco DB Replicator runs there."))
    return Passed((f"{len(found)} nodes: {found[0].text}.",))


async def authenticated(eyes: Eyes) -> Verdict:
    """Whether the nodes have authenticated each other."""
    found = await eyes.network()
    bad = tuple(
        f"{each.name} is not authenticated{f' ({each.detail})' if each.detail else ''}."
        for each in found
        if not each.authenticated
    )
    return Failed(bad) if bad else Passed((f"{len(found)} nodes authenticated.",))


async def services(eyes: Eyes, condition: ServicesRun) -> Verdict:
    """Whether what is activated and needed runs, on every node. One that starts may yet come."""
    found = await on_each(eyes.sites, lambda site: eyes.services(site.name))
    wrong = tuple(text for site, services in found for each in services if (text := _wrong(condition, site.name, each)))
    return NotYet(wrong) if wrong else Passed((f"Everything needed runs on {len(eyes.sites)} nodes.",))


def _wrong(condition: ServicesRun, node: str, service: Service) -> str:
    """What is wrong with a service of a node, and what to type; empty when it is as it should be."""
    halted, name = Halted(service.name, node), service.name
    if halted in condition.stopped and service.running:
        return f"{node}: {name} runs, which this plan has stopped: the node may have booted. utils service stop {name}"
    if service.missed and halted not in (*condition.but, *condition.stopped):
        return f"{node}: {name} is {service.state}. utils service start {name}"
    return ""


async def parameter(eyes: Eyes, name: str, wanted: str) -> Verdict:
    """Whether an enterprise parameter has a value."""
    value = await eyes.parameter(name)
    said = (f"{name} is {value}.",)
    return Passed(said) if value.upper() == wanted else Failed(said)


async def groups(eyes: Eyes) -> Verdict:
    """Whether every CM group that phones are in has two members or more (H09)."""
    used = {phone.group for phone in await eyes.phones()}
    found = {group.name: group.members for group in await eyes.groups()}
    bad = tuple(_lonely(used, found))
    if bad:
        return Failed(bad)
    return Passed((f"{len(used)} CM groups with phones, each with two members or more.",))


def _lonely(used: set[str], found: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for name in sorted(used):
        members = found.get(name, ())
        if len(members) < 2:  # noqa: PLR2004 - one vouches while the other changes
            has = f"{members[0]} only" if members else "no member"
            yield f"CM group {name} has {has}: nobody vouches while that changes."


async def security_mode(eyes: Eyes, condition: SecurityModeIs) -> Verdict:
    """Whether the cluster is in this security mode (S63)."""
    return await parameter(eyes, rows.SECURITY_MODE, "1" if condition.mixed else "0")


async def rollback_off(eyes: Eyes) -> Verdict:
    """Whether the rollback parameter is False."""
    return await parameter(eyes, rows.ROLLBACK, "F")


async def rollback_is(eyes: Eyes, condition: RollbackIs) -> Verdict:
    """Whether the database of every node has this value of it. A person sets it, and then it travels."""
    wanted = "T" if condition.value else "F"
    query = rows.parameter_sql(rows.ROLLBACK)
    looked = await on_each(eyes.sites, lambda site: eyes.sql(site.name, query))
    other = [site.name for site, found in looked if rows.parameter_in(found, rows.ROLLBACK).upper() != wanted]
    said = f"{rows.ROLLBACK} is {wanted} in the database of"
    if other:
        return NotYet((f"{said} {len(looked) - len(other)} of {len(looked)} nodes; not of {', '.join(other)}.",))
    return Passed((f"{said} {len(looked)} nodes.",))
