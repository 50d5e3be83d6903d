"""Every hazard of domain.md §3a that a night can run into is refuted, and told as it would happen."""

import pytest
from msgspec.structs import replace

from ringtrust.change.ground import Copy
from ringtrust.change.plan import Basis
from ringtrust.change.proof import Refuted
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CHANGE_NOTIFICATION
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from tests.plan.material import PUB, SUB1, SUB2, V8, V9, V12, V14, V15, campus, phone, served, with_node, with_phones
from tests.prove.mixed import secured
from tests.prove.nights import grounds, hazards, holds, night, proved, proved_on, refuted, stranding_line

V10, V11 = "10.5.2.10000-5", "11.5.1.10000-6"
BEFORE_RECOVERY = (V8, V9)
BY_CALLMANAGER = (V8, V9, V10, V11)
BY_RECOVERY = (V12, V14, V15)
EVERY = (*BY_CALLMANAGER, *BY_RECOVERY)

STEP = ("wait sync", "restart tvs @ all", "restart tftp @ all", "wave complete")
H01 = night("regen CallManager @ all", "regen TVS @ all", *STEP)
H02 = night("regen CallManager @ all", "regen TVS @ all", "regen ITLRecovery @ all", *STEP)
H03 = night("regen ITLRecovery @ all", "regen TVS @ all", *STEP)
ONE_BY_ONE = night("regen CallManager @ all", *STEP, "regen TVS @ all", *STEP)
TVS_FIRST = night("regen TVS @ all", *STEP, "regen CallManager @ all", *STEP)


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("basis", ["documented", "mechanism"])
def test_one_type_at_a_time_holds_on_every_release_in_either_order(version: str, basis: Basis) -> None:
    assert holds(ONE_BY_ONE, campus(version), basis)
    assert holds(TVS_FIRST, campus(version), basis)


@pytest.mark.parametrize("version", BEFORE_RECOVERY)
def test_h01_callmanager_and_tvs_together_strand_everybody(version: str) -> None:
    verdict = refuted(H01, campus(version))
    assert {story.phones for story in verdict.stories} == {"group A", "group B"}
    assert "line 2, `regen TVS @ all` on sub2" in stranding_line(verdict)


@pytest.mark.parametrize("version", [V10, V11])
def test_h01_is_mended_by_r1_for_phones_that_know_the_recovery_key_of_the_publisher(version: str) -> None:
    """Up to 12.0 every node has an ITLRecovery of its own [U]: phones with the list of sub1 know another one."""
    assert "fetch the list of sub1" in " ".join(refuted(H01, campus(version)).stories[0].told)
    assert holds(H01, campus(version, tftp=(PUB,)))
    assert "H01" in hazards(H01, campus(version, tftp=(PUB,)))


@pytest.mark.parametrize("version", BY_RECOVERY)
def test_h01_is_forbidden_by_documents_only_where_itlrecovery_signs(version: str) -> None:
    assert holds(H01, campus(version))
    assert "H01" in hazards(H01, campus(version))


@pytest.mark.parametrize("version", [V10, V11, *BY_RECOVERY])
def test_h02_all_three_together_strand_everybody(version: str) -> None:
    assert len(refuted(H02, campus(version)).stories) == 2
    assert "H02" in hazards(H02, campus(version))


@pytest.mark.parametrize("version", BY_RECOVERY)
def test_h03_itlrecovery_and_tvs_strand_whoever_does_not_know_the_key_that_r1_signs_with(version: str) -> None:
    """R1 signs with CallManager of the publisher: phones with the list of another TFTP node do not know that one."""
    told = " ".join(refuted(H03, campus(version)).stories[0].told)
    assert "fetch the list of sub1" in told
    assert "H03" in hazards(H03, campus(version))
    assert holds(H03, campus(version, tftp=(PUB,)))


@pytest.mark.parametrize("version", BY_RECOVERY)
def test_h04_itlrecovery_soon_after_callmanager_is_forbidden_by_documents(version: str) -> None:
    soon = night("regen CallManager @ all", "wait sync", "regen ITLRecovery @ pub", *STEP)
    assert hazards(soon, campus(version)) == {"H04"}
    assert holds(soon, campus(version))


def test_h05_all_tftp_nodes_changed_with_their_tvs_strand_phones_whose_tvs_they_are() -> None:
    both = night("regen CallManager @ pub", "regen TVS @ pub", "regen CallManager @ sub1", "regen TVS @ sub1", "wave")
    told = refuted(both, campus(V9, groups={"A": (PUB, SUB1), "B": (SUB1, SUB2)}))
    assert [story.phones for story in told.stories] == ["group A"]


def test_tftp_servers_in_turn_hold_with_complete_waves() -> None:
    turn = night(
        *("stop tftp @ pub", "regen CallManager @ pub", "wait sync", "wave complete", "start tftp @ pub"),
        *("stop tftp @ sub1", "regen CallManager @ sub1", "wait sync", "wave complete", "start tftp @ sub1"),
        "wave complete",
    )
    assert holds(turn, campus(V9), "documented")
    assert proved(turn, campus(V9)).remarks == ()


def test_two_tftp_servers_at_once_are_remarked_upon_even_where_tvs_bridges() -> None:
    proof = proved(ONE_BY_ONE, campus(V9))
    assert [remark.sources for remark in proof.remarks] == [("H05", "S104", "S105")]


def test_h06_the_next_type_before_the_last_has_got_everywhere() -> None:
    early = night("regen TVS @ all", "restart tvs @ all", "wave complete", "regen CallManager @ all", *STEP)
    assert "of the beginning" in refuted(early, campus(V9)).stories[0].told[0]
    assert "H06" in hazards(early, campus(V9))
    assert holds(early.replace("wave complete\nregen C", "wait sync\nwave complete\nregen C"), campus(V9), "documented")


def test_h07_phones_that_miss_the_wave_between_two_changes() -> None:
    verdict = refuted(ONE_BY_ONE.replace("wave complete", "wave"), campus(V9))
    assert "from line 1 to line 6; they miss the wave of line 5" in verdict.stories[0].told[1]


def test_h08_phones_that_have_lost_trust_before_are_named_before_the_first_deed() -> None:
    snapshot = campus(V9)
    ill = with_phones(snapshot, phone(1, "A", served(PUB).sha1), phone(2, "A", "AB" * 20), phone(3, "A", "AB" * 20))
    verdict = refuted("backup\n", ill)
    assert [(story.count, story.before) for story in verdict.stories] == [(2, 0)]
    assert "a list that no node serves" in verdict.stories[0].phones


def test_h09_a_group_of_one_member_loses_its_bridge_with_its_only_tvs() -> None:
    alone = campus(V9, groups={"A": (SUB1,), "B": (SUB1, SUB2)})
    both = night("regen CallManager @ all", "regen TVS @ sub1", "wait sync", "wave complete")
    assert [story.phones for story in refuted(both, alone).stories] == ["group A"]
    assert hazards(ONE_BY_ONE, alone) == {"H09"}
    assert holds(ONE_BY_ONE, alone)


def test_h10_nobody_vouches_while_tvs_is_stopped() -> None:
    """The wave passes, as it does not ask what phones hold; and nobody could be told of the new signer meanwhile."""
    deaf = night("stop tvs @ all", "regen CallManager @ all", "wait sync", "wave", "regen TVS @ all", "start tvs @ all")
    assert refuted(deaf, campus(V9)).stories
    assert "H10" in hazards(deaf, campus(V9))


ROLLBACK = (
    *("set rollback true", "wait sync", "restart tvs @ all", "restart tftp @ all", "wave complete"),
    *("regen CallManager @ all", "regen TVS @ all", "wait sync", "restart tvs @ all", "restart tftp @ all"),
)
BACK = ("set rollback false", "wait sync", "restart tvs @ all", "restart tftp @ all", "wave complete")


@pytest.mark.parametrize("version", EVERY)
def test_the_rollback_parameter_bears_any_change_once_every_phone_holds_an_empty_list(version: str) -> None:
    single = campus(version, nodes=(PUB,), tftp=(PUB,), groups={"A": (PUB,)})
    for snapshot in (campus(version), single):
        assert holds(night(*ROLLBACK, *BACK), snapshot, "documented")


def test_h07_with_the_rollback_parameter_whoever_misses_the_empty_list_is_lost() -> None:
    text = night(*ROLLBACK, *BACK).replace("wave complete", "wave", 1)
    assert "regen TVS @ all" in stranding_line(refuted(text, campus(V9)))


def test_h11_the_rollback_parameter_left_true() -> None:
    assert holds(night(*ROLLBACK), campus(V9))
    assert hazards(night(*ROLLBACK), campus(V9)) == {"H11"}


@pytest.mark.parametrize("version", [V10, V11, V12, V15])
def test_h12_the_rollback_parameter_in_mixed_mode_does_not_empty_the_ctl(version: str) -> None:
    text = night(*ROLLBACK, "regen ITLRecovery @ all", "ctl update", "wait sync", *BACK)
    assert refuted(text, secured(version)).stories
    assert "H12" in hazards(text, secured(version))


def test_h19_a_list_that_phones_cannot_load() -> None:
    found = replace(served(PUB), data=b"x" * (64 * 1024 + 1))
    other = replace(found, sha1=served(SUB1).sha1)
    large = with_node(with_node(campus(V15), PUB, itl=Known(found)), SUB1, itl=Known(other))
    assert refuted("backup\n", large).stories[0].before == 0


def test_h23_a_new_host_name_in_the_midst_of_other_work_renews_a_node_by_itself() -> None:
    alone = campus(V9, groups={"A": (SUB1,), "B": (SUB1,)})
    text = night("regen CallManager @ pub", "regen CallManager @ sub1", "wait sync", "rename sub1")
    assert refuted(text, alone).stories
    assert "H23" in hazards(text, campus(V12))
    assert "H23" not in hazards_of(night("rename sub2", *STEP), campus(V12))


def hazards_of(text: str, snapshot: Snapshot) -> set[str]:
    verdict = proved(text, snapshot, "documented").verdict
    return {each.hazard for each in verdict.violations} if isinstance(verdict, Refuted) else set()


@pytest.mark.parametrize("version", EVERY)
def test_h24_a_restore_brings_old_keys_back_that_phones_have_left_behind(version: str) -> None:
    text = night("backup", "regen CallManager @ all", *STEP, "regen TVS @ all", *STEP)
    third = ("regen ITLRecovery @ all", *STEP) if version not in BEFORE_RECOVERY else ()
    assert holds(text + night(*third), campus(version), "documented")
    assert "`restore`" in stranding_line(refuted(text + night(*third, "restore"), campus(version)))
    assert "H24" in hazards(night("backup", "regen TVS @ all", "restore"), campus(version))


def test_a_deleted_copy_of_the_new_signer_vouches_for_nobody() -> None:
    """Up to 10.x while Change Notification is stopped: it would bring the copy back (CSCto86463)."""
    ground = grounds(campus(V9, tftp=(PUB,)))
    nodes = tuple(replace(node, services=(*node.services, CHANGE_NOTIFICATION)) for node in ground.nodes)
    known = replace(ground, nodes=nodes, copies=(Copy("pub.pem", "CallManager@pub#0", "Phone-SAST-trust"),))
    deletion = "delete Phone-SAST-trust/pub.pem @ all"
    text = night("regen CallManager @ pub", "wait sync", f"stop {CHANGE_NOTIFICATION} @ all", deletion)
    assert isinstance(proved_on(text, known).verdict, Refuted)
    assert not isinstance(proved_on(night("regen CallManager @ pub", "wait sync", deletion), known).verdict, Refuted)
    later = replace(known, deletes_everywhere=True)
    assert isinstance(proved_on(night("regen CallManager @ pub", "wait sync", deletion), later).verdict, Refuted)


def test_what_was_not_seen_is_never_taken_for_what_is_not_there() -> None:
    for spoilt in (
        replace(campus(V9), phones=Unread("AXL said no")),
        replace(campus(V9), groups=Unread("AXL said no")),
        replace(campus(V9), security_mode=Unread("no answer")),
        with_node(campus(V9), SUB1, itl=Unread("no answer")),
        with_node(campus(V9), SUB1, services=Unread("no answer")),
        with_node(campus(V9), SUB1, identities=Unread("no answer")),
    ):
        with pytest.raises(RefusedError, match=r"no answer|AXL said no"):
            grounds(spoilt)
