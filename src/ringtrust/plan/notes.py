"""What a person should know before a plan starts."""

from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import IssueLscs, ResetPhones, Restart
from ringtrust.change.gate import Gate, Synchronised
from ringtrust.change.plan import Note, Step
from ringtrust.cluster.facts import known
from ringtrust.cluster.names import CALLMANAGER, CAPF, ITLRECOVERY, TFTP_SERVICE, TOMCAT, TVS
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan.around import left_out
from ringtrust.plan.backups import backup_notes
from ringtrust.plan.canary import Canary, is_canary, waves_of
from ringtrust.plan.fit import in_the_way
from ringtrust.plan.phones import Baseline
from ringtrust.plan.secure.notes import about_ctl, about_locked, about_lscs, about_profiles, capf_ends
from ringtrust.plan.secure.security import short_recovery
from ringtrust.plan.strategies import Way, Ways
from ringtrust.plan.targets import Target, Targets
from ringtrust.trust.names import counted, some

_TFTP_NODES_THAT_HELP: Final = 2
_NAMED: Final = 8
_NOTIFICATION_MINUTES: Final = 30


def notes(ways: Ways, catalog: Catalog, way: Way) -> Iterator[Note]:
    """All of them, the most important first."""
    snapshot, facts, targets = ways.snapshot, ways.facts, ways.targets
    yield from _window(facts, way.steps)
    if len(snapshot.nodes) > 1:
        yield from _duration(way.steps)
    yield from _canary(ways.canary, way.steps)
    yield from _feared()
    yield from _by_rollback(way)
    yield from _in_the_way(snapshot, alone=way.strategy == "rollback" or ways.alone)
    yield from left_out(snapshot)
    yield from _stragglers(ways.phones)
    yield from about_locked(ways.phones.locked)
    yield from about_ctl(ways.extras.security, way.steps)
    yield from about_profiles(snapshot, way.steps)
    issued = any(isinstance(step.act, IssueLscs) for step in way.steps)
    yield from capf_ends(snapshot, ways.goal)
    yield from about_lscs(ways.census, issued=issued, capf=bool(targets.of(CAPF)))
    yield from _short_recovery(snapshot, way.steps)
    yield from _ca_signed(targets)
    yield from _expired(snapshot, targets)
    yield from _unknown_units(snapshot, facts)
    if way.strategy != "rollback":
        yield from _order(catalog, targets)
    if way.strategy in {"type", "tftp"}:
        yield from _two_tftp_nodes(snapshot, targets)
    yield from _recovery(facts, targets, mixed=ways.extras.security.mixed)
    yield from _backup(facts)
    yield from backup_notes(ways.backups, snapshot, facts, way.steps)
    yield from _features(facts, targets)
    yield from _afterwards(facts, targets)
    yield Note("With problems, or if help is needed, contact Cisco TAC.", ("S188",))


def _window(facts: ReleaseFacts, steps: Sequence[Step]) -> Iterator[Note]:
    waves = waves_of(steps)
    issued = any(isinstance(step.act, IssueLscs) for step in steps)
    resets = f"phones reset {counted(waves, 'time')} by this plan" if waves or not issued else ""
    lscs = "each phone that gets a new LSC resets for it" if issued else ""
    by_themselves = "" if facts.reset_is_automatic else f", as far as {facts.resets.parameter} lets them"
    yield Note(
        f"Do this in a maintenance window: {', '.join(filter(None, (resets, lscs)))}, and phones reset by themselves "
        f"whenever a list changes{by_themselves}, which a certificate of any type may bring about; services restart, "
        "and while CallManager of a node does, its phones move to another.",
        ("S5", "S114", "S116"),
    )


def _duration(steps: Sequence[Step]) -> Iterator[Note]:
    """A night is too short for some plans, and whoever reads this should know before it begins."""
    carried = sum(any(map(_is_carried, step.after)) for step in steps)
    restarts = sum(isinstance(step.act, Restart) for step in steps)
    if carried:
        yield Note(
            f"Reckon with {carried * _NOTIFICATION_MINUTES / 60:g} hours at least: Change Notification takes half an "
            f"hour {counted(carried, 'time')}. Add what phones take to come back from every reset, "
            f"and {counted(restarts, 'restart')}.",
            ("H06", "210541"),
        )


def _is_carried(gate: Gate) -> bool:
    return isinstance(gate.condition, Synchronised) and bool(gate.condition.everywhere)


def _canary(canary: Canary, steps: Sequence[Step]) -> Iterator[Note]:
    """Who goes first, what that costs, and what it cannot do."""
    if any(map(is_canary, steps)):
        yield Note(
            f"Before every wave ({counted(waves_of(steps), 'time')}) the canary {canary.name} goes first, "
            f"{counted(len(canary.phones), 'phone')}: {some(canary.phones, _NAMED)}. The others follow when all of "
            "these are back and hold the list of now; the wave behind it is for all phones, so that the canary resets "
            "twice. A phone that starts by itself meanwhile fetches the new list too. Set the parameter that makes "
            "phones wait back when the plan is done.",
            ("G-PAR", "I4", "S106", "SG15"),
        )


def _feared() -> Iterator[Note]:
    """What goes wrong where trust lists do, and why the order is what it is (S3, S4, S80)."""
    yield Note(
        "Phones go by their trust list (the ITL, in mixed mode the CTL too), and this plan keeps it right, so that "
        "there is no outage that nobody planned: a phone whose list is wrong may not register, refuses every change "
        "of its configuration and every new firmware, and loses many features.",
        ("S3", "S4", "S80"),
    )


def _by_rollback(way: Way) -> Iterator[Note]:
    """What the seed warns of (9g)."""
    if way.strategy == "rollback":
        yield Note(
            "While the rollback parameter is True every HTTPS request from or to phones fails: Extension Mobility, the "
            "corporate directory. So it is not what Cisco recommends. Basic calls go on. It serves non-secure clusters "
            "only, and saves no phone that has lost trust before. Each change of it resets all phones.",
            ("S83", "S84", "S85", "S86", "S87", "S88"),
        )


def _in_the_way(snapshot: Snapshot, *, alone: bool) -> Iterator[Note]:
    """The gates look at it again; whoever plans should not learn of it in the night of the change."""
    found = tuple(in_the_way(snapshot, alone=alone))
    if found:
        yield Note(
            f"As the cluster was scanned, this plan will not begin, for {'; '.join(found)}. Mend that first.",
            ("G-DBR", "G-NET", "G-RB", "G-CMG", "G-ITL", "G-CAP", "G-UPG", "H09", "H11", "H19"),
        )


def _stragglers(phones: Baseline) -> Iterator[Note]:
    """Promise 1: who cannot be waited for is said before it starts, with count, names and remedy."""
    if phones.stragglers:
        who = some([each.name for each in phones.stragglers], _NAMED)
        yield Note(
            f"{counted(len(phones.stragglers), 'phone')} cannot be waited for, because they are not registered or hold "
            f"no list of now: {who}. Switch on what is off, and scan again; one that "
            "misses two changes has to have its list erased by hand.",
            ("H07", "H08", "I5", "I6"),
        )


def _ca_signed(targets: Targets) -> Iterator[Note]:
    if targets.left:
        yield Note(
            f"Signed by a CA, and left alone: {_listed(targets.left)}. Regenerating would replace them by self-signed "
            "ones; renew them with your CA (217138), or name them with --renew.",
            ("S129", "S181"),
        )
    signed = [target for target in targets.renew if not target.certificate.self_signed]
    if signed:
        yield Note(
            f"Signed by a CA, and replaced by self-signed ones: {_listed(signed)}. There is no way back without a new "
            "signing request.",
            ("S128", "S129", "L06"),
        )


def _expired(snapshot: Snapshot, targets: Targets) -> Iterator[Note]:
    late = [target for target in targets.renew if target.certificate.not_after <= snapshot.taken]
    if late:
        yield Note(f"Expired already: {_listed(late)}. Regenerate before that happens.", ("S21", "S28"))


def _order(catalog: Catalog, targets: Targets) -> Iterator[Note]:
    """Where Cisco's documents disagree, both stand here (design.md §4.6)."""
    if targets.of(CALLMANAGER) and targets.of(TVS):
        rules = " ".join(f"{order.name}: {order.rule}" for order in catalog.orders if not order.followed)
        yield Note(
            f"The order between types follows this rule: {catalog.order.rule} Cisco's documents differ. {rules} What "
            "all have in common is kept: every phone holds the list of now before the next type begins.",
            tuple(dict.fromkeys((*(source for order in catalog.orders for source in order.sources), "S106", "H01"))),
        )


def _unknown_units(snapshot: Snapshot, facts: ReleaseFacts) -> Iterator[Note]:
    """What `--renew all` does not mean, because nobody has told ringtrust how."""
    known_units = {unit.name for unit in facts.units}
    found = [
        f"{identity.unit} of {node.name}"
        for node in snapshot.nodes
        for fact in known((node.identities,))
        for identity in fact
        if identity.unit not in known_units
    ]
    if found:
        yield Note(f"Left alone, because ringtrust has no rules for it: {', '.join(found)}.", ("G-CERT",))


def _two_tftp_nodes(snapshot: Snapshot, targets: Targets) -> Iterator[Note]:
    """Why the second one has to wait (S104, S105); and what it means when there is only one (H05)."""
    serving = [node.name for node in snapshot.nodes if node.has(TFTP_SERVICE)]
    changed = [target.node for target in targets.of(CALLMANAGER) if target.node in serving]
    if len(changed) >= _TFTP_NODES_THAT_HELP:
        yield Note(
            f"The TFTP nodes {', '.join(changed)} never change together: the next one waits until every phone holds "
            "the list of now. Were both changed at once, phones would have no TFTP node left that they trust, and "
            "somebody would have to erase the list by hand on each of them.",
            ("S104", "S105", "H05"),
        )
    if changed and len(serving) < _TFTP_NODES_THAT_HELP:
        yield Note(
            f"{changed[0]} is the only TFTP node: no other one helps out while it changes, TVS alone does.",
            ("S96", "H05", "H10"),
        )


def _recovery(facts: ReleaseFacts, targets: Targets, *, mixed: bool) -> Iterator[Note]:
    """ITLRecovery: Cisco's documents know two ways (P9), and warn of doing it often. In mixed mode the CTL decides."""
    if not targets.of(ITLRECOVERY):
        return
    yield Note(
        "Renew ITLRecovery rarely, and take its key away first and afterwards: file get tftp ITLRecovery.p12 on the "
        "publisher, to an SFTP server of yours, then ringtrust recovery-key keep CLUSTER FILE, each time.",
        ("H04", "SG15", "CLI15", "AL15"),
    )
    if facts.itl_signer == ITLRECOVERY and not mixed:
        yield Note(
            "With ITLRecovery every list gets a new signer. This plan goes by 214231: TVS vouches for it, and what "
            "phones know TVS by has not changed since their last list. The Security Guides let CallManager sign in "
            "between instead (utils itl reset localkey, two waves), which needs no TVS where phones know CallManager.",
            ("214231", "SG125", "SG15", "H03", "H04"),
        )


def _backup(facts: ReleaseFacts) -> Iterator[Note]:
    """What the backup of before is good for, release by release (S59, S61, R4)."""
    if not facts.backup_holds_certificates:
        yield Note(
            "On this release a backup holds no certificates (CSCtn50405): take copies of them yourself. Keep the "
            "backup from before the change all the same, for Cisco TAC.",
            ("S61", "S189", "CSCtn50405"),
        )
        return
    keys = "" if facts.backup_holds_keys else " On this release it does not bring back the keys that phones trust."
    yield Note(
        f"Keep the backup from before the change until everything is well: it is the last way back.{keys}",
        ("S59", "S189", "R4"),
    )


def _features(facts: ReleaseFacts, targets: Targets) -> Iterator[Note]:
    """What only some clusters use, and nobody can see from here."""
    for unit in dict.fromkeys(target.unit for target in targets.renew):
        for rule in facts.restarts(unit):
            if rule.only_with:
                yield Note(f"With {rule.only_with}, restart {rule.service} after {unit} too.", rule.sources)


def _afterwards(facts: ReleaseFacts, targets: Targets) -> Iterator[Note]:
    if targets.of(facts.drs_depends_on):
        yield Note(
            f"No backup or restore may run while {facts.drs_depends_on} changes: backups go by that certificate.",
            ("S43", "217138", "215534"),
        )
    if targets.of(TOMCAT):
        yield Note(
            "Systems that hold the tomcat certificates need the new ones: UCCX (then restart it), Expressway-C, the "
            "identity provider of single sign-on. Switch single sign-on off before and on after.",
            ("S37", "S38", "S39", "S145", "118855", "L01"),
        )
    if targets.of(CAPF):
        yield Note(
            "With a new CAPF certificate every phone that uses an LSC needs a new one; keep the old CAPF certificates "
            "in the trust stores until then, and give the new one to RADIUS and VPN servers first.",
            ("S119", "S169", "H17", "H18"),
        )


def _short_recovery(snapshot: Snapshot, steps: Sequence[Step]) -> Iterator[Note]:
    """What would fail on the day that it is needed (R1, R3)."""
    told = short_recovery(snapshot.publisher)
    if told and any(isinstance(step.act, ResetPhones) for step in steps):
        yield Note(told, ("H28", "214231"))


def _listed(targets: Sequence[Target]) -> str:
    return ", ".join(f"{target.unit} of {target.node}" for target in targets)
