"""The same night with ringtrust: scan, audit, plan, apply, verify. The functions are those of the verbs."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import Final

from ringtrust.apply.begin import reached, tools_for
from ringtrust.apply.news import Acted, Finished, Judged, News
from ringtrust.apply.run import carry_out
from ringtrust.audit.audit import audit
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import Regenerate, ResetPhones
from ringtrust.change.gate import PhonesCurrent
from ringtrust.change.outcome import Passed
from ringtrust.change.plan import Plan
from ringtrust.clock import SystemTimer
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.wire import Reach
from ringtrust.demo.labs import Stage, opened
from ringtrust.errors import RingtrustError
from ringtrust.journal.journal import Journal
from ringtrust.observe.scan.cluster import scan
from ringtrust.plan.build import make_plan
from ringtrust.plan.goal import read_goal
from ringtrust.verify.judge import ClusterJudge
from ringtrust.verify.whole import look

_JOURNAL: Final = "journal.db"
_TIMER: Final = SystemTimer()

Tell = Callable[[str], None]


async def planned_night(stage: Stage, catalog: Catalog, tell: Tell) -> None:
    """Everything that expires, renewed. Raises RingtrustError when it could not be finished."""
    publisher = stage.entry.settings.publisher
    async with opened(stage) as reach:
        snapshot, _ = await scan(
            stage.entry.name, reach, publisher, _TIMER, lambda _: None, stage.entry.settings.declared
        )
        _tell_findings(snapshot, catalog, tell)
        plan = make_plan(snapshot, catalog, read_goal(()), _TIMER.now())
        waves = sum(isinstance(step.act, ResetPhones) for step in plan.steps)
        tell(f"plans {len(plan.steps)} steps: one type at a time, {waves} waves, and a gate before each next one")
        await _apply(plan, stage, reach, catalog, tell)


def _tell_findings(snapshot: Snapshot, catalog: Catalog, tell: Tell) -> None:
    codes = Counter(finding.code for finding in audit(snapshot, catalog))
    count = codes["certificate.expiring"] + codes["certificate.expired"]
    tell(f"scans {len(snapshot.sources)} sources and finds {count} certificates that are about to expire")


async def _apply(plan: Plan, stage: Stage, reach: Reach, catalog: Catalog, tell: Tell) -> None:
    eyes = await reached(plan, reach, stage.entry.settings.publisher)
    signer = catalog.of(Release.of(plan.version)).itl_signer
    with closing(Journal(stage.folder / _JOURNAL)) as journal:
        ending = await carry_out(plan, tools_for(plan, eyes, signer, journal, _TIMER), _Summary(plan, tell).hear)
    if not isinstance(ending, Finished):
        raise RingtrustError(f"The planned night stopped at step {ending.step.number}: {' '.join(ending.evidence)}")
    checks = await look(eyes, ClusterJudge(eyes, signer, plan.phones, _TIMER), plan)
    good = sum(isinstance(check.verdict, Passed) for check in checks)
    tell(f"verifies: {good} of {len(checks)} checks as they should be")


class _Summary:
    """What was renewed between two waves, in a line."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self._total = len(plan.steps)
        self._tell = tell
        self._renewed: list[Regenerate] = []

    def hear(self, news: News) -> None:
        """One piece of news."""
        if isinstance(news, Acted) and isinstance(news.step.act, Regenerate):
            self._renewed.append(news.step.act)
        phones = isinstance(news, Judged) and isinstance(news.gate.condition, PhonesCurrent)
        if isinstance(news, Judged) and phones and isinstance(news.verdict, Passed) and self._renewed:
            nodes = ", ".join(dict.fromkeys(act.node for act in self._renewed))
            units = ", ".join(dict.fromkeys(act.unit for act in self._renewed))
            self._tell(f"{units} of {nodes} renewed (step {news.step.number} of {self._total}). {_said(news.verdict)}")
            self._renewed = []


def _said(verdict: Passed) -> str:
    return "".join(verdict.evidence[:1])  # what holds; by what it is known, apply says
