"""Where no plan can be trusted there is none, and a sentence and an advice say why."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.change.act import Regenerate
from ringtrust.change.gate import PhonesCurrent
from ringtrust.cluster.certificate import Identity
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.node import Role, Service
from ringtrust.cluster.phone import Group
from ringtrust.cluster.snapshot import Replication, Snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.plan.goal import Named, read_goal
from tests.plan.material import (
    NODES,
    PUB,
    RELEASES,
    SUB1,
    SUB2,
    TOMCAT,
    V9,
    V14,
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
    with_services,
)

NO_ANSWER = Unread("no answer within 20 seconds")
HELD = served(PUB).sha1


def _refused(snapshot: Snapshot, *goal: str, days: int = 60) -> str:
    """The sentence. Its advice is there too."""
    with pytest.raises(RefusedError) as refused:
        planned(snapshot, *goal, days=days)
    assert refused.value.exit_status == 2
    assert refused.value.advice
    return refused.value.what


@pytest.mark.parametrize("version", RELEASES)
def test_mixed_mode_without_a_ctl_that_anybody_saw_is_no_ground_for_a_plan(version: str) -> None:
    assert "mixed mode" in _refused(replace(campus(version), security_mode=Known(1)))


@pytest.mark.parametrize("version", ["7.1.5.10000-12", "16.0.1.10000-1"])
def test_a_release_that_nobody_has_described(version: str) -> None:
    assert "No source says anything about CUCM" in _refused(replace(campus(V9), version=Known(version)), "all")


def test_a_version_that_is_none() -> None:
    with pytest.raises(UnreadableError, match="is no version of CUCM"):
        planned(replace(campus(V9), version=Known("n/a")), "all")


UNREAD: dict[str, tuple[Callable[[Snapshot], Snapshot], str]] = {
    "version": (lambda made: replace(made, version=NO_ANSWER), "Which release runs is not known"),
    "security mode": (lambda made: replace(made, security_mode=NO_ANSWER), "The security mode is not known"),
    "phones": (lambda made: replace(made, phones=NO_ANSWER), "The phones could not be read"),
    "groups": (lambda made: replace(made, groups=NO_ANSWER), "The CM groups could not be read"),
    "services": (lambda made: with_node(made, SUB2, services=NO_ANSWER), "The services of sub2 could not be read"),
    "list": (lambda made: with_node(made, SUB1, itl=NO_ANSWER), "The trust list of sub1 could not be read"),
    "node": (lambda made: with_node(made, SUB2, identities=NO_ANSWER), "The certificates of sub2 could not be read"),
    "certificate": (
        lambda made: with_certificate(made, "TVS", SUB2, lambda _: NO_ANSWER),
        "TVS of sub2 could not be read",
    ),
}


@pytest.mark.parametrize("source", UNREAD)
@pytest.mark.parametrize("version", RELEASES)
def test_what_could_not_be_read_is_never_taken_for_what_is_not_there(source: str, version: str) -> None:
    spoil, sentence = UNREAD[source]
    said = _refused(spoil(campus(version)), "tomcat@pub")
    assert said == f"{sentence}: {NO_ANSWER.reason}"


def test_a_node_that_is_none_of_cucm_is_not_planned_for() -> None:
    """IM and Presence stands in the list of nodes, and has no TVS that could ever vouch."""
    owned = Known((Identity("cup", Known(certificate("cup of imp1"))),))
    said = _refused(with_node(campus(), SUB2, identities=owned), "tomcat@pub")
    assert said == "sub2 has no TVS certificate: it seems to be no node of CUCM (IM and Presence?)."


def test_what_was_not_asked_for_is_not_known_either() -> None:
    skipped = Skipped("nobody asked")
    assert "security mode is not known" in _refused(replace(campus(), security_mode=skipped))
    assert "services of pub" in _refused(with_node(campus(), PUB, services=skipped))


def test_registered_phones_of_which_none_can_be_seen_to_hold_a_list_of_now() -> None:
    snapshot = campus()
    told = _refused(with_phones(snapshot, phone(1, held="00" * 20), phone(2, held="11" * 20)), "TVS")
    assert "Of 2 phones 2 are registered" in told
    assert "SEP000000000001: It holds a list that no node serves" in told
    silent = replace(phone(1), itl=Unread("its web page does not answer"))
    assert "Which list it holds is not known: its web page" in _refused(with_phones(snapshot, silent), "TVS")
    assert "No list." in _refused(with_phones(snapshot, phone(1, held="")), "TVS")


def test_a_cluster_whose_phones_are_all_away_has_nobody_to_wait_for() -> None:
    away = phone(1, held=HELD, status="UnRegistered")
    assert "Of 1 phone 0 are registered" in _refused(with_phones(campus(), away), "all")
    unknown = replace(phone(1, held=HELD), registration=NO_ANSWER)
    assert "Whether it is registered is not known" in _refused(with_phones(campus(), unknown), "all")


@pytest.mark.parametrize(("phones", "away", "made"), [(19, 1, False), (20, 1, True), (39, 2, False), (40, 2, True)])
def test_more_than_one_phone_in_twenty_is_not_left_behind_unless_somebody_says_so(
    phones: int, away: int, made: bool
) -> None:
    gone = [phone(number, held="00" * 20) for number in range(away)]
    snapshot = with_phones(campus(), *gone, *(phone(number, held=HELD) for number in range(away, phones)))
    if made:
        assert len(planned(snapshot, "TVS").stragglers) == away
    else:
        assert f"Of {phones} phones {away} cannot be waited for, more than one in twenty" in _refused(snapshot, "TVS")
    assert len(planned(snapshot, "TVS", stragglers=away).phones) == phones - away


def test_as_many_as_somebody_accepts_and_not_one_more() -> None:
    gone = [phone(number, held="00" * 20) for number in range(3)]
    away = [phone(number, held=HELD, status="UnRegistered") for number in range(3, 7)]
    snapshot = with_phones(campus(), *gone, *away, *(phone(number, held=HELD) for number in range(7, 300)))
    with pytest.raises(RefusedError) as refused:
        planned(snapshot, "TVS", stragglers=6)
    said = refused.value.what
    assert "7 cannot be waited for, more than the 6 that you accept: SEP000000000000, " in said
    assert "4 times: It is not registered: switched off, or out of reach. 3 times: It holds a list that no" in said
    assert "--stragglers 7." in refused.value.advice
    assert len(planned(snapshot, "TVS", stragglers=7).stragglers) == 7
    with pytest.raises(RefusedError, match="more than the 0 that you accept"):
        planned(snapshot, "TVS", stragglers=0)


def test_without_any_phone_there_is_nobody_to_lose() -> None:
    plan = planned(with_phones(campus()), "all")
    assert plan.phones == ()
    assert plan.stragglers == ()


def test_nothing_to_renew() -> None:
    assert _refused(campus(), days=29) == "There is nothing to renew: what expires within 29 days is nothing."
    signed = campus()
    for unit in ("tomcat", "ipsec", "CallManager", "CAPF", "TVS"):
        for node in NODES:
            signed = with_certificate(signed, unit, node, ca_signed)
    assert "but for 15 that a CA has signed" in _refused(signed, "all")


def test_a_unit_or_a_node_that_nobody_knows() -> None:
    assert _refused(campus(V9), "callmanager") == "CUCM 9.1 has no unit 'callmanager'."
    assert _refused(campus(V9), "ITLRecovery") == "CUCM 9.1 has no unit 'ITLRecovery'."
    assert _refused(campus(), "TVS@sub9") == "The cluster has no node 'sub9'."
    assert "no unit" in _refused(campus(), "tomcat@pub", "\x1b[2J")


def test_what_is_named_and_is_not_there_is_not_passed_over() -> None:
    """Beside other names it would be, and somebody would think that it was renewed."""
    assert _refused(campus(V14), "TVS", "CAPF@sub1") == "sub1 has no CAPF certificate of its own."
    gone = with_certificate(campus(V15), "tomcat-ECDSA", SUB2, lambda _: None)
    assert _refused(gone, "tomcat-ECDSA@sub2") == "sub2 has no tomcat-ECDSA certificate of its own."
    assert len(acts(planned(gone, "tomcat-ECDSA"), Regenerate)) == 2


@pytest.mark.parametrize("words", [["expiring", "TVS"], ["TVS@pub", "all"], ["all", "expiring"]])
def test_expiring_and_all_stand_alone(words: list[str]) -> None:
    assert "stand alone" in _refused(campus(), *words)


@pytest.mark.parametrize("word", ["", "@", "@sub1", "CallManager@"])
def test_half_a_name_is_none(word: str) -> None:
    """CallManager@ is not to be taken for CallManager on all nodes."""
    assert "names no unit, or no node" in _refused(campus(), word)


@pytest.mark.parametrize("days", [-1, 36501, 10**12])
def test_days_that_no_calendar_has(days: int) -> None:
    assert "no time to look ahead" in _refused(campus(), days=days)


def test_the_words_of_a_goal() -> None:
    assert read_goal([]) == read_goal(["expiring"]) == read_goal(["expiring", "expiring"])
    assert read_goal([]).within == timedelta(days=60)
    assert read_goal(["all"]).everything
    assert read_goal(["TVS", "TVS@pub", "TVS"]).named == (Named("TVS"), Named("TVS", "pub"))
    assert read_goal(["TVS", "CAPF@pub"]).text == "TVS, CAPF@pub"


@pytest.mark.parametrize(
    ("store", "advice"),
    [("CallManager-trust", "Renew CallManager:"), ("Phone-SAST-trust", "Renew the unit that it is a copy of:")],
)
def test_for_a_trust_store_the_advice_names_a_unit_that_exists(store: str, advice: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_goal([store])
    assert refused.value.advice.startswith(advice)


def test_a_snapshot_has_one_publisher() -> None:
    assert "has 0 publishers" in _refused(with_node(campus(), PUB, role=Role.SUBSCRIBER), "all")
    assert "has 2 publishers" in _refused(with_node(campus(), SUB1, role=Role.PUBLISHER), "all")
    assert "has 0 publishers" in _refused(replace(campus(), nodes=()), "all")


def test_in_the_midst_of_an_upgrade_nothing_is_planned() -> None:
    assert _refused(with_node(campus(V9), SUB1, version=Known("12.5.1.14900-63")), "all").startswith("sub1 runs 12.5")
    assert planned(with_node(campus(V9), SUB1, version=Known("9.1.2.10000-28")), "all").steps


def test_a_single_node_has_nobody_to_vouch_while_it_changes() -> None:
    alone = campus(nodes=(PUB,), groups={"A": (PUB,)})
    with pytest.raises(RefusedError, match="The cluster has one node") as refused:
        planned(alone, "TVS")
    assert "rollback parameter" in refused.value.advice
    assert planned(with_phones(alone), "tomcat").steps


def test_a_member_of_a_cm_group_that_was_not_scanned_may_be_the_one_that_vouches() -> None:
    snapshot = replace(campus(), groups=Known((Group("A", (SUB1, "sub9")),)))
    assert _refused(snapshot, "all") == ("CM group A counts on sub9, which is none of the nodes that were scanned.")


@pytest.mark.parametrize("version", [V14, V15])
@pytest.mark.parametrize("unit", ["tomcat", "CallManager", "TVS"])
def test_a_multi_server_certificate_changes_on_all_nodes_at_once(version: str, unit: str) -> None:
    shared = certificate(f"{unit} of all")
    snapshot = campus(version)
    for node in NODES:
        snapshot = with_certificate(snapshot, unit, node, lambda _: shared)
    for goal in (unit, f"{unit}@{SUB1}", "all"):
        assert f"One certificate serves as {unit} of pub, {unit} of sub1" in _refused(snapshot, goal)
    assert planned(snapshot, "ipsec").steps


def test_a_multi_server_certificate_of_a_ca_is_left_alone_and_the_rest_is_planned() -> None:
    shared = ca_signed(certificate("tomcat of all"))
    snapshot = campus(V15)
    for node in NODES:
        snapshot = with_certificate(snapshot, "tomcat", node, lambda _: shared)
    assert "tomcat" not in {act.unit for act in acts(planned(snapshot, "all"), Regenerate)}


def test_tomcat_that_is_callmanager_too_is_no_mere_tomcat() -> None:
    """H30: listed twice, or the CallManager certificate not listed at all."""
    reused = certificate(f"tomcat of {SUB1}")
    twice = with_certificate(campus(V15), "CallManager", SUB1, lambda _: reused)
    assert "serves as tomcat of sub1, CallManager of sub1" in _refused(twice, "tomcat@sub1")
    hidden = with_certificate(campus(V15), "CallManager", SUB1, lambda _: None)
    assert "sub1 lists no CallManager certificate" in _refused(hidden, "tomcat@sub1")
    idle = campus(V15, tftp=(PUB,), services={SUB2: (TOMCAT,)})
    assert planned(with_certificate(idle, "CallManager", SUB2, lambda _: None), "tomcat@sub2").steps


def test_what_a_person_may_still_mend_is_said_beforehand() -> None:
    snapshot = campus(groups={"A": (SUB1, SUB2), "B": (SUB2,), "unused": ()})
    snapshot = with_phones(snapshot, phone(1, "A", HELD), phone(2, "B", HELD))
    snapshot = replace(snapshot, rollback=Known(value=True), unauthenticated=Known((SUB2,)), replication=NO_ANSWER)
    invalid = replace(served(SUB1), valid=False)
    snapshot = with_services(snapshot, SUB2, Service("A Cisco DB Replicator", "STOPPED"))
    said = noted(planned(with_node(snapshot, SUB1, itl=Known(invalid)), "TVS"), "G-CMG")
    assert "this plan will not begin" in said
    for obstacle in (
        "the rollback parameter is True",
        "sub2 is not authenticated",
        "CM group B has fewer than two members",
        "the list of sub1 is not valid",
        "A Cisco DB Replicator of sub2 does not run",
        f"not known: {NO_ANSWER.reason}",
    ):
        assert obstacle in said
    assert "unused" not in said
    assert noted(planned(campus(), "TVS"), "G-CMG") == ""
    bad = replace(campus(), replication=Known(tuple(replace(row, setup=4) for row in _rows(campus()))))
    assert "the database of sub1 does not follow" in noted(planned(bad, "TVS"), "G-CMG")


def _rows(snapshot: Snapshot) -> Iterable[Replication]:
    assert isinstance(snapshot.replication, Known)
    return snapshot.replication.value


def test_before_the_first_step_phones_hold_the_list_of_now() -> None:
    """Somebody may have renewed another type between the scan and the night of the change (H01, I4)."""
    assert conditions(planned(campus(), "TVS").steps[0].after)[-1] == PhonesCurrent(PUB)


def test_a_subscriber_that_alone_serves_lists_is_the_first_tftp_node() -> None:
    snapshot = campus(tftp=(SUB2,))
    plan = planned(snapshot, "CallManager")
    assert PhonesCurrent(SUB2) in conditions(plan.steps[0].after)
    assert "sub2 is the only TFTP node" in noted(plan, "S96")
