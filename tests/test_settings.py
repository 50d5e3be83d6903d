"""ringtrust.toml and the passwords that it leads to."""

import copy
import importlib
import json
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.doors import Door
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.lab.process import status
from ringtrust.settings import (
    FILE,
    Login,
    Secret,
    file,
    find_file,
    password,
    password_sources,
    passwords,
    read_cluster,
    read_clusters,
    state_folder,
)
from tests.support.clusters import on_the_wire, small
from tests.support.live import live

WHOLE = """
[clusters.campus]
publisher = "cucm-pub.campus.example"
[clusters.campus.platform]
user = "admin"
[clusters.campus.application]
user = "axladmin"
"""
HIDDEN = "Zw3lf-Boxkaempfer!"


def written(folder: Path, text: str = WHOLE) -> Path:
    """The file, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def with_line(line: str) -> str:
    """The whole, with one more line about the cluster."""
    return WHOLE.replace('example"\n', f'example"\n{line}\n', 1)


def nobody(user: str) -> Secret:
    """Nobody sits there."""
    raise RefusedError(f"Nobody to ask for the password of {user}.")


# Where it is.


def test_the_file_that_was_named_comes_first_then_the_variable_then_here_then_the_user_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, variable, here, own = (tmp_path / name for name in ("named", "variable", "here", "home"))
    here.mkdir()
    monkeypatch.chdir(here)
    environment = {"HOME": str(own)}
    with pytest.raises(RefusedError) as caught:
        find_file(None, environment)
    assert FILE in caught.value.what
    assert str(own / ".config/ringtrust") in caught.value.what
    assert "--config" in caught.value.advice
    last = written(own / ".config/ringtrust")
    assert find_file(None, environment) == last
    written(here)
    assert find_file(None, environment) == Path(FILE)
    environment["RINGTRUST_CONFIG"] = str(written(variable))
    assert find_file(None, environment) == variable / FILE
    assert find_file(written(named), environment) == named / FILE


def test_a_folder_stands_for_the_file_in_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert find_file(tmp_path, {}) == path
    assert find_file(None, {"RINGTRUST_CONFIG": str(tmp_path)}) == path


@pytest.mark.parametrize("name", ["nowhere.toml", "a\0b"])
def test_one_that_was_named_and_is_not_there_is_not_looked_for_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RefusedError, match="There is no"):
        find_file(Path(name), {})


def test_a_name_that_the_system_refuses_is_a_sentence() -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        find_file(Path("x" * 5000), {})


def test_a_machine_on_which_nobody_is_at_home_has_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RefusedError, match="There is no"):
        find_file(None, {})


def test_the_state_of_a_user_is_where_his_system_keeps_such_things(tmp_path: Path) -> None:
    state, home = tmp_path / "state", tmp_path / "home"
    assert state_folder({"XDG_STATE_HOME": str(state), "HOME": str(home)}) == state / "ringtrust"
    for unset in ({}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "relative"}):
        assert state_folder({**unset, "HOME": str(home)}) == home / ".local/state/ringtrust"
    for nowhere in ({}, {"HOME": ""}, {"HOME": "."}):
        with pytest.raises(RefusedError, match="HOME names no folder"):
            state_folder(nowhere)


# What stands in it.


def test_what_is_not_said_has_cisco_s_values(tmp_path: Path) -> None:
    entry = read_cluster("campus", written(tmp_path))
    found = entry.settings
    assert found.publisher == "cucm-pub.campus.example"
    assert (found.ssh_port, found.https_port, found.file_port, found.tvs_port, found.phone_web_port) == (
        *(22, 8443, 6970, 2445),
        80,
    )
    assert not found.legacy_tls
    assert entry.known_hosts == tmp_path / "known_hosts"


def test_known_hosts_stand_beside_the_file_or_where_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, with_line('known_hosts = "keys/of-nodes"'))
    monkeypatch.chdir(tmp_path)
    assert read_cluster("campus", Path(FILE)).known_hosts == tmp_path / "keys/of-nodes"
    written(tmp_path, with_line('known_hosts = "/etc/ssh/known"'))
    assert read_cluster("campus", Path(FILE)).known_hosts == Path("/etc/ssh/known")


def test_a_cluster_that_it_does_not_know_is_refused_with_those_that_it_knows(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="'elsewhere'") as caught:
        read_cluster("elsewhere", written(tmp_path))
    assert caught.value.advice == "It knows: campus."
    with pytest.raises(RefusedError) as caught:
        read_cluster("campus", written(tmp_path, ""))
    assert caught.value.advice == "It knows: none."


@pytest.mark.parametrize(
    "line",
    [
        "colour = 1",
        f'password = "{HIDDEN}"',
        'seconds = "long"',
        "seconds = 0",
        "seconds = -1",
        "seconds = nan",
        "seconds = inf",
        "ssh_port = 0",
        "https_port = 65536",
        "phone_web_port = -1",
        'trusted_certificates = ["abc"]',
        "trusted_certificates = 7",
        f'platform = "{HIDDEN}"',
        "publisher = 1",
        f'"unfinished = {HIDDEN}',
        "legacy_tls = " + "[" * 5000,
        "ssh_port = " + "1" * 5000,
    ],
)
def test_what_it_cannot_mean_is_an_error_with_the_file_s_name_and_never_a_password(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, with_line(line))
    with pytest.raises(UnreadableError) as caught:
        read_cluster("campus", path)
    assert caught.value.what.startswith(f"{path}: ")
    assert "docs/clusters.md" in caught.value.advice
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize("publisher", ["", "a b", "x;y", "-\\n", "user@host", "a/b"])
def test_a_publisher_that_is_no_host_is_refused(tmp_path: Path, publisher: str) -> None:
    path = written(tmp_path, WHOLE.replace("cucm-pub.campus.example", publisher))
    with pytest.raises(RefusedError, match="is no host"):
        read_cluster("campus", path)


@pytest.mark.parametrize("publisher", ["10.1.1.999", "10.1.1", "10.1.1.1.1", "10", "."])
def test_a_publisher_of_numbers_that_are_no_address_is_refused(tmp_path: Path, publisher: str) -> None:
    path = written(tmp_path, WHOLE.replace("cucm-pub.campus.example", publisher))
    with pytest.raises(RefusedError, match="is no address"):
        read_cluster("campus", path)


@pytest.mark.parametrize("place", ["", ".platform", ".nodes.sub1.platform"])
@pytest.mark.parametrize("key", ["password", "Password", "passwd", "secret"])
def test_a_password_in_clear_is_refused_with_what_to_do_instead(tmp_path: Path, place: str, key: str) -> None:
    path = written(tmp_path, WHOLE + f'[clusters.other]\npublisher = "x"\n[clusters.other{place}]\n{key} = "{HIDDEN}"\n'
                   if place else with_line(f'{key} = "{HIDDEN}"'))  # fmt: skip
    with pytest.raises(UnreadableError) as caught:
        read_cluster("campus", path)
    assert (
        f"a password stands in clear in it, at clusters.{'other' if place else 'campus'}{place}.{key}."
        in caught.value.what
    )
    assert "Take it out and change it" in caught.value.advice
    assert "password_keyring" in caught.value.advice
    assert HIDDEN not in f"{caught.value.what} {caught.value.advice}"


def test_a_cluster_may_be_called_password(tmp_path: Path) -> None:
    assert read_cluster("password", written(tmp_path, WHOLE.replace("campus", "password"))).name == "password"


# Which interfaces may be used.

CLI_ONLY = '[clusters.campus]\npublisher = "pub"\n{}[clusters.campus.platform]\nuser = "admin"\n'
AXL_ONLY = '[clusters.campus]\npublisher = "pub"\n{}[clusters.campus.application]\nuser = "axl"\n'
FREE = {Door.TFTP, Door.TLS, Door.PHONE}


@pytest.mark.parametrize(
    ("text", "line", "allowed"),
    [
        (WHOLE, "", set(Door)),
        (CLI_ONLY, "", {Door.CLI, Door.REST, *FREE}),
        (AXL_ONLY, "", {Door.AXL, Door.RIS, Door.CONTROL_CENTER, Door.PERFMON, *FREE}),
        (CLI_ONLY, 'doors = ["cli", "tls"]\n', {Door.CLI, Door.TLS}),
        (AXL_ONLY, 'doors = ["axl", "control-center"]\n', {Door.AXL, Door.CONTROL_CENTER}),
    ],
)
def test_a_login_may_be_left_out_and_what_is_allowed_follows(
    tmp_path: Path, text: str, line: str, allowed: set[Door]
) -> None:
    found = read_cluster("campus", written(tmp_path, text.replace("{}", line))).settings
    assert found.allowed == allowed
    assert (found.platform.given, found.application.given) == (Door.CLI in allowed, Door.AXL in allowed)
    wanted = {place for place, door in (("platform", Door.CLI), ("application", Door.AXL)) if door in allowed}
    assert passwords(found, lambda user: Secret(f"{user}'s")).keys() == set(found.logins()) == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[clusters.campus]\npublisher = "pub"\n', "neither a platform nor an application login"),
        (CLI_ONLY.replace('"admin"', '""'), "neither a platform nor an application login"),
        (CLI_ONLY.replace("{}", 'doors = ["axl", "cli"]\n'), "doors names axl"),
        (CLI_ONLY.replace("{}", 'doors = ["window"]\n'), "window"),
    ],
)
def test_nobody_who_may_log_in_is_an_error(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        read_cluster("campus", written(tmp_path, text.replace("{}", "")))


NODES = (
    WHOLE
    + """
[clusters.campus.nodes."10.3.74.12".platform]
user = "other"
password_variable = "OTHER"
[clusters.campus.nodes.sub2]
address = "10.3.74.13"
[clusters.campus.nodes.sub2.platform]
user = "admin"
password_variable = "SUB2"
"""
)


def test_a_node_may_have_a_login_of_its_own_by_its_address_or_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_cluster("campus", written(tmp_path, NODES)).settings
    assert found.place_for("10.3.74.11") == "platform"
    assert found.place_for("10.3.74.12") == "nodes.10.3.74.12"
    for names in (("10.3.74.13",), ("sub2",), ("SUB2",), ("sub2.example", "sub2"), ("other", "10.3.74.13")):
        assert found.place_for(*names) == "nodes.sub2"
    assert found.place_for("sub3", "") == "platform"
    with pytest.raises(RefusedError, match=r"are one node, 10\.3\.74\.12, with two logins"):
        found.place_for("10.3.74.12", "sub2")
    monkeypatch.setenv("OTHER", "one")
    monkeypatch.setenv("SUB2", "two")
    asked: list[str] = []
    known = passwords(found, lambda user: asked.append(user) or Secret("typed"))
    assert {place: secret.reveal() for place, secret in known.items()} == {
        "platform": "typed",
        "nodes.10.3.74.12": "one",
        "nodes.sub2": "two",
        "application": "typed",
    }
    assert asked == ["admin (platform: the CLI of the nodes)", "axladmin (application: AXL and its like)"]


def test_what_a_person_types_goes_to_one_door_only_though_the_users_have_one_name(tmp_path: Path) -> None:
    text = CLI_ONLY.replace("{}", "") + '[clusters.campus.application]\nuser = "admin"\n'
    text += '[clusters.campus.nodes.sub2.platform]\nuser = "admin"\n'
    found = read_cluster("campus", written(tmp_path, text)).settings
    asked: list[str] = []
    known = passwords(found, lambda whom: asked.append(whom) or Secret(f"password {len(asked)}"))
    assert asked == [
        "admin (platform: the CLI of the nodes)",
        "admin (nodes.sub2: the CLI of this node)",
        "admin (application: AXL and its like)",
    ]
    assert [known[place].reveal() for place in ("platform", "nodes.sub2", "application")] == [
        f"password {number}" for number in (1, 2, 3)
    ]


def test_what_is_written_down_in_one_place_is_looked_up_once(tmp_path: Path) -> None:
    counted = tmp_path / "counted"
    code = f"open({str(counted)!r}, 'a').write('x'); print('{HIDDEN}')"
    line = f"password_command = {json.dumps([sys.executable, '-S', '-c', code])}\n"
    text = CLI_ONLY.replace("{}", "") + f'{line}[clusters.campus.application]\nuser = "admin"\n{line}'
    known = passwords(read_cluster("campus", written(tmp_path, text)).settings, nobody)
    assert {place: secret.reveal() for place, secret in known.items()} == dict.fromkeys(
        ("platform", "application"), HIDDEN
    )
    assert counted.read_text() == "x"


def test_a_login_of_a_node_without_a_user_is_an_error(tmp_path: Path) -> None:
    text = WHOLE + '[clusters.campus.nodes.sub2.platform]\nuser = ""\n'
    with pytest.raises(UnreadableError, match="without a user"):
        read_cluster("campus", written(tmp_path, text))


def test_every_entry_of_a_file_is_there_in_its_order(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE.replace("campus", "zoo") + WHOLE)
    assert [entry.name for entry in read_clusters(path)] == ["zoo", "campus"]


def test_bytes_that_are_no_text_and_folders_are_errors(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableError):
        read_cluster("campus", tmp_path / FILE)
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_cluster("campus", tmp_path)


def test_digits_of_a_certificate_may_be_written_as_openssl_prints_them(tmp_path: Path) -> None:
    digits = ":".join(["AB"] * 32)
    found = read_cluster("campus", written(tmp_path, with_line(f'trusted_certificates = ["{digits}", "{"ab" * 32}"]')))
    assert found.settings.trusted_certificates == (digits, "ab" * 32)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o664])
def test_a_file_that_others_may_write_is_refused_before_anything_of_it_is_run(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path)
    path.chmod(mode)
    for read in (lambda: read_cluster("campus", path), lambda: read_clusters(path)):
        with pytest.raises(RefusedError, match="may be written by others") as caught:
            read()
        assert f"chmod go-w {path}" in caught.value.advice


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o400])
def test_others_may_read_it(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path)
    path.chmod(mode)
    assert read_cluster("campus", path)


def test_a_file_of_somebody_else_is_refused_and_one_of_root_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    owner = path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    monkeypatch.setattr(file, "_ROOT", owner + 2)
    with pytest.raises(RefusedError, match="belongs to somebody else") as caught:
        read_cluster("campus", path)
    assert "--config" in caught.value.advice
    monkeypatch.setattr(file, "_ROOT", owner)
    assert read_cluster("campus", path)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_stands_in_it_there_is_an_entry_or_a_sentence(tmp_path_factory: object, data: bytes) -> None:
    assert isinstance(tmp_path_factory, pytest.TempPathFactory)
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(data)
    with pytest.raises(RingtrustError):
        read_cluster("campus", path)


@live
async def test_what_a_lab_writes_is_read_as_it_stands(tmp_path: Path) -> None:
    for phones in (1, 0):
        async with on_the_wire(small(phones=phones)) as wire:
            secrets = tmp_path / "a folder" / "secrets"
            secrets.mkdir(parents=True, exist_ok=True)
            for name, account in (("platform", wire.lab.platform), ("application", wire.lab.application)):
                (secrets / name).write_text(account.password + "\n")
            entry = read_cluster("campus-9.1", written(tmp_path, status.settings(wire.lab, secrets)))
            found = entry.settings
            assert found.publisher == wire.cluster.publisher.address
            assert found.ssh_port == wire.lab.ssh_ports[0]
            assert password(found.platform, nobody).reveal() == wire.lab.platform.password
            assert password(found.application, nobody).reveal() == wire.lab.application.password


# Passwords.


def prints(text: str, *, status: int = 0) -> Login:
    """A login whose command prints a text."""
    code = f"import sys; sys.stdout.buffer.write({text.encode('utf-8', 'surrogateescape')!r}); sys.exit({status})"
    return Login("admin", password_command=(sys.executable, "-S", "-c", code))


@pytest.mark.parametrize("text", [HIDDEN, f"{HIDDEN}\n", f"{HIDDEN}\r\nuser: admin\nmore\n"])
def test_a_password_is_the_first_line_that_a_command_prints(text: str) -> None:
    assert password(prints(text), nobody).reveal() == HIDDEN


@pytest.mark.parametrize(
    ("login", "sentence"),
    [
        (prints(HIDDEN, status=1), "ended without a password, with status 1"),
        (prints(""), "printed nothing"),
        (prints(f"\n{HIDDEN}"), "printed nothing"),
        (prints(HIDDEN * 300), "printed too much"),
        (prints("\udcff" + HIDDEN), "is no text in UTF-8"),
        (Login("admin", password_command=("/nowhere/pass", HIDDEN)), "cannot be run: No such file"),
        (Login("admin", password_command=("/", HIDDEN)), "cannot be run: Permission denied"),
        (Login("admin", password_command=("a\0b", HIDDEN)), "cannot be run: embedded null byte"),
        (Login("admin", password_command=("",)), "cannot be run"),
    ],
)
def test_a_command_that_gives_none_is_refused_and_what_it_said_is_shown_to_nobody(login: Login, sentence: str) -> None:
    with pytest.raises(RefusedError, match=sentence) as caught:
        password(login, nobody)
    shown = "".join(traceback.format_exception(caught.value))
    cause: BaseException | None = caught.value
    while cause is not None:
        shown += f"{cause!r} {cause} {vars(cause)}"
        cause = cause.__cause__ or cause.__context__
    assert HIDDEN not in shown


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_sources, "_COMMAND_SECONDS", 0.2)
    login = Login("admin", password_command=(sys.executable, "-S", "-c", "import time; time.sleep(1000)"))
    with pytest.raises(RefusedError, match=r"did not end within 0\.2 seconds"):
        password(login, nobody)


def test_a_password_may_stand_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    login = Login("admin", password_variable="CAMPUS_PASSWORD")  # noqa: S106 - a name
    with pytest.raises(RefusedError, match="CAMPUS_PASSWORD is not set") as caught:
        password(login, nobody)
    assert "admin" in caught.value.what
    monkeypatch.setenv("CAMPUS_PASSWORD", "")
    with pytest.raises(RefusedError, match="is empty"):
        password(login, nobody)
    monkeypatch.setenv("CAMPUS_PASSWORD", f" {HIDDEN} ")
    assert password(login, nobody).reveal() == f" {HIDDEN} "


def test_a_command_goes_before_a_variable_and_a_person_is_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPUS_PASSWORD", "other")
    both = msgspec.structs.replace(prints(HIDDEN), password_variable="CAMPUS_PASSWORD")  # noqa: S106 - a name
    assert password(both, nobody).reveal() == HIDDEN
    assert password(Login("admin"), lambda user: Secret(f"{user}'s")).reveal() == "admin's"


# The keyring of the operating system.

IN_KEYRING = Login("admin", password_keyring="campus")  # noqa: S106 - a name


@pytest.fixture
def keyring() -> Iterator[ModuleType]:
    """The library, with a keyring in memory; its own is back afterwards."""
    library = pytest.importorskip("keyring")
    backend = importlib.import_module("keyring.backend")

    class InMemory(backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1
        kept: ClassVar[dict[tuple[str, str], str]] = {}
        trouble: ClassVar[list[Exception]] = []

        def get_password(self, service: str, username: str) -> str | None:
            for error in self.trouble:
                raise error
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.kept[service, username]

    before = library.get_keyring()
    library.set_keyring(InMemory())
    yield library
    library.set_keyring(before)


def test_a_password_may_be_kept_in_the_keyring_by_service_and_user(keyring: ModuleType) -> None:
    with pytest.raises(RefusedError, match="no password of admin for 'campus'") as caught:
        password(IN_KEYRING, nobody)
    assert caught.value.advice == "Store it: keyring set campus admin"
    keyring.set_password("campus", "admin", HIDDEN)
    assert password(IN_KEYRING, nobody).reveal() == HIDDEN
    keyring.set_password("campus", "admin", "")
    with pytest.raises(RefusedError, match="is empty"):
        password(IN_KEYRING, nobody)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("KeyringLocked", "it is locked"),
        ("NoKeyringError", "there is none on this system"),
        ("InitError", "does not open"),
    ],
)
def test_a_keyring_that_does_not_open_is_one_sentence(keyring: ModuleType, name: str, sentence: str) -> None:
    error = getattr(importlib.import_module("keyring.errors"), name)(f"it said {HIDDEN}")
    keyring.get_keyring().trouble[:] = [error]
    try:
        with pytest.raises(RefusedError, match=sentence) as caught:
            password(IN_KEYRING, nobody)
    finally:
        keyring.get_keyring().trouble.clear()
    assert caught.value.advice
    assert HIDDEN not in "".join(traceback.format_exception(caught.value))


def test_without_the_library_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(RefusedError, match="nothing is installed that could read one") as caught:
        password(IN_KEYRING, nobody)
    assert "pip install 'ringtrust[keyring]'" in caught.value.advice


def test_the_library_is_loaded_only_where_it_is_used() -> None:
    look = "import sys; import ringtrust.cli.reach; print('keyring' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@given(st.text())
def test_a_secret_shows_itself_to_nobody(more: str) -> None:
    text = HIDDEN + more
    secret = Secret(text)
    assert secret.reveal() == text
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", "%s" % secret]  # noqa: UP031 - old ways too
    assert set(shown) == {"Secret(…)"}
    assert HIDDEN not in f"{[secret]} {Login('admin')}"
    for write in (msgspec.json.encode, msgspec.to_builtins, json.dumps, pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            write(secret)
        assert HIDDEN not in str(caught.value)
    assert not hasattr(secret, "__dict__")
