"""What a person should know beforehand of mixed mode, and of the phones' own certificates."""

from collections.abc import Iterator, Sequence
from typing import Final

from ringtrust.change.act import ClientCtl, ResetCtl, Restart, SetMode, UpdateCtl
from ringtrust.change.plan import Note, Step
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE, CAPF
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan.goal import Goal
from ringtrust.plan.secure.locked import Locked
from ringtrust.plan.secure.lscs import Census
from ringtrust.plan.secure.security import Security
from ringtrust.trust.names import counted, some

_NAMED: Final = 8
_CTL_ACTS: Final = (UpdateCtl, ResetCtl, ClientCtl)


def about_ctl(security: Security, steps: Sequence[Step]) -> Iterator[Note]:
    """Where Cisco's documents differ, both stand here (design.md §4.6)."""
    acts = [step.act for step in steps if isinstance(step.act, _CTL_ACTS)]
    if not acts:
        return
    yield Note(
        f"The CTL is made anew {counted(len(acts), 'time')}, each time behind the new certificates and before services "
        "restart (214231, 217138). The Security Guide of 15 updates it when phones have restarted by themselves. This "
        "plan takes the CTL first: a secure phone must not meet a CallManager whose certificate its CTL does not hold.",
        ("S64", "S68", "P7", "H13", "214231", "217138", "SG15"),
    )
    if any(isinstance(act, ResetCtl) for act in acts):
        yield Note(
            "Who signs the CTL is renewed. So it is signed by its other SAST first (utils ctl reset localkey), all "
            "phones take that one, and then it is updated, with one wave more. This needs no TVS. 214231 updates the "
            "CTL once and relies on TVS to vouch for the new signer, which devices without TVS cannot ask.",
            ("P9", "R3", "H04", "H14", "SG125", "SG15", "214231"),
        )
    if any(isinstance(step.act, Restart) and step.act.service == CALLMANAGER_SERVICE for step in steps):
        yield Note(
            "Between the restart of CallManager on a node and the wave behind it secure phones register with the other "
            "members of their CM group. One that can register nowhere hears of no reset: it fetches its lists by "
            "itself when it tries anew, or when it is switched off and on.",
            ("P7", "H13"),
        )
    yield from _tokens(security)
    yield from _strangers(security, steps)


def about_profiles(snapshot: Snapshot, steps: Sequence[Step]) -> Iterator[Note]:
    """Secure profiles begin to count in mixed mode. Whether a phone has a MIC no server tells."""
    if not any(isinstance(step.act, SetMode) and step.act.mixed for step in steps):
        return
    secure = [phone for phone in snapshot.all_phones() if phone.secure]
    bare = [phone.name for phone in secure if isinstance(phone.lsc, Known) and not phone.lsc.value.there]
    if bare:
        yield Note(
            f"{counted(len(bare), 'phone')} have a secure profile and no LSC: {some(bare, _NAMED)}. From mixed mode on "
            "they register by the certificate of their maker, and one without it, as Jabber is, does not. Give them "
            "another profile, or an LSC, first.",
            ("S9", "S177", "118893"),
        )


def _tokens(security: Security) -> Iterator[Note]:
    if security.by_token:
        yield Note(
            f"An eToken signed the CTL, {security.signer}: have one of {', '.join(security.tokens)} and its password "
            "at hand, and the Windows PC with the CTL client, before you begin. Say so with --token-at-hand. Without "
            "one nothing can be renewed; from 10.0 on --renew ctl=tokenless does without.",
            ("S66", "S67", "S72", "S75", "S79", "H15"),
        )


def _strangers(security: Security, steps: Sequence[Step]) -> Iterator[Note]:
    """Devices that ask no TVS are lost where the signer of the CTL changes at once."""
    if not security.strangers:
        return
    who = some(list(security.strangers), _NAMED)
    signed = security.signer == CALLMANAGER and not security.second
    renewed = any(step.phase == CALLMANAGER for step in steps)
    if signed and renewed:
        yield Note(
            f"The CTL has no second signer, and {counted(len(security.strangers), 'device')} could ask no TVS about a "
            f"new one: {who}. Each has to have its CTL erased by hand when CallManager of the publisher is new.",
            ("H14", "118893"),
        )
    else:
        yield Note(
            f"Without TVS: {counted(len(security.strangers), 'device')}, {who}. They take a CTL only from a signer "
            "that is in the one that they hold: who is away over two changes has to have it erased by hand.",
            ("H14", "H07", "118893"),
        )


def capf_ends(snapshot: Snapshot, goal: Goal) -> Iterator[Note]:
    """New LSCs of a CAPF that is about to end are due again within weeks: CUCM refuses them with it (S119, S120)."""
    found = snapshot.publisher.identity(CAPF)
    if goal.lscs and found is not None and found.not_after - snapshot.taken <= goal.within:
        yield Note(
            f"CAPF of {snapshot.publisher.name} itself expires on {found.not_after:%Y-%m-%d}. Every LSC that this plan "
            "has it sign is refused from that day on, and every phone is due again. Renew CAPF instead, its plan "
            "brings the LSCs with it: ringtrust plan CLUSTER --renew CAPF.",
            ("S119", "S120", "S169"),
        )


def about_lscs(found: Census, *, issued: bool, capf: bool) -> Iterator[Note]:
    """Who gets a new LSC, who does not, and what stays until all have one."""
    if issued:
        yield Note(
            f"A new LSC for {counted(len(found.renew), 'phone')}, a canary first and then in batches, each followed to "
            "its end. The CAPF certificates of before stay in CallManager-trust and CAPF-trust: LSCs that they signed "
            "are good until the last phone has a new one. This plan deletes nothing.",
            ("S119", "S169", "H17", "I7"),
        )
    if not (issued or capf):
        return
    if found.wireless:
        yield Note(
            f"Left alone, because wireless phones bring the certificate of a third-party CA: "
            f"{some(list(found.wireless), _NAMED)}.",
            ("S177", "S178"),
        )
    if found.by_string:
        yield Note(
            f"{counted(len(found.by_string), 'phone')} wait for an authentication string, which somebody types on "
            f"them: {some(list(found.by_string), _NAMED)}. Give them a new LSC by hand.",
            ("S173", "S175", "S176"),
        )
    if found.away:
        yield Note(
            f"{counted(len(found.away), 'phone')} have an LSC and were not there: {some(list(found.away), _NAMED)}. "
            "Theirs stays good; when they are back: ringtrust plan CLUSTER --renew lsc.",
            ("S169", "H17"),
        )
    if found.unread:
        yield Note(
            f"Of {counted(len(found.unread), 'phone')} nobody can tell whether they have an LSC: "
            f"{some(list(found.unread), _NAMED)}. See `ringtrust phones lsc`.",
            ("S169",),
        )


def about_locked(locked: Sequence[Locked]) -> Iterator[Note]:
    """They are no stragglers: the plan lets them in again."""
    by_lsc = [each.name for each in locked if each.by == "LSC"]
    by_server = [each.name for each in locked if each.by == "CallManager"]
    if by_lsc:
        yield Note(
            f"{counted(len(by_lsc), 'phone')} are locked out, because their LSC or the CAPF that signed it has "
            f"expired: {some(by_lsc, _NAMED)}. Once CAPF is new and in the list, each starts anew, fetches its "
            "configuration, gets a new LSC from CAPF, and registers. The plan waits for them in the end. One that a "
            "switch checks by its LSC (802.1X) has no network to do so: let it in without that until it is back.",
            ("S120", "S121", "S122", "S123", "H18", "225746"),
        )
    if by_server:
        yield Note(
            f"{counted(len(by_server), 'phone')} are locked out, because every CallManager of their CM group has "
            f"expired: {some(by_server, _NAMED)}. They register when CallManager is new and their CTL holds it; the "
            "plan waits for them in the end.",
            ("S28", "S64", "H13"),
        )
