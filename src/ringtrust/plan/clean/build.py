"""A plan that deletes certificates from trust stores, sealed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from ringtrust.audit.seen import Seen, identities
from ringtrust.audit.verdicts.judge import verdicts
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.ground import Ground
from ringtrust.change.plan import FORMAT, Plan, sealed
from ringtrust.change.store_verdict import StoreVerdict
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.backups import Backups, settled
from ringtrust.plan.build import AS_USUAL, Wish
from ringtrust.plan.clean.chosen import Chosen, chosen
from ringtrust.plan.clean.leaning import leaning_of, reach_of
from ringtrust.plan.clean.notes import notes
from ringtrust.plan.clean.steps import Clean
from ringtrust.plan.drafts import Draft
from ringtrust.plan.fingerprint import fingerprint_of
from ringtrust.plan.fit import facts_for, refuse_unfit, version_of
from ringtrust.plan.phases import Phases
from ringtrust.plan.phones import Baseline, baseline
from ringtrust.plan.secure.ctl import Extras
from ringtrust.plan.secure.security import security_of
from ringtrust.plan.strategies import Way, Ways
from ringtrust.plan.targets import Targets
from ringtrust.prove.ground import ground_of
from ringtrust.trust.names import brief, some


def clean_plan(
    snapshot: Snapshot, catalog: Catalog, words: Sequence[str], now: datetime, wish: Wish = AS_USUAL
) -> Plan:
    """The plan: what goes is what the words mean (`all`, `expired`, a store, STORE/FILE).

    Raises RefusedError where none can be made, and says why. One that takes what somebody leans on is made, and is
    refuted: `weighed` says by what.
    """
    facts = facts_for(snapshot, catalog)
    refuse_unfit(snapshot)
    _refuse_unrenewed(snapshot)
    found = verdicts(Seen(snapshot, catalog, Known(facts), SOON_DAYS))
    picked = chosen(found, words, snapshot.taken)
    _refuse_unread(picked)
    _refuse_out_of_reach(picked, facts, snapshot.publisher.name)
    phones = baseline(snapshot, facts, wish.stragglers)
    return _Maker(snapshot, facts, found, picked, phones, settled(wish.backups, snapshot)).made(now, words)


def _refuse_unrenewed(snapshot: Snapshot) -> None:
    """First every service certificate that has expired is regenerated: its copies follow by themselves (S153)."""
    expired = [
        f"{unit} of {node.name}"
        for node in snapshot.nodes
        for unit, certificate in identities(node)
        if certificate.not_after <= snapshot.taken and certificate.self_signed
    ]
    if expired:
        raise RefusedError(
            f"Of the identities {some(expired)} have expired: renew them first, and their copies in the stores renew "
            "themselves (S153).",
            advice=f"`ringtrust plan {snapshot.cluster} --renew expiring`; then scan again, and clean up.",
        )


def _refuse_unread(picked: Chosen) -> None:
    """Of what could not be read no copy can be kept, and nobody knows what it is."""
    for each in picked.all:
        if not isinstance(each.certificate, Known):
            raise RefusedError(
                f"{each.store}/{each.files[0]} could not be read: {each.certificate.reason}",
                advice="Mend that, and scan again; nothing is deleted of which there is no copy.",
            )


def _refuse_out_of_reach(picked: Chosen, facts: ReleaseFacts, publisher: str) -> None:
    """Some stores are deleted from on the publisher only (SG15): what another node alone has is out of reach."""
    for each in picked.all:
        if reach_of(facts, each.store) == "publisher" and publisher not in each.nodes:
            raise RefusedError(
                f"{each.store}/{brief(each.files[0])} lies on {some(each.nodes)} and not on {publisher}, and deletions "
                "from that store are done on the publisher.",
                advice="Look at it by hand: show cert list trust, on each of them.",
            )


class _Maker:
    def __init__(
        self,
        snapshot: Snapshot,
        facts: ReleaseFacts,
        found: Sequence[StoreVerdict],
        picked: Chosen,
        phones: Baseline,
        backups: Backups,
    ) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._found = found
        self._picked = picked
        self._phones = phones
        self._backups = backups
        self._extras = Extras(security_of(snapshot, facts))

    def made(self, now: datetime, words: Sequence[str]) -> Plan:
        ways = self._ways()
        steps = ways.numbered(self._drafts(ways))
        snapshot = self._snapshot
        return sealed(
            Plan(
                format=FORMAT,
                cluster=snapshot.cluster,
                version=version_of(snapshot),
                made=now,
                taken=snapshot.taken,
                snapshot=hashlib.sha256(write_snapshot(snapshot)).hexdigest(),
                goal=f"clean trust stores: {', '.join(words)}",
                strategy="clean",
                basis="documented",
                weighed=(ways.weighed(Way("clean", steps)),),
                advice=(),
                ground=ways.ground,
                fingerprint=fingerprint_of(snapshot),
                nodes=tuple(node.name for node in snapshot.nodes),
                phones=self._phones.waited,
                stragglers=self._phones.stragglers,
                notes=tuple(notes(self._picked, self._found, self._facts, self._phones.stragglers)),
                steps=steps,
            )
        )

    def _ways(self) -> Ways:
        """Deletions change no list, so that a CM group of one member is no obstacle."""
        return Ways(
            self._snapshot,
            self._facts,
            Targets((), ()),
            self._phones,
            self._ground(),
            "documented",
            self._extras,
            backups=self._backups,
        )

    def _ground(self) -> Ground:
        left = frozenset(each.name for each in self._phones.stragglers)
        found = ground_of(self._snapshot, self._facts, left)
        return msgspec.structs.replace(found, leaning=leaning_of(self._found, self._facts))

    def _drafts(self, ways: Ways) -> list[Draft]:
        phases = Phases(self._snapshot, self._facts, self._phones.first, alone=True, extras=self._extras)
        usual = gates.preflight(self._phones.first, phases.vouchers(), alone=True, ctl=self._extras.security.signer)
        clean = Clean(self._snapshot, self._facts, phases, self._picked.all)
        return [ways.first((*usual, *ways.around_it())), *clean.drafts(phases.converged()), ways.last()]
