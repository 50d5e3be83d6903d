"""Steps, each with its lines of the night: what a person reads and what the proof judges is one thing."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.events import Event
from ringtrust.change.act import HandOver, ResetPhones, SetRollback
from ringtrust.change.gate import Gate, ReplicationGood
from ringtrust.cluster.names import ITLRECOVERY, TFTP_SERVICE, TVS_SERVICE
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan import gates
from ringtrust.plan.before.asked import Asked
from ringtrust.plan.before.made import Made
from ringtrust.plan.drafts import Draft
from ringtrust.plan.secure.ctl import Ctl
from ringtrust.plan.secure.security import Security
from ringtrust.trust.names import some

PREPARE, CHANGE, AFTER = "before the change", "the change", "after the change"
_LOADING: Final = ("tvs", "tftp", "callmanager")
_ALL: Final = "all"


class Move(msgspec.Struct, frozen=True):
    """A step, and what it comes to in a runbook of `ringtrust prove`; none of what no phone notices."""

    draft: Draft
    lines: tuple[str, ...] = ()


class Board(msgspec.Struct, frozen=True):
    """What moves are drafted from."""

    asked: Asked
    event: Event
    made: Made
    nodes: tuple[str, ...]
    snapshot: Snapshot
    facts: ReleaseFacts
    security: Security
    preflight: tuple[Gate, ...]

    @property
    def ctl(self) -> Ctl:
        """Drafts what the CTL needs."""
        return Ctl(self.security)


def started(where: str) -> tuple[str, ...]:
    """The services that load what phones trust by start, as they do when a node starts anew."""
    return tuple(f"restart {service} @ {where}" for service in _LOADING)


def backed_up(board: Board) -> Move:
    """The first of all; behind it everything is looked at (P0)."""
    draft = Draft(
        PREPARE,
        HandOver("take a DRS backup, and see that it succeeds on every node"),
        "It is the way back, and no change of this kind is begun without (IPC, SG15).",
        after=(gates.backed_up(), *board.preflight),
        sources=("S58", "IPC", "SG15"),
        if_it_fails="Do not go on: what the gates name is mended first.",
    )
    return Move(draft, () if board.asked.event == "restore" else ("backup",))


def told(board: Board, phase: str, text: str, sources: Sequence[str]) -> Move:
    """Something of the documents that no phone notices."""
    act = HandOver(text.rstrip("."))
    draft = Draft(phase, act, board.event.title + ".", sources=tuple(sources), command="By hand.", effect="None known.")
    return Move(draft)


def emptied(board: Board) -> Iterator[Move]:
    """The rollback parameter goes to True, and every phone holds an empty list (S82 to S90; IPC)."""
    yield Move(
        Draft(
            PREPARE,
            SetRollback(value=True),
            "Lists are emptied, and phones take any that follows. Who is away has to have his list erased by hand.",
            after=(gates.rollback_is(value=True),),
            sources=("S82", "S86", "IPC", "SG15"),
        ),
        ("set rollback true", "wait sync"),
    )
    yield _started_anew(PREPARE, gates.emptied(), ("S89", "SG15"))
    yield waved(board, PREPARE, "Every phone fetches the empty list.", before=(gates.emptied(),))


def filled(board: Board) -> Iterator[Move]:
    """It goes to False when all phones have registered, and every phone holds a full list (S92 to S95)."""
    yield Move(
        Draft(
            AFTER,
            SetRollback(value=False),
            "Lists are full again. Left True, phones trust anybody (H11).",
            before=(gates.phones_back(),),
            after=(gates.rollback_is(value=False),),
            sources=("S92", "H11", "IPC"),
        ),
        ("set rollback false", "wait sync"),
    )
    yield _started_anew(AFTER, gates.matching(), ("S93", "SG15"))
    yield waved(board, AFTER, "Every phone fetches the full list.", before=(gates.matching(),))


def _started_anew(phase: str, gate: Gate, sources: tuple[str, ...]) -> Move:
    services = f"{TVS_SERVICE}, then {TFTP_SERVICE}"
    draft = Draft(
        phase,
        HandOver(f"restart {services} on every node where they run, the publisher first"),
        "Lists follow the parameter when these start.",
        after=(gates.running(), gate),
        sources=sources,
        command=f"utils service restart {TVS_SERVICE}; utils service restart {TFTP_SERVICE} (CLI of each node)",
        effect="Phones that start meanwhile ask another node.",
    )
    return Move(draft, started(_ALL)[:2])


def waved(board: Board, phase: str, why: str, before: tuple[Gate, ...] = ()) -> Move:
    """Phones are reset, and every one holds the lists of now."""
    first = before or (gates.lists_of_now(), gates.phones_back())
    after = (gates.phones_back(), gates.holding("", ctl=board.security.mixed))
    draft = Draft(phase, ResetPhones(), why, before=first, after=after, sources=("S90", "S94", "I4"))
    return Move(draft, ("wave complete",))


def changed(board: Board, node: str, *, empty: bool) -> Move:
    """The change on one node, and what is waited for before anything else is touched."""
    units = board.made.on(node)
    lists = gates.emptied() if empty else gates.lists_of_now()
    follows = Gate(
        ReplicationGood(), "the database of every node follows", patience=gates.HOUR, sources=("G-DBR", "IPC")
    )
    draft = Draft(
        CHANGE,
        HandOver(_sentence(board.asked, node)),
        f"{some(list(units), 8) or 'Nothing'} of {node} is made anew by it. {board.event.reboots}",
        after=(follows, gates.running(), lists, gates.phones_back()),
        sources=board.event.sources,
        command=_command(board.asked, node),
        effect=board.event.resets,
        if_it_fails="Touch no other node. See `utils service list` and `utils dbreplication runtimestate` there first.",
    )
    return Move(draft, (*_night(board, node), *started(node), "wait sync"))


def _night(board: Board, node: str) -> Iterator[str]:
    yield f"rename {node}"
    if ITLRECOVERY in board.made.on(node):
        yield f"regen {ITLRECOVERY} @ {node}"


def _sentence(asked: Asked, node: str) -> str:
    match asked.event:
        case "hostname":
            return f"give {node} the host name {asked.value}"
        case "domain":
            return f"give {node} the domain {asked.value}, and touch no other node before the gates have passed"
        case "fips":
            return f"switch FIPS mode {asked.value} on {node}, and touch no other node before the gates have passed"
        case _:
            return f"set the web security of {node}"


def _command(asked: Asked, node: str) -> str:
    typed = {
        "hostname": f"set network hostname, and {asked.value} where it asks",
        "domain": f"set network domain {asked.value}",
        "fips": f"utils fips {'enable' if asked.value == 'on' else 'disable'}",
        "web-security": "set web-security ORGUNIT ORGNAME LOCALITY STATE [COUNTRY] [ALTERNATEHOSTNAME]",
    }
    return f"{typed[asked.event]} (CLI of {node})"


def web_changed(board: Board, node: str) -> Iterator[Move]:
    """`set web-security`: tomcat alone (217138)."""
    bare = changed(board, node, empty=False)
    yield Move(msgspec.structs.replace(bare.draft, after=(gates.running(),)), (f"regen tomcat @ {node}",))
    draft = Draft(
        AFTER,
        HandOver(f"restart Cisco Tomcat of {node}"),
        "Its ports show the old certificate until then.",
        after=(gates.running(), gates.served("tomcat", node)),
        sources=("217138",),
        command="utils service restart Cisco Tomcat",
        effect="Web pages, AXL, and HTTPS services of phones are away on this node for some minutes.",
    )
    yield Move(draft, (f"restart tomcat @ {node}",))


def upgraded(board: Board) -> Move:
    """The upgrade and the switch to the new version."""
    units = board.made.sentences
    draft = Draft(
        CHANGE,
        HandOver(f"upgrade to {board.asked.value}, and switch the version: the publisher first"),
        f"{', '.join(units)} is made anew by it." if units else "No document says that it makes certificates anew.",
        after=(gates.running(), gates.lists_of_now(), gates.phones_back()),
        sources=board.event.sources,
        command="As the upgrade guide of the release says.",
        effect=board.event.resets,
        if_it_fails="Renew nothing, and CallManager least of all, before phones hold the lists of now (FN70613).",
    )
    renewed = tuple(f"regen {ITLRECOVERY} @ {node}" for node in board.nodes if ITLRECOVERY in board.made.on(node))
    return Move(draft, (*renewed, *started(_ALL), "wait sync"))


def restored(board: Board) -> Move:
    """A restore of the last good backup."""
    back = some(list(board.made.sentences), 8)
    draft = Draft(
        CHANGE,
        HandOver(f"restore the backup {board.made.file}"),
        f"{back} come back in their older form." if back else "What is on the disks is as old as the backup.",
        after=(gates.running(), gates.lists_of_now(), gates.phones_back()),
        sources=board.event.sources,
        command="Disaster Recovery System > Restore",
        effect=board.event.resets,
        if_it_fails="Compare the serial numbers on every node with those of the backup (CSCup71297).",
    )
    return Move(draft, ("restore", *started(_ALL), "wait sync"))


def ctl_updated(board: Board) -> Iterator[Move]:
    """The CTL follows by nobody's hand but this; then all nodes start anew (IPC, H13)."""
    yield Move(
        board.ctl.updated(CHANGE, "The CTL does not follow by itself: it holds certificates of before."), _UPDATE
    )
    yield _everywhere()


def ctl_by_other_key(board: Board) -> Iterator[Move]:
    """The CTL is signed by its other SAST first, which every phone knows, and then as ever (FN70613, R3, P9)."""
    yield Move(board.ctl.reset(CHANGE), ("ctl reset localkey", "wait sync"))
    yield _everywhere()
    yield waved(board, CHANGE, "Every phone takes the CTL of the other key.")
    again = "Every phone knows the new signer by now: from here on it signs again."
    yield Move(board.ctl.updated(CHANGE, again), _UPDATE)
    yield _everywhere()


def _everywhere() -> Move:
    draft = Draft(
        CHANGE,
        HandOver("restart all nodes, the publisher first, one after the other"),
        "Services load the CTL of now, and the certificates that are on their disks (IPC).",
        after=(gates.running(),),
        sources=("IPC", "AG125", "FN70613"),
        command="utils system restart (CLI of each node)",
        effect="Phones move to the next member of their CM group meanwhile.",
    )
    return Move(draft, started(_ALL))


_UPDATE: Final = ("ctl update", "wait sync")
