"""RSA keys that models of phones may not take (H20), and keys of CAs that mixed mode does not bear (CSCup54818)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from ringtrust.audit.seen import Held, Seen
from ringtrust.audit.years.authorities import signers
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CAPF, ITLRECOVERY, TVS
from ringtrust.cluster.phone import Phone
from ringtrust.trust.names import brief, counted, some

_MET_BY_PHONES: Final = (CALLMANAGER, TVS, CAPF, ITLRECOVERY)
_EVERY_MODEL_TAKES: Final = 2048
_NO_CA_IN_MIXED_MODE: Final = 4096
_TAKES: Final = "takes RSA 4096"


class _Model(msgspec.Struct, frozen=True):
    """Phones of a model. `cope` are registered with a list of now: they took what these keys signed or are in."""

    name: str
    phones: int
    cope: int
    documented: bool

    @property
    def text(self) -> str:
        told = "its guide says that it takes them" if self.documented else "no guide that is known here says so"
        return f"{self.name}: {counted(self.phones, 'phone')}, {told}; {self.cope} registered now with a list of now"


def rsa_long(seen: Seen) -> Iterator[Finding]:
    """A finding for the keys that phones meet, and in mixed mode one for the CAs above them."""
    long = [held for held in seen.owned() if held.unit in _MET_BY_PHONES and _is_long(held.certificate)]
    if long:
        yield from _keys(seen, long)
    if seen.snapshot.mixed:
        yield from _authorities(seen)


def _is_long(certificate: Certificate, more_than: int = _EVERY_MODEL_TAKES) -> bool:
    return certificate.key == "RSA" and certificate.bits > more_than


def _keys(seen: Seen, long: Sequence[Held]) -> Iterator[Finding]:
    models = _models(seen)
    unknown = [each for each in models if not each.documented]
    if isinstance(seen.snapshot.phones, Known) and not unknown:
        return
    hazard = seen.catalog.hazard("H20")
    yield Finding(
        code="years.rsa-long",
        severity=_severity(models, unknown),
        where=", ".join(dict.fromkeys(held.unit for held in long)),
        what=f"RSA keys of up to {max(held.certificate.bits for held in long)} bits, and {_whom(models, unknown)}",
        evidence=(*_places(long), *(each.text for each in models)),
        breaks=(hazard.text, "A phone that does not take such a key does not register, or refuses its lists."),
        advice="Look into Unified Reporting, Unified CM Phone Feature List, row 3072/4096 RSA key size support. Where "
        "a model is not in it, make the key of 2048 bits at the next renewal (Generate Self-Signed, or a new request: "
        "a regeneration keeps the length).",
        sources=(hazard.id, *hazard.sources),
    )


def _severity(models: Sequence[_Model], unknown: Sequence[_Model]) -> Severity:
    if not models:
        return Severity.UNREAD
    return Severity.MAJOR if any(each.cope < each.phones for each in unknown) else Severity.MINOR


def _whom(models: Sequence[_Model], unknown: Sequence[_Model]) -> str:
    if not models:
        return "which models of phones there are was not read: whether they take them cannot be told."
    phones = sum(each.phones for each in unknown)
    coping = sum(each.cope for each in unknown)
    named = some([each.name for each in unknown])
    return (
        f"{counted(phones, 'phone')} of models of which nobody here knows whether they take them: {named}. "
        f"{coping} of these phones are registered now with a list of now."
    )


def _models(seen: Seen) -> Sequence[_Model]:
    """Software clients do not count: no row of the feature list is about them."""
    served = {sha1.upper() for sha1 in seen.snapshot.current_lists()}
    phones: dict[str, list[Phone]] = defaultdict(list)
    for phone in seen.snapshot.all_phones():
        if not phone.software:
            phones[phone.model].append(phone)
    takes = [row for row in seen.catalog.models if row.trait == _TAKES]
    return [
        _Model(
            brief(model) or "model not told",
            len(found),
            sum(_copes(phone, served) for phone in found),
            any(row.cover(model) for row in takes),
        )
        for model, found in sorted(phones.items())
    ]


def _copes(phone: Phone, served: set[str]) -> bool:
    return phone.registered and isinstance(phone.itl, Known) and phone.itl.value.upper() in served


def _places(long: Sequence[Held]) -> Iterator[str]:
    places: dict[tuple[str, int], list[str]] = defaultdict(list)
    for held in long:
        places[held.unit, held.certificate.bits].append(held.node)
    for (unit, bits), nodes in places.items():
        yield f"{unit}: {bits} bits on {some(nodes)}"


def _authorities(seen: Seen) -> Iterator[Finding]:
    below: Mapping[str, list[str]] = defaultdict(list)
    signed = [held for held in seen.owned() if held.unit in _MET_BY_PHONES and not held.certificate.self_signed]
    known = signers(seen) if signed else None
    for held in signed:
        for above in known.chain(held.certificate) if known is not None else ():
            if _is_long(above, _NO_CA_IN_MIXED_MODE - 1):
                below[f"{brief(above.common_name or above.subject)} of {above.bits} bits"].append(held.where)
    if below:
        defect = seen.catalog.defect("CSCup54818")
        yield Finding(
            code="years.rsa-long",
            severity=Severity.MAJOR,
            where="CAs above certificates that phones meet",
            what=f"{counted(len(below), 'CA')} with RSA keys of {_NO_CA_IN_MIXED_MODE} bits or more, in mixed mode.",
            evidence=tuple(f"{name}, above {some(places)}" for name, places in below.items()),
            breaks=(defect.text, "Some endpoints do not take such a CA: secure phones may not register."),
            advice=f"{defect.workaround} Renew what it signed that way, one type at a time.",
            sources=("H20", defect.id, *defect.sources),
        )
