"""`ringtrust lab` as a person meets it: a process that starts, answers, counts and ends, and leaves nothing behind."""

import json
import os
import shlex
import signal
import socket
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringtrust.cli.lab.text import muster_lines, phone_lines, status_lines
from ringtrust.cluster.snapshot import Health, read_snapshot
from ringtrust.lab.process.control import short_path
from ringtrust.lab.process.fault_names import FAULTS
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.topology import known_topologies
from tests.cli.conftest import Run
from tests.support.clusters import small
from tests.support.shared import ROOT, program

FAST = ("--speed", "3000", "--phones", "4", "--seed", "7")
SEVENTH = [extension.device for extension in extensions(small(phones=4).with_seed(7))]


def _alive(pid: int) -> bool:
    """Whether a process is there; one that only waits for its parent to look has ended."""
    found = Path(f"/proc/{pid}/stat")
    return found.exists() and " Z " not in found.read_text()


@pytest.fixture
def lab(run: Run, tmp_path: Path) -> Iterator[Path]:
    """The folder of a lab that runs in a process of its own."""
    folder = tmp_path / "a folder with a long name" / ("x" * 90)
    answer = run("lab", "up", "campus-9.1", "--dir", folder, "--detach", *FAST)
    assert answer.status == 0, answer.err
    assert "4 of 4 phones registered" in answer.out
    yield folder
    if (folder / "control.socket").exists():
        run("lab", "down", "--dir", folder)


def _json(run: Run, *words: str | Path) -> object:
    answer = run("lab", *words, "--json")
    assert answer.status == 0, answer.err
    return json.loads(answer.out)


def test_a_lab_from_its_start_to_its_end(run: Run, lab: Path) -> None:
    found = _json(run, "status", "--dir", lab)
    assert isinstance(found, dict)
    assert found["release"] == "9.1"
    assert found["phones"] == found["registered"] == 4

    phones = _json(run, "phones", "--dir", lab)
    assert isinstance(phones, list)
    assert {phone["state"] for phone in phones} == {"registered"}
    assert [phone["name"] for phone in phones] == SEVENTH
    assert set(phones[0]) >= {"name", "group", "state", "list", "status", "stranded"}
    assert set(phones[0]["list"]) == {"signer", "serial", "sha1"}

    assert _json(run, "muster", "--dir", lab) == {
        "reset": 4,
        "registered": 4,
        "current": 4,
        "stranded": 0,
        "by_restore": 0,
        "barred": 0,
    }

    answer = run("lab", "up", "campus-9.1", "--dir", lab, *FAST)
    assert answer.status == 2
    assert "A lab runs in" in answer.err

    assert run("lab", "down", "--dir", lab).out == "The lab has ended.\n"
    assert not _alive(found["pid"])
    assert {path.name for path in lab.iterdir()} == {"lab.log"}
    for verb in ("status", "phones", "muster", "down"):
        answer = run("lab", verb, "--dir", lab)
        assert answer.status == 3
        assert answer.err.startswith(f"ringtrust: No lab runs in {lab}.")


def test_the_folder_leads_to_the_lab_and_its_secrets_are_its_owner_s(run: Run, lab: Path) -> None:
    found = _json(run, "status", "--dir", lab)
    assert isinstance(found, dict)
    entry = tomllib.loads((lab / "ringtrust.toml").read_text())["clusters"]["campus-9.1"]
    assert entry["publisher"] == found["nodes"][0]["address"]
    services = found["nodes"][0]["services"]
    for setting, service in (("ssh_port", "ssh"), ("rest_port", "https"), ("tftp_port", "tftp_udp")):
        assert entry[setting] == services[service]["port"]
    for part, user in (("platform", "cli"), ("application", "application")):
        printed = subprocess.run(entry[part]["password_command"], capture_output=True, check=True, text=True).stdout
        assert {"user": entry[part]["user"], "password": printed.strip()} == found["credentials"][user]
        assert stat.S_IMODE((lab / "secrets" / part).stat().st_mode) == 0o600
    assert stat.S_IMODE((lab / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((lab / "ringtrust.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE((lab / "control.socket").stat().st_mode) & 0o077 == 0
    secret = found["credentials"]["cli"]["password"]
    for words in (("status",), ("phones",), ("muster",), ("phones", "--each")):
        assert secret not in run("lab", *words, "--dir", lab).out
    assert secret not in (lab / "lab.log").read_text()


def test_people_get_a_few_lines(run: Run, lab: Path) -> None:
    out = run("lab", "status", "--dir", lab).out
    assert "campus-9.1, release 9.1" in out
    assert "-p 2222 admin@127." in out
    out = run("lab", "phones", "--dir", lab).out
    assert len(out.splitlines()) == 2
    assert "registered" in out
    assert len(run("lab", "phones", "--each", "--dir", lab).out.splitlines()) == 4
    assert run("lab", "muster", "--dir", lab).out == (
        "4 phones were told to reset. Now 4 are registered,\n"
        "4 hold a list that a TFTP node serves now, and 0 are stranded.\n"
    )


def test_status_names_every_port_and_somebody_listens_there(run: Run, lab: Path) -> None:
    found = _json(run, "status", "--dir", lab)
    assert isinstance(found, dict)
    publisher = found["nodes"][0]
    ports = {name: door["port"] for name, door in publisher["services"].items()}
    expected = {"ssh": 2222, "https": 8443, "tftp_http": 6970, "tftp_udp": 6969, "tvs": 2445}
    assert ports.items() >= expected.items()
    assert set(ports) - set(expected) <= {"https_443", "tftp_udp_69", "sip", "sips", "capf"}
    for name, port in ports.items():
        if "udp" not in name:
            socket.create_connection((publisher["address"], port), timeout=20).close()
    line = next(line for line in run("lab", "status", "--dir", lab).out.splitlines() if line.startswith("  pub"))
    assert "  ssh 2222  https 8443  " in line
    assert "  tftp udp 6969  " in line


@pytest.mark.parametrize("release", ["14.0", "15.0"])
def test_from_14_on_a_scan_reads_the_certificate_rest_interface_of_every_node(
    run: Run, tmp_path: Path, release: str
) -> None:
    folder, snapshot, mine = tmp_path / "lab", tmp_path / "snapshot.json", tmp_path / "mine.toml"
    shipped = (ROOT / "src/ringtrust/lab/topologies/campus-14.toml").read_text()
    mine.write_text(shipped.replace('release = "14.0"', f'release = "{release}"'))
    assert run("lab", "up", mine, "--dir", folder, "--detach", *FAST).status == 0
    try:
        answer = run("scan", "campus-14", "--config", folder, "-o", snapshot)
        assert (answer.status, answer.err) == (0, "")
        asked = [source for source in read_snapshot(snapshot.read_bytes()).sources if source.interface == "rest"]
        assert {source.node for source in asked} == {"pub", "sub1", "sub2", "sub3", "sub4"}
        assert {source.health for source in asked} == {Health.READ}
        entry = _json(run, "status", "--dir", folder)
        assert isinstance(entry, dict)
        assert {"tftp_https_6971", "tftp_https_6972"} <= set(entry["nodes"][0]["services"])
        assert entry["unknown"] == []
    finally:
        run("lab", "down", "--dir", folder)


def test_the_line_for_ssh_knows_the_host_keys_of_this_lab(run: Run, lab: Path) -> None:
    program("ssh")
    out = run("lab", "status", "--dir", lab).out
    line = next(line for line in out.splitlines() if line.startswith("  ssh "))
    strict = ("-F", "none", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes")
    words = shlex.split(line)
    answer = subprocess.run([words[0], *strict, *words[1:]], capture_output=True, check=False, text=True, timeout=60)
    assert "Permission denied" in answer.stderr

    (lab / "known_hosts").write_text("")
    answer = subprocess.run([words[0], *strict, *words[1:]], capture_output=True, check=False, text=True, timeout=60)
    assert "Host key verification failed" in answer.stderr


def test_a_muster_says_what_to_do_when_a_list_is_refused() -> None:
    for current, stranded, restored in ((4, 0, 0), (0, 4, 0), (0, 0, 4), (1, 2, 1)):
        assert len(muster_lines(_mustered(current, stranded, restored))) == 2
    assert "Wait, and muster again." in muster_lines(_mustered(0, 0, 0))[-1]


def test_a_muster_names_those_apart_whom_only_a_restore_brings_back() -> None:
    assert muster_lines(_mustered(1, 0, 3))[1] == (
        "1 hold a list that a TFTP node serves now, and 0 are stranded; 3 only by a restore of a backup (R4)."
    )
    phone = {"group": "A", "state": "registered", "list": None, "status": "x", "stranded": False, "by_restore": True}
    assert phone_lines([phone], each=False)[0].endswith("  ONLY BY A RESTORE (R4)")


def test_a_muster_counts_secure_phones_that_are_barred_and_phones_tell_why() -> None:
    assert muster_lines({**_mustered(4, 0, 0), "barred": 2})[1].endswith(
        "0 are stranded; 2 secure ones are barred: see `lab phones`."
    )
    phone = {"group": "A", "state": "unregistered", "list": None, "status": "x", "stranded": False, "by_restore": False}
    why = "its LSC has expired on 2026-12-01"
    assert phone_lines([{**phone, "barred": why}], each=False)[0].endswith(f"  BARRED: {why}")


def _mustered(current: int, stranded: int, by_restore: int) -> dict[str, int]:
    return {"reset": 4, "registered": 4, "current": current, "stranded": stranded, "by_restore": by_restore}


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_in_the_foreground_it_runs_until_it_is_ended(tmp_path: Path, ending: signal.Signals) -> None:
    words = ["lab", "up", "campus-12.5", "--dir", str(tmp_path / "lab"), *FAST]
    with subprocess.Popen(
        [sys.executable, "-m", "ringtrust", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        shown = [process.stdout.readline()]
        while "It runs until Ctrl-C" not in shown[-1]:
            assert shown[-1], process.stderr.read()
            shown.append(process.stdout.readline())
        process.send_signal(ending)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
    assert list((tmp_path / "lab").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "There is no topology nowhere."),
        (("campus-9.1", "--phones", "100000"), "A lab on the network has at most 3,840 phones"),
        (("campus-9.1", "--speed", "0"), "Invalid value for '--speed'"),
        (("campus-9.1", "--speed", "nan"), "Invalid value for '--speed'"),
    ],
)
def test_what_cannot_be_started_is_told(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    for more in ((), ("--detach",)):
        answer = run("lab", "up", *words, "--dir", tmp_path / "lab", *more)
        assert answer.status == 2
        assert said in answer.err


def test_a_ringtrust_toml_of_somebody_else_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ringtrust.toml").write_text("mine = true\n")
    for more in ((), ("--detach",)):
        answer = run("lab", "up", "campus-9.1", "--dir", tmp_path, *FAST, *more)
        assert answer.status == 2
        assert "was not written by a lab" in answer.err
    assert (tmp_path / "ringtrust.toml").read_text() == "mine = true\n"
    (tmp_path / "ringtrust.toml").write_bytes(b"\xff\xfe")
    assert run("lab", "up", "campus-9.1", "--dir", tmp_path, *FAST).status == 2


def test_a_folder_of_secrets_of_somebody_else_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/my-key").write_text("mine")
    answer = run("lab", "up", "campus-9.1", "--dir", tmp_path, *FAST)
    assert answer.status == 2
    assert "secrets was not written by a lab" in answer.err
    assert (tmp_path / "secrets/my-key").read_text() == "mine"


def test_what_somebody_puts_beside_the_secrets_of_a_lab_stays_when_it_ends(run: Run, lab: Path) -> None:
    (lab / "secrets/my-key").write_text("mine")
    assert run("lab", "down", "--dir", lab).status == 0
    assert [path.name for path in (lab / "secrets").iterdir()] == ["my-key"]


def test_a_second_start_in_a_folder_leaves_the_first_lab_and_its_log_alone(run: Run, lab: Path) -> None:
    before = (lab / "lab.log").read_text()
    answer = run("lab", "up", "campus-9.1", "--dir", lab, "--detach", *FAST)
    assert answer.status == 2
    assert answer.err.count("A lab runs in") == 1
    assert (lab / "lab.log").read_text().startswith(before)
    assert run("lab", "status", "--dir", lab).status == 0


def test_of_two_labs_that_start_at_once_in_one_folder_one_runs(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "ringtrust", "lab", "up", "campus-9.1", "--dir", str(tmp_path), "--detach", *FAST]
    starting = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) for _ in range(3)]
    outputs = [process.communicate(timeout=60) for process in starting]
    statuses = sorted(process.returncode for process in starting)
    down = [sys.executable, "-m", "ringtrust", "lab", "down", "--dir", str(tmp_path)]
    assert subprocess.run(down, check=False, capture_output=True, cwd=ROOT).returncode == 0, outputs
    assert statuses == [0, 2, 2], outputs


def test_a_lab_that_was_killed_leaves_a_folder_that_another_can_use(run: Run, lab: Path) -> None:
    found = _json(run, "status", "--dir", lab)
    assert isinstance(found, dict)
    os.kill(found["pid"], signal.SIGKILL)
    while _alive(found["pid"]):
        pass
    assert run("lab", "status", "--dir", lab).status == 3
    assert run("lab", "up", "campus-9.1", "--dir", lab, "--detach", *FAST).status == 0


def _raw(lab: Path, asked: bytes) -> bytes:
    """What the control socket answers to bytes that no client of ours sends."""
    with socket.socket(socket.AF_UNIX) as connection, short_path(lab) as path:
        connection.settimeout(20)
        connection.connect(path)
        connection.sendall(asked)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_nonsense_at_the_control_socket_hurts_nobody(run: Run, lab: Path) -> None:
    for nonsense in (b"\n", b"{\n", b"[" * 60_000 + b"\n", b"\xff\n", b"1\n", b"x" * 100_000 + b"\n"):
        _raw(lab, nonsense)
    assert b"does not know 'fly'" in _raw(lab, b'{"do": "fly"}\n')
    with socket.socket(socket.AF_UNIX) as silent, short_path(lab) as path:
        silent.connect(path)
        assert run("lab", "down", "--dir", lab).status == 0
    assert "Traceback" not in (lab / "lab.log").read_text()


def test_a_file_is_no_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run("lab", "up", "campus-9.1", "--dir", tmp_path / "file").status == 2


def test_the_shipped_clusters_are_listed(run: Run) -> None:
    assert "campus-9.1     release 9.1    3 nodes  200 phones\n" in run("lab", "list").out
    assert "secure-9.1     release 9.1    3 nodes  200 phones  mixed mode\n" in run("lab", "list").out
    listed = _json(run, "list")
    assert isinstance(listed, dict)
    assert [each["name"] for each in listed["topologies"]] == list(known_topologies())
    assert {each["name"] for each in listed["topologies"] if each["mode"] == "mixed"} == {
        *("secure-9.1", "secure-11.5", "secure-14"),
    }


def test_a_fault_begins_shows_in_status_and_is_taken_away(run: Run, lab: Path) -> None:
    answer = run("lab", "fault", "node", "sub1", "--dir", lab)
    assert (answer.status, answer.out) == (0, "On request: node sub1.\n")
    assert "Fault on request: node sub1" in run("lab", "status", "--dir", lab).out
    found = _json(run, "status", "--dir", lab)
    assert isinstance(found, dict)
    assert found["faults"] == [{"name": "node", "where": "sub1"}]
    address = next(node["address"] for node in found["nodes"] if node["name"] == "sub1")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, 2222), timeout=20)
    answer = run("lab", "fault", "node", "sub1", "--off", "--dir", lab)
    assert (answer.status, answer.out) == (0, "Nothing is wrong with the lab on request.\n")
    socket.create_connection((address, 2222), timeout=20).close()
    assert "Fault" not in run("lab", "status", "--dir", lab).out


def test_a_service_may_have_the_short_name_of_a_rehearsal(run: Run, lab: Path) -> None:
    assert run("lab", "fault", "restart", "tftp@sub1", "--dir", lab).out == "On request: restart Cisco Tftp@sub1.\n"
    answer = _json(run, "fault", "restart", "tftp@sub1", "--off", "--dir", lab)
    assert answer == {"format": "ringtrust.lab.fault/1", "faults": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fire",), "There is no fault 'fire'."),
        (("node", "sub9"), "There is no node 'sub9'."),
        (("node", "sub1", "--off"), "Fault node sub1 is not there."),
        (("restart", "tftp"), "There is no node"),
    ],
)
def test_a_fault_that_does_not_fit_is_wrong_usage(run: Run, lab: Path, words: tuple[str, ...], said: str) -> None:
    answer = run("lab", "fault", *words, "--dir", lab)
    assert answer.status == 2
    assert said in answer.err
    assert "What to do: " in answer.err


def test_the_faults_are_listed_without_a_lab(run: Run, tmp_path: Path) -> None:
    shown = run("lab", "fault", "list", "--dir", tmp_path / "nowhere")
    listed = _json(run, "fault", "list")
    assert isinstance(listed, dict)
    assert [line.split()[0] for line in shown.out.splitlines()] == [fault.name for fault in FAULTS]
    assert [each["name"] for each in listed["faults"]] == [fault.name for fault in FAULTS]


def test_a_running_lab_tells_what_it_was_asked_for_in_vain(run: Run, lab: Path) -> None:
    shown = run("lab", "coverage", "--dir", lab)
    assert shown.status == 0
    assert shown.out.endswith("It was asked for nothing that it does not know.\n")
    found = _json(run, "coverage", "--dir", lab)
    assert isinstance(found, dict)
    assert found["unknown"] == []


def test_status_tells_of_locked_accounts_and_of_what_is_not_known() -> None:
    nobody = {"user": "x", "password": "x"}
    found = {
        "name": "x", "release": "9.1", "version": "x", "mode": "mixed", "phones": 0,
        "registered": 0, "clock": "x", "speed": 60.0,
        "credentials": {"cli": nobody, "viewer": nobody, "application": nobody},
        "nodes": [{"name": "pub", "role": "publisher", "address": "127.0.0.1", "services": {"ssh": {"port": 22}}}],
        "faults": [{"name": "hang", "where": "pub\x1b"}],
        "locked": [{"node": "pub", "account": "admin"}],
        "unknown": [{"interface": "cli", "what": "x", "count": 2}, {"interface": "axl", "what": "y", "count": 1}],
    }  # fmt: skip
    assert status_lines(found, Path("lab"))[0] == "x, release 9.1 (x), in mixed mode: 0 of 0 phones registered."
    assert status_lines(found, Path("lab"))[-3:] == [
        "  Fault on request: hang pub\\x1b",
        "  Locked on pub: account admin",
        "  Asked 3 times for what it does not know: see `ringtrust lab coverage --dir lab`.",
    ]


@pytest.mark.parametrize("where", ["nowhere", "10.0.0.1:514", "127.0.0.1"])
def test_a_receiver_of_syslog_that_is_not_on_this_machine_is_refused(run: Run, tmp_path: Path, where: str) -> None:
    for more in ((), ("--detach",)):
        answer = run("lab", "up", "campus-9.1", "--dir", tmp_path / "lab", *FAST, "--syslog", where, *more)
        assert answer.status == 2
        assert "is no receiver of a lab" in answer.err


def test_a_detached_lab_sends_its_alarms_to_the_receiver_that_was_named(run: Run, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(60)
        where = f"127.0.0.1:{receiver.getsockname()[1]}"
        words = ("--dir", tmp_path / "lab")
        assert run("lab", "up", "campus-9.1", *words, "--detach", *FAST, "--syslog", where).status == 0
        try:
            found = _json(run, "status", *words)
            assert isinstance(found, dict)
            assert found["syslog"] == where
            assert run("lab", "fault", "certificate", "pub", *words).status == 0
            assert b"%UC_CERT-2-TomcatCertRegen" in receiver.recv(4096)
        finally:
            run("lab", "down", *words)


@pytest.mark.parametrize("verb", ["status", "phones", "muster", "down", "fault node pub", "fault list", "partner list"])
def test_to_ask_a_lab_nothing_heavy_is_loaded(verb: str, tmp_path: Path) -> None:
    script = (
        f"import sys; from ringtrust.cli.verbs import status_of; "
        f"status_of(['lab', *'{verb}'.split(), '--dir', '{tmp_path}'])"
    )
    done = subprocess.run([sys.executable, "-c", f"{script}; print(*sys.modules)"], capture_output=True, check=True)
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    heavy = {"asyncssh", "sqlalchemy", "httpx", "lxml", "asyncio", "cryptography", "h11", "sqlite3"}
    assert "ringtrust.lab.process.control" in loaded
    assert loaded & heavy == set()
