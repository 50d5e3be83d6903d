"""The phones in the end: all switched on, reset once more, and asked (design.md §5)."""

from collections.abc import Sequence

from ringtrust.change.ground import PhoneClass
from ringtrust.change.rehearsal import Mustered
from ringtrust.lab.current import Current
from ringtrust.lab.phone.phone import State
from ringtrust.lab.stranded import Fate, Fates
from ringtrust.rehearse.stage import Stage
from ringtrust.rehearse.twin import Cast


async def mustered(stage: Stage) -> tuple[Mustered, ...]:
    """The phones class by class, after everybody has been switched on and told to reset."""
    stage.power(tuple(each.phone for each in stage.phones if each.phone.state is State.OFF), on=True)
    await stage.until_settled()
    stage.cluster.registrations.reset_all()
    await stage.until_settled()
    fates = Fates(stage.cluster)
    kinds = list(dict.fromkeys(each.kind for each in stage.phones))
    return tuple(_counted(stage, kind, [each for each in stage.phones if each.kind is kind], fates) for kind in kinds)


def _counted(stage: Stage, kind: PhoneClass, phones: Sequence[Cast], fates: Fates) -> Mustered:
    lists = Current(stage.cluster)
    found = [fates.of(tuple(each.phone.held.values()), kind.members, tvs=each.phone.traits.kind.tvs) for each in phones]
    return Mustered(
        name=kind.name,
        phones=len(phones),
        registered=sum(each.phone.state is State.REGISTERED for each in phones),
        current=sum(lists.holds(each.phone) for each in phones),
        by_restore=found.count(Fate.BY_RESTORE),
        stranded=found.count(Fate.STRANDED),
    )
