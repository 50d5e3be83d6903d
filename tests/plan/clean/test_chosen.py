"""Which certificates go is what somebody has said, and never more than that."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.change.act import Delete
from ringtrust.change.plan import Plan
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.certificate import Trusted
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.clean.build import clean_plan
from tests.support.clusters import START
from tests.support.sown import CATALOG, CLUSTERS, judged, sown


def _plan(*words: str, snapshot: Snapshot | None = None) -> Plan:
    return clean_plan(snapshot or sown().snapshot, CATALOG, words, START)


def _deleted(plan: Plan) -> set[tuple[str, str]]:
    """The store and the SHA-256 of whatever goes."""
    return {(step.act.store, step.act.sha256) for step in plan.steps if isinstance(step.act, Delete)}


def _sha256(verdict: StoreVerdict) -> str:
    return verdict.certificate.value.sha256 if isinstance(verdict.certificate, Known) else ""


def _free(*stores: str) -> set[tuple[str, str]]:
    return {
        (each.store, _sha256(each))
        for each in judged(sown().snapshot)
        if each.fate is Fate.FREE and (not stores or each.store in stores)
    }


def _notes(plan: Plan) -> str:
    return " ".join(note.text for note in plan.notes)


def _refused(*words: str, snapshot: Snapshot | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        _plan(*words, snapshot=snapshot)
    return f"{caught.value.what} {caught.value.advice}"


@pytest.mark.parametrize("release", CLUSTERS)
def test_all_is_whatever_may_go_and_nothing_that_nobody_knows(release: str) -> None:
    snapshot = sown(release).snapshot
    found = judged(snapshot)
    plan = _plan("all", snapshot=snapshot)
    assert _deleted(plan) == {(each.store, _sha256(each)) for each in found if each.fate is Fate.FREE}
    unknown = {(each.store, _sha256(each)) for each in found if each.kind is Kind.UNKNOWN}
    assert unknown
    assert not _deleted(plan) & unknown
    assert [each.verdict for each in plan.weighed] == ["holds"]


def test_expired_is_what_of_it_has_expired() -> None:
    young = next(each for each in judged(sown().snapshot) if each.fate is Fate.FREE)
    assert isinstance(young.certificate, Known)
    ended = young.certificate.value.not_after
    before = replace(sown().snapshot, taken=ended - timedelta(seconds=1))
    gone = {
        (each.store, _sha256(each))
        for each in judged(before)
        if each.fate is Fate.FREE
        and isinstance(each.certificate, Known)
        and each.certificate.value.not_after < before.taken
    }
    assert _deleted(_plan("EXPIRED", snapshot=before)) == gone
    assert (young.store, _sha256(young)) not in gone
    assert (young.store, _sha256(young)) in _deleted(_plan("all", snapshot=before))


def test_a_store_is_what_of_it_may_go_and_words_add_up() -> None:
    assert _deleted(_plan("TVS-TRUST")) == _free("TVS-trust")
    assert _deleted(_plan("TVS-trust", "ipsec-trust")) == _free("TVS-trust", "ipsec-trust")
    named = "tomcat-trust/Some_Corp_Root_CA.pem"
    assert _deleted(_plan("TVS-trust", named)) > _free("TVS-trust")
    assert _plan("all", "all", "tomcat-trust").steps == _plan("all").steps


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("nonsense", "names nothing in a trust store. Say all, expired"),
        ("tomcat", "names nothing in a trust store"),
        ("", "names nothing in a trust store"),
        ("Phone-Edge-trust", "There are CallManager-trust, CAPF-trust"),
        ("tomcat-trust/nobody.pem", "tomcat-trust has pub.pem"),
        ("nowhere-trust/pub.pem", "nowhere-trust has nothing"),
        ("tomcat-trust/\x1b[2J", r"\x1b[2J"),
        ("\x1b[2J/pub.pem", r"\x1b[2J has nothing"),
        ("no\x1bsense", r"no\x1bsense"),
        ("Phone-CTL-trust", "none of those may go"),
    ],
)
def test_a_word_that_means_nothing_is_refused_and_says_what_there_is(word: str, told: str) -> None:
    said = _refused(word)
    assert told in said
    assert said.isprintable()


def test_one_that_nobody_knows_goes_by_its_own_name_and_that_stands_in_the_plan() -> None:
    plan = _plan("tomcat-trust/Some_Corp_Root_CA.pem")
    assert {(step.act.store, step.act.file) for step in plan.steps if isinstance(step.act, Delete)} == {
        ("tomcat-trust", "Some_Corp_Root_CA.pem")
    }
    assert [each.verdict for each in plan.weighed] == ["holds"]
    note = next(note for note in plan.notes if note.text.startswith("You have named"))
    assert "tomcat-trust/Some_Corp_Root_CA.pem" in note.text
    assert "whoever imported it has to say what for" in note.text
    assert "You have named" not in _notes(_plan("all"))


@pytest.mark.parametrize(
    ("word", "who"),
    [
        ("tomcat-trust/pub.pem", "tomcat of pub uses now"),
        ("ipsec-trust/sub1.pem", "ipsec of sub1 uses now (L04)"),
        ("tomcat-trust/CAP-RTP-001.pem", "as it comes with CUCM"),
        ("tomcat-trust/Campus_Root.pem", "chains to it"),
        ("tomcat-trust/ldap1.corp.example.pem", "ldap1.corp.example, which shows it at ldap1.corp.example:636"),
    ],
)
def test_one_that_somebody_leans_on_makes_a_plan_that_is_refuted_and_says_by_whom(word: str, who: str) -> None:
    (weighed,) = _plan(word).weighed
    assert weighed.verdict == "refuted"
    assert f"{word.partition('/')[2]} goes from {word.partition('/')[0]} of " in weighed.why
    assert who in weighed.why
    assert "restart is due" not in weighed.why


@pytest.mark.shows("S154", "S155")
@pytest.mark.parametrize("release", CLUSTERS)
def test_the_one_of_verisign_goes_and_smart_call_home_is_thought_of(release: str) -> None:
    plan = _plan("all", snapshot=sown(release).snapshot)
    files = {(step.act.store, step.act.file) for step in plan.steps if isinstance(step.act, Delete)}
    assert ("tomcat-trust", "VeriSign_Class_3_Secure_Server_CA_-_G3.pem") in files
    (note,) = (note for note in plan.notes if "S155" in note.sources)
    assert "VeriSign Class 3 Secure Server CA - G3" in note.text
    assert "Where Smart Call Home is in use, upload the new certificate (215210)." in note.text
    assert "215210" not in _notes(_plan("TVS-trust", snapshot=sown(release).snapshot))


@pytest.mark.shows("S153")
def test_while_an_identity_has_expired_it_is_renewed_first() -> None:
    snapshot = sown().snapshot
    ends = min(
        each.certificate.value.not_after
        for node in snapshot.nodes
        for each in (node.identities.value if isinstance(node.identities, Known) else ())
        if isinstance(each.certificate, Known) and each.certificate.value.self_signed
    )
    before, after = (replace(snapshot, taken=ends + timedelta(seconds=shift)) for shift in (-1, 0))
    assert _deleted(_plan("all", snapshot=before))
    for word in ("all", "expired", "tomcat-trust/Some_Corp_Root_CA.pem"):
        said = _refused(word, snapshot=after)
        assert "have expired: renew them first, and their copies in the stores renew themselves (S153)" in said
        assert "ringtrust plan campus --renew expiring" in said


def test_what_could_not_be_read_is_never_deleted() -> None:
    snapshot = sown().snapshot
    first = snapshot.nodes[0]
    assert isinstance(first.trusted, Known)
    blind = Trusted("tomcat-trust", "blind.pem", Unread("The CLI of pub has been silent for 60 seconds."))
    trusted = Known((*first.trusted.value, blind), first.trusted.source)
    spoilt = replace(snapshot, nodes=(replace(first, trusted=trusted), *snapshot.nodes[1:]))
    acts = [step.act for step in _plan("all", snapshot=spoilt).steps]
    assert "blind.pem" not in {act.file for act in acts if isinstance(act, Delete)}
    said = _refused("tomcat-trust/blind.pem", snapshot=spoilt)
    assert "tomcat-trust/blind.pem could not be read: The CLI of pub has been silent for 60 seconds." in said
    assert "nothing is deleted of which there is no copy" in said
