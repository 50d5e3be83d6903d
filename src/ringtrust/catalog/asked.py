"""What holds for one release."""

import msgspec

from ringtrust.catalog.knowledge import Defect, Hazard
from ringtrust.catalog.models import Erasure, Models, Trait
from ringtrust.catalog.releases import Backups, Lifetime, MixedWay, Resets, Signing
from ringtrust.catalog.rules import AuditRule
from ringtrust.catalog.services import Restart, RestartRule, Service, union
from ringtrust.catalog.stores import Deletion, Store
from ringtrust.catalog.units import Owners, Unit
from ringtrust.cluster.names import is_store
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError


class ReleaseFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for a release.

    `known` is False for a release that no source covers; `reason` then says why, and the facts are those of `read_as`,
    the nearest one that is covered. `units` stand in the order that ringtrust follows. `drs_depends_on` is the unit
    that backups work with.
    """

    release: Release
    read_as: Release
    reason: str
    units: tuple[Unit, ...]
    stores: tuple[Store, ...]
    services: tuple[Service, ...]
    claims: tuple[Restart, ...]
    deletions: tuple[Deletion, ...]
    signing: Signing
    drs_depends_on: str
    backups: Backups
    lifetimes: tuple[Lifetime, ...]
    resets: Resets
    mixed_ways: tuple[MixedWay, ...]
    hazards: tuple[Hazard, ...]
    defects: tuple[Defect, ...]
    models: tuple[Models, ...]
    erasures: tuple[Erasure, ...]
    rules: tuple[AuditRule, ...]

    @property
    def known(self) -> bool:
        """Whether sources cover this release."""
        return self.reason == ""

    @property
    def itl_signer(self) -> str:
        """The unit that signs an ITL: CallManager up to 11.5, ITLRecovery from 12.0 on (214231)."""
        return self.signing.itl

    @property
    def ctl_signer(self) -> str:
        """Who signs a CTL made without tokens, or "eToken" where there is no such way (S71, S72)."""
        return self.signing.ctl

    @property
    def backup_holds_certificates(self) -> bool:
        """Whether a backup holds certificates: from 8.6 on (S59, S61)."""
        return self.backups.holds_certificates

    @property
    def backup_holds_keys(self) -> bool:
        """Whether a restore brings back the keys that phones trust: from 10.0 on (domain.md R4)."""
        return self.backups.holds_keys

    @property
    def reset_is_automatic(self) -> bool:
        """Whether phones always reset by themselves (S114); else the parameter `resets.parameter` says so."""
        return self.resets.automatic

    def unit(self, name: str) -> Unit:
        """The unit of this name. Raises RefusedError when the release has none."""
        found = next((unit for unit in self.units if unit.name == name), None)
        if found is None:
            known = ", ".join(unit.name for unit in self.units)
            raise RefusedError(f"CUCM {self.release.name} has no unit {name!r}.", advice=f"It has: {known}.")
        return found

    def owners(self, unit: str) -> Owners:
        """Who has one of their own. Raises RefusedError for a unit that the release has not."""
        return next(owning.who for owning in self.unit(unit).owners if owning.covers(self.read_as))

    def copies(self, unit: str) -> tuple[str, ...]:
        """The stores that the system itself puts a new certificate into (S118, S124 to S126). Raises RefusedError."""
        return tuple(copy.store for copy in self.unit(unit).copies if copy.covers(self.read_as))

    def propagated(self, unit: str) -> tuple[str, ...]:
        """Those of its copies that Change Notification carries to other nodes (210541). Raises RefusedError."""
        carried = {store.name for store in self.stores if store.propagated}
        return tuple(store for store in self.copies(unit) if store in carried)

    def restarts(self, name: str) -> tuple[RestartRule, ...]:
        """What to restart for a new certificate of a unit, or after a deletion from a store (S111, S143).

        In their order. Empty for a store that no source has anything for. Raises RefusedError for a name that the
        release does not have.
        """
        if is_store(name):
            self.store(name)
        else:
            self.unit(name)
        return union((claim for claim in self.claims if claim.unit == name), self.services)

    def store(self, name: str) -> Store:
        """The trust store of this name. Raises RefusedError when the release has none."""
        found = next((store for store in self.stores if store.name == name), None)
        if found is None:
            known = ", ".join(store.name for store in self.stores)
            raise RefusedError(f"CUCM {self.release.name} has no trust store {name!r}.", advice=f"It has: {known}.")
        return found

    def deletion(self, store: str) -> Deletion:
        """How a deletion from a trust store is done. Raises RefusedError for a store that the release has not."""
        self.store(store)
        return next(deletion for deletion in self.deletions if store in deletion.stores)

    def lifetime(self, unit: str) -> Lifetime:
        """How long a new self-signed certificate lasts. Raises RefusedError for a unit that the release has not."""
        self.unit(unit)
        return next(lifetime for lifetime in self.lifetimes if unit in lifetime.units)

    def asks_tvs(self, model: str) -> bool:
        """Whether phones of a model, by its name in the database, ask TVS about a signer that they do not know (H14).

        Models that no source names do: that is what Security by Default is. Those that do not take no list of an
        unknown signer, until somebody erases the one that they hold (118893).
        """
        return not self._is(model, "asks no TVS")

    def has_itl(self, model: str) -> bool:
        """Whether devices of a model ever ask for an ITL: Jabber does not (CVD14)."""
        return not self._is(model, "has no ITL")

    def verifies_sha512(self, model: str) -> bool:
        """Whether phones of a model take lists that are signed with SHA-512 (SG125)."""
        return not self._is(model, "verifies SHA-1 only")

    def erasure(self, model: str) -> Erasure | None:
        """Which keys erase the lists of a phone of this model; None where no source tells."""
        return next((each for each in self.erasures if each.cover(model)), None)

    def _is(self, model: str, trait: Trait) -> bool:
        return any(each.trait == trait and each.cover(model) for each in self.models)
