"""Ways to bring phones back, each as steps: what runs, what is loaded, who signs, and the wave that fetches it.

The order is that of P9 and of the gates of any plan. What runs and is known to phones is used before it is restarted: a
TVS that still shows the certificate which phones know vouches for the list that names the new one, and for no longer.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.act import (
    ClientCtl,
    HandOver,
    ResetCtl,
    ResetItl,
    ResetPhones,
    Restart,
    SetRollback,
    StartService,
    UpdateCtl,
)
from ringtrust.change.gate import Gate, Halted, ReplicationGood, Voucher
from ringtrust.change.plan import Step
from ringtrust.cluster.names import CALLMANAGER_SERVICE, TFTP_SERVICE, TVS, TVS_SERVICE
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan import gates
from ringtrust.plan.drafts import Draft
from ringtrust.plan.instructions import instructed
from ringtrust.plan.recover.wrong import Place, Wrong
from ringtrust.plan.secure import lsc_gates
from ringtrust.plan.secure.security import Security
from ringtrust.plan.targets import in_order
from ringtrust.prove.steps import RESTORE

_PHASE: Final = "recovery"
OfCtl = Literal["as it is", "update", "reset"]


class Means(msgspec.Struct, frozen=True):
    """One way. `load_first`: every TVS loads its certificate before the phones are sent, and not behind it.

    `itl`: the lists are signed by the other key first (R1); `ctl` is what becomes of the CTL ("reset" is R3).
    `restore`: a person restores the last backup of before (R4), and nothing else is done. `look`: what does not run is
    started, and nobody is sent: then it can be seen what phones hold.
    """

    load_first: bool = False
    itl: bool = False
    ctl: OfCtl = "as it is"
    restore: bool = False
    look: bool = False

    @property
    def name(self) -> str:
        """In a few words, with the number of domain.md §5."""
        if self.restore:
            return "restore the backup of before (R4), and reset all phones"
        if self.look:
            return "start what does not run, and look again"
        parts = ["load every TVS first"] if self.load_first else []
        parts += ["utils itl reset localkey (R1)"] if self.itl else []
        parts += {"as it is": [], "update": ["update the CTL"], "reset": ["utils ctl reset localkey (R3)"]}[self.ctl]
        return ", ".join((*parts, "reset all phones"))

    @property
    def risk(self) -> int:
        """The more it changes that phones trust by, the more: only used between ways that bring back as many."""
        return 9 * self.restore + 2 * self.itl + 2 * (self.ctl == "reset") + self.load_first


class Bench(msgspec.Struct, frozen=True):
    """What steps are drafted from. `vouched` says whether anybody needs a TVS to come back."""

    snapshot: Snapshot
    facts: ReleaseFacts
    wrong: Wrong
    security: Security
    backup: str = ""


def steps_of(bench: Bench, means: Means, *, vouched: bool, last: Iterable[Draft] = ()) -> tuple[Step, ...]:
    """The steps of a way; `last` are those behind it."""
    drafts = list(_restored(bench) if means.restore else _drafted(bench, means, vouched=vouched))
    drafts[0] = msgspec.structs.replace(drafts[0], before=(*_preflight(bench), *drafts[0].before))
    numbered = (draft.numbered(number) for number, draft in enumerate((*drafts, *last), 1))
    return tuple(instructed(step, bench.facts) for step in numbered)


def _preflight(bench: Bench) -> tuple[Gate, ...]:
    """What no recovery can do without. Phones and lists are what it is about, and no condition of it."""
    follows = Gate(ReplicationGood(), "the database of every node follows", sources=("G-DBR",))
    return (follows, gates.mode(mixed=bench.security.mixed))


def _drafted(bench: Bench, means: Means, *, vouched: bool) -> Iterator[Draft]:
    wrong = bench.wrong
    yield from _started(wrong)
    if means.look:
        return
    yield from _rollback_off(wrong)
    if means.ctl != "as it is" and not means.itl:
        yield _ctl(bench, means)
    yield from _loaded(bench, means, first=True)
    yield from _restarted(bench)
    if means.itl:
        yield _reset_itl(bench)
        if means.ctl != "as it is":
            yield _ctl(bench, means)
    yield _wave(bench, means, vouched=vouched)
    yield from _again(bench, means)
    yield from _loaded(bench, means, first=False)


def _started(wrong: Wrong) -> Iterator[Draft]:
    """What phones ask for vouching first, then what serves them lists, then what they register with."""
    order = {TVS_SERVICE: 1, TFTP_SERVICE: 2, CALLMANAGER_SERVICE: 3}
    places = sorted(wrong.stopped, key=lambda each: (order.get(each.service, 0), each.service))
    for number, place in enumerate(places, 1):
        rest = tuple(Halted(each.service, each.node) for each in places[number:])
        yield Draft(
            _PHASE,
            StartService(place.service, place.node),
            "It is activated here and does not run: phones and certificates need it.",
            after=(gates.running(rest),),
            sources=("G-SVC", "S101"),
        )


def _rollback_off(wrong: Wrong) -> Iterator[Draft]:
    """While it is True lists are empty: phones take anything, and have no HTTPS (H11, S83)."""
    if wrong.rollback:
        yield Draft(
            _PHASE,
            SetRollback(value=False),
            "The rollback parameter was left True: lists stay empty, and phones have no HTTPS (S83, S92).",
            after=(gates.rollback_is(value=False),),
            sources=("R9", "H11", "S92"),
        )


def _loaded(bench: Bench, means: Means, *, first: bool) -> Iterator[Draft]:
    """Every TVS, and whatever else shows another certificate than the one on its disk. Only TVS matters to phones."""
    for place in bench.wrong.unloaded:
        is_tvs = place.service == TVS_SERVICE
        if (first and is_tvs and means.load_first) or (not first and not (is_tvs and means.load_first)):
            before = (gates.loadable(place.node),) if is_tvs and not first else ()
            yield Draft(
                _PHASE,
                Restart(place.service, place.node, place.unit),
                "It still runs with the certificate of before: a service loads the one on its disk when it starts.",
                before=before,
                after=(gates.running(), gates.served(place.unit, place.node)),
                sources=("S111", "G-TVS", "H01"),
            )


def _restarted(bench: Bench) -> Iterator[Draft]:
    """Restarts that are due, and Cisco Tftp wherever its list is not of now."""
    stale = tuple(Place(node, TFTP_SERVICE, "trust list") for node in bench.wrong.stale)
    anew = bench.wrong.rollback  # what Cisco Tftp has read of the parameter at its start is not so any more
    started = {(each.service, each.node) for each in bench.wrong.stopped if not (anew and each.service == TFTP_SERVICE)}
    done: set[tuple[str, str]] = set()
    for place in (*stale, *bench.wrong.due):
        if (place.service, place.node) in started | done:
            continue
        done.add((place.service, place.node))
        why = (
            "Its list is not of now."
            if place.unit == "trust list"
            else f"{place.unit} is new: it may not have loaded it."
        )
        yield Draft(
            _PHASE,
            Restart(place.service, place.node, place.unit),
            f"{why} Once more harms nobody.",
            after=(gates.running(),),
            sources=("S111", "S94", "214231"),
        )


def _reset_itl(bench: Bench) -> Draft:
    """Who knows that key takes the list, whoever else is a stranger to it."""
    unit = bench.facts.signing.second
    return Draft(
        _PHASE,
        ResetItl(bench.snapshot.publisher.name),
        f"Phones that know {unit} of the publisher take a list that it signs, and with it everything of now (R1).",
        after=(gates.resigned(unit),),
        sources=("R1", "P9", "SG15", "CLI15", "117598"),
    )


def _ctl(bench: Bench, means: Means) -> Draft:
    security = bench.security
    if means.ctl == "reset":
        why = "Phones that know the other SAST of the CTL take the CTL of now, signed by it (R3)."
        made = gates.ctl_made(security.second)
        return Draft(_PHASE, ResetCtl(security.publisher), why, (), (made,), ("R3", "P9", "SG15", "CLI15"))
    by_token = security.by_token
    act = ClientCtl(security.tokens) if by_token else UpdateCtl(security.publisher)
    before = (lsc_gates.token_at_hand(security.tokens),) if by_token else ()
    why = "The CTL does not hold the certificates of now, and does not follow by itself (S68, H13)."
    made = gates.ctl_made(security.signer, by_person=by_token)
    return Draft(_PHASE, act, why, before, (made,), ("S64", "S68", "H13", "P7"))


def _wave(bench: Bench, means: Means, *, vouched: bool) -> Draft:
    """Nobody is sent before the lists are right, and those vouch whom phones need for it (I1)."""
    unit = bench.facts.signing.second
    lists = gates.resigned(unit) if means.itl else gates.lists_of_now()
    before = (lists, *_ctl_is(bench, means), *(_vouching(bench, means) if vouched else ()))
    why = "Phones fetch the list of now, and with it all that they have to trust from now on."
    sources = ("S114", "S116", "I1", *(("R1",) if means.itl else ()))
    return Draft(_PHASE, ResetPhones(), why, before, _back(bench), sources)


def _back(bench: Bench) -> tuple[Gate, ...]:
    return (gates.phones_back(), gates.holding("", ctl=bench.security.mixed))


def _ctl_is(bench: Bench, means: Means) -> tuple[Gate, ...]:
    if not bench.security.mixed:
        return ()
    return (gates.ctl_made(bench.security.second if means.ctl == "reset" else bench.security.signer),)


def _vouching(bench: Bench, means: Means) -> tuple[Gate, ...]:
    """By the certificates that they run with, which phones know, or by those of now."""
    running = () if means.load_first else bench.wrong.of(TVS_SERVICE)
    return (gates.vouched_for(tuple(Voucher(each.node, each.serial) for each in running)),)


def _again(bench: Bench, means: Means) -> Iterator[Draft]:
    """From here on every phone knows the usual signer: he signs again, and phones fetch that list too (P9)."""
    if not means.itl and means.ctl != "reset":
        return
    if means.ctl == "reset":
        yield _ctl(bench, msgspec.structs.replace(means, ctl="update"))
    for node in in_order(bench.snapshot) if means.itl else ():
        if node.has(TFTP_SERVICE):
            why = "When it starts it signs its list with its usual key again (P9)."
            yield Draft(_PHASE, Restart(TFTP_SERVICE, node.name, TVS), why, (), (gates.running(),), ("P9", "R1"))
    usual = msgspec.structs.replace(means, itl=False, ctl="as it is")
    yield _wave(bench, usual, vouched=False)


def _restored(bench: Bench) -> Iterator[Draft]:
    """The keys of before are on disk again; a node starts anew with them (R4)."""
    yield Draft(
        RESTORE,
        HandOver(f"restore the DRS backup {bench.backup} on every node, publisher first, and restart each node"),
        "It holds the private keys that phones know. It undoes all since: renewals, phones, users, settings (R4).",
        after=(gates.running(), gates.lists_of_now()),
        sources=("R4", "SEED", "214231", "SG15", "H24"),
        command="Disaster Recovery System > Restore > Restore Wizard: the device, the backup file, feature UCM, every "
        "node; the nodes must have the same host names, IP addresses and version as in the backup. Then restart each "
        "node: utils system restart. Cisco calls it the last resort: open a case with Cisco TAC first.",
        effect="All nodes restart; whatever was changed since the backup is lost.",
        if_it_fails="Touch no certificate. Cisco TAC goes on from here (S188).",
    )
    yield _wave(bench, Means(), vouched=False)
