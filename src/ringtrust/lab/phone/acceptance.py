"""Whether a phone takes a list or a signed file: its own reading of trust-formats.md §6.2 and §6.4.

What the documents leave open [U], and what is done here: the first list that a phone meets must hold in itself,
although nobody vouches for it; answers of TVS are not remembered, as a phone that was reset may have forgotten them.

What a phone makes of a list follows from the bytes of that list and of those that it holds, and from nothing else. So
thousands of phones that hold the same and meet the same share one check: every distinct check is really made, with a
real signature, and what came of it is kept while phones ask. Files have a name in their header that is the phone's own,
so that every phone's file is checked anew each time.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from ringtrust.errors import FormatError
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.choices import ITL_BYTES_USABLE
from ringtrust.trust.header import SignerId
from ringtrust.trust.lists import ListKind, TrustList, read_list
from ringtrust.trust.names import same_name
from ringtrust.trust.record import Record, build_record
from ringtrust.trust.roles import MAY_SIGN_FILES, MAY_SIGN_LISTS, Role
from ringtrust.trust.signature import Broken, Holds, SignerUnknown, Unjudged, Verdict, judge
from ringtrust.trust.signed import SignedFile, read_signed
from ringtrust.trust.tvs import QueryResponse, read_message

# What is kept of the last checks; a list that is larger than any phone can use is checked anew every time.
_CHECKS_KEPT: Final = 64


class Accepted(msgspec.Struct, frozen=True):
    """The phone takes it."""

    what: TrustList | SignedFile


class Refused(msgspec.Struct, frozen=True):
    """The phone does not take it, whoever is asked."""

    reason: str


class MustAsk(msgspec.Struct, frozen=True):
    """The phone does not know the signer: a TVS server may vouch for it, with one of these roles."""

    what: TrustList | SignedFile
    signer: SignerId
    roles: frozenset[int]


Opinion = Accepted | Refused | MustAsk


def list_opinion(kind: ListKind, data: bytes, held: Sequence[TrustList]) -> Opinion:
    """What the phone makes of a list that it has fetched as one of this kind."""
    opinion = _opinion_of_bytes if len(data) <= ITL_BYTES_USABLE else _opinion_of_bytes.__wrapped__
    return opinion(kind, data, tuple(each.data for each in held))


@lru_cache(maxsize=_CHECKS_KEPT)
def _opinion_of_bytes(kind: ListKind, data: bytes, held: tuple[bytes, ...]) -> Opinion:
    try:
        offered = read_list(data)
    except FormatError as error:
        return Refused(str(error))
    if offered.kind is not kind:
        return Refused(f"it is a {offered.kind.value}")
    lists = [_held(each) for each in held]
    if not lists:
        return _opinion(offered, offered.verdict(), MAY_SIGN_LISTS, may_ask=False)
    if kind is ListKind.ITL and any(each.emptied for each in lists if each.kind is ListKind.ITL):
        return Accepted(offered)
    return _opinion(offered, offered.verdict_for_holder_of(*lists), MAY_SIGN_LISTS)


@lru_cache(maxsize=_CHECKS_KEPT)
def _held(data: bytes) -> TrustList:
    """A list that a phone holds, read once for all phones that hold it."""
    return read_list(data)


def file_opinion(data: bytes, held: Sequence[TrustList]) -> Opinion:
    """What the phone makes of a signed file."""
    try:
        offered = read_signed(data)
    except FormatError as error:
        return Refused(str(error))
    return _opinion(offered, offered.verdict_for_holder_of(*held), MAY_SIGN_FILES)


def _opinion(
    offered: TrustList | SignedFile, verdict: Verdict, roles: frozenset[int], *, may_ask: bool = True
) -> Opinion:
    match verdict:
        case Holds():
            return Accepted(offered)
        case Broken(reason=reason) | Unjudged(reason=reason):
            return Refused(reason)
        case SignerUnknown() if may_ask:
            return MustAsk(offered, offered.header.signer, roles)
        case SignerUnknown(reason=reason):
            return Refused(reason)


def knows_server(certificate: bytes, held: Iterable[TrustList]) -> bool:
    """Whether a TVS server has shown a certificate of a TVS record, byte for byte or by its hash."""
    return is_held(certificate, held, frozenset({Role.TVS}))


def is_held(certificate: bytes, held: Iterable[TrustList], roles: frozenset[Role]) -> bool:
    """Whether a certificate (DER) is that of a record with one of these roles, byte for byte or by its hash."""
    return _is_held(certificate, tuple(each.data for each in held), roles)


@lru_cache(maxsize=_CHECKS_KEPT)
def _is_held(certificate: bytes, held: tuple[bytes, ...], roles: frozenset[Role]) -> bool:
    shown = _as_record(min(roles), certificate)
    return shown is not None and any(
        shown.same_certificate(record) for each in held for role in roles for record in _held(each).with_role(role)
    )


def vouched(question: MustAsk, session: int, answer: bytes) -> Opinion:
    """What the phone makes of it after a TVS server has answered. `session` is that of its own question."""
    try:
        reply = read_message(answer)
    except FormatError as error:
        return Refused(str(error))
    if not isinstance(reply, QueryResponse) or reply.session != session:
        return Refused("TVS has answered another question")
    if not reply.good:
        return Refused("TVS does not know its signer")
    if not question.roles & set(reply.roles):
        return Refused("TVS knows its signer, and not for this")
    return _signed_by(question, reply.certificates[0])


def _signed_by(question: MustAsk, certificate: bytes) -> Opinion:
    what = question.what
    if isinstance(what, TrustList) and len(what.data) <= ITL_BYTES_USABLE:
        return _list_signed_by(what.data, question.roles, certificate)
    return _judged_by(what, question.roles, certificate)


@lru_cache(maxsize=_CHECKS_KEPT)
def _list_signed_by(data: bytes, roles: frozenset[int], certificate: bytes) -> Opinion:
    return _judged_by(read_list(data), roles, certificate)


def _judged_by(what: TrustList | SignedFile, roles: frozenset[int], certificate: bytes) -> Opinion:
    record = _as_record(Role.SAST, certificate)
    if record is None or not _is(record, what.header.signer):
        return Refused("TVS has answered with another certificate")
    verdict = judge(what.data, what.header, [record], frozenset({int(Role.SAST)}))
    return _opinion(what, verdict, roles, may_ask=False)


def _is(record: Record, signer: SignerId) -> bool:
    owner = record.owner
    return owner.serial == signer.serial.lstrip(b"\0") and same_name(owner.issuer, signer.issuer)


@lru_cache(maxsize=_CHECKS_KEPT)
def _as_record(role: Role, certificate: bytes) -> Record | None:
    try:
        CertificateFacts.of(certificate)
        return build_record(role, certificate)
    except FormatError:
        return None


def forget() -> None:
    """Forgets every check, as a process that has just started."""
    for kept in (_opinion_of_bytes, _held, _is_held, _list_signed_by, _as_record):
        kept.cache_clear()
