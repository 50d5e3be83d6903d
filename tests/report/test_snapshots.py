"""A snapshot for people: what was seen, and plainly what was not."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.phone import Group, Phone
from ringtrust.cluster.snapshot import Disagreement, Health, Said, Snapshot, Source
from ringtrust.report.snapshots import snapshot_lines
from tests.plan.material import (
    PUB,
    SUB1,
    SUB2,
    TAKEN,
    V9,
    ca_signed,
    campus,
    phone,
    served,
    with_certificate,
    with_node,
    with_phones,
)
from tests.support.snapshots import ctl, healthy, secured, with_ctl

NO_ANSWER = Unread("no answer within 20 seconds")


def _text(snapshot: Snapshot) -> str:
    return "\n".join(snapshot_lines(snapshot))


def test_a_healthy_cluster() -> None:
    said = _text(campus(V9))
    assert said.startswith(
        f"campus: version {V9}, scanned 2026-06-01 12:00 UTC.\nSecurity mode 0, rollback parameter False."
    )
    for name, serves in (
        (PUB, f"serves ITL {served(PUB).sha1[:8]}, valid"),
        (SUB2, "Cisco Tftp is not activated here."),
    ):
        assert any(line.split()[:1] == [name] and line.endswith(serves) for line in said.splitlines()), name
    assert "CM group A: sub1, sub2; 1 phone." in said
    assert "2 phones: 2 registered; 2 hold a list of now." in said
    assert "3 sources, 0 of them could not be read." in said


def test_how_long_certificates_last() -> None:
    ends = {"tomcat": timedelta(), "ipsec": -timedelta(seconds=1), "TVS": timedelta(days=400)}
    snapshot = campus(V9)
    for unit, left in ends.items():
        snapshot = with_certificate(
            snapshot, unit, PUB, lambda found, left=left: replace(found, not_after=TAKEN + left)
        )
    said = _text(with_certificate(snapshot, "CAPF", PUB, ca_signed)).splitlines()
    of_pub = {line.split()[0]: line for line in said[4:9]}
    assert "0 days left" in of_pub["tomcat"]
    assert "EXPIRED" in of_pub["ipsec"]
    assert "until 2027-07-06  400 days left" in of_pub["TVS"]
    assert of_pub["TVS"].endswith("RSA 2048 sha256  self-signed")
    assert of_pub["CAPF"].endswith("signed by a CA")


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    snapshot = replace(campus(V9), version=NO_ANSWER, security_mode=NO_ANSWER, rollback=NO_ANSWER)
    said = _text(snapshot)
    assert "campus: version unknown, scanned" in said
    assert "Security mode unknown, rollback parameter unknown." in said


def test_what_could_not_be_read_stands_in_its_place_with_the_reason() -> None:
    snapshot = with_node(campus(V9), SUB1, itl=NO_ANSWER, identities=NO_ANSWER)
    snapshot = with_certificate(snapshot, "TVS", SUB2, lambda _: Unread("it is no PEM"))
    said = _text(replace(snapshot, groups=NO_ANSWER))
    assert f"10.0.0.1        {NO_ANSWER.reason}" in said
    assert f"    certificates: {NO_ANSWER.reason}" in said
    assert "    TVS                it is no PEM" in said
    assert f"CM groups: {NO_ANSWER.reason}" in said
    assert f"Phones: {NO_ANSWER.reason}" in _text(replace(snapshot, phones=NO_ANSWER))
    assert "0 phones" not in _text(replace(snapshot, phones=NO_ANSWER)).replace("; 0 phones.", "")


def test_phones_that_do_not_tell_are_not_counted_as_well() -> None:
    held = served(PUB).sha1
    silent = replace(phone(3), itl=NO_ANSWER)
    said = _text(with_phones(campus(V9), phone(1, held=held), phone(2, held="00" * 20), silent))
    assert "3 phones: 3 registered; 1 hold a list of now, 1 hold another list, 1 do not tell." in said


def test_every_source_that_failed_is_named() -> None:
    failed = (
        Source("cli", SUB1, "services", Health.FAILED, "no answer"),
        Source("tls", SUB1, "what TVS shows", Health.READ),
        Source("axl", "", "phones", Health.FAILED, "refused"),
        Source("cli", SUB2, "ctl", Health.SKIPPED, "nothing to see"),
    )
    said = _text(replace(campus(V9), sources=failed)).splitlines()
    assert said[-3:] == [
        "4 sources, 2 of them could not be read.",
        "  axl, phones: refused",
        "  sub1 cli, services: no answer",
    ]


def test_a_node_that_tells_nothing_and_a_reason_that_keeps_back_much_have_one_line_each() -> None:
    asked = ("version", "services", "CTL", "identity certificates")
    sources = (
        *(Source("cli", SUB1, what, Health.FAILED, "connection refused") for what in asked),
        *(Source("cli", SUB2, what, Health.FAILED, "wrong password") for what in asked),
        Source("tls", SUB2, "what TVS shows", Health.READ),
    )
    said = _text(replace(campus(V9), sources=sources)).splitlines()
    assert said[-3:] == [
        "9 sources, 8 of them could not be read.",
        "  sub1 tells nothing: connection refused",
        "  sub2 cli, 4 questions: wrong password",
    ]


def test_what_two_interfaces_say_differently_stands_there_as_both_say_it() -> None:
    said = (Said("cli", "serial 01"), Said("rest", "serial 02"))
    snapshot = replace(campus(V9), disagreements=(Disagreement(SUB1, "identity tomcat", said),))
    assert _text(snapshot).splitlines()[-1] == "  sub1, identity tomcat: cli says serial 01; rest says serial 02."


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), min_size=1, max_size=20))
def test_foreign_names_are_never_obeyed_by_a_terminal(text: str) -> None:
    snapshot = with_node(campus(V9), SUB1, address=text, itl=Unread(text), identities=Unread(text))
    snapshot = with_certificate(snapshot, "TVS", PUB, lambda found: replace(found, key=text, digest=text))
    snapshot = replace(snapshot, nodes=(*snapshot.nodes, replace(snapshot.nodes[-1], name=text)))
    snapshot = replace(
        with_phones(snapshot, Phone(text, text, text, text, phone(1).registration, Known(text))),
        cluster=text,
        version=Known(text),
        groups=Known((Group(text, (text,)),)),
        sources=(Source(text, text, text, Health.FAILED, text),),
    )
    assert all(line.isprintable() for line in snapshot_lines(snapshot))


@pytest.mark.parametrize("field", ["groups", "phones"])
def test_no_empty_value_stands_for_one_that_is_not_known(field: str) -> None:
    assert NO_ANSWER.reason in _text(replace(campus(V9), **{field: NO_ANSWER}))


def test_phones_of_which_nobody_knows_whether_they_are_registered_are_not_counted_as_gone() -> None:
    said = _text(with_phones(campus(V9), replace(phone(1), registration=NO_ANSWER), phone(2, held=served(PUB).md5)))
    assert "2 phones: 1 registered, of 1 it is unknown; 1 hold none, 1 hold a list of now." in said


def test_where_a_list_could_not_be_read_a_phone_may_hold_it() -> None:
    snapshot = with_node(campus(V9), SUB1, itl=NO_ANSWER)
    assert "1 hold a list that may be of now" in _text(with_phones(snapshot, phone(1, held=served(SUB1).sha1)))


def test_the_ctl_of_a_node_stands_beside_its_itl() -> None:
    said = _text(secured())
    assert said.count(f"; CTL {ctl().sha1[:8]}, valid") == len(secured().nodes)
    assert "; CTL valid" in _text(with_ctl(secured(), replace(ctl(), sha1="", md5=""), "pub"))
    assert "CTL" not in _text(healthy())
