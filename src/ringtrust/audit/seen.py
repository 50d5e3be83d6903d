"""What every rule is given, and what several of them ask."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.row import Effect
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Fact, Known, Skipped, Unread
from ringtrust.cluster.node import Node
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import UnreadableError
from ringtrust.trust.names import counted

NOT_ASKED = Skipped("Nobody has asked which recovery keys are kept.")


class Held(msgspec.Struct, frozen=True):
    """An identity certificate that its node owns."""

    unit: str
    node: str
    certificate: Certificate

    @property
    def where(self) -> str:
        """As people say it, and so that those of one unit stand together."""
        return f"{self.unit} of {self.node}"


class Seen(msgspec.Struct, frozen=True):
    """The snapshot, what is known about its release, how many days ahead is soon, and which recovery keys are kept."""

    snapshot: Snapshot
    catalog: Catalog
    release: Known[ReleaseFacts] | Unread
    soon_days: int
    kept: Fact[tuple[KeptKey, ...]] = NOT_ASKED

    def left(self, certificate: Certificate) -> timedelta:
        """How long it is still valid; zero or less when it has expired."""
        return self.until(certificate.not_after)

    def until(self, moment: datetime) -> timedelta:
        """From when the snapshot was taken to a moment."""
        return moment - self.snapshot.taken

    def soon(self, certificate: Certificate) -> bool:
        """Whether it has expired, or does so soon: what `ringtrust plan --renew expiring` would renew."""
        return self.left(certificate) <= timedelta(days=self.soon_days)

    def publishers(self) -> tuple[Node, ...]:
        """The publisher; none in a snapshot that does not know it."""
        return tuple(node for node in self.snapshot.nodes if node.publisher)[:1]

    def owned(self) -> Iterator[Held]:
        """Every identity certificate that was read, but for those that a node merely lists because another has them."""
        for node in self.snapshot.nodes:
            for unit, certificate in identities(node):
                if node.publisher or not self._of_publisher(unit):
                    yield Held(unit, node.name, certificate)

    def _of_publisher(self, unit: str) -> bool:
        """Whether this release has it on the publisher only."""
        facts = self.release
        if not isinstance(facts, Known) or unit not in {each.name for each in facts.value.units}:
            return False
        return facts.value.owners(unit) == "publisher"

    def unit_breaks(self, unit: str) -> tuple[Effect, ...]:
        """What stops working once it has expired; nothing is known of a unit that the catalog does not have."""
        return tuple(effect for each in self.catalog.units if each.name == unit for effect in each.breaks)

    def store_breaks(self, stores: Iterable[str]) -> tuple[Effect, ...]:
        """What stops working once what they hold has expired. Sources spell phone-vpn-trust in several ways."""
        names = {store.lower() for store in stores}
        return tuple(effect for each in self.catalog.stores if each.name.lower() in names for effect in each.breaks)

    def endpoint_breaks(self) -> tuple[Effect, ...]:
        """What stops working once the certificate of a phone has expired, be it an LSC or a MIC."""
        return tuple(effect for each in self.catalog.endpoints for effect in each.breaks)


def release_of(snapshot: Snapshot, catalog: Catalog) -> Known[ReleaseFacts] | Unread:
    """What holds for the release: the publisher's version, or where that was not read, the one of any other node."""
    versions = (snapshot.version, *(node.version for node in snapshot.nodes))
    version = next((each for each in versions if isinstance(each, Known)), None)
    if version is None:
        return Unread(f"No node tells its version: {reason_of(snapshot.version)}")
    try:
        return Known(catalog.of(Release.of(version.value)))
    except UnreadableError as error:
        return Unread(error.what)


def reason_of(fact: Fact[str]) -> str:
    """Why there is no value."""
    return "" if isinstance(fact, Known) else fact.reason


def identities(node: Node) -> Iterator[tuple[str, Certificate]]:
    """The units of a node with their certificates, as far as they were read."""
    if isinstance(node.identities, Known):
        for each in node.identities.value:
            if isinstance(each.certificate, Known):
                yield each.unit, each.certificate.value


def identity_of(node: Node, unit: str) -> Fact[Certificate]:
    """Its identity of a unit; Skipped where the node is known to have none."""
    if not isinstance(node.identities, Known):
        return node.identities
    none = Skipped(f"{node.name} has no certificate {unit}.")
    return next((each.certificate for each in node.identities.value if each.unit == unit), none)


def when(certificate: Certificate, left: timedelta) -> str:
    """When it expires or expired, in words."""
    date = f"{certificate.not_after:%Y-%m-%d}"
    days = abs(left).days
    said = counted(days, "day") if days else "less than a day"
    return f"expires on {date}, in {said}" if left > timedelta(0) else f"expired on {date}, {said} ago"


def cited(effects: tuple[Effect, ...]) -> tuple[str, ...]:
    """The sources of sentences, each once."""
    return tuple(dict.fromkeys(source for effect in effects for source in effect.sources))


def said(effects: tuple[Effect, ...]) -> tuple[str, ...]:
    """The sentences, each once."""
    return tuple(dict.fromkeys(effect.text for effect in effects))
