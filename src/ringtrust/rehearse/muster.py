"""The phones in the end: all switched on, reset once more, and asked (design.md §5)."""

from collections.abc import Sequence

from ringtrust.change.ground import PhoneClass
from ringtrust.change.rehearsal import Mustered
from ringtrust.cluster.names import CAPF
from ringtrust.lab.barred import Able, Bars
from ringtrust.lab.current import Current
from ringtrust.lab.phone.phone import State
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.stranded import Fate, Fates
from ringtrust.rehearse.stage import Stage
from ringtrust.rehearse.twin import Cast
from ringtrust.trust.certificates import CertificateFacts


async def mustered(stage: Stage) -> tuple[Mustered, ...]:
    """The phones class by class, after everybody has been switched on and told to reset."""
    stage.power(tuple(each.phone for each in stage.phones if each.phone.state is State.OFF), on=True)
    await stage.until_settled()
    stage.cluster.registrations.reset_all()
    await stage.until_settled()
    judge = _Judge(stage.cluster)
    kinds = list(dict.fromkeys(each.kind for each in stage.phones))
    return tuple(judge.counted(kind, [each for each in stage.phones if each.kind is kind]) for kind in kinds)


class _Judge:
    """What the lab says of phones, as the cluster is now."""

    def __init__(self, cluster: Cluster) -> None:
        self._fates = Fates(cluster)
        self._bars = Bars(cluster)
        self._lists = Current(cluster)
        self._capf = CertificateFacts.of(cluster.publisher.identities[CAPF].certificate).subject

    def counted(self, kind: PhoneClass, phones: Sequence[Cast]) -> Mustered:
        """Those of one class."""
        fates = [self._fate(each, kind) for each in phones]
        issuers = [issuer for each in phones for issuer in _issuer(each)]
        return Mustered(
            name=kind.name,
            phones=len(phones),
            registered=sum(each.phone.state is State.REGISTERED for each in phones),
            current=sum(self._lists.holds(each.phone) for each in phones),
            by_restore=fates.count(Fate.BY_RESTORE),
            stranded=fates.count(Fate.STRANDED),
            barred=sum(
                fate is Fate.REACHABLE and self._is_barred(each, kind) for each, fate in zip(phones, fates, strict=True)
            ),
            lscs=len(issuers),
            new_lscs=issuers.count(self._capf),
        )

    def _fate(self, each: Cast, kind: PhoneClass) -> Fate:
        return self._fates.of(tuple(each.phone.held.values()), kind.members, tvs=each.phone.traits.kind.tvs)

    def _is_barred(self, each: Cast, kind: PhoneClass) -> bool:
        return kind.secure and not isinstance(self._bars.of(each.phone, kind.members), Able)


def _issuer(each: Cast) -> tuple[bytes, ...]:
    """Who signed its LSC, where it has one."""
    lsc = each.phone.papers.lsc
    return (CertificateFacts.of(lsc.certificate).issuer,) if lsc is not None else ()
