"""ringtrust.toml, written by a machine: one entry comes or goes, and not a letter of the rest changes."""

import errno
import fcntl
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cli.cluster import file as cluster_file
from ringtrust.cli.cluster.file import (
    only_writer,
    place_of,
    put_in,
    refuse_unless_name,
    take_out,
    text_at,
    with_entry,
    without_entry,
    write_whole,
)
from ringtrust.cluster.doors import Door
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.settings import FILE, ClusterSettings, Login, NodeSettings, read_settings

MINE = """\
# Ours. Ask Anna before you change anything.

[clusters.berlin]   # the old one
publisher = "10.0.0.1"
[clusters.berlin.platform]
user = "admin"   # level 4

# Rome has moved.
[clusters."rome-9.1"]
publisher = "10.0.0.2"
known_hosts = '''keys
[clusters.berlin]'''
[clusters."rome-9.1".application]
user = "axl"

# the end
"""
NEW = ClusterSettings(
    publisher="10.3.74.11",
    platform=Login("admin", ("pass", "show", 'cucm/"x"')),
    application=Login("axl", password_keyring="cucm"),  # noqa: S106 - a name
    doors=(Door.CLI, Door.AXL),
    ssh_port=2222,
    phone_web_port=0,
    legacy_tls=True,
    trusted_certificates=("ab" * 32,),
    seconds=90.5,
    files="https",
    file_https_port=6973,
    tftp_port=70,
    known_hosts="keys of oslo",
    tags=("emea", "pilot"),
    windows=("Sat 22:00-06:00 Europe/Oslo", "2026-12-24T22:00 .. 2026-12-25T06:00 Europe/Oslo"),
    approvals=1,
    nodes={
        "10.3.74.14": NodeSettings(Login("other", password_variable="SUB3")),  # noqa: S106 - a name
        "sub4": NodeSettings(Login("other", ("pass", "sub4")), "10.3.74.15"),
    },
)


def test_a_new_entry_stands_at_the_end_and_all_else_as_it_was() -> None:
    after = with_entry(MINE, "oslo", NEW, FILE, force=False)
    assert after.startswith(MINE)
    assert read_settings(after, FILE) == {**read_settings(MINE, FILE), "oslo": NEW}
    assert "password =" not in after
    for text in ("", "# nothing yet", MINE.rstrip("\n"), MINE.replace("\n", "\r\n")):
        after = with_entry(text, "oslo", NEW, FILE, force=False)
        assert after.startswith(text)
        assert read_settings(after, FILE)["oslo"] == NEW


def test_what_is_as_without_it_is_not_written() -> None:
    plain = ClusterSettings("pub", Login("admin"))
    after = with_entry("", "x", plain, FILE, force=False)
    body = after.partition("[clusters.x]")[2]
    assert body == '\npublisher = "pub"\n\n[clusters.x.platform]\nuser = "admin"\n'


def test_an_entry_goes_and_the_comments_of_the_others_stay() -> None:
    after = without_entry(MINE, "berlin", FILE)
    assert read_settings(after, FILE).keys() == {"rome-9.1"}
    for kept in ("# Ours. Ask Anna", '# Rome has moved.\n[clusters."rome-9.1"]', "[clusters.berlin]'''", "# the end"):
        assert kept in after
    assert "10.0.0.1" not in after
    assert read_settings(without_entry(MINE, "rome-9.1", FILE), FILE).keys() == {"berlin"}


def test_a_value_that_looks_like_a_table_is_left_to_a_person() -> None:
    text = MINE.replace("keys\n[clusters.berlin]'''", "keys\n[clusters.berlin]\nof nodes'''")
    with pytest.raises(RefusedError, match="in a style that is left alone here") as caught:
        without_entry(text, "berlin", FILE)
    assert "by hand" in caught.value.advice


def test_one_that_is_there_is_replaced_only_when_somebody_says_so() -> None:
    with pytest.raises(RefusedError, match="has a cluster 'berlin' already") as caught:
        with_entry(MINE, "berlin", NEW, FILE, force=False)
    assert "--force" in caught.value.advice
    after = with_entry(MINE, "berlin", NEW, FILE, force=True)
    assert read_settings(after, FILE) == {**read_settings(MINE, FILE), "berlin": NEW}
    assert after.count("[clusters.berlin]\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        'clusters = { berlin = { publisher = "x", platform = { user = "a" } } }\n',
        '[clusters]\nberlin.publisher = "x"\nberlin.platform.user = "a"\n',
        'clusters.berlin.publisher = "x"\nclusters.berlin.platform.user = "a"\n',
    ],
)
def test_a_file_in_another_style_is_never_spoilt(text: str) -> None:
    assert read_settings(text, FILE).keys() == {"berlin"}
    with pytest.raises(RefusedError, match="left alone"):
        without_entry(text, "berlin", FILE)
    try:
        after = with_entry(text, "oslo", NEW, FILE, force=False)
    except RefusedError as error:
        assert "left alone" in error.what
    else:
        assert read_settings(after, FILE) == {**read_settings(text, FILE), "oslo": NEW}


def test_what_is_damaged_or_not_there_is_told() -> None:
    with pytest.raises(UnreadableError):
        with_entry("[clusters", "oslo", NEW, FILE, force=False)
    with pytest.raises(RefusedError) as caught:
        without_entry(MINE, "oslo", FILE)
    assert caught.value.advice == "It knows: berlin, rome-9.1."


_WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
_LOGINS = st.builds(Login, _WORDS, st.lists(_WORDS, max_size=3).map(tuple), st.sampled_from(["", "A"]), _WORDS)
_PORTS = st.integers(1, 65_535)
_NODES = st.dictionaries(_WORDS, st.builds(NodeSettings, _LOGINS, st.just("") | _WORDS), max_size=2)
_ENTRIES = st.builds(
    ClusterSettings,
    st.just("host"),
    _LOGINS,
    _LOGINS,
    _NODES,
    st.lists(st.sampled_from(Door), max_size=3, unique=True).map(tuple),
    **{name: _PORTS for name in ClusterSettings.__struct_fields__ if name.endswith("_port")},
    files=st.sampled_from(["http", "https", "tftp"]),
    legacy_tls=st.booleans(),
    known_hosts=_WORDS,
    trusted_certificates=st.sampled_from([(), ("ab" * 32,), ("AB:" * 31 + "CD", "01" * 32)]),
    seconds=st.floats(0, 3600, exclude_min=True),
)
_NAMES = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,8}\Z")


@given(st.dictionaries(_NAMES, _ENTRIES, max_size=4), st.data())
def test_what_was_written_is_read_and_goes_again(entries: dict[str, ClusterSettings], data: st.DataObject) -> None:
    text = "# mine\n"
    for name, settings in entries.items():
        text = with_entry(text, name, settings, FILE, force=False)
    assert read_settings(text, FILE) == entries
    for name in data.draw(st.permutations(sorted(entries))):
        text = without_entry(text, name, FILE)
        assert name not in read_settings(text, FILE)
    assert text.split() == ["#", "mine"]


def test_characters_that_no_name_has_are_not_written_down() -> None:
    with pytest.raises(RefusedError, match="cannot be written down"):
        with_entry("", "x", ClusterSettings("pub", Login("ad\x7fmin")), FILE, force=False)


@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "-x", "x\n", "x" * 65, "ä", "a]b", 'a"b'])
def test_a_name_is_letters_digits_and_a_few_signs(name: str) -> None:
    with pytest.raises(RefusedError, match="is no name for a cluster"):
        refuse_unless_name(name)
    refuse_unless_name("campus-12.5")


def test_it_is_written_whole_for_its_owner_only_where_it_is_then_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = place_of(None, {"HOME": str(tmp_path / "home")})
    assert path == tmp_path / FILE
    write_whole(path, MINE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write_whole(path, MINE + "# more\n")
    assert text_at(path) == MINE + "# more\n"
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
    assert place_of(tmp_path / "new", {}) == tmp_path / "new" / FILE
    assert place_of(tmp_path / "other.toml", {}) == tmp_path / "other.toml"
    assert place_of(tmp_path, {}) == path
    write_whole(tmp_path / "deep" / "down" / FILE, "")
    assert (tmp_path / "deep" / "down" / FILE).exists()


def test_one_that_is_there_keeps_its_mode_and_its_group(tmp_path: Path) -> None:
    """A file that colleagues share stays theirs."""
    path = tmp_path / FILE
    path.write_text(MINE)
    path.chmod(0o640)
    groups = [12_345] if os.geteuid() == 0 else os.getgroups()
    os.chown(path, -1, groups[-1])
    put_in(path, "oslo", NEW, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_gid == groups[-1]
    take_out(path, "oslo")
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) == (0o640, groups[-1])


def test_what_a_colleague_has_written_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(MINE)
    before = read_settings(MINE, FILE)
    put_in(path, "paris", NEW, None)
    put_in(path, "oslo", NEW, None)
    put_in(path, "berlin", NEW, before["berlin"])
    assert read_settings(text_at(path), FILE) == {**before, "berlin": NEW, "paris": NEW, "oslo": NEW}
    text = text_at(path)
    for name, begun in (("paris", None), ("berlin", before["berlin"]), ("vienna", NEW)):
        with pytest.raises(RefusedError, match="Somebody has changed the entry"):
            put_in(path, name, ClusterSettings("other", Login("x")), begun)
    assert text_at(path) == text


def test_two_that_write_at_once_write_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / FILE
    names = [f"c{number}" for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda name: put_in(path, name, NEW, None), names))
    assert sorted(read_settings(text_at(path), FILE)) == sorted(names)
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


def test_one_that_never_ends_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_file, "_TURNS", 2)
    path = tmp_path / FILE
    with only_writer(path), pytest.raises(RefusedError, match="Another process writes"):
        put_in(path, "oslo", NEW, None)
    assert not path.exists()


def test_where_the_file_system_knows_no_lock_it_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_lock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(fcntl, "flock", no_lock)
    put_in(tmp_path / FILE, "oslo", NEW, None)
    assert read_settings(text_at(tmp_path / FILE), FILE) == {"oslo": NEW}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text(MINE)
    (tmp_path / FILE).symlink_to(real)
    assert place_of(tmp_path / FILE, {}) == real


def test_where_nobody_may_write_it_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RingtrustError, match="cannot be written") as caught:
        write_whole(tmp_path / "file" / FILE, MINE)
    assert caught.value.advice
    with pytest.raises(UnreadableError):
        text_at(tmp_path)
