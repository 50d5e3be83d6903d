"""What a person should know before a plan starts."""

from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import ResetPhones
from ringtrust.change.plan import Note, Step
from ringtrust.cluster.names import CALLMANAGER, CAPF, TOMCAT, TVS
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan.phones import Baseline
from ringtrust.plan.targets import Target, Targets

_TFTP_NODES_THAT_HELP: Final = 2
_NAMED: Final = 8


def notes(
    snapshot: Snapshot, catalog: Catalog, facts: ReleaseFacts, targets: Targets, phones: Baseline, steps: Sequence[Step]
) -> Iterator[Note]:
    """All of them, the most important first."""
    yield from _window(steps)
    yield from _stragglers(phones)
    yield from _ca_signed(targets)
    yield from _expired(snapshot, targets)
    yield from _order(catalog, targets)
    yield from _backup(facts)
    yield from _features(facts, targets)
    yield from _afterwards(targets)
    yield Note("With problems, or if help is needed, contact Cisco TAC.", ("S188",))


def _window(steps: Sequence[Step]) -> Iterator[Note]:
    waves = sum(isinstance(step.act, ResetPhones) for step in steps)
    yield Note(
        f"Do this in a maintenance window: phones reset {waves} times by this plan, and by themselves whenever a list "
        "changes; services restart, and while CallManager of a node does, its phones move to another.",
        ("S3", "S4", "S5", "S114", "S116"),
    )


def _stragglers(phones: Baseline) -> Iterator[Note]:
    """Promise 1: who cannot be waited for is said before it starts, with count, names and remedy."""
    if phones.stragglers:
        names = ", ".join(each.name for each in phones.stragglers[:_NAMED])
        more = len(phones.stragglers) - _NAMED
        yield Note(
            f"{len(phones.stragglers)} phones cannot be waited for, because they are not registered or hold no list of "
            f"now: {names}{f' and {more} more' if more > 0 else ''}. Switch on what is off, and scan again; one that "
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
            (*catalog.order.sources, "S106", "H01"),
        )


def _backup(facts: ReleaseFacts) -> Iterator[Note]:
    if not facts.backup_holds_certificates:
        yield Note("On this release a backup holds no certificates: it is no way back.", ("S61", "CSCtn50405"))
    yield Note(
        "Keep the backup from before the change until everything is well: it is the last way back.", ("S59", "S189")
    )


def _features(facts: ReleaseFacts, targets: Targets) -> Iterator[Note]:
    """What only some clusters use, and nobody can see from here."""
    for unit in dict.fromkeys(target.unit for target in targets.renew):
        for rule in facts.restarts(unit):
            if rule.only_with:
                yield Note(f"With {rule.only_with}, restart {rule.service} after {unit} too.", rule.sources)


def _afterwards(targets: Targets) -> Iterator[Note]:
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


def _listed(targets: Sequence[Target]) -> str:
    return ", ".join(f"{target.unit} of {target.node}" for target in targets)
