"""From one way of securing a cluster to another: eTokens to none, mixed mode on and off (S70, S78; 118893, 118892)."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.act import ResetPhones, SetMode, UpdateCtl
from ringtrust.change.gate import Gate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER_SERVICE, CAPF_SERVICE, TFTP_SERVICE
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.drafts import Draft
from ringtrust.plan.goal import Move
from ringtrust.plan.phases import Phases
from ringtrust.plan.secure.security import NO_CTL_COMMAND, Security

PHASE: Final = "CTL"
_CTL_PROVIDER: Final = "Cisco CTL Provider"
_LOAD: Final = (CALLMANAGER_SERVICE, TFTP_SERVICE, "Cisco CTIManager")
_OTHERWISE: Final = (
    "A phone whose secure profile begins to count, or no longer does, registers again when it has read its "
    "configuration by itself, and hears of no reset before: one that does not is switched off and on."
)
_LOADED: Final = "The node asks for it: these services read the CTL and the security mode when they start."
_ACTIVATE: Final = "Activate it in Serviceability > Tools > Service Activation, and scan again (S170, S171)."


def moved(
    snapshot: Snapshot, facts: ReleaseFacts, phases: Phases, security: Security, move: Move, first: str
) -> Iterator[Draft]:
    """The steps; `first` is the TFTP node whose list phones hold.

    Raises RefusedError where the release, or the cluster as it is, has no such way.
    """
    if move == "ctl=tokens":
        raise _no_tokens(facts)
    if facts.ctl_signer == NO_CTL_COMMAND:
        raise RefusedError(
            f"CUCM {facts.release.name} has no command for the CTL: the CTL client alone makes and changes it (S72).",
            advice="Use the CTL client with two eTokens, and scan again; or upgrade to 10.0 or later (S70).",
        )
    publisher = snapshot.publisher
    match move:
        case "mode=mixed":
            _refuse_unready(snapshot, publisher)
            yield _into_mixed_mode(publisher, facts, phases)
        case "mode=non-secure":
            _refuse_unless_tokenless(security)
            yield _out_of_mixed_mode(publisher, phases)
        case _:
            _refuse_unless_tokens(security)
            yield _without_tokens(publisher, facts, phases)
    signer = "" if move == "mode=non-secure" else facts.ctl_signer
    sources = ("118892",) if move == "mode=non-secure" else ("118893", "CLI125")
    for service, node in phases.running(_LOAD):
        yield phases.started_anew(PHASE, service, node, _LOADED, sources)
    yield Draft(
        PHASE,
        ResetPhones(),
        "Every phone fetches its lists anew, and its configuration with the new mode.",
        before=gates.before_a_wave(phases.vouchers(), signer),
        after=gates.after_a_wave(first, phases.vouchers(), ctl=True),  # out of mixed mode it stays, without servers
        sources=(*sources, "I4"),
        if_it_fails=_OTHERWISE if move.startswith("mode=") else "",
    )


def _into_mixed_mode(publisher: Node, facts: ReleaseFacts, phases: Phases) -> Draft:
    return Draft(
        PHASE,
        SetMode(publisher.name, mixed=True),
        f"The CTL is made and signed by {facts.ctl_signer}; phones that hold none take the first one.",
        before=phases.ready(),
        after=(_soon(mixed=True), gates.ctl_made(facts.ctl_signer)),
        sources=("S70", "S71", "118893", "CLI125"),
    )


def _out_of_mixed_mode(publisher: Node, phases: Phases) -> Draft:
    return Draft(
        PHASE,
        SetMode(publisher.name, mixed=False),
        "Phones with a secure profile register without TLS from then on.",
        before=phases.ready(),
        after=(_soon(mixed=False),),
        sources=("S63", "118892"),
        effect="The CTL stays on the TFTP nodes, without servers. Where one of before is still served in the end, take "
        "it away on each: file delete tftp CTLFile.tlv (118892, 118893).",
    )


def _without_tokens(publisher: Node, facts: ReleaseFacts, phases: Phases) -> Draft:
    return Draft(
        PHASE,
        UpdateCtl(publisher.name),
        f"The command signs with {facts.ctl_signer} in place of an eToken. Phones that do not know it by their list "
        "ask TVS.",
        before=phases.ready(),
        after=(gates.ctl_made(facts.ctl_signer),),
        sources=("S71", "S78", "118893"),
    )


def _soon(*, mixed: bool) -> Gate:
    return replace(gates.mode(mixed=mixed), patience=10 * gates.MINUTE)


def _no_tokens(facts: ReleaseFacts) -> RefusedError:
    if all(way.name != "CTL client" for way in facts.mixed_ways):
        return RefusedError(
            f"CUCM {facts.release.name} has no CTL client: from 14 on no eToken signs a CTL (S72).",
            advice="Stay without tokens.",
        )
    return RefusedError(
        "ringtrust plans no move to eTokens.",
        advice="Follow 118893: put the certificates of the eTokens into Phone-SAST-trust first (H16), then run the CTL "
        "client.",
    )


def _refuse_unready(snapshot: Snapshot, publisher: Node) -> None:
    if snapshot.mixed:
        raise RefusedError("The cluster is in mixed mode already.", advice="Nothing is to be done.")
    listed = publisher.services.value if isinstance(publisher.services, Known) else ()
    names = {service.name for service in listed}
    needed = (CAPF_SERVICE, *((_CTL_PROVIDER,) if _CTL_PROVIDER in names else ()))  # 14SU3 has none any more
    for name in needed:
        if not publisher.runs(name):
            raise RefusedError(f"{name} does not run on {publisher.name}.", advice=_ACTIVATE)


def _refuse_unless_tokenless(security: Security) -> None:
    if not security.mixed:
        raise RefusedError("The cluster is non-secure already.", advice="Nothing is to be done.")
    if security.by_token:
        raise RefusedError(
            f"The CTL was signed by the eToken {security.signer}: the CTL client, too, takes the cluster out of mixed "
            "mode (118892).",
            advice="Do it with the CTL client, or move to a CTL without tokens first: --renew ctl=tokenless.",
        )


def _refuse_unless_tokens(security: Security) -> None:
    if not security.mixed:
        raise RefusedError("The cluster is non-secure: it has no CTL.", advice="Say --renew mode=mixed.")
    if not security.by_token:
        raise RefusedError(f"The CTL needs no eToken: {security.signer} signs it.", advice="Nothing is to be done.")
