"""Mixed mode: which nights hold when two lists, LSCs and devices without TVS are in play, and which do not."""

import pytest
from msgspec.structs import replace

from ringtrust.change.ground import ETOKEN, MIC
from ringtrust.change.plan import Basis
from ringtrust.change.proof import sealed_proof
from ringtrust.cluster.facts import Known
from ringtrust.errors import RefusedError
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import examined
from ringtrust.prove.runbook import read_runbook
from tests.plan.material import V9, V12, V14, V15
from tests.prove.mixed import CAPF_NOW, EVERY_KIND, NO_TVS, TOKENS, Kind, secured, snapshot
from tests.prove.nights import grounds, hazards, holds, night, proved, refuted, stranding_line

V11 = "11.5.1.10000-6"
TOKENLESS = (V11, V12, V14, V15)
BY_RECOVERY = (V12, V14, V15)
WITH_TVS = (Kind("A", 5), Kind("B", 5), Kind("A", 2, issuer=""))

RESTARTS = ("restart callmanager @ all", "restart tvs @ all", "restart tftp @ all")
STEP = ("wait sync", *RESTARTS, "wave complete")
CALLMANAGER = night("regen CallManager @ all", "wait sync", "ctl update", *STEP)
IN_TWO_WAVES = night("regen CallManager @ all", "wait sync", "ctl reset localkey", *STEP, "ctl update", *STEP)
RECOVERY = night("regen ITLRecovery @ pub", "wait sync", "ctl reset localkey", *STEP, "ctl update", *STEP)
CAPF = ("regen CAPF @ pub", "wait sync", "ctl update", "restart capf @ pub", *STEP)
CLEAN_FILE = f"{CAPF_NOW}.pem"
CLEAN = f"delete CallManager-trust/{CLEAN_FILE} @ all"


@pytest.mark.parametrize("version", [V9, *BY_RECOVERY])
@pytest.mark.parametrize("basis", ["documented", "mechanism"])
@pytest.mark.shows("S64")
def test_callmanager_holds_for_every_kind_of_phone_when_the_ctl_follows(version: str, basis: Basis) -> None:
    """With tokens, and where ITLRecovery signs, the signer of the CTL stays: devices without TVS take it too."""
    assert holds(CALLMANAGER, snapshot(version), basis)


@pytest.mark.parametrize("version", TOKENLESS)
def test_tvs_needs_no_ctl_update(version: str) -> None:
    assert holds(night("regen TVS @ all", *STEP), snapshot(version), "documented")


@pytest.mark.parametrize("version", [V9, *TOKENLESS])
@pytest.mark.parametrize("unit", ["CallManager @ all", "CAPF @ pub"])
def test_h13_documents_forbid_to_go_on_without_the_ctl(version: str, unit: str) -> None:
    assert "H13" in hazards(night(f"regen {unit}", *STEP), snapshot(version))


@pytest.mark.parametrize("version", [V9, *TOKENLESS])
def test_h13_without_the_ctl_secure_phones_cannot_register_and_nobody_is_lost(version: str) -> None:
    verdict = refuted(night("regen CallManager @ all", *STEP), snapshot(version))
    assert all(story.unregistered for story in verdict.stories if "TVS" not in story.phones)
    told = verdict.stories[0].told
    assert "`restart callmanager @ all` on " in told[-2]
    assert "they cannot register: the CTL does not hold CallManager of" in told[-2]
    assert "a CTL update" in told[-1]
    assert not any("non-secure" in story.phones for story in verdict.stories)


def test_h13_between_a_renewal_and_its_ctl_update_nobody_is_left_out() -> None:
    """An interruption there is mended by the CTL update that comes next: the night does not stop being whole."""
    assert holds(night("regen CallManager @ all"), snapshot(V12, Kind("A", profile="non-secure", issuer="")))
    assert refuted(night("regen CallManager @ all"), snapshot(V12)).stories[0].before == 3
    assert holds(night("regen CallManager @ all", "wait sync", "ctl update"), snapshot(V12))


def test_h14_a_new_signer_of_the_ctl_puts_devices_without_tvs_out_unless_the_other_sast_signs_first() -> None:
    """They are not lost: `utils ctl reset localkey` afterwards brings them back, as their CTL names ITLRecovery."""
    verdict = refuted(CALLMANAGER, snapshot(V11))
    assert [(story.phones, story.unregistered) for story in verdict.stories] == [
        ("group A, without TVS, secure by CAPF", True)
    ]
    assert holds(IN_TWO_WAVES, snapshot(V11), "documented")


@pytest.mark.parametrize("version", BY_RECOVERY)
@pytest.mark.parametrize("basis", ["documented", "mechanism"])
def test_itlrecovery_in_two_waves_holds_for_every_kind_of_phone(version: str, basis: Basis) -> None:
    assert holds(RECOVERY, snapshot(version), basis)


@pytest.mark.parametrize("version", BY_RECOVERY)
def test_the_shortcut_of_214231_leans_on_tvs_and_devices_without_never_take_its_ctl(version: str) -> None:
    """The wave behind it never passes for them: R3 would have to sign first."""
    text = night("regen ITLRecovery @ pub", "wait sync", "ctl update", *STEP)
    for kinds, stuck in ((WITH_TVS, False), (EVERY_KIND, True)):
        remarks = proved(text, snapshot(version, *kinds)).remarks
        assert any("waits for ever" in remark.text for remark in remarks) is stuck


@pytest.mark.parametrize("version", TOKENLESS)
def test_h04_itlrecovery_soon_after_callmanager(version: str) -> None:
    """The CTL on phones has neither of the keys that can sign the next one: devices without TVS are lost."""
    soon = night("regen CallManager @ pub", "wait sync", "regen ITLRecovery @ pub", "ctl reset localkey", *STEP)
    assert "H04" in hazards(soon, snapshot(version))
    verdict = refuted(soon, snapshot(version))
    assert [story.phones for story in verdict.stories if not story.unregistered] == [
        "group A, without TVS, secure by CAPF"
    ]
    assert "`regen ITLRecovery @ pub` on pub, nothing is left" in stranding_line(verdict)


@pytest.mark.parametrize("version", [V9, *TOKENLESS])
@pytest.mark.shows("S118", "S119")
def test_capf_and_a_new_lsc_for_every_phone(version: str) -> None:
    """The old CAPF stays where it is: its LSCs go on working until the last has gone."""
    assert holds(night(*CAPF, "lsc renew complete"), snapshot(version), "documented")
    assert holds(night(*CAPF), snapshot(version), "documented")


@pytest.mark.parametrize("version", TOKENLESS)
def test_h17_cleaning_capf_trust_early_bars_whoever_has_an_lsc_of_it(version: str) -> None:
    early = night(*CAPF, CLEAN)
    verdict = refuted(early, snapshot(version))
    assert {story.phones.partition(",")[0] for story in verdict.stories} == {"group A", "group B"}
    assert all("secure by CAPF" in story.phones and story.unregistered for story in verdict.stories)
    assert "does not know CAPF of pub (of the beginning), which signed its certificate" in verdict.stories[0].told[-2]
    assert "H17" in hazards(early, snapshot(version))


@pytest.mark.parametrize("version", TOKENLESS)
def test_h17_a_plain_round_of_lscs_is_not_enough_and_a_complete_one_is(version: str) -> None:
    assert refuted(night(*CAPF, "lsc renew", CLEAN), snapshot(version)).stories
    assert holds(night(*CAPF, "lsc renew complete", CLEAN), snapshot(version), "documented")


@pytest.mark.parametrize("version", [V9, *TOKENLESS])
def test_what_comes_behind_a_complete_round_of_lscs_is_judged(version: str) -> None:
    """Phones fetch their LSCs while it waits for them: it ends, and they are still there."""
    round_of_lscs = night(*CAPF, "lsc renew complete")
    ground = grounds(snapshot(version))
    for found in examined(ground, read_runbook(round_of_lscs, ground, frozenset())):
        assert {held.lsc for held in found.reached[-1]} == ({"CAPF@pub#1"} if found.phones.secure else {""})
    behind = refuted(night(*CAPF, "lsc renew complete", "regen CallManager @ all", *STEP), snapshot(version))
    assert any("secure by CAPF" in story.phones and story.unregistered for story in behind.stories)


def test_a_capf_that_was_not_restarted_may_go_on_signing_as_before() -> None:
    """Up to 12.5 it has what it loaded: LSCs of a plain round may be of the old CAPF, which then is deleted."""
    old = night("regen CAPF @ pub", "wait sync", "ctl update", *STEP, "lsc renew", CLEAN)
    assert (
        "does not know CAPF of pub (of the beginning)"
        in refuted(old, snapshot(V12, Kind("A", issuer=""))).stories[0].told[-2]
    )
    renewed = night(*CAPF, "lsc renew", CLEAN)
    assert holds(renewed, snapshot(V12, Kind("A", issuer="")))


def test_a_round_of_lscs_that_nobody_can_pass_is_remarked_upon() -> None:
    stopped = proved(night(*CAPF, "stop capf @ pub", "lsc renew complete"), snapshot(V12))
    assert any("The complete round of LSCs of line 11 waits for ever" in each.text for each in stopped.remarks)
    assert not any(
        "waits for ever" in each.text for each in proved(night(*CAPF, "lsc renew complete"), snapshot(V12)).remarks
    )


def test_behind_a_restore_the_capf_of_now_is_that_of_the_backup() -> None:
    text = night("backup", *CAPF, "restore", "lsc renew complete")
    ground = grounds(snapshot(V12, Kind("A")))
    found = examined(ground, read_runbook(text, ground, frozenset()))
    assert {held.lsc for held in found[0].reached[-1]} == {"CAPF@pub#0"}


def test_a_round_of_lscs_of_one_cm_group_is_none_of_another_like_it() -> None:
    found = snapshot(V12, Kind("A", 2), Kind("B", 2))
    for group, other in (("A", "B"), ("B", "A")):
        verdict = refuted(night(*CAPF, f"lsc renew group {group} complete", CLEAN), found)
        assert [story.phones for story in verdict.stories] == [f"group {other}, secure by CAPF"]


def test_h14_a_device_without_tvs_that_holds_a_foreign_ctl_is_lost_before_the_night() -> None:
    plain = snapshot(V12, Kind("A", model=NO_TVS))
    assert isinstance(plain.phones, Known)
    foreign = replace(plain, phones=Known((replace(plain.phones.value[0], ctl=Known("AB" * 20)),)))
    assert refuted(night("backup"), foreign).stories[0].before == 0
    assert holds(night("backup"), plain)


def test_phones_with_a_mic_alone_need_the_cas_of_their_makers_and_not_capf() -> None:
    makers = night("delete CallManager-trust/Cisco Manufacturing CA.pem @ all")
    assert holds(night(CLEAN), snapshot(V12, Kind("A", issuer="")))
    assert refuted(makers, snapshot(V12, Kind("A", issuer=""))).stories[0].unregistered
    assert holds(makers, snapshot(V12, Kind("A")), "documented")


@pytest.mark.shows("S120", "S121", "S122", "S123")
def test_an_expired_capf_has_barred_phones_before_and_a_new_one_with_new_lscs_is_proved_to_strand_nobody() -> None:
    """They cannot register when the night begins; nobody is lost by it, and none of the others barred."""
    expired = secured(V14, *EVERY_KIND, ended=True)
    assert holds(night(*CAPF, "lsc renew complete"), expired, "documented")
    ground = grounds(expired)
    assert "an LSC that has expired" in ground.expired
    assert {phones.issuer for phones in ground.classes if phones.secure} == {"an LSC that has expired", MIC}


def test_h15_a_ctl_that_only_tokens_may_sign_stays_as_it_is_signed() -> None:
    ground = grounds(snapshot(V9))
    assert (ground.ctl_signer, ground.ctl[0].signer) == (ETOKEN, TOKENS[0])
    with pytest.raises(RefusedError, match="no other key that signs a CTL"):
        holds("ctl reset localkey\n", snapshot(V9))


def test_with_tokens_on_11_5_callmanager_and_itlrecovery_may_sign_too() -> None:
    with_tokens = secured(V11, *EVERY_KIND, tokens=TOKENS)
    assert set(grounds(with_tokens).ctl[0].sasts) == {*TOKENS, "CallManager@pub#0", "ITLRecovery@pub#0"}
    assert holds(CALLMANAGER, with_tokens, "documented")


def test_a_proof_of_mixed_mode_is_checked_without_the_search() -> None:
    for text in (RECOVERY, night("regen CallManager @ all", *STEP), night(*CAPF, CLEAN)):
        assert flaws(proved(text, snapshot(V12))) == ()


def test_a_proof_that_leaves_barred_phones_out_is_found_out() -> None:
    good = proved(CALLMANAGER, snapshot(V12))
    bad_night = proved(night("regen CallManager @ all", *STEP), snapshot(V12)).night
    assert flaws(sealed_proof(replace(good, night=bad_night)))
