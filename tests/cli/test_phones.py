"""`ringtrust phones`: what it says, to people and to programs, and its exit status (S169, S175 to S178)."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CAPF
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from tests.cli.conftest import Run
from tests.support.live import live
from tests.support.night import night
from tests.support.snapshots import CAPF_NAME, TAKEN, healthy, secured, with_certificate, with_lscs

Save = Callable[[Snapshot], Path]
OLD = "CAPF-0ld0ld00"


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a snapshot into a file."""

    def _save(snapshot: Snapshot) -> Path:
        path = tmp_path / "snapshot.json"
        path.write_bytes(write_snapshot(snapshot))
        return path

    return _save


def changed(snapshot: Snapshot, **changes: object) -> Snapshot:
    """The first phone, changed."""
    first, *others = snapshot.all_phones()
    return replace(snapshot, phones=Known((replace(first, **changes), *others)))


NAMES = [phone.name for phone in secured().all_phones()]


def test_the_list_of_phones(run: Run, save: Save) -> None:
    answer = run("phones", "list", save(secured()))
    assert (answer.status, answer.err) == (0, "")
    first, *_, last = answer.out.splitlines()
    assert first.split(maxsplit=1)[0] == NAMES[0]
    assert "Cisco 8861" in first
    assert "encrypted" in first
    assert first.endswith("Registered at sub1; ITL current, CTL current")
    assert last == "4 phones, 4 registered."


def test_the_list_for_programs(run: Run, save: Save) -> None:
    path = save(changed(secured(), description="=1+1", ctl=Unread("no such line")))
    rows = list(csv.DictReader(run("phones", "list", path, "--csv").out.splitlines()))
    assert (rows[0]["name"], rows[0]["description"], rows[0]["ctl"]) == (NAMES[0], "'=1+1", "unknown")
    document = json.loads(run("phones", "list", path, "--json").out)
    assert document["format"] == "ringtrust.phones/1"
    assert [each["name"] for each in document["phones"]] == NAMES
    assert run("phones", "list", path, "--json", "--csv").status == 2


def test_where_nobody_tells_who_is_registered_the_status_says_so(run: Run, save: Save) -> None:
    assert run("phones", "list", save(changed(secured(), registration=Unread("no node tells")))).status == 3
    answer = run("phones", "list", save(replace(secured(), phones=Unread("no answer"))))
    assert answer.status == 3
    assert "no answer" in answer.err


def test_who_trusts_what_with_the_evidence(run: Run, save: Save) -> None:
    snapshot = changed(secured(), ctl=Known("AB" * 20, "phone"), itl=Skipped("It is not registered."))
    answer = run("phones", "trust", save(snapshot))
    assert answer.status == 1
    assert "CTL: 4 phones" in answer.out
    assert "1  hold another one (told by phone: 1)" in answer.out
    assert f"{NAMES[0]}: It is not registered." in answer.out
    assert run("phones", "trust", save(healthy())).out.count("CTL") == 0
    assert run("phones", "trust", save(secured())).status == 0


def test_a_phone_that_does_not_tell_is_not_taken_for_one_that_is_well(run: Run, save: Save) -> None:
    assert run("phones", "trust", save(changed(secured(), itl=Unread("no page")))).status == 3
    astray = changed(secured(), itl=Known("CD" * 20))
    assert run("phones", "trust", save(astray)).status == 1
    blind = replace(astray, nodes=tuple(replace(node, itl=Unread("no answer")) for node in astray.nodes))
    assert run("phones", "trust", save(blind)).status == 3


def test_names_are_a_few_or_all(run: Run, save: Save) -> None:
    phones = tuple(
        replace(secured().all_phones()[0], name=f"SEP{number:012d}", itl=Known("")) for number in range(1, 12)
    )
    path = save(replace(secured(), phones=Known(phones)))
    assert "and 6 more" in run("phones", "trust", path).out
    everybody = run("phones", "trust", path, "--all").out
    assert all(phone.name in everybody for phone in phones)
    rows = list(csv.DictReader(run("phones", "trust", path, "--csv").out.splitlines()))
    assert [row["state"] for row in rows if row["list"] == "ITL"] == ["none"] * 11
    counts = json.loads(run("phones", "trust", path, "--json").out)["counts"]
    assert (counts["itl"]["none"], counts["ctl"]["current"]) == (11, 11)


@pytest.mark.shows("S169")
def test_lscs_of_another_capf_are_due_and_the_next_step_is_named(run: Run, save: Save) -> None:
    path = save(with_lscs(secured(), issuer=OLD))
    answer = run("phones", "lsc", path)
    assert answer.status == 1
    lines = answer.out.splitlines()
    assert lines[0] == f"CAPF of now: {CAPF_NAME}"
    assert f"        2  LSCs of {OLD}, which is not the CAPF of now" in lines
    assert f"        2  LSCs of {CAPF_NAME}, the CAPF of now" in lines
    assert sum(line.endswith("[due]") for line in lines) == 2
    assert lines[-1] == f"Next: ringtrust plan {path} --renew lsc"
    due = json.loads(run("phones", "lsc", path, "--only", "due", "--json").out)
    assert [each["name"] for each in due["phones"]] == NAMES[:2]
    assert due["counts"] == {"due": 2, "expiring": 0, "pending": 0, "failed": 0}


@pytest.mark.shows("S119", "S169")
def test_where_capf_itself_is_about_to_end_it_is_what_to_renew(run: Run, save: Save) -> None:
    snapshot = secured()
    soon = snapshot.taken + timedelta(days=20)
    changed = with_certificate(with_lscs(snapshot, issuer_expires=soon), "pub", CAPF, not_after=soon)
    path = save(changed)
    lines = run("phones", "lsc", path).out.splitlines()
    assert lines[-1] == f"Next: ringtrust plan {path} --renew CAPF"
    assert run("phones", "lsc", path, "--days", "10").status == 0
    assert "No phone is pending." in run("phones", "lsc", path, "--only", "pending").out.splitlines()


def test_lscs_in_good_order_are_nothing_to_do(run: Run, save: Save) -> None:
    answer = run("phones", "lsc", save(secured()))
    assert answer.status == 0
    assert "Next:" not in answer.out
    assert run("phones", "lsc", save(healthy())).status == 0  # nobody has one


@pytest.mark.parametrize(
    ("changes", "only"),
    [
        ({"expires": TAKEN}, "due"),
        ({"issuer_expires": TAKEN}, "due"),
        ({"expires": TAKEN + timedelta(days=30)}, "expiring"),
        ({"operation": "Install/Upgrade", "status": "Operation Pending"}, "pending"),
        ({"status": "Upgrade Failed: Phone Communication Failure"}, "failed"),
    ],
)
def test_each_kind_is_asked_for_alone(run: Run, save: Save, changes: dict[str, object], only: str) -> None:
    path = save(with_lscs(secured(), **changes))
    rows = list(csv.DictReader(run("phones", "lsc", path, "--only", only, "--csv").out.splitlines()))
    assert [row["name"] for row in rows] == NAMES[:2]
    assert {row[only] for row in rows} == {"yes"}
    assert run("phones", "lsc", path).status == (0 if only == "pending" else 1)


@pytest.mark.shows("S120", "S121", "S122", "S123")
def test_phones_of_an_expired_capf_are_named_with_the_way_back(run: Run, save: Save) -> None:
    answer = run("phones", "lsc", save(with_lscs(secured(), issuer_expires=TAKEN)))
    assert f"2 phones with an LSC of a CAPF that has expired: {NAMES[0]}, {NAMES[1]}" in answer.out
    for said in (
        "CUCM refuses their certificate (S120)",
        "asks CAPF for a new LSC, and registers (S121, S122)",
        "(S123)",
    ):
        assert said in answer.out
    assert "has expired:" not in run("phones", "lsc", save(secured())).out


@pytest.mark.shows("S175", "S176")
def test_what_failed_is_told_in_cisco_s_words_with_the_way_out(run: Run, save: Save) -> None:
    status = "Upgrade Failed: Invalid LSC"
    answer = run("phones", "lsc", save(with_lscs(secured(), status=status)))
    assert f"2 phones, {status}: {NAMES[0]}, {NAMES[1]}" in answer.out
    assert "Settings > (6) Security Configuration > (4) LSC > **# > Update > Submit" in answer.out
    assert "**# unlocks the menu, and Update is not visible before it" in answer.out


@pytest.mark.shows("S177", "S178")
def test_wireless_phones_are_named_as_left_alone(run: Run, save: Save) -> None:
    snapshot = changed(with_lscs(secured(), issuer=OLD), model="Cisco 7925")
    answer = run("phones", "lsc", save(snapshot))
    assert "Left alone: 1 wireless phone" in answer.out
    assert f"third-party CA (S177, S178): {NAMES[0]}" in answer.out
    assert json.loads(run("phones", "lsc", save(snapshot), "--json").out)["wireless"] == NAMES[:1]


def test_what_could_not_be_read_is_no_clean_result(run: Run, save: Save) -> None:
    answer = run("phones", "lsc", save(changed(secured(), lsc=Unread("no answer"))))
    assert answer.status == 3
    assert "1 phone could not be read: no answer" in answer.out
    without = replace(secured(), nodes=tuple(replace(each, identities=Unread("no answer")) for each in secured().nodes))
    assert run("phones", "lsc", save(without)).status == 3


def test_before_11_5_nobody_tells_the_issuer_and_the_text_says_what_that_means(run: Run, save: Save) -> None:
    answer = run("phones", "lsc", save(with_lscs(secured(), issuer="", expires=None, issuer_expires=None)))
    assert "this release does not tell: after a new CAPF all are due (S169)" in answer.out


@live
async def test_a_scan_of_a_lab_is_what_they_tell_of(run: Run, save: Save, tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        await made.wire.all_registered()
        snapshot, _ = await made.scan()
    answer = run("phones", "list", save(snapshot))
    assert answer.status == 0
    assert answer.out.splitlines()[-1] == "6 phones, 6 registered."
    assert run("phones", "trust", save(snapshot)).status == 0
    assert run("phones", "lsc", save(snapshot)).status == 0
