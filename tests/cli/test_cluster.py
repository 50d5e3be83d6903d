"""`ringtrust cluster`, on a lab: known with one command, tried, listed, forgotten."""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ringtrust.settings import read_settings
from tests.cli.conftest import Run
from tests.support.terminal import answered

LAB = "campus-9.1"
FAST = ("--speed", "3000", "--phones", "4", "--seed", "7")
OTHER = '# Ours.\n[clusters.rome]\npublisher = "10.9.9.9"\n[clusters.rome.platform]\nuser = "admin"   # level 4\n'


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a lab that runs while these tests do: none of them changes it."""
    folder = tmp_path_factory.mktemp("cluster") / "lab"
    words = [sys.executable, "-m", "ringtrust", "lab"]
    subprocess.run([*words, "up", LAB, "--dir", folder, "--detach", *FAST], check=True, capture_output=True)
    yield folder
    subprocess.run([*words, "down", "--dir", folder], check=True, capture_output=True)


@pytest.fixture
def publisher(lab: Path) -> str:
    line = next(line for line in (lab / "ringtrust.toml").read_text().splitlines() if line.startswith("publisher"))
    return line.partition("=")[2].strip(' "')


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a file of somebody's own."""
    (tmp_path / "ringtrust.toml").write_text(OTHER)
    return tmp_path


def added(lab: Path, publisher: str, folder: Path, *more: str) -> list[str]:
    """The words that add the lab."""
    return [
        *("cluster", "add", "berlin", publisher, "--ssh-port", "2222", "--config", str(folder)),
        *("--platform-user", "admin", "--platform-password-command", f"cat {lab}/secrets/platform"),
        *("--application-user", "axladmin", "--application-password-command", f"cat '{lab}/secrets/application'"),
        *more,
    ]


def test_a_cluster_is_added_from_its_publisher_alone_and_is_then_scanned(
    run: Run, lab: Path, publisher: str, mine: Path
) -> None:
    (mine / "ringtrust.toml").chmod(0o640)
    answer = run(*added(lab, publisher, mine, "--pin"))
    assert answer.status == 0, answer.err
    assert answer.err.count("Pinned: ") == 3
    assert "berlin: 3 nodes, CUCM 9.1.2" in answer.out
    assert answer.out.count("  cli            works    CUCM 9.1.2") == 3
    assert "axl            works    reads the database: 4 phones" in answer.out
    assert "Everything that ringtrust needs works." in answer.out
    path = mine / "ringtrust.toml"
    assert path.read_text().startswith(OTHER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    secrets = [(lab / "secrets" / name).read_text().strip() for name in ("platform", "application")]
    for secret in secrets:
        assert secret not in path.read_text() + answer.out + answer.err

    assert run("scan", "berlin", "--config", mine).status == 0

    answer = run("cluster", "check", "berlin", "--config", mine, "--json")
    assert (answer.status, answer.err) == (0, "")
    found = json.loads(answer.out)
    assert (found["format"], found["whole"], found["lacking"]) == ("ringtrust.cluster-check/1", True, [])
    assert [node["name"] for node in found["nodes"]] == ["pub", "sub1", "sub2"]
    works = ("cli", "axl", "ris", "control-center", "perfmon", "tftp", "tls")
    assert {door["door"]: door["is"] for door in found["nodes"][0]["doors"]} == dict.fromkeys(works, "works") | {
        "rest": "not-asked"
    }


def test_nothing_is_pinned_and_nothing_written_where_nobody_says_so(
    run: Run, lab: Path, publisher: str, mine: Path
) -> None:
    answer = run(*added(lab, publisher, mine))
    assert answer.status == 2
    assert "nobody is there to look at them" in answer.err
    status, seen = answered(added(lab, publisher, mine), b"[y/N]: ", b"n")
    assert status == 2
    assert b"has the host key SHA256:" in seen
    assert b"Pin 1 host key?" in seen
    assert b"Nothing was pinned, and nothing was written." in seen
    assert (mine / "ringtrust.toml").read_text() == OTHER
    assert not (mine / "known_hosts").exists()


def test_whoever_says_yes_at_a_terminal_has_added_it(lab: Path, publisher: str, mine: Path) -> None:
    status, seen = answered(added(lab, publisher, mine), b"[y/N]: ", b"y")
    assert status == 0, seen
    assert b"Pin 2 host keys?" in seen  # those of the other nodes, once the publisher has named them
    assert len((mine / "known_hosts").read_text().splitlines()) == 3
    assert "[clusters.berlin]" in (mine / "ringtrust.toml").read_text()


def test_an_entry_that_is_there_is_refused_before_anything_happens(
    run: Run, lab: Path, publisher: str, mine: Path
) -> None:
    (mine / "ringtrust.toml").write_text(OTHER.replace("rome", "berlin"))
    answer = run(*added(lab, publisher, mine, "--pin"))
    assert (answer.status, "--force" in answer.err) == (2, True)
    assert not (mine / "known_hosts").exists()
    assert run(*added(lab, publisher, mine, "--pin", "--force")).status == 0
    assert publisher in (mine / "ringtrust.toml").read_text()
    assert "10.9.9.9" not in (mine / "ringtrust.toml").read_text()


def test_what_a_colleague_writes_while_the_cluster_is_tried_stays(
    run: Run, lab: Path, publisher: str, mine: Path
) -> None:
    path, theirs = mine / "ringtrust.toml", OTHER.replace("rome", "oslo").replace("# Ours.\n", "# Theirs.\n")
    (mine / "theirs").write_text(theirs)
    words = added(lab, publisher, mine, "--pin")
    writes = f"sh -c 'cat {mine}/theirs >> {path}; cat {lab}/secrets/platform'"
    words[words.index("--platform-password-command") + 1] = writes
    assert run(*words).status == 0
    assert path.read_text().startswith(OTHER + theirs)
    assert set(read_settings(path.read_text(), "")) == {"rome", "oslo", "berlin"}

    (mine / "theirs").write_text(OTHER.replace("rome", "paris"))
    words[2], before = "paris", path.read_text()
    answer = run(*words)
    assert answer.status == 2
    assert "Somebody has changed the entry 'paris'" in answer.err
    assert path.read_text() == before + OTHER.replace("rome", "paris")


def test_what_is_not_given_stays_in_an_entry_that_is_changed(run: Run, lab: Path, publisher: str, mine: Path) -> None:
    path = mine / "ringtrust.toml"
    secret = f'password_command = ["cat", "{lab}/secrets/platform"]'
    path.write_text(
        f'[clusters.berlin]\npublisher = "10.9.9.9"\nseconds = 45.5\nknown_hosts = "keys"\nfiles = "https"\n'
        f'file_https_port = 6973\ndoors = ["cli", "axl"]\ntrusted_certificates = ["{"ab" * 32}"]\n'
        f'[clusters.berlin.platform]\nuser = "admin"\n{secret}\n[clusters.berlin.application]\nuser = "axladmin"\n'
        f'password_command = ["cat", "{lab}/secrets/application"]\n'
        f'[clusters.berlin.nodes.first]\naddress = "{publisher}"\n'
        f'[clusters.berlin.nodes.first.platform]\nuser = "admin"\n{secret}\n'
    )
    before = read_settings(path.read_text(), "")["berlin"]
    words = ["cluster", "add", "berlin", publisher, "--platform-user", "admin", "--ssh-port", "2222", "--force"]
    answer = run(*words, "--pin", "--config", mine)
    assert answer.status == 0, answer.err
    after = read_settings(path.read_text(), "")["berlin"]
    assert after == msgspec.structs.replace(before, publisher=publisher, ssh_port=2222)
    for name in ("seconds", "known_hosts", "files", "file_https_port", "nodes", "doors", "trusted_certificates"):
        assert name in answer.err.partition("Kept as they were: ")[2].partition("\n")[0]
    assert len((mine / "keys").read_text().splitlines()) == 3


def test_what_is_missing_is_told_with_what_it_costs(run: Run, lab: Path, publisher: str, mine: Path) -> None:
    words = added(lab, publisher, mine, "--pin")
    words[words.index("--application-password-command") + 1] = "echo wrong"
    answer = run(*words)
    assert answer.status == 3
    assert "axl            MISSING" in answer.out
    assert "Without axl: no phones: neither which there are, nor can all of them be reset." in answer.out
    assert "wrong" not in answer.out + answer.err
    assert "Written: " in answer.out
    assert run("cluster", "check", "berlin", "--config", mine).status == 3
    only_cli = [word for word in words if "application" not in word and word not in {"axladmin", "echo wrong"}]
    answer = run(*only_cli, "--application-user", "", "--force")
    assert answer.status == 0
    assert "Without axl: " in answer.out
    assert "application" not in (mine / "ringtrust.toml").read_text()


def test_a_cluster_without_an_ssh_login_is_checked_by_axl_and_added_by_hand(
    run: Run, lab: Path, publisher: str, mine: Path
) -> None:
    refused = run(*added(lab, publisher, mine, "--pin", "--door", "axl"))
    assert (refused.status, (mine / "ringtrust.toml").read_text()) == (2, OTHER)
    assert "Write such an entry by hand, with trusted_certificates" in refused.err

    shown = json.loads(run("cert", "show", LAB, "pub", "tomcat", "--json", "--config", lab).out)
    entry = f'[clusters.only]\npublisher = "{publisher}"\nphone_web_port = 80\n{{}}[clusters.only.application]\n'
    login = f'user = "axladmin"\npassword_command = ["cat", "{lab}/secrets/application"]\n'
    path = mine / "ringtrust.toml"
    path.write_text(entry.format("") + login)
    answer = run("cluster", "check", "only", "--config", mine, "--pin")
    assert (answer.status, answer.out) == (3, "")
    assert shown["sha256"] in answer.err
    assert "add its SHA-256 to trusted_certificates" in answer.err

    path.write_text(entry.format(f'trusted_certificates = ["{shown["sha256"]}"]\n') + login)
    answer = run("cluster", "check", "only", "--config", mine, "--pin")
    assert (answer.status, answer.err) == (0, "")
    assert "only: 3 nodes, CUCM 9.1.2" in answer.out
    assert answer.out.count("  axl            works") == 3
    assert "Without cli: nothing is renewed and no service restarted" in answer.out
    assert not (mine / "known_hosts").exists()


def test_a_wrong_platform_password_is_one_sentence_and_nothing_is_written(
    run: Run, lab: Path, publisher: str, mine: Path
) -> None:
    words = added(lab, publisher, mine, "--pin")
    words[words.index("--platform-password-command") + 1] = "echo not-the-password"
    answer = run(*words)
    assert answer.status == 3
    assert "refuses the password of admin" in answer.err
    assert "not-the-password" not in answer.out + answer.err
    assert (mine / "ringtrust.toml").read_text() == OTHER


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--platform-password-variable", "X"), "cannot come from command and variable"),
        (("--platform-user", ""), "There is a password and no user"),
        (("--platform-password-command", "cat 'x"), "password command cannot be read"),
        (("--door", "window"), "Invalid value"),
        (("--ssh-port", "0"), "Invalid value"),
    ],
)
def test_what_makes_no_entry_is_wrong_usage(
    run: Run, lab: Path, publisher: str, mine: Path, more: tuple[str, ...], sentence: str
) -> None:
    answer = run(*added(lab, publisher, mine, *more))
    assert (answer.status, sentence in answer.err) == (2, True), answer.err


@pytest.mark.parametrize("words", [("a b", "x"), ("x", "a b"), ("x", "user@host")])
def test_names_that_are_none_are_refused(run: Run, mine: Path, words: tuple[str, str]) -> None:
    answer = run("cluster", "add", *words, "--platform-user", "admin", "--config", mine)
    assert answer.status == 2
    assert "What to do:" in answer.err


def test_the_list_says_who_logs_in_and_never_how_a_password_is_had(run: Run, mine: Path) -> None:
    text = OTHER + (
        '[clusters.oslo]\npublisher = "10.1.1.1"\n[clusters.oslo.platform]\nuser = "admin"\n'
        'password_command = ["pass", "show", "hidden/path"]\n[clusters.oslo.application]\nuser = "axl"\n'
        'password_keyring = "cucm"\n'
    )
    (mine / "ringtrust.toml").write_text(text)
    answer = run("cluster", "list", "--config", mine)
    assert answer.status == 0
    assert "2 clusters" in answer.out
    assert "platform admin, password typed" in answer.out
    assert "platform admin, password from pass; application axl, password from the keyring (cucm)" in answer.out
    assert "hidden/path" not in answer.out
    found = json.loads(run("cluster", "list", "--config", mine, "--json").out)
    assert [each["name"] for each in found["clusters"]] == ["rome", "oslo"]
    assert "axl" not in found["clusters"][0]["doors"]
    assert "axl" in found["clusters"][1]["doors"]


def test_what_is_removed_leaves_its_journal_and_its_host_keys(run: Run, mine: Path) -> None:
    (mine / "known_hosts").write_text("")
    text = OTHER + '\n# Oslo.\n[clusters.oslo]\npublisher = "x"\n[clusters.oslo.platform]\nuser = "admin"\n'
    (mine / "ringtrust.toml").write_text(text)
    answer = run("cluster", "remove", "rome", "--config", mine)
    assert answer.status == 0
    assert f"It stays: {mine / 'known_hosts'}" in answer.out
    left = (mine / "ringtrust.toml").read_text()
    assert "rome" not in left
    assert '# Oslo.\n[clusters.oslo]\npublisher = "x"' in left
    assert left.startswith("# Ours.\n")
    assert run("cluster", "remove", "rome", "--config", mine).status == 2
    assert json.loads(run("cluster", "remove", "oslo", "--config", mine, "--json").out)["removed"] == "oslo"
    assert "0 clusters" in run("cluster", "list", "--config", mine).out


def test_a_cluster_that_nobody_knows_is_told(run: Run, mine: Path) -> None:
    answer = run("cluster", "check", "oslo", "--config", mine)
    assert (answer.status, "It knows: rome." in answer.err) == (2, True)
