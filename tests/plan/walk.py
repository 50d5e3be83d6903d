"""Walks through a plan step by step, as apply does, and keeps count of what phones have not heard of yet."""

from collections.abc import Iterable, Iterator

from ringtrust.change.act import Regenerate, ResetPhones, Restart
from ringtrust.change.gate import CertificatesFit, Gate, ListsMatch, PhonesBack, PhonesCurrent, Vouched
from ringtrust.change.plan import Plan, Step
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from tests.plan.material import CALLMANAGER, TFTP, conditions, facts

Stretch = tuple[Step, ...]
"""Steps up to and with one after which all phones are back and hold the list of now."""


def kind(unit: str) -> str:
    """The type of a unit: CallManager-ECDSA goes with CallManager, for they load together."""
    return "CallManager" if unit == "CallManager-ECDSA" else unit


def converges(step: Step) -> bool:
    """Whether the next step waits for every phone, first to be back and then to hold the list of now."""
    kinds = [type(each) for each in conditions(step.after)]
    return kinds[-3:] == [PhonesBack, PhonesCurrent, Vouched]


def stretches(plan: Plan) -> Iterator[Stretch]:
    """The plan cut after every step that waits for the phones."""
    begun: list[Step] = []
    for step in plan.steps:
        begun.append(step)
        if converges(step):
            yield tuple(begun)
            begun = []
    if begun:
        yield tuple(begun)


def renewed_in(stretch: Stretch) -> list[Regenerate]:
    return [step.act for step in stretch if isinstance(step.act, Regenerate)]


def wave_in(stretch: Stretch) -> bool:
    return isinstance(stretch[-1].act, ResetPhones)


def check_one_type_at_a_time(plan: Plan) -> None:
    """H01 to H03, S106: phones hear of a type before the next one begins."""
    for stretch in stretches(plan):
        assert len({kind(act.unit) for act in renewed_in(stretch)}) <= 1, [step.title for step in stretch]
        assert not renewed_in(stretch) or converges(stretch[-1])


def check_one_node_at_a_time(plan: Plan) -> None:
    """I2, S104: what phones trust by changes on one node, and the next node waits for them."""
    for stretch in stretches(plan):
        nodes = {act.node for act in renewed_in(stretch) if kind(act.unit) in {"CallManager", "TVS"}}
        assert len(nodes) <= 1, nodes


def check_vouchers(plan: Plan, snapshot: Snapshot) -> None:
    """H01: whoever vouches is known to phones: by what was scanned, or by what a wave has brought them since (`""`).

    In between, from the renewal of a TVS to the end of its wave, no phone knows that one.
    """
    known = {
        node.name: identity.certificate.value.serial
        for node in snapshot.nodes
        for identity in (node.identities.value if isinstance(node.identities, Known) else ())
        if identity.unit == "TVS" and isinstance(identity.certificate, Known)
    }
    for stretch in stretches(plan):
        new: set[str] = set()
        for step in stretch:
            _check_vouched(step.before, known, new)
            new |= {act.node for act in renewed_in((step,)) if act.unit == "TVS"}
        known |= dict.fromkeys(new, "")
        _check_vouched(stretch[-1].after, known, set())


def _check_vouched(gates: Iterable[Gate], known: dict[str, str], new: set[str]) -> None:
    for condition in conditions(gates):
        if isinstance(condition, Vouched):
            asked = {each.node: each.serial for each in condition.known}
            assert asked == {node: serial for node, serial in known.items() if node not in new}


def check_waves(plan: Plan, snapshot: Snapshot) -> None:
    """I1, I4: where a list changes there is a wave, and none before every list is right and vouched for."""
    for stretch in stretches(plan):
        if any(touches_lists(act, snapshot) for act in renewed_in(stretch)):
            assert wave_in(stretch), [step.title for step in stretch]
        if wave_in(stretch):
            assert [type(each) for each in conditions(stretch[-1].before)] == [
                ListsMatch,
                CertificatesFit,
                Vouched,
                PhonesBack,
            ]
            assert not [step for step in stretch[:-1] if isinstance(step.act, ResetPhones)]


def touches_lists(act: Regenerate, snapshot: Snapshot) -> bool:
    """A CallManager certificate stands in the list of its own node; the other types in every list."""
    node = snapshot.node(act.node)
    assert node is not None
    unit = facts(plan_version(snapshot)).unit(act.unit)
    mine = kind(act.unit) != "CallManager" or node.has(TFTP)
    return mine and unit.changes_lists(publisher=node.publisher)


def plan_version(snapshot: Snapshot) -> str:
    assert hasattr(snapshot.version, "value")
    return str(snapshot.version.value)


def check_restarts(plan: Plan, snapshot: Snapshot) -> None:
    """S111, 214231: a restart comes after what it loads and before the phones are asked; only where it runs."""
    for stretch in stretches(plan):
        places = [number for number, step in enumerate(stretch) if isinstance(step.act, Restart)]
        renewals = [number for number, step in enumerate(stretch) if isinstance(step.act, Regenerate)]
        assert not places or (renewals and max(renewals) < min(places))
        for step in stretch:
            if isinstance(step.act, Restart):
                node = snapshot.node(step.act.node)
                assert node is not None
                assert node.runs(step.act.service)
                assert kind(step.act.unit) in {kind(act.unit) for act in renewed_in(stretch)}
                if step.act.service == CALLMANAGER:
                    assert PhonesBack() in conditions(step.after)
