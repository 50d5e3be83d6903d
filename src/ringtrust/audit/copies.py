"""The certificate at a port, and in the stores of the other nodes, against the one on the disk (S111, H06)."""

from collections.abc import Iterator

from ringtrust.audit.seen import Held, Seen, identity_of
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Trusted
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import HTTPS_UNITS, TOMCAT_SERVICE, TVS, TVS_SERVICE
from ringtrust.cluster.node import Node, Served


def served(seen: Seen) -> Iterator[Finding]:
    """Ports that still show an old certificate: a restart is due."""
    for node in seen.snapshot.nodes:
        for each in node.served:
            yield from _served(node, each)


def _served(node: Node, shown: Served) -> Iterator[Finding]:
    units = HTTPS_UNITS if shown.unit in HTTPS_UNITS else (shown.unit,)
    facts = [identity_of(node, unit) for unit in units]
    found = [fact.value for fact in facts if isinstance(fact, Known)]
    unread = any(isinstance(fact, Unread) for fact in facts)
    if not isinstance(shown.certificate, Known) or unread or not found:
        return
    if shown.certificate.value.sha256 not in {certificate.sha256 for certificate in found}:
        yield Finding(
            code="served.other",
            severity=Severity.MAJOR,
            where=f"{shown.unit} of {node.name}",
            what=f"port {shown.port} shows another certificate than the one on disk: a restart is due.",
            evidence=(
                f"shown serial {shown.certificate.value.serial}",
                f"on disk {', '.join(certificate.serial for certificate in found)}",
            ),
            breaks=("Whoever trusts the new certificate only refuses this port.",),
            advice=_advice(shown.unit),
            sources=("S111", "S144", "S148"),
        )


def _advice(unit: str) -> str:
    """Phones know TVS by the list that they hold: restarted too early, it is a stranger to them (H01)."""
    restart = f"`utils service restart {_service(unit)}`"
    if unit != TVS:
        return f"Restart the service that loads it: {restart}."
    return (
        "If ringtrust was at work here, go on with that plan. Else see first that every phone holds the list of now "
        f"(reset them while this TVS still vouches), and only then {restart}: phones know TVS by their list."
    )


def _service(unit: str) -> str:
    return {TVS: TVS_SERVICE}.get(unit, TOMCAT_SERVICE)


def copies(seen: Seen) -> Iterator[Finding]:
    """Identities that Change Notification has not carried to every node yet. Which stores it fills the release says."""
    if not isinstance(seen.release, Known):
        return
    for held in seen.owned():
        missing = tuple(_missing(seen, seen.release.value, held))
        if missing:
            yield Finding(
                code="copy.missing",
                severity=Severity.MAJOR,
                where=held.where,
                what="has not reached the trust stores of every node.",
                evidence=(f"serial {held.certificate.serial}", *missing),
                breaks=("Nodes that lack it do not trust it, and TVS there does not vouch for it.",),
                advice="Change Notification needs up to 30 minutes: wait and scan again; if it is missing still, see "
                "that Cisco Certificate Change Notification runs.",
                sources=("H06", "210541"),
            )


def _missing(seen: Seen, facts: ReleaseFacts, held: Held) -> Iterator[str]:
    """A store that is not there at all is none that lacks something (S50); one that was not read whole, neither."""
    if held.unit not in {unit.name for unit in facts.units}:
        return
    for node in seen.snapshot.nodes:
        if node.name == held.node or not isinstance(node.trusted, Known):
            continue
        for store in facts.propagated(held.unit):
            inside = [each for each in node.trusted.value if each.store == store]
            absent = not inside and facts.store(store).absent_is_fine
            if not absent and not _may_hold(inside, held):
                yield f"{store} of {node.name} lacks it"


def _may_hold(inside: list[Trusted], held: Held) -> bool:
    return any(
        not isinstance(each.certificate, Known) or each.certificate.value.sha256 == held.certificate.sha256
        for each in inside
    )
