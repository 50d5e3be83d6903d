"""What a person reads before a plan starts, and what the first and the last step hand over."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.change.act import HandOver, Regenerate, ResetPhones
from ringtrust.change.gate import (
    BackedUp,
    CertificatesFit,
    GroupsRedundant,
    ListsMatch,
    NodesAuthenticated,
    PhonesBack,
    PhonesCurrent,
    ReplicationGood,
    RollbackOff,
    SecurityModeIs,
    ServicesRun,
    Synchronised,
    Vouched,
    Voucher,
)
from ringtrust.change.plan import Plan
from ringtrust.cluster.certificate import Identity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.trust.names import counted
from tests.plan.material import (
    PUB,
    RELEASES,
    SUB1,
    SUB2,
    TAKEN,
    V8,
    V9,
    V12,
    V15,
    acts,
    ca_signed,
    campus,
    certificate,
    conditions,
    noted,
    phone,
    planned,
    served,
    with_certificate,
    with_node,
    with_phones,
)

HELD = served(PUB).sha1


def _vouchers(version: str) -> tuple[Voucher, ...]:
    """Every TVS, as it was scanned."""
    owned = [(node.name, node.identity("TVS")) for node in campus(version).nodes]
    return tuple([Voucher(name, found.serial) for name, found in sorted(owned) if found is not None])


def _texts(plan: Plan) -> str:
    return " ".join(note.text for note in plan.notes)


@pytest.mark.shows("S58")
@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize("goal", ["all", "tomcat@sub1"])
def test_a_plan_begins_with_a_backup_and_with_everything_that_has_to_be_well(version: str, goal: str) -> None:
    first = planned(campus(version), goal).steps[0]
    assert isinstance(first.act, HandOver)
    assert "DRS backup" in first.act.what
    assert conditions(first.after) == [
        *(
            BackedUp(48),
            ReplicationGood(),
            NodesAuthenticated(),
            SecurityModeIs(mixed=False),
            RollbackOff(),
        ),
        *([GroupsRedundant()] if goal == "all" else []),  # nobody has to vouch while tomcat changes
        *(
            ServicesRun(),
            ListsMatch(),
            CertificatesFit(),
            Vouched(_vouchers(version)),
            PhonesBack(),
            PhonesCurrent(PUB),
        ),
    ]
    assert "S58" in first.sources


@pytest.mark.parametrize(("version", "hours", "certificates"), [(V9, "4.5", 9), (V12, "8", 16)])
def test_how_long_it_takes_is_said_beforehand(version: str, hours: str, certificates: int) -> None:
    plan = planned(campus(version), "all")
    said = next(note.text for note in plan.notes if note.text.startswith("Reckon with"))
    waited = [
        each
        for each in conditions([gate for step in plan.steps for gate in step.after])
        if isinstance(each, Synchronised)
    ]
    assert sum(bool(each.everywhere) for each in waited) == certificates
    assert f"Reckon with {hours} hours at least" in said
    assert f"half an hour {certificates} times" in said
    assert "Reckon with" not in _texts(planned(campus(version), "ipsec@sub1"))


@pytest.mark.shows("S189")
@pytest.mark.parametrize("version", RELEASES)
def test_a_plan_ends_with_a_new_backup_and_the_old_one_is_kept(version: str) -> None:
    plan = planned(campus(version), "TVS@sub1")
    last = plan.steps[-1]
    assert isinstance(last.act, HandOver)
    assert last.act.what == "take a new DRS backup, and keep the one from before the change"
    assert "S189" in last.sources
    assert "Keep the backup from before the change until everything is well" in noted(plan, "S189")


def test_what_a_backup_brings_back_is_said_release_by_release() -> None:
    keys = "does not bring back the keys that phones trust"
    assert keys in noted(planned(campus(V9), "TVS"), "S189")
    assert keys not in noted(planned(campus(V12), "TVS"), "S189")
    assert "bring back the keys" in planned(campus(V12), "TVS").steps[-1].why
    assert "bring back what phones do not trust any more" in planned(campus(V9), "TVS").steps[-1].why


def test_up_to_8_5_a_backup_holds_no_certificates() -> None:
    for version, holds in ((V8, False), ("8.5.1.10000-26", False), ("8.6.2.20000-2", True), (V9, True)):
        said = noted(planned(campus(version), "TVS"), "CSCtn50405")
        assert (said == "") is holds, version
        assert holds or "a backup holds no certificates (CSCtn50405): take copies of them yourself" in said


@pytest.mark.shows("S5")
@pytest.mark.parametrize("version", RELEASES)
def test_it_asks_for_a_maintenance_window_and_says_how_often_phones_reset(version: str) -> None:
    for goal in ("all", "CallManager@sub1", "ipsec"):
        plan = planned(campus(version), goal)
        said = noted(plan, "S5")
        assert said.startswith("Do this in a maintenance window")
        assert f"phones reset {counted(len(acts(plan, ResetPhones)), 'time')} by this plan" in said
    assert plan.notes[0].sources[0] == "S5"


@pytest.mark.shows("S116")
@pytest.mark.parametrize("version", RELEASES)
def test_it_warns_that_any_type_may_reset_phones_and_looks_at_them_after_each(version: str) -> None:
    plan = planned(campus(version), "tomcat")
    assert "which a certificate of any type may bring about" in noted(plan, "S116")
    assert conditions(plan.steps[-2].after)[-3:-1] == [PhonesBack(), PhonesCurrent(PUB)]


def test_from_14_on_a_parameter_decides_whether_phones_reset_by_themselves() -> None:
    assert "Phone Interaction on Certificate Update" in noted(planned(campus(V15), "TVS"), "S116")
    assert "Phone Interaction" not in noted(planned(campus(V12), "TVS"), "S116")


@pytest.mark.shows("S3", "S4", "S80")
@pytest.mark.parametrize("version", RELEASES)
def test_it_says_which_outages_it_is_there_to_avoid(version: str) -> None:
    said = noted(planned(campus(version), "tomcat@pub"), "S4")
    for part in (
        "trust list (the ITL, in mixed mode the CTL too)",
        "no outage that nobody planned",
        "may not register",
        "refuses every change of its configuration and every new firmware",
        "loses many features",
    ):
        assert part in said
    assert said == noted(planned(campus(version), "tomcat@pub"), "S3") == noted(planned(campus(version), "all"), "S80")


@pytest.mark.shows("S21")
def test_what_has_expired_is_named() -> None:
    snapshot = campus()
    for unit, node, ends in (("ipsec", SUB2, TAKEN), ("TVS", SUB1, TAKEN - timedelta(days=3))):
        snapshot = with_certificate(snapshot, unit, node, lambda found, ends=ends: replace(found, not_after=ends))
    late = with_certificate(snapshot, "TVS", PUB, lambda found: replace(found, not_after=TAKEN + timedelta(seconds=1)))
    said = noted(planned(late, "expiring"), "S21")
    assert said.startswith("Expired already: ipsec of sub2, TVS of sub1.")
    assert noted(planned(campus(), "all"), "S21") == ""


def test_what_is_to_expire_is_renewed_before_it_does() -> None:
    plan = planned(campus(), "expiring")
    assert len(acts(plan, Regenerate)) == 15


@pytest.mark.shows("S129")
@pytest.mark.parametrize("version", RELEASES)
def test_what_a_ca_has_signed_is_left_alone_unless_it_is_named_and_then_flagged(version: str) -> None:
    snapshot = with_certificate(campus(version), "tomcat", SUB1, ca_signed)
    for goal in ("all", "expiring"):
        plan = planned(snapshot, goal)
        assert ("tomcat", SUB1) not in {(act.unit, act.node) for act in acts(plan, Regenerate)}
        assert "left alone: tomcat of sub1." in noted(plan, "S129")
        assert "replaced" not in noted(plan, "S129").partition(".")[0]
    named = planned(snapshot, "tomcat")
    assert ("tomcat", SUB1) in {(act.unit, act.node) for act in acts(named, Regenerate)}
    assert "replaced by self-signed ones: tomcat of sub1." in noted(named, "S129")
    assert noted(planned(campus(version), "all"), "S129") == ""


def test_whom_the_plan_cannot_wait_for_is_said_with_count_names_and_remedy() -> None:
    away = [phone(number, "A", HELD, "UnRegistered") for number in range(1, 11)]
    lost = phone(11, "A", "AA" * 20)
    silent = replace(phone(12, "B"), itl=Unread("no answer"))
    plan = planned(with_phones(campus(), phone(0, "A", HELD), *away, lost, silent), "TVS", stragglers=12)
    assert plan.phones == ("SEP000000000000",)
    assert [each.name for each in plan.stragglers] == [each.name for each in (*away, lost, silent)]
    assert plan.stragglers[0].reason == "It is not registered: switched off, or out of reach."
    assert plan.stragglers[-2].reason.startswith("It holds a list that no node serves")
    assert plan.stragglers[-1].reason == "Which list it holds is not known: no answer"
    for source in ("H07", "H08"):
        said = noted(plan, source)
        assert said.startswith("12 phones cannot be waited for")
        assert "SEP000000000001, " in said
        assert "SEP000000000008 and 4 more" in said
        assert "Switch on what is off, and scan again" in said
        assert "list erased by hand" in said
    assert noted(planned(campus(), "TVS"), "H07") == ""


def test_where_ciscos_documents_disagree_about_the_order_every_rule_is_said() -> None:
    said = noted(planned(campus(), "CallManager", "TVS"), "H01")
    for rule in ("TVS after CallManager", "TVS comes first", "Phones must be back between CallManager and TVS"):
        assert rule in said
    assert "follows this rule: What no phone notices first" in said
    sources = next(note.sources for note in planned(campus(), "all").notes if "H01" in note.sources)
    assert {"214231", "217138", "SG125", "SG15", "S106"} <= set(sources)
    assert len(sources) == len(set(sources))
    assert noted(planned(campus(), "CallManager"), "H01") == ""


@pytest.mark.shows("S145")
def test_after_tomcat_other_systems_need_the_new_certificates() -> None:
    said = noted(planned(campus(), "tomcat@pub"), "S145")
    assert "UCCX" in said
    assert "single sign-on" in said
    assert noted(planned(campus(), "ipsec"), "S145") == ""


def test_after_capf_phones_need_new_certificates_of_their_own() -> None:
    assert "every phone that uses an LSC needs a new one" in noted(planned(campus(), "CAPF"), "S169")
    assert noted(planned(campus(), "TVS"), "S169") == ""


def test_itlrecovery_has_two_ways_and_its_key_is_to_be_kept() -> None:
    plan = planned(campus(V12), "ITLRecovery")
    assert "ITLRecovery.p12" in noted(plan, "H04")
    assert "utils itl reset localkey" in noted(plan, "H03")
    assert "localkey" not in _texts(planned(campus("10.5.2.10000-5"), "ITLRecovery"))
    assert noted(planned(campus(V12), "TVS"), "H04") == ""


def test_no_backup_may_run_while_its_own_certificate_changes() -> None:
    assert "while ipsec changes" in noted(planned(campus(V12), "ipsec"), "217138")
    assert "while tomcat changes" in noted(planned(campus(V15), "tomcat"), "215534")
    assert noted(planned(campus(V15), "ipsec"), "215534") == ""


def test_units_without_rules_are_left_alone_and_named() -> None:
    pub = campus(V15).node(PUB)
    assert pub is not None
    assert isinstance(pub.identities, Known)
    extra = Identity("authz", Known(certificate("authz")))
    snapshot = with_node(campus(V15), PUB, identities=Known((*pub.identities.value, extra)))
    plan = planned(snapshot, "all")
    assert "authz" not in {act.unit for act in acts(plan, Regenerate)}
    assert "ringtrust has no rules for it: authz of pub." in _texts(plan)
    assert "no rules" not in _texts(planned(campus(V15), "all"))


@pytest.mark.shows("S188")
def test_who_helps_is_said_last() -> None:
    assert "Cisco TAC" in planned(campus(), "all").notes[-1].text
    assert planned(campus(), "all").notes[-1].sources == ("S188",)


@pytest.mark.parametrize("version", RELEASES)
def test_every_note_step_and_gate_says_where_it_comes_from(version: str) -> None:
    plan = planned(campus(version), "all")
    assert all(note.sources and note.text for note in plan.notes)
    for step in plan.steps:
        assert step.why
        assert step.sources
        assert all(gate.sources and gate.what for gate in (*step.before, *step.after))
