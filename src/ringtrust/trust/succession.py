"""What a phone that holds one list makes of the next, as far as lists can tell (domain.md §0, the acceptance rule).

Whether TVS runs, whether it knows the new signer, and whether a phone was switched off, lists cannot tell.
"""

from collections.abc import Iterator, Sequence
from enum import Enum

import msgspec

from ringtrust.trust import names
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import MAY_SIGN_FILES, Role
from ringtrust.trust.signature import Broken, Holds, SignerUnknown, Unjudged


class Fate(Enum):
    """What becomes of the new list; the value is its code for programs."""

    SAME = "same"
    ACCEPTS = "accepts"
    ACCEPTS_ANY = "accepts-any"
    MUST_ASK = "must-ask"
    CANNOT_ASK = "cannot-ask"
    REFUSES = "refuses"
    UNTOLD = "untold"


class Succession(msgspec.Struct, frozen=True):
    """What a phone makes of the new list: a sentence, and what else there is to know, a sentence each."""

    fate: Fate
    sentence: str
    notes: tuple[str, ...] = ()


def succession(old: TrustList, new: TrustList, *also: TrustList) -> Succession:
    """What a phone that holds the old list, and perhaps others beside it, makes of the new one."""
    if old.data == new.data:
        return Succession(Fate.SAME, "A phone that holds the one holds the other.")
    held = (old, *also)
    match new.verdict_for_holder_of(*held):
        case Holds():
            sentence = (
                "A phone that holds the old list knows the signer of the new one and accepts it without asking anybody."
            )
            return Succession(Fate.ACCEPTS, sentence, tuple(_after_accepting(old, new)))
        case Broken(reason=reason):
            return Succession(Fate.REFUSES, f"A phone that holds the old list refuses the new one: {reason}.")
        case Unjudged(reason=reason):
            return Succession(Fate.UNTOLD, f"What a phone makes of the new list cannot be told: {reason}.")
        case SignerUnknown():
            return _stranger(old, new, held)


def _stranger(old: TrustList, new: TrustList, held: Sequence[TrustList]) -> Succession:
    """The phone does not know the signer. TVS can vouch for a signer, and for nothing else that may be wrong."""
    own = new.verdict()
    if isinstance(own, Broken):
        return Succession(Fate.REFUSES, f"No phone accepts the new list, whoever vouches for its signer: {own.reason}.")
    if isinstance(own, Unjudged):
        return Succession(Fate.UNTOLD, f"What a phone makes of the new list cannot be told: {own.reason}.")
    if old.emptied:
        sentence = (
            "The old list is emptied, as for a rollback to pre-8.0: a phone that holds it accepts any list (S82)."
        )
        return Succession(Fate.ACCEPTS_ANY, sentence)
    return _asked(old, new, held)


def _asked(old: TrustList, new: TrustList, held: Sequence[TrustList]) -> Succession:
    """TVS servers present the certificates of the new ITL; a phone talks only to those that it holds already (I2)."""
    start = "A phone that holds the old list does not know the signer of the new one."
    known = {record.certificate_digest: record for each in held for record in each.with_role(Role.TVS)}
    known.pop(b"", None)
    notes = tuple(_after_refusing(held, new))
    if not known and all(each.kind is ListKind.CTL for each in held):
        sentence = f"{start} Whether it can ask TVS depends on its ITL, as a CTL names none: give it with --also."
        return Succession(Fate.UNTOLD, sentence, notes)
    if not known:
        sentence = f"{start} It holds no TVS certificate, so that it can ask nobody: it keeps the old list."
        return Succession(Fate.CANNOT_ASK, sentence, notes)
    if new.kind is ListKind.CTL:
        sentence = f"{start} It has to ask a TVS server; which certificates they present today a CTL does not tell."
        return Succession(Fate.MUST_ASK, sentence, notes)
    kept = [
        known[record.certificate_digest] for record in new.with_role(Role.TVS) if record.certificate_digest in known
    ]
    if not kept:
        sentence = (
            f"{start} Of the {len(known)} TVS certificates that it holds, none stands in the new list: unless a server "
            "still presents one of them, it can ask nobody and keeps the old list (H01, H03)."
        )
        return Succession(Fate.CANNOT_ASK, sentence, notes)
    sentence = f"{start} It has to ask a TVS server, and knows {len(kept)} of {len(known)} still: {_owners(kept)}."
    return Succession(
        Fate.MUST_ASK, f"{sentence} One in its CM group must vouch.", (*_after_accepting(old, new), *notes)
    )


def _owners(records: Sequence[Record]) -> str:
    return ", ".join(names.brief(names.common_name(record.subject)) for record in records)


def _after_accepting(old: TrustList, new: TrustList) -> Iterator[str]:
    """What the new list means for a phone that has taken it."""
    if new.header.method.digest_code == Digest.SHA512.value != old.header.method.digest_code:
        yield "The new list is signed with SHA-512, which 7900, 8900 and 9900 models cannot verify."
    before, now = _served_by(old), _served_by(new)
    if old.kind is new.kind is ListKind.ITL and before and now and not before & now:
        yield (
            f"The old list was served by {', '.join(sorted(before))}, the new one by {', '.join(sorted(now))}: "
            "lists of two TFTP nodes differ without any renewal."
        )
    if before and not now:
        yield "The new list has no TFTP record: a phone that takes it can verify no configuration file by itself."


def _served_by(found: TrustList) -> set[str]:
    """Whose files a phone with this list believes: in an ITL the one TFTP node that serves it."""
    return {
        names.brief(names.common_name(record.subject) or record.dns_name)
        for record in found.records
        if record.function in MAY_SIGN_FILES
    }


def _after_refusing(held: Sequence[TrustList], new: TrustList) -> Iterator[str]:
    """Keys that the phone believes and that the cluster still has: with them the list can be signed anew (R1)."""
    signer = new.header.signer
    believed = {record.certificate_digest for each in held for record in each.with_role(Role.SAST)}
    common = [
        record
        for record in new.with_role(Role.SAST)
        if record.certificate_digest in believed and record.owner != signer
    ]
    if common:
        yield (
            f"If phones refuse it: they still believe {_owners(common)}, whose certificate stands in both lists. "
            "From 10.0 on `utils itl reset localkey` on the publisher may sign a list that they accept (R1)."
        )
