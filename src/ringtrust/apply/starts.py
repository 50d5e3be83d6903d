"""Whether a service was started anew: by its start time, compared with none but that of the same node.

Control Center tells it (interfaces.md §4). The CLI shows states only: `utils service list` has no time, and which
process of `show process list` is which service is in no source [U]. Where Control Center may not be asked, a state
settles a stop and a start; of a service that ran before and runs now, nobody can tell whether it was restarted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from ringtrust.apply.settling import Still, too_early
from ringtrust.change.act import Restart, StartService, StopService
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.clock import Timer
from ringtrust.cluster.doors import Door
from ringtrust.connect.pins import PinError
from ringtrust.connect.platform.dates import WORDS, local_date
from ringtrust.connect.ports import UNTOLD, Uptime
from ringtrust.connect.web import LoginRefusedError
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.trust.names import brief

OfService = Restart | StartService | StopService
_UNDER_WAY: Final = frozenset({"STARTING", "STOPPING"})
_JITTER: Final = timedelta(seconds=2)
"""A start time that a node reckons from how long a service has been up may move by so much."""
_DRIFT_SECONDS: Final = 60.0
"""By so much two clocks may differ in how long something took."""
_AGAIN: Final = "It is done once more: a service that starts twice harms nobody."


class Was(msgspec.Struct, frozen=True, omit_defaults=True):
    """A service before an act: what the journal keeps. `untold` says why nobody knows."""

    state: str = ""
    since: str = ""
    untold: str = ""


class Starts:
    """Looks at services of nodes. Control Center is not asked again once it has refused the login: three lock it."""

    def __init__(self, eyes: Eyes, timer: Timer) -> None:
        self._eyes = eyes
        self._timer = timer
        self._refused = False

    async def before(self, act: OfService) -> str:
        """The state and the start time, by one question. Raises RefusedError for a node that is none."""
        site = self._eyes.site(act.node)
        try:
            found = _named(act, await self._asked(site))
        except (UnreadableError, RefusedError) as error:
            return _written(Was(untold=brief(error.what)))
        return _written(Was(found.service.state, found.since))

    async def look(self, act: OfService, intended: Intended) -> Outcome | Still:
        """What a look at the service tells. Raises UnreadableError, RefusedError."""
        found = _named(act, await self._asked_or_listed(self._eyes.site(act.node)))
        if found.service.state in _UNDER_WAY:
            return Still(Unclear((f"{_shown(act, found)}, and that does not end.", "Look at why, on the node.")))
        seen = self._judged(act, found, intended)
        return Still(seen) if isinstance(seen, Refused) and too_early(intended, self._timer) else seen

    def _judged(self, act: OfService, found: Uptime, intended: Intended) -> Outcome | Still:
        shown = f"{_shown(act, found)}."
        if isinstance(act, Restart) and found.service.running:
            return self._restarted(found, intended, shown)
        if found.service.running is not isinstance(act, StopService):
            return Done((f"It has happened: {shown}",))
        return Refused((f"It has not happened, or not to its end: {shown}",))

    def _restarted(self, found: Uptime, intended: Intended, shown: str) -> Outcome | Still:
        was = _read(intended.before)
        if was.state.upper() in _UNDER_WAY:  # it comes up from that by itself: some releases restart what was renewed
            return Refused((f"Whether it has happened nobody can tell: it was {was.state} already. {shown}", _AGAIN))
        if was.state and was.state != found.service.state:
            return Done((f"It has happened: it was {was.state} before. {shown}",))
        if found.seconds == UNTOLD and not found.since and self._may_ask:
            return Still(Unclear((f"Nobody tells since when it runs. {shown}", "Look at Control Center of the node.")))
        anew = _anew(was, found, (self._timer.now() - intended.at).total_seconds())
        if anew is None:
            why = was.untold or "nothing that may be asked tells start times"
            return Refused((f"Whether it has happened nobody can tell: {why.rstrip('.')}. {shown}", _AGAIN))
        if anew:
            return Done((f"It has happened. {shown}", f"Before, it ran since {was.since or 'nobody knows when'}."))
        return Refused((f"It has not happened. {shown}",))

    @property
    def _may_ask(self) -> bool:
        return Door.CONTROL_CENTER in self._eyes.wire.doors and not self._refused

    async def _asked(self, site: Site) -> tuple[Uptime, ...]:
        """By Control Center; where that may not be asked, by the CLI, without start times."""
        if not self._may_ask:
            return await self._listed(site)
        try:
            return await self._eyes.wire.control_center.uptimes(site.address)
        except LoginRefusedError:
            self._refused = True
            raise

    async def _asked_or_listed(self, site: Site) -> tuple[Uptime, ...]:
        """Control Center is down while Cisco Tomcat is: the CLI tells then whether that comes up at all."""
        try:
            return await self._asked(site)
        except PinError:
            raise
        except UnreadableError:
            return await self._listed(site)

    async def _listed(self, site: Site) -> tuple[Uptime, ...]:
        return tuple(Uptime(each, "", UNTOLD) for each in await self._eyes.services(site.name))


def _named(act: OfService, rows: Sequence[Uptime]) -> Uptime:
    for each in rows:
        if each.service.name.casefold() == act.service.casefold():
            return each
    raise UnreadableError(f"{act.node} lists no {brief(act.service)}.", advice="Look at `utils service list` there.")


def _anew(was: Was, found: Uptime, elapsed: float) -> bool | None:
    """Whether it has started since the act was intended, `elapsed` seconds ago; None where nobody can tell.

    What has been up for longer has not, whatever became of the clock of the node meanwhile. Else its start times tell,
    and where there were none before, how long it has been up.
    """
    if found.seconds > elapsed + _DRIFT_SECONDS:
        return False
    before, now = _moment(was.since), _moment(found.since)
    if before is not None and now is not None and now >= before - _JITTER:
        return now > before + _JITTER
    if was.since and was.since == found.since:
        return False
    return True if UNTOLD < found.seconds < elapsed - _DRIFT_SECONDS else None


def _moment(text: str) -> datetime | None:
    """A start time as nodes print it, `Tue Nov 24 20:00:00 2026`, by a clock of theirs, in whichever zone that is."""
    words = text.split()
    if len(words) == WORDS - 1:
        words.insert(-1, "")  # without a zone
    return local_date(words) if len(words) == WORDS else None


def _written(was: Was) -> str:
    return msgspec.json.encode(was).decode()


def _read(before: str) -> Was:
    """What the journal kept; nothing of what an older ringtrust has written there."""
    try:
        return msgspec.json.decode(before, type=Was)
    except msgspec.DecodeError:
        return Was(untold="nothing was written down before it.")


def _shown(act: OfService, found: Uptime) -> str:
    since = f" since {found.since} by the clock of the node" if found.since else ""
    service = found.service
    return f"{service.name} on {act.node} is {service.state}{f' ({service.detail})' if service.detail else ''}{since}"
