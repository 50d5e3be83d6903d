"""The gates of a plan: what each asks, how long it may take, and where it comes from (domain.md §6).

Patience is wall time, far above what a healthy cluster needs: a gate passes by evidence, however late that comes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from ringtrust.change.gate import (
    BackedUp,
    CertificateIs,
    CertificateIsNew,
    CertificatesFit,
    CtlMatches,
    Gate,
    GroupsRedundant,
    Halted,
    ListsEmptied,
    ListsMatch,
    ListsResigned,
    NodesAuthenticated,
    PhonesBack,
    PhonesCurrent,
    ReplicationGood,
    ResetsByHand,
    RollbackIs,
    RollbackOff,
    SecurityModeIs,
    ServedIs,
    ServicesRun,
    Synchronised,
    TvsLoadable,
    Vouched,
    Voucher,
)
from ringtrust.cluster.snapshot import RECENT_BACKUP_HOURS
from ringtrust.plan.targets import Target

MINUTE: Final = 60
HOUR: Final = 3600
_SOON: Final = 10 * MINUTE
_WAVE: Final = HOUR
_SYNCHRONISATION: Final = 8 * HOUR
_PERSON: Final = 12 * HOUR
_BACKUP: Final = 6 * HOUR  # [INF] hours on a large cluster; none of Cisco's documents gives a figure
_OFF: Final = Gate(RollbackOff(), "the rollback parameter is False", sources=("G-RB", "H11"))
_FIT: Final = Gate(CertificatesFit(), "phones can load every list: at most 39 certificates", sources=("G-CAP", "H19"))
_TWO: Final = Gate(GroupsRedundant(), "every CM group has two members", sources=("G-CMG", "H09"))


def preflight(
    first: str, known: tuple[Voucher, ...], *, alone: bool = False, rollback: bool = False, ctl: str = ""
) -> tuple[Gate, ...]:
    """What must be so before the first act (P0, §6a). `ctl` is who signs the CTL, empty in a non-secure cluster.

    Phones have to hold the list of now: else somebody has changed another type since the scan (I4, H01). A plan that
    proves for CM groups of one member (`alone`) does not ask for two; one by the `rollback` parameter asks for neither,
    as a person may have set it already when the plan is gone on with.
    """
    settings = (_OFF, *(() if alone else (_TWO,)))
    return (
        Gate(ReplicationGood(), "the database of every node follows", sources=("G-DBR",)),
        Gate(NodesAuthenticated(), "the nodes have authenticated each other", sources=("G-NET",)),
        mode(mixed=bool(ctl)),
        *(() if rollback else settings),
        Gate(ServicesRun(), "what is needed runs", patience=_SOON, sources=("G-SVC",)),
        Gate(ListsMatch(), "every list holds the certificates of now", patience=_SOON, sources=("G-ITL",)),
        _FIT,
        *_ctl_of_now(ctl),
        _vouched(known, _SOON),
        Gate(PhonesBack(), "the phones are registered", patience=_SOON, sources=("G-REG0",)),
        _current(first, ctl, ("G-ITL0", "I4", "I6", "H08")),
    )


def ready(first: str, known: tuple[Voucher, ...], *, alone: bool = False, ctl: str = "") -> tuple[Gate, ...]:
    """What must be so before anything is renewed, however long ago the preflight was, and whoever was at it since.

    Phones hold the lists that are served, and know the TVS that vouch: else two changes would meet (I4, H01 to H03).
    """
    return (
        Gate(ReplicationGood(), "the database of every node follows", sources=("G-DBR", "H06")),
        mode(mixed=bool(ctl)),
        *(_OFF, *(() if alone else (_TWO,))),
        Gate(ListsMatch(), "every list holds the certificates of now", patience=_SOON, sources=("G-ITL", "I4")),
        *_ctl_of_now(ctl),
        _vouched(known, _SOON),
        _current(first, ctl, ("G-ITL0", "I4", "H08")),
    )


def mode(*, mixed: bool) -> Gate:
    """What the plan does about a CTL hangs on it."""
    what = "the cluster is in mixed mode" if mixed else "the cluster is non-secure"
    return Gate(SecurityModeIs(mixed=mixed), what, sources=("G-MODE", "S62", "S63"))


def _ctl_of_now(signer: str, patience: int = _SOON) -> tuple[Gate, ...]:
    """None in a non-secure cluster, where there is no signer."""
    if not signer:
        return ()
    what = f"every node serves one CTL, with the certificates of now, signed by {signer}"
    return (Gate(CtlMatches(signer), what, patience=patience, sources=("G-CTL", "S64", "H13")),)


def ctl_made(signer: str, *, by_person: bool = False) -> Gate:
    """The CTL has been made anew, and every node serves it (domain.md §6b)."""
    (gate,) = _ctl_of_now(signer, _PERSON if by_person else 30 * MINUTE)
    return gate


def _current(first: str, ctl: str, sources: tuple[str, ...]) -> Gate:
    condition = PhonesCurrent(first, ctl=bool(ctl))
    return Gate(condition, _holding(first, ctl=bool(ctl)), patience=_SOON, sources=sources)


def _vouched(known: tuple[Voucher, ...], patience: int) -> Gate:
    what = "TVS vouches for every list, as phones know it"
    return Gate(Vouched(known), what, patience=patience, sources=("G-TVS", "I1", "H01", "H10"))


def resets_by_hand() -> Gate:
    """Phones wait for whoever resets them: a canary holds nobody back else (SG15). Somebody has said so."""
    what = "phones do not reset by themselves when a certificate changes"
    return Gate(ResetsByHand(said=True), what, sources=("G-PAR", "SG15", "RN14"))


def rollback_is(*, value: bool) -> Gate:
    """A person has set it, and every node has heard of it: Cisco Tftp goes by the database of its own node."""
    what = f"the rollback parameter is {value} in the database of every node"
    return Gate(RollbackIs(value), what, patience=_PERSON, interval=15, sources=("S82", "S92", "IPC"))


def emptied() -> Gate:
    """Phones are sent for nothing but empty lists (S89)."""
    what = "every list is empty"
    return Gate(ListsEmptied(), what, patience=_SOON, sources=("S82", "S89", "IPC"))


def matching(but: tuple[str, ...] = ()) -> Gate:
    """Lists are right; `but` are nodes whose Cisco Tftp is stopped on purpose."""
    what = "every list holds the certificates of now"
    return Gate(ListsMatch(but), what, patience=_SOON, sources=("S94", "S95", "G-ITL"))


def holding(first: str, *, ctl: bool = False) -> Gate:
    """Every phone holds the list of now, be it empty or not (S90, S94)."""
    what = _holding(first, ctl=ctl)
    return Gate(PhonesCurrent(first, ctl=ctl), what, patience=_WAVE, interval=15, sources=("S90", "S94", "I4"))


def resigned(unit: str) -> Gate:
    """The lists are signed by the other key, and hold the certificates of now (R1, P9)."""
    what = f"every list holds the certificates of now, signed by {unit} of the publisher"
    return Gate(ListsResigned(unit), what, patience=_SOON, sources=("G-ITL", "R1", "P9"))


def elsewhere(nodes: tuple[str, ...], *, ctl: bool = False) -> Gate:
    """Every phone has its list from another TFTP node than those that are stopped (S99, S101)."""
    what = f"every phone holds the list of another TFTP node than {' and '.join(nodes)}"
    return Gate(
        PhonesCurrent(without=nodes, ctl=ctl), what, patience=_WAVE, interval=15, sources=("S99", "S101", "I3", "I4")
    )


def backup_ended() -> Gate:
    """The backup that was begun has come to its end, on every node (S58)."""
    return Gate(
        BackedUp(RECENT_BACKUP_HOURS, whole=True),
        "the backup succeeded, with every component of every node",
        patience=_BACKUP,
        interval=15,
        sources=("G-DRS", "S58", "S189", "214287"),
    )


def backed_up() -> Gate:
    """A backup of today or of the night before (S58)."""
    return Gate(
        BackedUp(RECENT_BACKUP_HOURS),
        f"a backup succeeded in the last {RECENT_BACKUP_HOURS} hours",
        sources=("G-DRS", "S58", "S189"),
    )


def still(target: Target) -> Gate:
    """Nobody else has renewed it meanwhile."""
    condition = CertificateIs(target.unit, target.node, target.certificate.serial)
    return Gate(condition, f"{target.unit} of {target.node} is the one that was scanned", sources=("G-CERT",))


def renewed(target: Target, taken: datetime) -> Gate:
    """It is new, and valid today."""
    condition = CertificateIsNew(target.unit, target.node, target.certificate.serial, taken)
    return Gate(condition, f"{target.unit} of {target.node} is new", patience=_SOON, sources=("S130", "H31"))


def synchronised(target: Target, stores: Iterable[str], everywhere: Iterable[str]) -> Gate:
    """It has got to every node: the database first, then Change Notification, half an hour later (H06, 210541)."""
    condition = Synchronised(target.unit, target.node, tuple(stores), tuple(everywhere))
    where = "in every database, and on every node" if condition.everywhere else "in every database"
    what = f"the new {target.unit} of {target.node} is {where}"
    return Gate(condition, what, patience=_SYNCHRONISATION, interval=60, sources=("G-SYNC", "H06", "210541"))


def served(unit: str, node: str) -> Gate:
    """The service has loaded it."""
    return Gate(ServedIs(unit, node), f"{node} serves the new {unit}", patience=_SOON, sources=("S111",))


def loadable(node: str) -> Gate:
    """TVS of a node loads nothing that phones do not know (H01)."""
    return Gate(TvsLoadable(node), f"phones know what TVS of {node} will load", sources=("G-TVS", "H01"))


def running(but: tuple[Halted, ...] = (), *, stopped: tuple[Halted, ...] = ()) -> Gate:
    """What was restarted runs again; `but` are services that may be down, `stopped` those on purpose (S97)."""
    named = " and ".join(f"{each.service} of {each.node}" for each in (*but, *stopped))
    what = f"what is needed runs, but for {named}" if named else "what is needed runs"
    return Gate(ServicesRun(but, stopped), what, patience=30 * MINUTE, sources=("G-SVC",))


def phones_back(besides: tuple[str, ...] = ()) -> Gate:
    """Every phone of the baseline is registered; `besides` are those that were locked out when it was made."""
    too = f", and the {len(besides):,} that were locked out" if besides else ""
    return Gate(
        PhonesBack(besides), f"the phones are back{too}", patience=_WAVE, interval=15, sources=("G-REG", "I4", "S101")
    )


def before_a_wave(known: tuple[Voucher, ...], ctl: str = "", *, away: bool = False) -> tuple[Gate, ...]:
    """No phone is sent for a list that is not right, or for which nobody vouches whom it knows (I1, H01).

    One that boots at that moment would not hear of it, and keep what it fetched before: so all have to be there. Unless
    some are `away`, for no node that they may register with shows a certificate of their CTL: they come by themselves.
    """
    return (
        lists_of_now(),
        _FIT,  # built by now, of what was renewed; and no phone has been sent for it
        *_ctl_of_now(ctl),
        vouched_for(known),
        *(() if away else (phones_back(),)),
    )


def lists_of_now() -> Gate:
    """Every list that is served is built of what there is now (G-ITL)."""
    return Gate(ListsMatch(), "every list holds the certificates of now", patience=HOUR, sources=("G-ITL", "S113"))


def vouched_for(known: tuple[Voucher, ...]) -> Gate:
    """TVS has heard of every signer: that takes as long as synchronisation does (G-TVS)."""
    return _vouched(known, _SYNCHRONISATION)


def after_a_wave(
    first: str, known: tuple[Voucher, ...], *, ctl: bool = False, besides: tuple[str, ...] = ()
) -> tuple[Gate, ...]:
    """The next change begins only when every phone of the baseline is back and holds the list of now (I4, S104).

    A phone fetches its list before it registers: one that is back and holds another has missed the wave, and waiting
    does not help it. Apply sends it once more.
    """
    current = Gate(
        PhonesCurrent(first, ctl=ctl),
        _holding(first, ctl=ctl),
        patience=_SOON,
        interval=15,
        sources=("G-ITL0", "I4", "S104", "S106"),
    )
    return (phones_back(besides), current, _vouched(known, _SOON))


def _holding(first: str, *, ctl: bool = False) -> str:
    too = ", and the CTL of now" if ctl else ""
    return f"every phone holds the list of {first}{too}" if first else f"every phone holds a list of now{too}"
