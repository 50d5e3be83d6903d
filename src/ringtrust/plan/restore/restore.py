"""A restore, before anybody does it: which keys return, which phones trust the cluster then, and what else is needed.

The old keys return, and phones may hold a list that knows none of them (H24). Whom they trust is judged list by list
that they hold now, by the proof that a recovery stands on; a restore is one of its deeds (R4).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.plan import Note
from ringtrust.cluster.facts import Fact, Known, Moment
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Backup, Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.fit import facts_for, refuse_unfit, version_of
from ringtrust.plan.recover.means import Bench, Means, steps_of
from ringtrust.plan.recover.reached import Return, reached
from ringtrust.plan.recover.wrong import wrong_in
from ringtrust.plan.restore.returning import Returning, Stored, returning, stored_in, unread_in
from ringtrust.plan.secure.security import security_of
from ringtrust.prove.steps import night_of_steps
from ringtrust.prove.wreck.ground import Wreck, without_unserved, wreck_of
from ringtrust.trust.names import counted, quoted, some

LOST: Final = (Return.PERHAPS, Return.NOT)
"""Of whom nobody can tell is not taken for well (design.md §4.4)."""


class Lost(msgspec.Struct, frozen=True):
    """A phone that the restore costs its trust, or that may be lost by it; `well` is whether it is well now."""

    name: str
    description: str
    sure: bool
    well: bool


class Restoration(msgspec.Struct, frozen=True):
    """What would be. `found` says of each phone by its name how it comes to the lists of then.

    `hindered` is what keeps a restore from being done as things are.
    """

    cluster: str
    version: str
    taken: Moment
    before: Moment
    backup: str
    completed: Fact[Moment]
    returns: tuple[Returning, ...]
    comes: tuple[Stored, ...]
    goes: tuple[Stored, ...]
    found: Mapping[str, Return]
    lost: tuple[Lost, ...]
    hindered: tuple[Note, ...]
    notes: tuple[Note, ...]

    @property
    def trusting(self) -> int:
        """How many phones would trust the cluster."""
        return len(self.found) - len(self.lost)


def restoration_of(now: Snapshot, then: Snapshot, file: str, catalog: Catalog) -> Restoration:
    """What the restore of a backup would bring about. `then` is a snapshot of its time.

    Raises RefusedError where there is no such backup, where the snapshot is not of its time, or where what matters was
    not seen.
    """
    facts, now = facts_for(now, catalog), without_unserved(now)
    refuse_unfit(now)
    if not isinstance(now.phones, Known):
        raise RefusedError("The phones could not be read.", advice="Mend that, and scan again.")
    backup = _backup(now, then, file)
    _refuse_other_time(now, then, backup)
    wreck = wreck_of(now, facts, (then,), then.taken)
    found = _found(now, facts, wreck, backup)
    return Restoration(
        cluster=now.cluster,
        version=version_of(now),
        taken=now.taken,
        before=then.taken,
        backup=backup.file,
        completed=backup.completed,
        returns=tuple(returning(now, then)) if facts.backup_holds_keys else (),
        comes=stored_in(then, now) if facts.backup_holds_certificates else (),
        goes=stored_in(now, then) if facts.backup_holds_certificates else (),
        found=found,
        lost=tuple(_lost(now, found)),
        hindered=tuple(_hindered(now, then)),
        notes=tuple(_notes(now, then, backup, facts)),
    )


def _backup(now: Snapshot, then: Snapshot, file: str) -> Backup:
    known = {each.file: each for seen in (then, now) for each in _backups(seen)}
    if file not in known:
        there = [each.file for each in known.values() if each.good]
        raise RefusedError(
            f"No history tells of a backup {quoted(file)}.",
            advice=f"There are: {some(there)}." if there else "Look at `utils disaster_recovery history backup`.",
        )
    if not known[file].good:
        raise RefusedError(f"The backup {file} ended with {known[file].result}.", advice="Take one that succeeded.")
    return known[file]


def _backups(snapshot: Snapshot) -> tuple[Backup, ...]:
    return snapshot.backups.value if isinstance(snapshot.backups, Known) else ()


def _refuse_other_time(now: Snapshot, then: Snapshot, backup: Backup) -> None:
    """The snapshot has to show what the backup holds."""
    if then.taken >= now.taken:
        raise RefusedError("The snapshot of before is not older than the one of now.", advice="Swap them.")
    if not isinstance(backup.completed, Known):
        return
    made = [
        f"{identity.unit} of {node.name}"
        for node in then.nodes
        for identity in (node.identities.value if isinstance(node.identities, Known) else ())
        if isinstance(identity.certificate, Known) and identity.certificate.value.not_before > backup.completed.value
    ]
    if made:
        raise RefusedError(
            f"The snapshot of before shows what is not in the backup: {some(made)} was made after it.",
            advice="Take a snapshot from the time of the backup, or a backup from the time of the snapshot.",
        )


def _found(now: Snapshot, facts: ReleaseFacts, wreck: Wreck, backup: Backup) -> Mapping[str, Return]:
    """Of each phone how it comes to the lists of then, by the restore and one wave behind it."""
    saved = tuple(_saved(facts, wreck, backup.completed))
    ground = replace(wreck.ground, saved=saved)
    bench = Bench(now, facts, wrong_in(now, facts, wreck.before.changes), security_of(now, facts), backup.file)
    night = night_of_steps(steps_of(bench, Means(restore=True), vouched=False))
    how = reached(ground, night).kinds
    return {name: how[kind.name] for name, kind in wreck.kinds.items()}


def _saved(facts: ReleaseFacts, wreck: Wreck, completed: Fact[datetime]) -> Iterator[str]:
    """The certificates that phones trust by and that the backup holds, where others are there now."""
    if facts.backup_holds_keys:
        for change in wreck.before.changes:
            if not isinstance(completed, Known) or change.made > completed.value:
                yield change.old


def _lost(now: Snapshot, found: Mapping[str, Return]) -> Iterator[Lost]:
    served = {digest for node in now.nodes for digest in _checksums(node.itl)}
    for phone in now.all_phones():
        if found[phone.name] in LOST:
            yield Lost(phone.name, phone.description, found[phone.name] is Return.NOT, _is_well(phone, served))


def _is_well(phone: Phone, served: set[str]) -> bool:
    return phone.registered and isinstance(phone.itl, Known) and phone.itl.value in served


def _checksums(fact: object) -> tuple[str, ...]:
    found = fact.value if isinstance(fact, Known) else None
    return tuple(each for each in (found.sha1, found.md5) if each) if found is not None else ()


def _hindered(now: Snapshot, then: Snapshot) -> Iterator[Note]:
    """A restore wants the same host names, IP addresses and version (SG15, P17)."""
    sources = ("SG15", "P17")
    addresses = {node.name: node.address for node in then.nodes}
    missing = [node.name for node in now.nodes if node.name not in addresses]
    gone = [name for name in addresses if now.node(name) is None]
    if missing or gone:
        parts = ([f"{some(missing)} is new since"] if missing else []) + ([f"{some(gone)} is gone"] if gone else [])
        yield Note(f"The cluster has other nodes than in the backup: {', and '.join(parts)}.", sources)
    moved = [
        f"{node.name} had {addresses[node.name]} and has {node.address}"
        for node in now.nodes
        if addresses.get(node.name, node.address) != node.address
    ]
    if moved:
        yield Note(f"Nodes have other addresses than in the backup: {some(moved)}.", sources)
    if isinstance(then.version, Known) and then.version != now.version:
        yield Note(f"The backup is of version {then.version.value}, and the cluster runs {version_of(now)}.", sources)
    if isinstance(then.security_mode, Known) and then.security_mode != now.security_mode:
        yield Note(
            "The cluster has changed its security mode since: the restore brings back the one of then.", ("P17",)
        )


def _notes(now: Snapshot, then: Snapshot, backup: Backup, facts: ReleaseFacts) -> Iterator[Note]:
    """What has to be done around it, in its order."""
    yield from _of_release(facts)
    yield from _of_time(then, backup)
    yield Note(
        "It is the last resort, and undoes all since: renewals, phones, users, settings. Open a case with Cisco TAC "
        "first, and take a backup of now to another device (S189).",
        ("R4", "S188", "S189", "SEED"),
    )
    yield Note(
        "See that it is still there (utils disaster_recovery show_backupfiles DEVICE): a device lets the oldest go.",
        ("S189", "CLI15", "214287"),
    )
    yield Note(
        "Host names, IP addresses, DNS and version have to be those of the backup on every node. Then Disaster "
        f"Recovery System > Restore > Restore Wizard: the device, {backup.file}, the publisher first, then every "
        "subscriber.",
        ("SG15", "P17"),
    )
    yield Note(
        "Restart every node behind it (utils system restart): nothing loads the old certificates by itself. Then see "
        "that TVS and Cisco Tftp run everywhere and that every list holds the certificates of then, and only then "
        "reset all phones: Enterprise Parameters > Reset.",
        ("R4", "S111", "I1"),
    )
    if now.mixed or then.mixed:
        yield Note(
            "In mixed mode create the CTL anew where subscribers were not restored (utils ctl update CTLFile, or the "
            "CTL client), before phones are reset: else it holds certificates that those nodes do not have.",
            ("AG125", "P17"),
        )
    yield Note(
        "Default CA certificates that were disabled are not in the backup, and are there again: disable them once "
        "more (set cert default-ca-list disable).",
        ("RN125", "P17"),
    )
    yield Note(
        "Partners that hold certificates of now (UCCX, Expressway, the identity provider, RADIUS) need those of then; "
        "LSCs that a new CAPF has signed are of a CAPF that is gone: renew them.",
        ("S145", "H17", "H18"),
    )
    if unread := (*unread_in(now), *unread_in(then)):
        yield Note(f"Not compared, as it could not be read: {some(unread, 3)}", ("P17",))


def _of_release(facts: ReleaseFacts) -> Iterator[Note]:
    if not facts.backup_holds_certificates:
        yield Note("On this release a backup holds no certificates (CSCtn50405): none returns.", ("S61", "CSCtn50405"))
    elif not facts.backup_holds_keys:
        yield Note(
            "On this release a restore does not bring back the keys that phones trust: they are judged by the "
            "certificates of now.",
            ("S59", "R4"),
        )


def _of_time(then: Snapshot, backup: Backup) -> Iterator[Note]:
    """How sure it is that the snapshot shows what the backup holds."""
    if not isinstance(backup.completed, Known):
        yield Note(
            f"When {backup.file} was made cannot be told ({backup.completed.reason}): it is taken to hold what the "
            "snapshot of before shows.",
            ("P17",),
        )
        return
    apart = abs(backup.completed.value - then.taken)
    hours = int(apart.total_seconds() // 3600)
    if hours:
        yield Note(
            f"The backup and the snapshot of before are {counted(hours, 'hour')} apart: what changed in between and "
            "once more since cannot be seen.",
            ("P17",),
        )
