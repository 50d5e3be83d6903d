"""A second look at the whole cluster: when one thing is spoilt, that is what it finds, and nothing else."""

from pathlib import Path

import msgspec
import pytest

from ringtrust.apply.news import Finished
from ringtrust.change.act import Regenerate
from ringtrust.change.gate import CertificateIsNew
from ringtrust.change.outcome import Failed, Passed, Unknown
from ringtrust.change.plan import Plan, Step
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state.services import CHANGE_NOTIFICATION, REPLICATOR, TVS
from ringtrust.trust.lists import read_list
from ringtrust.verify.whole import look, renewed
from tests.journal.material import a_plan
from tests.support.clusters import BOOT
from tests.support.live import live
from tests.verify.watching import SERVICES, Watch, unreadable, watch


async def _found(night: Watch, plan: Plan | None) -> dict[str, set[str]]:
    """What is not as it should be: the codes that failed, and those that are unknown."""
    checks = await look(night.eyes, night.judge(), plan)
    assert all(isinstance(check.verdict, Passed | Failed | Unknown) for check in checks)
    return {
        "failed": {check.code for check in checks if isinstance(check.verdict, Failed)},
        "unknown": {check.code for check in checks if isinstance(check.verdict, Unknown)},
    }


ALL_WELL: dict[str, set[str]] = {"failed": set(), "unknown": set()}


@live
async def test_with_one_thing_spoilt_that_is_what_it_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        made, lab = night.made, night.made.wire.lab
        plan = await made.plan("ipsec@sub1")
        before = await look(night.eyes, night.judge(), plan)
        assert [check.what for check in before if not isinstance(check.verdict, Passed)] == ["ipsec of sub1 is new"]
        assert isinstance((await made.apply(plan)).ending, Finished)
        checks = await look(night.eyes, night.judge(), plan)
        assert [check.code for check in checks if isinstance(check.verdict, Passed)] == [
            *("G-CERT-NEW", "G-SYNC", "G-DBR", "G-SVC"),
            *["G-SERVED"] * 6,
            *("G-ITL", "G-CAP", "G-TVS", "G-REG", "G-ITL0"),
        ]
        assert len({check.what for check in checks}) == len(checks)

        await made.stop(REPLICATOR, "sub2")
        assert await _found(night, plan) == {"failed": {"G-DBR", "G-SVC", "G-SYNC"}, "unknown": set()}
        assert await _found(night, None) == {"failed": {"G-DBR", "G-SVC"}, "unknown": set()}
        await made.start(REPLICATOR, "sub2")

        await made.stop(CHANGE_NOTIFICATION, "sub1")
        assert await _found(night, plan) == {"failed": {"G-SVC"}, "unknown": set()}
        await made.start(CHANGE_NOTIFICATION, "sub1")

        await made.stop(TVS, "sub2")
        assert await _found(night, plan) == {"failed": {"G-SVC", "G-TVS"}, "unknown": {"G-SERVED"}}
        await made.start(TVS, "sub2")

        image = made.wire.cluster.node("sub1").tftp
        assert image is not None
        spoilt = bytearray(image.itl.data)
        spoilt[-1] ^= 1
        made.wire.cluster.node("sub1").tftp = msgspec.structs.replace(image, itl=read_list(bytes(spoilt)))
        assert await _found(night, plan) == {"failed": {"G-ITL"}, "unknown": set()}
        made.wire.cluster.node("sub1").tftp = image

        lab.desks[0].web.close()
        assert await _found(night, plan) == {"failed": set(), "unknown": {"G-ITL0"}}
        lab.desks[0].web.open()

        Lab.power_off(lab.desks[0])
        assert await _found(night, plan) == {"failed": {"G-REG", "G-ITL0"}, "unknown": set()}
        Lab.power_on(lab.desks[0])
        await night.pass_by(BOOT)
        assert await _found(night, plan) == ALL_WELL

        await night.regenerate("tomcat", "sub2")
        assert await _found(night, plan) == {"failed": {"G-SERVED"}, "unknown": set()}
        with monkeypatch.context() as patched:
            unreadable(patched, SERVICES)
            unknown = {"G-SVC", "G-ITL", "G-CAP", "G-TVS", "G-ITL0"}
            assert await _found(night, plan) == {"failed": {"G-SERVED"}, "unknown": unknown}


@live
async def test_on_12_as_well(tmp_path: Path) -> None:
    async with watch(tmp_path, "campus-12.5") as night:
        assert await _found(night, None) == ALL_WELL
        await night.regenerate("ITLRecovery", "pub")
        await night.pass_by(70)
        assert await _found(night, None) == {"failed": {"G-ITL", "G-TVS"}, "unknown": set()}


def test_what_was_to_be_renewed_is_asked_for_however_the_plan_waits_for_it() -> None:
    plan = a_plan(Step(1, "TVS", Regenerate("TVS", "pub", "0A", ""), ""))
    assert list(renewed(plan)) == [(("TVS of pub is new", CertificateIsNew("TVS", "pub", "0A", plan.taken)), ())]
