"""SHA-1 signatures and short RSA keys among those whom the cluster trusts. `certificate.weak` tells of its own.

Nobody checks the signature of a certificate that is trusted as it is: a self-signed one with SHA-1 is no finding. What
was there from installation on is Cisco's, and what has expired is told elsewhere.
"""

from collections.abc import Iterator

from ringtrust.audit.seen import Seen
from ringtrust.audit.years.leaning import leaning
from ringtrust.audit.years.stored import Found, gathered, ours, preloaded, stored
from ringtrust.catalog.years import Weakness
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.trust.names import counted


def sha1(seen: Seen) -> Iterator[Finding]:
    """One finding for all certificates in stores that are signed with an old digest and in use."""
    row = seen.catalog.years.weakness("sha1")
    if row is not None:
        yield from _finding(seen, row, "signed with SHA-1 or older")


def rsa_short(seen: Seen) -> Iterator[Finding]:
    """One finding for all certificates in stores whose RSA key is too short, and which are in use."""
    row = seen.catalog.years.weakness("rsa-short")
    if row is not None:
        yield from _finding(seen, row, f"with RSA keys of less than {row.bits} bits")


def _finding(seen: Seen, row: Weakness, how: str) -> Iterator[Finding]:
    own = ours(seen.snapshot)
    weak = gathered(
        each for each in stored(seen.snapshot) if _is(row, each[0]) and each[0].not_after > seen.snapshot.taken
    )
    others = [each for each in weak if not own.is_current(each.certificate) and not _of_cisco(seen, each)]
    known = leaning(seen, others)
    used = [(each, known.on(each)) for each in others]
    shown = [(each, on) for each, on in used if on or own.is_foreign(each.certificate)]
    if shown:
        yield Finding(
            code=f"years.{row.kind}",
            severity=Severity.MINOR,
            where="trust stores",
            what=f"{counted(len(shown), 'certificate')} {how}.",
            evidence=tuple(_evidence(each, on) for each, on in shown),
            breaks=(f"{row.text} After an upgrade, or with FIPS, the connections that hang on it may fail.",),
            advice="Have its owner renew it there, import the new one here, and only then delete this one.",
            sources=row.sources,
        )


def _is(row: Weakness, certificate: Certificate) -> bool:
    if row.digests:
        return certificate.digest.lower() in row.digests and not certificate.self_signed
    return certificate.key == "RSA" and certificate.bits < row.bits


def _of_cisco(seen: Seen, found: Found) -> bool:
    return any(preloaded(seen, place) for place in found.places)


def _evidence(found: Found, on: tuple[str, ...]) -> str:
    certificate = found.certificate
    whose = ", ".join(on) if on else "nobody is seen to lean on it; it is another system's"
    key = f"{certificate.key} of {certificate.bits} bits, {certificate.digest.upper()}"
    return f"{found.name} ({key}), until {certificate.not_after:%Y-%m-%d}, {found.where}: {whose}"
