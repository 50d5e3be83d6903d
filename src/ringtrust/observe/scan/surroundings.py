"""What a plan hangs on besides, as far as the publisher tells: so a plan knows what its gates may ask (domain.md §6a).

Only the publisher is asked, once: a scan is no gate. What is not told here, no gate of a plan asks for.
"""

import asyncio
from typing import Final

from ringtrust.cluster.facts import Fact, Skipped, Unread
from ringtrust.cluster.release import Release
from ringtrust.cluster.surroundings import Drs, Parameter, Progress, Surroundings
from ringtrust.connect.platform.backups import BackupStatus
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.scan.look import Look

_FIRST_WITH_INTERACTION: Final = Release(14, 0)
_FIRST_WITH_SSO_MODE: Final = Release(10, 5)
_NO_INTERACTION: Final = Skipped("Phone Interaction on Certificate Update came with 14.0: before, phones always reset.")
_NO_SSO_MODE: Final = Skipped("The database tells of single sign-on from 10.5 on.")


async def scan_surroundings(look: Look) -> Surroundings:
    """All of it; what is not told has its reason."""
    clock, backup, upgrade, trouble, interaction, sso = await asyncio.gather(
        _clock(look), _backup(look), _upgrade(look), _trouble(look), _interaction(look), _sso(look)
    )
    return Surroundings(clock, backup, upgrade, trouble, interaction, sso, await _drs(look))


async def _clock(look: Look) -> Fact[bool]:
    async def ask() -> bool:
        return (await look.eyes.clock(look.eyes.publisher.name)).synchronised

    publisher = look.eyes.publisher
    return await look.sources.offered(publisher.name, "clock", look.cli(publisher, ask))


async def _backup(look: Look) -> Fact[bool]:
    publisher = look.eyes.publisher
    way = look.cli(publisher, lambda: _runs(look.eyes))
    return await look.sources.offered(publisher.name, "running backup", way)


async def _runs(eyes: Eyes) -> bool:
    found = await eyes.running_backup()
    return isinstance(found, BackupStatus) and not found.ended


async def _drs(look: Look) -> Fact[Drs]:
    publisher = look.eyes.publisher
    return await look.sources.offered(publisher.name, "backup devices", look.cli(publisher, look.eyes.drs))


async def _upgrade(look: Look) -> Fact[Progress]:
    async def ask() -> Progress:
        return (await look.eyes.upgrade(look.eyes.publisher.name)).progress

    publisher = look.eyes.publisher
    return await look.sources.offered(publisher.name, "running upgrade", look.cli(publisher, ask))


async def _trouble(look: Look) -> Fact[int]:
    async def ask() -> int:
        return len(await look.eyes.trouble(look.eyes.publisher.name))

    publisher = look.eyes.publisher
    return await look.sources.offered(publisher.name, "alarms in the syslog", look.cli(publisher, ask))


async def _interaction(look: Look) -> Fact[Parameter]:
    if await _before(look, _FIRST_WITH_INTERACTION):
        return _NO_INTERACTION
    what = "phone interaction on certificate update"
    return await look.sources.offered(look.eyes.publisher.name, what, look.database(look.eyes.interaction))


async def _sso(look: Look) -> Fact[tuple[str, ...]]:
    if await _before(look, _FIRST_WITH_SSO_MODE):
        return _NO_SSO_MODE
    return await look.sources.offered(look.eyes.publisher.name, "single sign-on", look.database(look.eyes.sso))


async def _before(look: Look, release: Release) -> bool:
    """Whether the cluster is known to run an older one."""
    version = await look.version
    return not isinstance(version, Unread) and Release.of(version.value) < release
