"""A cluster tried: host keys pinned, logged in, every interface asked, and what came of it shown."""

import asyncio
from collections.abc import Mapping

from ringtrust.cli.output import say, say_json
from ringtrust.cli.pinning import Pinning, pin_hosts
from ringtrust.cli.progress import Line
from ringtrust.cli.reach import ask_person, opened
from ringtrust.cluster.doors import Door
from ringtrust.connect.pins import Pins
from ringtrust.connect.web import Login as WebLogin
from ringtrust.connect.web import Web
from ringtrust.observe.check.cluster import check
from ringtrust.observe.check.tried import Report
from ringtrust.observe.eyes import discover
from ringtrust.report.checks import check_document, check_lines
from ringtrust.settings import APPLICATION, ClusterEntry, ClusterSettings, Secret, passwords
from ringtrust.trust.names import printable


def tried(entry: ClusterEntry, pinning: Pinning) -> Report:
    """Everything tried. Raises RefusedError, and UnreadableError when not even its nodes can be found."""
    return asyncio.run(_tried(entry, pinning))


async def _tried(entry: ClusterEntry, pinning: Pinning) -> Report:
    """Everything tried. Host keys that are unknown are pinned first, when somebody says so; none without the CLI."""
    settings = entry.settings
    pinning = pinning if Door.CLI in settings.allowed else Pinning.NEVER
    await pin_hosts(entry, [settings.publisher], pinning)
    found = passwords(settings, ask_person)
    async with opened(entry, found) as reach, _web(settings, found) as web:
        if pinning is not Pinning.NEVER:
            sites = await discover(reach, settings.publisher)
            await pin_hosts(entry, [site.address for site in sites], pinning)
        with Line() as line:
            return await check(reach, web, settings, line.show)


def _web(settings: ClusterSettings, found: Mapping[str, Secret]) -> Web:
    """HTTPS with the application login; without one nothing is sent over it."""
    login = settings.application
    named = WebLogin(login.user, found[APPLICATION].reveal()) if login.given else None
    return Web(Pins(), login=named, legacy=settings.legacy_tls, session=True, seconds=settings.seconds)


def show(name: str, report: Report, *, as_json: bool, written: str = "") -> None:
    """What works and what is missing; `written` is the file that has the entry now."""
    if as_json:
        say_json({**check_document(name, report), **({"written": written} if written else {})})
        return
    for line in check_lines(name, report):
        say(line)
    if written:
        say(printable(f"Written: {written} has the cluster {name}. Next: ringtrust scan {name}"))
