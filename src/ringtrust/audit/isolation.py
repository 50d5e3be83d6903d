"""A rule that crashes is a finding by itself, and hides no other one."""

from collections.abc import Callable, Iterator

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity

Crashing = Callable[..., Iterator[Finding]]


def isolated(rule: Crashing, *seen: Seen) -> Iterator[Finding]:
    """What a rule finds; where it crashes, what it has found so far and a finding that says so."""
    try:
        yield from rule(*seen)
    # Whatever goes wrong in one rule, an audit of three hundred thousand certificates must neither end there nor pass
    # over it: this is the one place where any exception is a result (design.md §4.2).
    except Exception as error:  # noqa: BLE001 - see above
        yield _crashed(rule, error)


def _crashed(rule: Crashing, error: Exception) -> Finding:
    """Says the kind of error and the line of ours, never its text: that may hold what stands in the snapshot."""
    return Finding(
        code="audit.rule-crashed",
        severity=Severity.UNREAD,
        where=f"rule {_name(rule)}",
        what="crashed. What it had yet to find is not known; all other rules were judged, and what this one had found "
        "before stands.",
        evidence=(f"{type(error).__name__} {_line(error)}",),
        advice="Report it with this finding and the snapshot, which holds names, addresses and certificates, and no "
        "password and no private key. Until it is mended, look by hand at what the rule is about.",
        sources=("design",),
    )


def _name(rule: Crashing) -> str:
    return f"{getattr(rule, '__name__', type(rule).__name__)} of {getattr(rule, '__module__', 'ringtrust')}"


def _line(error: Exception) -> str:
    """Where it happened, innermost, as far as the code is ours."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append((str(trace.tb_frame.f_globals.get("__name__", "")), trace.tb_lineno))
        trace = trace.tb_next
    ours = [(module, line) for module, line in frames if module.startswith("ringtrust.")] or frames[-1:]
    return f"in line {ours[-1][1]} of {ours[-1][0]}"
