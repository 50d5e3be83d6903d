"""One condition, one verdict. What cannot be read is Unknown, and never passes (design.md §4.4)."""

from collections.abc import Sequence

from ringtrust.change.gate import (
    AboutCertificate,
    AboutCluster,
    AboutLists,
    AboutPhones,
    AboutSecurity,
    AboutSettings,
    AboutStores,
    AboutSurroundings,
    BackedUp,
    CertificateIs,
    CertificateIsNew,
    CertificatesFit,
    Condition,
    CopiesGone,
    CopiesKept,
    CopyIs,
    CtlMatches,
    DatabaseMatches,
    GroupsRedundant,
    ListsEmptied,
    ListsMatch,
    ListsResigned,
    LscIssuersTrusted,
    LscsRenewed,
    NodesAuthenticated,
    PartnersTold,
    PhonesBack,
    PhonesCurrent,
    ReplicationGood,
    ResetsByHand,
    RollbackIs,
    RollbackOff,
    SecurityModeIs,
    ServedIs,
    ServicesRun,
    Synchronised,
    TokenAtHand,
    TvsLoadable,
    Vouched,
)
from ringtrust.change.outcome import Failed, Passed, Unknown, Verdict
from ringtrust.clock import Clock
from ringtrust.cluster.facts import Unread
from ringtrust.cluster.names import CAPF
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Eyes
from ringtrust.verify import backups, certificates, ctl, health, lists, lscs, resets, said, stores, surroundings, tvs
from ringtrust.verify.consistency import database_matches
from ringtrust.verify.phones import Phones
from ringtrust.verify.said import NOTHING_SAID, Said


class ClusterJudge:
    """Judges by what one cluster shows. `signer_unit` is who signs an ITL on its release.

    `phones` are those that should be there, or the reason why nobody knows them. `heard` is what a person has said.
    """

    def __init__(
        self, eyes: Eyes, signer_unit: str, phones: Sequence[str] | Unread, clock: Clock, heard: Said = NOTHING_SAID
    ) -> None:
        self._eyes = eyes
        self._said = heard
        self._signer_unit = signer_unit
        self._phones = Phones(eyes, phones)
        self._clock = clock

    async def ctl_signer(self) -> str:
        """Who is to sign the CTL: the unit that signs an ITL, or an eToken. Raises UnreadableError, RefusedError."""
        return await ctl.signer_of(self._eyes, self._signer_unit)

    async def judge(self, condition: Condition) -> Verdict:
        """What is found."""
        try:
            return await self._judged(condition)
        except (UnreadableError, RefusedError) as error:
            return Unknown(tuple(text for text in (error.what, error.advice) if text))

    async def _judged(self, condition: Condition) -> Verdict:
        match condition:
            case CertificateIs() | CertificateIsNew() | Synchronised() | ServedIs() | DatabaseMatches():
                return await self._certificate(condition)
            case ListsMatch() | CertificatesFit() | ListsEmptied() | ListsResigned() | Vouched() | TvsLoadable():
                return await self._lists(condition)
            case PhonesBack() | PhonesCurrent():
                return await self._about_phones(condition)
            case CtlMatches() | TokenAtHand() | PartnersTold() | LscIssuersTrusted() | LscsRenewed():
                return await self._security(condition)
            case SecurityModeIs() | RollbackOff() | RollbackIs() | GroupsRedundant() | ResetsByHand():
                return await self._settings(condition)
            case _:
                return await self._around(condition)

    async def _around(self, condition: AboutCluster | AboutSurroundings | AboutStores) -> Verdict:
        match condition:
            case ReplicationGood() | NodesAuthenticated() | ServicesRun() | BackedUp():
                return await self._cluster(condition)
            case CopyIs() | CopiesGone() | CopiesKept():
                return await self._stores(condition)
            case _:
                return await surroundings.judged(self._eyes, condition)

    async def _security(self, condition: AboutSecurity) -> Verdict:
        match condition:
            case CtlMatches():
                return await ctl.matches(self._eyes, condition)
            case LscIssuersTrusted():
                return await lscs.issuers_trusted(self._eyes)
            case LscsRenewed():
                return await lscs.renewed(self._eyes, condition)
            case TokenAtHand():
                return said.at_hand(self._said, condition)
            case PartnersTold():
                now = await self._eyes.identity(condition.node, CAPF)
                return said.told(self._said, condition, now.serial)

    async def _certificate(self, condition: AboutCertificate) -> Verdict:
        match condition:
            case CertificateIs():
                return await certificates.is_still(self._eyes, condition)
            case CertificateIsNew():
                return await certificates.is_new(self._eyes, condition, self._clock.now())
            case ServedIs():
                return await certificates.served(self._eyes, condition)
            case DatabaseMatches():
                return await database_matches(self._eyes, condition)
            case Synchronised():
                # Nothing ever gets where replication is broken: then waiting is in vain.
                replication = await health.replication(self._eyes)
                broken = isinstance(replication, Failed)
                return replication if broken else await certificates.synchronised(self._eyes, condition)

    async def _stores(self, condition: AboutStores) -> Verdict:
        match condition:
            case CopyIs():
                return await stores.is_still(self._eyes, condition)
            case CopiesGone():
                return await stores.gone(self._eyes, condition)
            case CopiesKept():
                return await stores.kept(self._eyes, condition)

    async def _lists(self, condition: AboutLists) -> Verdict:
        match condition:
            case ListsMatch(but=but):
                return await lists.match(self._eyes, self._signer_unit, but)
            case CertificatesFit():
                return await lists.fit(self._eyes)
            case ListsEmptied():
                return await lists.emptied(self._eyes)
            case ListsResigned(unit=unit):
                return await lists.resigned(self._eyes, unit)
            case Vouched():
                return await tvs.vouched(self._eyes, condition, self._all_current)
            case TvsLoadable():
                return await tvs.loadable(self._eyes, condition.node, self._all_current)

    async def _about_phones(self, condition: AboutPhones) -> Verdict:
        match condition:
            case PhonesBack(besides=besides, only=only):
                return await self._phones.back(besides, only)
            case PhonesCurrent(node=node, without=without, ctl=ctl, only=only):
                return await self._phones.current(node, without, ctl=ctl, only=only)

    async def _all_current(self) -> bool:
        """Whether every phone holds a list of now; not, when nobody can tell.

        Devices without Security by Default hold no ITL: where a CTL is served, that tells of them (H14).
        """
        return await self._hold_all(ctl=False) or await self._hold_all(ctl=True)

    async def _hold_all(self, *, ctl: bool) -> bool:
        try:
            return isinstance(await self._phones.current("", ctl=ctl), Passed)
        except UnreadableError:
            return False

    async def _cluster(self, condition: AboutCluster) -> Verdict:
        match condition:
            case ReplicationGood():
                return await health.replication(self._eyes)
            case NodesAuthenticated():
                return await health.authenticated(self._eyes)
            case ServicesRun():
                return await health.services(self._eyes, condition)
            case BackedUp():
                return await backups.backed_up(self._eyes, condition, self._clock.now())

    async def _settings(self, condition: AboutSettings) -> Verdict:
        match condition:
            case SecurityModeIs():
                return await health.security_mode(self._eyes, condition)
            case RollbackOff():
                return await health.rollback_off(self._eyes)
            case RollbackIs():
                return await health.rollback_is(self._eyes, condition)
            case GroupsRedundant():
                return await health.groups(self._eyes)
            case ResetsByHand():
                return await resets.by_hand(self._eyes, condition)
