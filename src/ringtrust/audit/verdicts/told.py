"""What verdicts on trust certificates come to in an audit, beside what ends soon (S151 to S168)."""

from collections.abc import Iterator, Sequence

from ringtrust.change.finding import Finding, Severity
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import counted


def hygiene(found: Sequence[StoreVerdict]) -> Iterator[Finding]:
    """Impostors and foreign certificates that were replaced, each by itself; what may go and what is open, counted."""
    for each in found:
        if each.kind is Kind.IMPOSTOR:
            yield _impostor(each)
        if each.replaced:
            yield _replaced(each)
    yield from _free([each for each in found if each.fate is Fate.FREE])
    yield from _open([each for each in found if each.fate is Fate.ASK and not _told_elsewhere(each)])


def _told_elsewhere(verdict: StoreVerdict) -> bool:
    """An impostor is a finding of its own, and what could not be read is one of its source."""
    return verdict.kind is Kind.IMPOSTOR or not isinstance(verdict.certificate, Known)


def _place(verdict: StoreVerdict) -> str:
    return f"{verdict.store}/{verdict.files[0]}"


def _impostor(verdict: StoreVerdict) -> Finding:
    return Finding(
        code="trust.impostor",
        severity=Severity.MAJOR,
        where=f"{_place(verdict)} of {', '.join(verdict.nodes)}",
        what=" ".join(verdict.doubts),
        breaks=("Whoever holds its key can make certificates of phones that this cluster takes for Cisco's.",),
        advice="Find out who imported it and why. If it is a CA of Cisco that ringtrust does not know, write its "
        "SHA-256 into the entry of ringtrust.toml (cisco_cas); else delete it: `ringtrust plan --clean STORE/FILE`.",
        sources=verdict.sources,
    )


def _replaced(verdict: StoreVerdict) -> Finding:
    return Finding(
        code="trust.foreign-renewed",
        severity=Severity.MAJOR,
        where=f"{_place(verdict)} of {', '.join(verdict.nodes)}",
        what=f"was renewed on its own server: {'; '.join(verdict.leaning)}.",
        breaks=("CUCM does not trust that server any more as soon as it looks at its certificate.",),
        advice="Import the new one, or the CA that signed it: `ringtrust cert import CLUSTER NODE trust UNIT FILE`. "
        "Delete the old one when that is done.",
        sources=("S167", "S168"),
    )


def _free(found: Sequence[StoreVerdict]) -> Iterator[Finding]:
    if found:
        yield Finding(
            code="trust.removable",
            severity=Severity.INFO,
            where="trust stores",
            what=f"{counted(len(found), 'certificate')} may go: nothing leans on them any more.",
            evidence=tuple(f"{_place(each)}: {each.kind.value}" for each in found),
            advice="See why with `ringtrust stores`, and delete them with a plan: `ringtrust plan --clean all`.",
            sources=("S109", "S151", "S154", "S165", "S166"),
        )


def _open(found: Sequence[StoreVerdict]) -> Iterator[Finding]:
    if found:
        yield Finding(
            code="trust.undecided",
            severity=Severity.INFO,
            where="trust stores",
            what=f"Of {counted(len(found), 'certificate')} nobody but a person can tell whether they are needed.",
            evidence=tuple(
                f"{_place(each)}: {each.kind.value}{f' {each.whose}' if each.whose else ''}" for each in found
            ),
            advice="See what is open with `ringtrust stores`; ask foreign servers with `ringtrust stores --ask`.",
            sources=("S151", "S167"),
        )
