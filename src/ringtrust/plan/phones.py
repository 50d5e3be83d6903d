"""Whom a plan waits for after a wave, and whom it cannot wait for (domain.md I5, I6; H07, H08)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.plan import Straggler
from ringtrust.cluster.facts import Known
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.secure.locked import Key, Locked, locked_out
from ringtrust.plan.secure.security import ctl_of
from ringtrust.trust.names import counted, some

_ONE_IN: Final = 20
_NAMED: Final = 5
_REASONS: Final = 3
_PROGRAM: Final = "It is a program: it comes and goes with its user, and shows no page that tells what it holds."


class Baseline(msgspec.Struct, frozen=True):
    """Who was registered and held a list that is served, and who was not.

    `first` is the TFTP node whose list all of those waited for hold; empty when they hold those of several. `locked`
    are those that cannot register before the plan has done its work: it waits for them in the end (S120 to S123).
    """

    waited: tuple[str, ...]
    stragglers: tuple[Straggler, ...]
    first: str
    locked: tuple[Locked, ...] = ()


def baseline(
    snapshot: Snapshot, facts: ReleaseFacts, accepted: int | None = None, *, freed: frozenset[Key] = frozenset()
) -> Baseline:
    """Whom a plan waits for. `accepted` is how many it may leave behind; one in twenty, when nobody has said.

    `freed` are the certificates that the plan renews: phones that are locked out by those are waited for in the end;
    where it does nothing for them, they are stragglers as any.

    Raises RefusedError when nobody can see what any phone holds, for then no gate could tell whether they are well; and
    when more would be left behind.
    """
    if not isinstance(snapshot.phones, Known):
        raise RefusedError(
            f"The phones could not be read: {snapshot.phones.reason}",
            advice="Without them nothing tells whether they keep trust. Mend that, and scan again.",
        )
    served = dict(_served(snapshot))
    locked = tuple(each for each in locked_out(snapshot) if freed.intersection(each.keys))
    names = {each.name for each in locked}
    here = tuple(phone for phone in snapshot.phones.value if phone.name not in names)
    found = {phone.name: _problem(phone, served, snapshot, facts) for phone in here}
    waited = tuple(name for name, problem in found.items() if not problem)
    if here and not waited:
        _refuse_blind(here, found)
    late = tuple(Straggler(phone.name, phone.description, found[phone.name]) for phone in here if found[phone.name])
    desks = tuple(each for each in late if each.reason != _PROGRAM)
    if len(desks) > (len(found) // _ONE_IN if accepted is None else accepted):
        _refuse_many(desks, len(found), accepted)
    return Baseline(waited, late, _first(snapshot, waited, served), locked)


def _refuse_many(late: Sequence[Straggler], phones: int, accepted: int | None) -> NoReturn:
    """A plan that waits for a few of many would change one trust after the other before the many have followed."""
    limit = "one in twenty" if accepted is None else f"the {accepted} that you accept"
    reasons = Counter(each.reason for each in late).most_common(_REASONS)
    most = " ".join(f"{counted(count, 'time')}: {reason}" for reason, count in reasons)
    raise RefusedError(
        f"Of {counted(phones, 'phone')} {len(late):,} cannot be waited for, more than {limit}: "
        f"{some([each.name for each in late], _NAMED)}. Most often: {most}",
        advice="Each of them may have to have its list erased by hand afterwards. Bring them back, or mend their trust "
        f"(H07, H08), and scan again; or leave them behind knowingly: --stragglers {len(late)}.",
    )


def _refuse_blind(phones: Sequence[Phone], problems: dict[str, str]) -> NoReturn:
    """With nobody to wait for every gate would pass at once, and the next change come before any phone has a list."""
    here = [phone for phone in phones if phone.registered]
    shown = here[0] if here else phones[0]
    raise RefusedError(
        f"Of {counted(len(phones), 'phone')} {len(here):,} are registered, and of none can be seen that it is "
        f"registered and holds a list of now. {shown.name}: {problems[shown.name]}",
        advice="Bring the phones back, enable their web access, or mend their trust first (H07, H08).",
    )


def _served(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The hash of every list that is served, and the node that serves it."""
    for node in snapshot.nodes:
        if isinstance(node.itl, Known):
            yield node.itl.value.sha1, node.name
            yield node.itl.value.md5, node.name


def _problem(phone: Phone, served: dict[str, str], snapshot: Snapshot, facts: ReleaseFacts) -> str:
    """Why a plan cannot wait for a phone; empty when it can."""
    if not isinstance(phone.registration, Known):
        return f"Whether it is registered is not known: {phone.registration.reason}"
    if phone.software:
        return _PROGRAM
    if not phone.registered:
        return "It is not registered: switched off, or out of reach."
    return _itl_problem(phone, served, snapshot, facts) or (_ctl_problem(phone, snapshot) if snapshot.mixed else "")


def _itl_problem(phone: Phone, served: dict[str, str], snapshot: Snapshot, facts: ReleaseFacts) -> str:
    """In mixed mode devices without Security by Default have a CTL, and no ITL that could be wrong (H14)."""
    if not isinstance(phone.itl, Known):
        return f"Which list it holds is not known: {phone.itl.reason}"
    if phone.itl.value in served:
        return ""
    if phone.itl.value:
        return "It holds a list that no node serves: it may have lost trust already."
    needs_none = snapshot.mixed and not (facts.has_itl(phone.model) and facts.asks_tvs(phone.model))
    return "" if needs_none else "No list."


def _ctl_problem(phone: Phone, snapshot: Snapshot) -> str:
    if not isinstance(phone.ctl, Known):
        return f"Which CTL it holds is not known: {phone.ctl.reason}"
    ctls = [each for node in snapshot.nodes for each in ctl_of(node)]
    if phone.ctl.value in {digest for each in ctls for digest in (each.sha1, each.md5)}:
        return ""
    return "It holds a CTL that no node serves: it may have lost trust already." if phone.ctl.value else "No CTL."


def _first(snapshot: Snapshot, waited: tuple[str, ...], served: dict[str, str]) -> str:
    names = set(waited)
    held = Counter(
        served[phone.itl.value]
        for phone in snapshot.all_phones()
        if phone.name in names and isinstance(phone.itl, Known) and phone.itl.value
    )
    return next(iter(held)) if len(held) == 1 else ""
