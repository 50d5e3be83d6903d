"""Mixed mode: which nights hold when two lists, LSCs and devices without TVS are in play, and which do not."""

from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.change.ground import ETOKEN, MIC, Copy
from ringtrust.change.plan import Basis
from ringtrust.change.proof import Holds, Refuted, sealed_proof
from ringtrust.cluster.certificate import Identity, Trusted
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.node import Node
from ringtrust.cluster.phone import Lsc
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import examined
from ringtrust.prove.runbook import read_runbook
from tests.plan.material import PUB, SUB1, V9, V12, V14, V15, certificate, with_node
from tests.prove.mixed import CAPF_NOW, EVERY_KIND, NO_TVS, TOKENS, Kind, capf, ctl, secured
from tests.prove.nights import grounds, hazards, holds, night, proved, proved_on, refuted, stranding_line

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


def snapshot(version: str, *kinds: Kind) -> Snapshot:
    return secured(version, *kinds, tokens=TOKENS if version == V9 else ())


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


def test_h14_a_new_signer_of_the_ctl_strands_devices_without_tvs_unless_the_other_sast_signs_first() -> None:
    one = Kind("A", 3, model=NO_TVS)
    without_r3 = replace(grounds(snapshot(V11, one, Kind("B"))), rescued_by_ctl=False)
    verdict = proved_on(CALLMANAGER, without_r3).verdict
    assert isinstance(verdict, Refuted)
    assert [story.phones for story in verdict.stories] == ["group A, without TVS, secure by CAPF"]
    assert "whom they do not know, and they ask nobody (H14)" in verdict.stories[0].told[-2]
    assert isinstance(proved_on(IN_TWO_WAVES, without_r3).verdict, Holds)


def test_h14_with_r3_at_hand_they_are_not_lost_and_still_cannot_register() -> None:
    """`utils ctl reset localkey` afterwards brings them back: ITLRecovery signs, which their CTL names."""
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
def test_the_shortcut_of_214231_leans_on_tvs_and_strands_devices_without(version: str) -> None:
    text = night("regen ITLRecovery @ pub", "wait sync", "ctl update", *STEP)
    for kinds, fine in ((WITH_TVS, True), (EVERY_KIND, False)):
        ground = replace(grounds(snapshot(version, *kinds)), rescued_by_ctl=False, recovery="")
        assert isinstance(proved_on(text, ground).verdict, Holds) is fine


@pytest.mark.parametrize("version", TOKENLESS)
def test_h04_itlrecovery_soon_after_callmanager(version: str) -> None:
    """The CTL on phones has neither of the keys that can sign the next one: devices without TVS are lost."""
    soon = night("regen CallManager @ pub", "wait sync", "regen ITLRecovery @ pub", "ctl reset localkey", *STEP)
    assert "H04" in hazards(soon, snapshot(version))
    verdict = refuted(soon, snapshot(version))
    assert [story.phones for story in verdict.stories if not story.unregistered] == [
        "group A, without TVS, secure by CAPF"
    ]
    assert "`ctl reset localkey`, nothing is left" in stranding_line(verdict)


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


def test_what_could_not_be_seen_is_not_proved_of() -> None:
    blind = with_node(snapshot(V12), SUB1, ctl=Unread("it was silent"))
    with pytest.raises(RefusedError, match=r"The CTL of sub1 could not be read"):
        grounds(blind)
    bare = snapshot(V12)
    for node in bare.nodes:
        bare = with_node(bare, node.name, ctl=Skipped("This node serves no CTL."))
    with pytest.raises(RefusedError, match="no node serves a CTL"):
        grounds(bare)


FIRST = Kind("A", 2)


def one_like(**changes: Any) -> Snapshot:
    """A cluster whose first phone is changed."""
    plain = snapshot(V12, FIRST)
    assert isinstance(plain.phones, Known)
    first, *others = plain.phones.value
    return replace(plain, phones=Known((replace(first, **changes), *others)))


@pytest.mark.parametrize("profile", [Unread("the database was silent"), Skipped("It was not asked for.")])
def test_a_phone_of_an_unread_profile_is_not_taken_for_one_that_is_not_secure(profile: Unread | Skipped) -> None:
    with pytest.raises(RefusedError, match=r"Whether SEP\w+ registers over TLS is not known: ") as refused:
        grounds(one_like(profile=profile))
    assert profile.reason in str(refused.value)


@pytest.mark.parametrize("profile", ["", "Verschlüsselt", "non-secure "])
def test_nor_is_one_whose_profile_has_an_unknown_word(profile: str) -> None:
    with pytest.raises(RefusedError, match="is not known: its profile says"):
        grounds(one_like(profile=Known(profile)))


@pytest.mark.parametrize("lsc", [Unread("the database was silent"), Skipped("It was not asked for.")])
def test_who_signed_for_a_secure_phone_has_to_be_known(lsc: Unread | Skipped) -> None:
    with pytest.raises(RefusedError, match="Who signed the LSC"):
        grounds(one_like(lsc=lsc))
    assert grounds(one_like(lsc=lsc, profile=Known("non-secure"))).ctl


@pytest.mark.parametrize("trusted", [Unread("it was silent"), Skipped("It was not asked for.")])
def test_an_unread_trust_store_is_not_an_empty_one(trusted: Unread | Skipped) -> None:
    """Whom it does not know in the beginning could not be missed afterwards."""
    with pytest.raises(RefusedError, match="The trust stores of sub1 could not be read"):
        grounds(with_node(snapshot(V12), SUB1, trusted=trusted))
    plain = snapshot(V12, Kind("A", profile="non-secure", issuer=""))
    assert grounds(with_node(plain, SUB1, trusted=trusted)).ctl


def with_trusted(found: Snapshot, *more: Trusted) -> Snapshot:
    """With more files in the trust stores of every node."""
    for node in found.nodes:
        assert isinstance(node.trusted, Known)
        found = with_node(found, node.name, trusted=Known((*node.trusted.value, *more)))
    return found


def test_an_unread_file_counts_by_its_name_and_one_without_a_telling_name_is_refused() -> None:
    kinds = (Kind("A", 2, issuer="CAPF-0000000b"),)
    unread = Unread("`show cert trust` shows no PEM")
    early = night("delete CallManager-trust/CAPF-0000000b.pem @ all")
    named = with_trusted(snapshot(V12, *kinds), Trusted("CallManager-trust", "CAPF-0000000b.pem", unread))
    assert refuted(early, named).stories[0].unregistered
    with pytest.raises(RefusedError, match=r"x\.pem.* could not be read, and its name does not tell"):
        grounds(with_trusted(named, Trusted("CallManager-trust", "x.pem", unread)))


@pytest.mark.parametrize(
    "issuer",
    [CAPF_NOW.upper(), CAPF_NOW.lower(), f"CN={CAPF_NOW},OU=Voice,O=Example", f"CN={CAPF_NOW};OU=Voice"],
)
def test_the_issuer_of_an_lsc_is_found_whichever_way_it_is_written(issuer: str) -> None:
    found = snapshot(V12, Kind("A", 2, issuer=issuer))
    assert {phones.issuer for phones in grounds(found).classes} == {"CAPF@pub#0"}
    assert refuted(night(CLEAN), found).stories[0].unregistered


def test_an_lsc_of_another_ca_is_none_of_the_capf_of_now() -> None:
    """CAPF may be made to have LSCs signed by a CA: that is the one that has to stay."""
    other = certificate("Example Manufacturing CA")
    found = with_trusted(
        snapshot(V12, Kind("A", 2, issuer="example manufacturing ca")),
        Trusted("CallManager-trust", "Example.pem", Known(other)),
    )
    assert {phones.issuer for phones in grounds(found).classes} == {"example manufacturing ca"}
    assert holds(night(CLEAN), found)
    assert refuted(night("delete CallManager-trust/Example.pem @ all"), found).stories[0].unregistered


def test_two_certificates_of_one_capf_name_count_as_one() -> None:
    """Which of them signed an LSC nobody tells: neither goes, and an expired one does not make the other expired."""
    older = capf(ended=True)
    found = with_trusted(
        snapshot(V12, FIRST), Trusted("CallManager-trust", "CAPF-older.pem", Known(replace(older, sha256="0" * 64)))
    )
    assert CAPF_NOW not in grounds(found).expired
    assert "CAPF@pub#0" not in grounds(found).expired
    assert refuted(night("delete CallManager-trust/CAPF-older.pem @ all"), found).stories[0].unregistered


def test_before_11_5_a_secure_phone_without_a_word_of_its_lsc_may_have_one() -> None:
    """`Operation Pending` hides what was there before; `None` and `Delete Success` do not."""
    plain = snapshot(V9, Kind("A", issuer=""))
    assert isinstance(plain.phones, Known)
    for status, issuer in (("Operation Pending", "CAPF@pub#0"), ("None", MIC), ("Delete Success", MIC)):
        lsc = Lsc("", None, None, "No Pending Operation", status, "By Null String")
        found = replace(plain, phones=Known((replace(plain.phones.value[0], lsc=Known(lsc)),)))
        assert {phones.issuer for phones in grounds(found).classes} == {issuer}


def test_a_ctl_whose_signer_is_in_none_of_its_records_is_refused() -> None:
    for serial in ("ABCDEF", "", "00"):
        odd = replace(ctl(V12), signer_serial=serial)
        with pytest.raises(RefusedError, match="The CTL of sub1 holds no record of who signed it"):
            grounds(with_node(snapshot(V12), SUB1, ctl=Known(odd)))


def test_a_certificate_of_several_nodes_is_refused() -> None:
    found = snapshot(V12)
    shared = Identity("CallManager", Known(certificate("CallManager of all")))
    for node in found.nodes:
        assert isinstance(node.identities, Known)
        others = tuple(each for each in node.identities.value if each.unit != "CallManager")
        found = with_node(found, node.name, identities=Known((*others, shared)))
    with pytest.raises(RefusedError, match="CallManager of pub and of sub1 are one certificate"):
        grounds(found)


@pytest.mark.parametrize(
    ("itl", "held", "start"),
    [
        ("", "now", "a CTL alone"),
        ("now", "", "an ITL alone"),
        ("", "", "no list"),
        ("now", "AB", "a list that no node serves"),
        ("AB", "", "a list that no node serves"),
    ],
)
def test_a_phone_with_one_list_alone_does_not_trust_anybody(itl: str, held: str, start: str) -> None:
    plain = snapshot(V12, FIRST)
    assert isinstance(plain.phones, Known)
    phone = plain.phones.value[0]
    changes = {"itl": phone.itl if itl == "now" else Known(itl), "ctl": phone.ctl if held == "now" else Known(held)}
    phones = grounds(replace(plain, phones=Known((replace(phone, **changes),)))).classes
    assert [each.start for each in phones] == [start]


def test_phones_with_an_itl_alone_are_lost_where_their_signers_and_tvs_go_at_once() -> None:
    plain = snapshot(V12, FIRST)
    assert isinstance(plain.phones, Known)
    both = night("regen CallManager @ all", "regen ITLRecovery @ pub", "regen TVS @ all", *STEP)
    for changes in ({"ctl": Known("")}, {"itl": Known("")}):
        phones = tuple(replace(phone, **changes) for phone in plain.phones.value)
        verdict = refuted(both, replace(plain, phones=Known(phones)))
        assert not verdict.stories[0].unregistered
    blank = tuple(replace(phone, ctl=Known(""), itl=Known("")) for phone in plain.phones.value)
    assert holds(night("regen TVS @ all", *STEP), replace(plain, phones=Known(blank)))


def test_a_phone_with_neither_list_takes_both_whoever_signed_them() -> None:
    """With tokens nobody who may sign the one may sign the other: a new phone takes them together when it starts."""
    plain = snapshot(V9, FIRST)
    assert isinstance(plain.phones, Known)
    blank = tuple(replace(phone, ctl=Known(""), itl=Known("")) for phone in plain.phones.value)
    proof = proved(CALLMANAGER, replace(plain, phones=Known(blank)))
    assert isinstance(proof.verdict, Holds)
    assert flaws(proof) == ()


def test_who_cannot_register_before_the_night_is_remarked_upon() -> None:
    """Their CTL holds the CallManager of the publisher alone, and that is in no CM group."""
    records = tuple(each for each in ctl(V12).records if each.role != "CCM+TFTP" or each.host == PUB)
    found = snapshot(V12, FIRST)
    for node in found.nodes:
        found = with_node(found, node.name, ctl=Known(replace(ctl(V12), records=records)))
    told = [each.text for each in proved(night("backup"), found).remarks]
    assert any("cannot register before the night begins" in each and "CallManager of sub" in each for each in told)
    assert not any("cannot register" in each.text for each in proved(night("backup"), snapshot(V12)).remarks)


def test_files_whose_names_differ_only_in_case_are_told_apart() -> None:
    found = with_trusted(
        snapshot(V12, FIRST), Trusted("CallManager-trust", CLEAN_FILE.lower(), Known(certificate("somebody")))
    )
    other = replace(grounds(found), copies=(*grounds(found).copies, Copy(CLEAN_FILE.lower(), MIC, "CallManager-trust")))
    stages = read_runbook(night(CLEAN), other, frozenset())
    assert {getattr(stage.deed, "name", "") for stage in stages} == {CLEAN_FILE}


def test_nodes_that_serve_different_ctls_are_all_met() -> None:
    """One node has kept the CTL from before the last renewal: phones may hold either."""
    old = ctl(V12)
    lacking = replace(old, sha1="AB" * 20, records=tuple(each for each in old.records if each.host != SUB1))
    mixed = with_node(snapshot(V12), SUB1, ctl=Known(lacking))
    assert [len(each.servers) for each in grounds(mixed).ctl] == [2, 3]
    assert isinstance(_publisher(mixed).ctl, Known)


def _publisher(found: Snapshot) -> Node:
    node = found.node(PUB)
    assert node is not None
    return node


def test_phones_that_have_an_itl_and_no_ctl_yet_take_it_by_the_itl() -> None:
    """The cluster has just been put into mixed mode: whoever has not been reset since knows the signer by the ITL."""
    fresh = snapshot(V12, Kind("A", profile="non-secure", issuer=""))
    assert isinstance(fresh.phones, Known)
    bare = replace(fresh, phones=Known(tuple(replace(each, ctl=Known("")) for each in fresh.phones.value)))
    (phones,) = grounds(bare).classes
    assert phones.start == "an ITL of now alone"
    assert holds(night("wave complete"), bare, "documented")
