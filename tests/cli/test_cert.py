"""`ringtrust cert` as a person types it, at a lab that runs in a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrust.connect.certificates import certificate_of
from tests.cli.conftest import Answer, Run
from tests.cli.test_road import FAST, HOLDS, KILLED_BEFORE_THE_OUTCOME
from tests.support.terminal import answered

CLUSTER = "campus-9.1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a lab that runs, for those who leave nothing behind that others would trip over."""
    made = tmp_path_factory.mktemp("cert") / "lab"
    words = [sys.executable, "-m", "ringtrust", "lab"]
    subprocess.run([*words, "up", CLUSTER, "--dir", made, "--detach", *FAST], check=True, capture_output=True)
    yield made
    subprocess.run([*words, "down", "--dir", made], check=True, capture_output=True)


@pytest.fixture
def cert(run: Run, folder: Path) -> Run:
    """`ringtrust cert` on that lab."""

    def _cert(verb: str, *words: str | Path) -> Answer:
        return run("cert", verb, CLUSTER, *words, "--config", folder)

    return _cert


def test_identities_of_every_node_with_the_days_that_are_left(cert: Run) -> None:
    answer = cert("list")
    assert (answer.status, answer.err) == (0, "")
    for node in ("pub:", "sub1:", "sub2:"):
        assert node in answer.out
    assert answer.out.count("  CallManager ") == 3
    assert "31 days left" in answer.out  # by the clock of these tests
    assert "self-signed" in answer.out
    found = json.loads(cert("list", "sub1", "--json").out)
    assert [node["node"] for node in found["nodes"]] == ["sub1"]
    for each in found["nodes"][0]["certificates"]:
        assert certificate_of(each["pem"]).serial == each["serial"]
        assert (each["self_signed"], each["expired"]) == (True, False)


def test_trust_stores_with_what_has_expired(cert: Run) -> None:
    answer = cert("list", "pub", "--trust")
    assert answer.status == 0
    (line,) = [line for line in answer.out.splitlines() if "CallManager-trust/CAP-RTP-001.pem" in line]
    assert "EXPIRED" in line
    (line,) = [line for line in answer.out.splitlines() if "CAPF-trust/ACT2_SUDI_CA.pem" in line]
    assert "signed by a CA" in line
    assert line.endswith("ACT2 SUDI CA, by Cisco Root CA 2048")


def test_one_certificate(cert: Run) -> None:
    serials = set()
    for what in ("tomcat", "tomcat/tomcat.pem", "tomcat-trust/pub.pem"):
        answer = cert("show", "pub", what)
        assert answer.status == 0, answer.err
        assert answer.out.startswith(f"pub: {what}\n")
        document = json.loads(cert("show", "pub", what, "--json").out)
        assert certificate_of(cert("show", "pub", what, "--pem").out).serial == document["serial"]
        serials.add(document["serial"])
    assert len(serials) == 1
    assert cert("show", "pub", "tomcat", "--pem", "--json").status == 2
    for what, status in (("tomcat-trust", 2), ("tomcat-trust/", 2), ("nothing", 3), ("tomcat-trust/no.pem", 3)):
        assert cert("show", "pub", what).status == status, what
    assert "It has: pub, sub1, sub2." in cert("show", "sub3", "tomcat").err


@pytest.mark.shows("S111", "S130")
def test_a_renewal_is_seen_by_its_serial_number_and_says_what_to_restart(cert: Run) -> None:
    before = json.loads(cert("show", "sub1", "ipsec", "--json").out)["serial"]
    answer = cert("regen", "sub1", "ipsec", "--yes")
    assert answer.status == 0, answer.err
    after = json.loads(cert("show", "sub1", "ipsec", "--json").out)["serial"]
    assert before != after
    assert f"Seen: the serial number was {before} and is {after}" in answer.out
    assert "utils service restart Cisco DRF Local" in answer.out
    assert "may reset by themselves" in answer.err
    answer = cert("regen", "sub1", "CAPF", "--yes", "--i-know", "--json")
    assert answer.status == 0, answer.err
    (act,) = json.loads(answer.out)["acts"]
    assert (act["accepted"], act["seen"], act["what"]) == (True, "done", "CAPF")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("regen", "sub1", "tomcat-trust", "--yes", "--i-know"), "only deleted. (S108, S109)"),
        (("regen", "sub1", "CallManager", "--yes"), "ringtrust plan CLUSTER --renew CallManager@sub1"),
        (("regen", "sub1", "ITLRecovery", "--yes"), "has no unit 'ITLRecovery'"),
        (("regen", "sub9", "tomcat", "--yes"), "no node 'sub9'"),
        (("regen", "sub1", "ipsec"), "Nobody is there to say yes"),
        (("delete", "pub", "CallManager", "Cisco_Manufacturing_CA", "--yes"), "Cisco advises against deleting it"),
        (("delete", "pub", "tomcat", "pub.pem", "--yes"), "tomcat of pub uses now"),
        (("delete", "pub", "tomcat", "nobody.pem", "--yes"), "holds no"),
    ],
)
def test_what_is_refused_says_why_and_does_nothing(cert: Run, words: tuple[str, ...], says: str) -> None:
    before = json.loads(cert("list", "--json").out)
    answer = cert(*words)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err
    assert json.loads(cert("list", "--json").out) == before


@pytest.mark.shows("S141")
def test_a_deletion_is_looked_for_on_every_node(cert: Run) -> None:
    file = "VeriSign_Class_3_Secure_Server_CA_-_G3.pem"
    answer = cert("delete", "sub2", "tomcat-trust", file.removesuffix(".pem"), "--yes")
    assert answer.status == 0, answer.err
    assert f"tomcat-trust/{file} is gone from this node. It is listed still on pub, sub1." in answer.out
    assert "CSCto86463" in answer.err
    assert "215210" in answer.err
    assert "utils service restart Cisco Tomcat" in answer.out
    assert file not in cert("list", "sub2", "--trust").out


def test_somebody_types_the_name_of_what_changes(folder: Path) -> None:
    for typed, status in ((b"yes", 2), (b"ipsec", 0)):
        words = ["cert", "regen", CLUSTER, "sub2", "ipsec", "--config", str(folder)]
        ended, seen = answered(words, b"Type ipsec to go on: ", typed)
        assert ended == status, seen
        assert (b"Nothing was done." in seen) is (status == 2)


def test_no_single_act_goes_beside_an_apply(run: Run, cert: Run, folder: Path) -> None:
    plan = folder / "plan.json"
    assert run("plan", CLUSTER, "--config", folder, "--renew", "ipsec@sub1", "-o", plan, "--force").status == 0
    words = [sys.executable, "-c", HOLDS, "apply", str(plan), "--yes", "--config", str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        answer = cert("regen", "sub2", "ipsec", "--yes", "--i-know")
        first.send_signal(signal.SIGINT)
        first.communicate()
    assert (answer.status, f", process {first.pid}: apply " in answer.err) == (2, True), answer.err


def test_nor_beside_a_run_that_was_left_half_way_unless_somebody_knows(run: Run, tmp_path: Path) -> None:
    """A lab of its own: the run stays half-way."""
    lab = tmp_path / "lab"
    assert run("lab", "up", CLUSTER, "--dir", lab, "--detach", *FAST).status == 0
    try:
        plan = lab / "plan.json"
        assert run("plan", CLUSTER, "--config", lab, "--renew", "ipsec@sub1", "-o", plan).status == 0
        words = ["apply", str(plan), "--yes", "--config", str(lab)]
        subprocess.run([sys.executable, "-c", KILLED_BEFORE_THE_OUTCOME, *words], capture_output=True, check=False)
        regen = ("cert", "regen", CLUSTER, "sub2", "ipsec", "--config", lab, "--yes")
        for words in ((), ("--journal", lab / "journal.db"), ("--journal", tmp_path / "another.db")):
            answer = run(*regen, *words)
            assert (answer.status, answer.out) == (2, "")
            assert "Run 1 of " in answer.err
            assert "was left half-way" in answer.err
        assert "was left half-way" in run("cert", "list", CLUSTER, "--config", lab).err
        answer = run(*regen, "--i-know")
        assert answer.status == 0
        assert "was left half-way" in answer.err
    finally:
        run("lab", "down", "--dir", lab)


def test_a_node_that_does_not_answer_costs_its_own_rows_only(run: Run, folder: Path, tmp_path: Path) -> None:
    for name in ("ringtrust.toml", "known_hosts"):
        (tmp_path / name).write_text((folder / name).read_text())
    lines = (tmp_path / "known_hosts").read_text().splitlines()
    (tmp_path / "known_hosts").write_text("".join(f"{line}\n" for line in lines[:-1]))
    answer = run("cert", "list", CLUSTER, "--config", tmp_path)
    assert answer.status == 3
    assert "could not be read: " in answer.out
    assert answer.out.count("  CallManager ") == 2
    found = json.loads(run("cert", "list", CLUSTER, "--config", tmp_path, "--json").out)
    assert sum("unread" in node for node in found["nodes"]) == 1
