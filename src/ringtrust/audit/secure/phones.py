"""Phones in mixed mode: which CTL they hold, who cannot ask TVS, who has a MIC only (H08, H14)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.audit.phones import label
from ringtrust.audit.seen import Seen
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.node import Node
from ringtrust.cluster.phone import Phone
from ringtrust.trust.names import counted

_EXAMPLES: Final = 5
_NEVER_HAD_ONE: Final = frozenset({"", "None", "Delete Success"})
_ONE_BY_ONE: Final = "Have the CTL signed by a key that they know, one change after the other."


def secure_phones(seen: Seen) -> Iterator[Finding]:
    """A finding a kind of trouble, with the names of the phones as its evidence."""
    if not seen.snapshot.mixed:
        return
    phones = seen.snapshot.all_phones()
    there = [phone for phone in phones if phone.registered]
    yield from _other_ctl(seen, there)
    yield from _untold(there)
    if isinstance(seen.release, Known):
        yield from _without_tvs(seen, seen.release.value, phones)
    yield from _mic_only(phones)


def _other_ctl(seen: Seen, there: Sequence[Phone]) -> Iterator[Finding]:
    served = {digest for node in seen.snapshot.nodes for digest in _digests(node)}
    unread = [node.name for node in seen.snapshot.nodes if isinstance(node.ctl, Unread)]
    astray = [phone for phone in there if isinstance(phone.ctl, Known) and phone.ctl.value not in {"", *served}]
    bare = [phone for phone in there if phone.secure and isinstance(phone.ctl, Known) and not phone.ctl.value]
    if astray and not unread and served:
        yield Finding(
            code="phone.ctl-mismatch",
            severity=Severity.MAJOR,
            where=counted(len(astray), "phone"),
            what="registered, with a CTL that no node serves.",
            evidence=tuple(f"{label(phone)} holds {_held(phone)}" for phone in astray),
            breaks=("They have not taken the CTL of now: what it names anew they do not know.",),
            advice="Reset them and scan again. Where they stay as they are, erase their CTL before any change.",
            sources=("H08", "H14", "118893"),
        )
    if bare:
        yield Finding(
            code="phone.no-ctl",
            severity=Severity.MINOR,
            where=counted(len(bare), "phone"),
            what="with a secure profile, registered, and without a CTL: they take the first one that they are given.",
            evidence=tuple(map(label, bare)),
            advice="Reset them, so that they fetch it from the right server.",
            sources=("118893",),
        )


def _held(phone: Phone) -> str:
    return phone.ctl.value if isinstance(phone.ctl, Known) else "an unknown CTL"


def _digests(node: Node) -> Iterator[str]:
    if isinstance(node.ctl, Known):
        yield from filter(None, (node.ctl.value.sha1, node.ctl.value.md5))


def _untold(there: Sequence[Phone]) -> Iterator[Finding]:
    """Those whose page tells of an ITL and of no CTL; of those that tell nothing another rule speaks."""
    silent = [phone for phone in there if isinstance(phone.ctl, Unread) and isinstance(phone.itl, Known)]
    if silent:
        yield Finding(
            code="phone.ctl-unread",
            severity=Severity.UNREAD,
            where=counted(len(silent), "phone"),
            what=f"did not tell which CTL they hold: {_reason(silent[0])}",
            evidence=tuple(map(label, silent)),
            advice="Look at one of them: Settings > Security Configuration > CTL File.",
            sources=("H08",),
        )


def _reason(phone: Phone) -> str:
    return phone.ctl.reason if isinstance(phone.ctl, Unread) else ""


def _without_tvs(seen: Seen, facts: ReleaseFacts, phones: Sequence[Phone]) -> Iterator[Finding]:
    found = [phone for phone in phones if not facts.asks_tvs(phone.model)]
    if found:
        hazard = seen.catalog.hazard("H14")
        models = Counter(phone.model for phone in found)
        yield Finding(
            code="phone.no-tvs",
            severity=Severity.INFO,
            where=counted(len(found), "device"),
            what="without Security by Default: they ask no TVS about a signer that they do not know.",
            evidence=tuple(
                f"{model}: {count:,}, such as {_examples(found, model)}" for model, count in models.most_common()
            ),
            breaks=(hazard.text,),
            advice=" ".join((_ONE_BY_ONE, *_keys(facts, models))),
            sources=(hazard.id, *hazard.sources),
        )


def _examples(found: Sequence[Phone], model: str) -> str:
    return ", ".join([phone.name for phone in found if phone.model == model][:_EXAMPLES])


def _keys(facts: ReleaseFacts, models: Counter[str]) -> Iterator[str]:
    """How the CTL of each model is erased, where a source tells."""
    for model in models:
        erasure = facts.erasure(model)
        if erasure is not None and erasure.ctl:
            yield f"To erase it on a {model}: {erasure.ctl}."


def _mic_only(phones: Sequence[Phone]) -> Iterator[Finding]:
    """Before 11.5 nobody tells of one that waits for another, or failed to get it: it may well have one."""
    known = [(phone, phone.lsc.value) for phone in phones if phone.secure and isinstance(phone.lsc, Known)]
    found = [phone for phone, lsc in known if not lsc.there and lsc.status in _NEVER_HAD_ONE]
    if found:
        yield Finding(
            code="phone.mic-only",
            severity=Severity.MINOR,
            where=counted(len(found), "phone"),
            what="with a secure profile and no LSC: they show the certificate of their maker, if they have one.",
            evidence=tuple(map(label, found)),
            breaks=("A MIC cannot be renewed or revoked by you, and programs have none: those do not register.",),
            advice="Give them an LSC: Certificate Operation Install/Upgrade, By Null String, Save, Apply Config.",
            sources=("S9", "S57", "S173", "S174", "SG15"),
        )
