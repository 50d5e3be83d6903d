"""What a preparation promises the lab bears out: its steps are done there, and every phone is there in the end."""

import pytest

from ringtrust.change.act import HandOver, SetRollback
from ringtrust.change.plan import Step
from ringtrust.lab.state.reboot import SECONDS
from ringtrust.lab.state.silent import rename, switch_fips
from ringtrust.lab.stranded import Fate
from ringtrust.plan.before.asked import Asked, read_change
from ringtrust.plan.before.moves import CHANGE
from ringtrust.plan.before.prepare import prepare
from tests.catalog.cited import CATALOG
from tests.plan.recover.scene import Scene
from tests.prove.differential.worlds import Shape, topology

TVS, TFTP, CALLMANAGER = "Cisco Trust Verification Service", "Cisco Tftp", "Cisco CallManager"
ONE = (1, 1, (("pub",), ("pub",)))
THREE = (3, 2, (("sub1", "sub2"), ("sub2", "pub")))


def _scene(release: str, shape: tuple[int, int, tuple[tuple[str, ...], ...]], *, mixed: bool = False) -> Scene:
    return Scene(topology(Shape(release, *shape, mixed=mixed), 3)).sync()


def _do(scene: Scene, asked: Asked, step: Step) -> None:
    """A step as a person does it, and the time that its gates take."""
    act = step.act
    if not isinstance(act, HandOver):
        scene.act(act)
    elif "restart all nodes" in act.what:
        scene.restart(CALLMANAGER).restart(TVS).restart(TFTP)
    elif act.what.startswith("restart"):
        scene.restart(TVS).restart(TFTP)
    elif step.phase == CHANGE:
        node = scene.cluster.node(
            next(name for name in ("pub", "sub1", "sub2") if name in act.what.replace(",", "").split())
        )
        if asked.event == "fips":
            switch_fips(scene.cluster, node)
        else:
            rename(scene.cluster, node, asked.value)
        scene.later(SECONDS + 100)
    if isinstance(act, SetRollback) or step.phase == CHANGE:
        scene.sync()


@pytest.mark.parametrize("release", ["9.1", "11.5", "12.5", "15.0"])
@pytest.mark.parametrize(
    ("shape", "change"),
    [(ONE, "hostname=pub:hq1"), (ONE, "fips=on"), (THREE, "hostname=sub1:branch7"), (THREE, "fips=off")],
)
def test_every_phone_is_there_in_the_end(
    release: str, shape: tuple[int, int, tuple[tuple[str, ...], ...]], change: str
) -> None:
    scene = _scene(release, shape)
    asked = read_change((change,))
    found = prepare(scene.snapshot(), CATALOG, asked, scene.bench.time.now())
    for step in found.steps:
        _do(scene, asked, step)
    phones = [phone.name for phone in scene.snapshot().all_phones()]
    assert all(scene.fate(name) is Fate.REACHABLE for name in phones)
    assert all(scene.is_back(name) for name in phones)


@pytest.mark.parametrize("release", ["11.5", "12.5"])
def test_in_mixed_mode_too(release: str) -> None:
    scene = _scene(release, THREE, mixed=True)
    asked = read_change(("hostname=sub1:branch7",))
    found = prepare(scene.snapshot(), CATALOG, asked, scene.bench.time.now())
    for step in found.steps:
        _do(scene, asked, step)
    assert all(scene.fate(phone.name) is Fate.REACHABLE for phone in scene.snapshot().all_phones())
