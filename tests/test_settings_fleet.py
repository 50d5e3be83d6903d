"""What ringtrust.toml says beside how a cluster is reached: its journal, its fleet, tags, windows and approvals."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.change.window import Weekly
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings import JournalSettings, database_password, read_cluster, read_file
from tests.test_settings import HIDDEN, WHOLE, with_line, written

URL = "postgresql://ringtrust@db.example/ringtrust"


def whole(folder: Path, more: str) -> Path:
    """A file with one cluster, and more."""
    return written(folder, f"{WHOLE}{more}")


def journal(folder: Path, url: str, more: str = "") -> JournalSettings:
    """What a file says of its journal."""
    return read_file(whole(folder, f"[journal]\ndatabase = '{url}'\n{more}")).database


def test_without_a_word_the_journal_is_the_file_beside_and_five_clusters_are_done_at_once(tmp_path: Path) -> None:
    found = read_file(whole(tmp_path, ""))
    assert (found.fleet.at_once, found.database.database, found.folder) == (5, "", tmp_path)
    assert database_password(found.database) == ()
    entry = read_cluster("campus", tmp_path / "ringtrust.toml")
    assert (entry.journal, entry.database) == (tmp_path / "journal.db", JournalSettings())
    assert found.clusters == (entry,)
    assert (entry.settings.tags, entry.settings.windows, entry.settings.approvals) == ((), (), 0)


def test_a_database_stands_for_all_clusters_of_the_file(tmp_path: Path) -> None:
    for url in (URL, "postgresql:///ringtrust?host=/run/postgresql", f"{URL}?sslmode=verify-full&passfile=/etc/pass"):
        found = journal(tmp_path, url)
        assert found.database == url
        assert read_cluster("campus", tmp_path / "ringtrust.toml").database == found


def test_a_password_of_the_database_comes_from_where_the_others_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", HIDDEN)
    by_variable = journal(tmp_path, URL, 'password_variable = "DB_PASSWORD"\n')
    assert [secret.reveal() for secret in database_password(by_variable)] == [HIDDEN]
    assert by_variable.login.user == "ringtrust"
    by_command = journal(tmp_path, URL, f"password_command = ['{sys.executable}', '-S', '-c', 'print(7)']\n")
    assert [secret.reveal() for secret in database_password(by_command)] == ["7"]
    monkeypatch.delenv("DB_PASSWORD")
    with pytest.raises(RefusedError, match="DB_PASSWORD is not set: it should hold the password of ringtrust"):
        database_password(by_variable)


def test_where_no_source_is_named_libpq_looks_by_itself_and_nobody_is_asked(tmp_path: Path) -> None:
    assert database_password(journal(tmp_path, URL)) == ()


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ringtrust:{HIDDEN}@db.example/ringtrust",
        f"postgresql://ringtrust:a/{HIDDEN}@db.example/ringtrust",
        f"postgresql://ringtrust:a?{HIDDEN}@db.example/ringtrust",
        f"postgresql://ringtrust:a#{HIDDEN}@db.example/ringtrust",
        f"postgresql://ringtrust:a@{HIDDEN}@db.example/ringtrust",
        f"postgresql://ringtrust:{HIDDEN}@[db/ringtrust",
        f"{URL}?password={HIDDEN}",
        f"{URL}?sslmode=require&PASSWORD={HIDDEN}",
        f"{URL}?pass%77ord={HIDDEN}",
        f"{URL}?sslpassword={HIDDEN}",
        f"host=db user=ringtrust password = {HIDDEN}",
        f"mysql://ringtrust:{HIDDEN}@db/ringtrust",
    ],
)
def test_a_password_in_the_url_is_refused_like_every_password_in_clear(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        journal(tmp_path, url)
    assert "a password stands in clear in it, at journal.database." in caught.value.what
    for source in ("Take it out and change it", "password_command", "password_variable", "password_keyring"):
        assert source in caught.value.advice
    assert HIDDEN not in f"{caught.value.what} {caught.value.advice}"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("[journal]\ndatabase = 'postgres://u@h/d'\n", "is no URL of PostgreSQL"),
        ("[journal]\ndatabase = 'journal.db'\n", "without it SQLite is used"),
        ("[journal]\ndatabase = 'postgresql://u@h'\n", "does not say which one"),
        ("[journal]\ndatabase = 'postgresql://u@h/'\n", "does not say which one"),
        ("[journal]\ndatabase = 'postgresql://u@h/a b'\n", "characters that no URL has"),
        ('[journal]\ndatabase = "postgresql://u@h/a\\n"\n', "characters that no URL has"),
        ("[journal]\ndatabase = 'postgresql://u@[h/d'\n", "has a host that is none"),
        ("[journal]\npassword_variable = 'X'\n", "and no database"),
        ("[journal]\ndatabase = 'postgresql:///d'\npassword_keyring = 'x'\n", "a keyring has its passwords by user"),
        ("[journal]\npassword = 'x'\n", "stands in clear in it, at journal.password"),
        ("[journal]\nfile = 'x'\n", "unknown field `file`"),
        ("[fleet]\nat_once = 0\n", ">= 1"),
        ("[fleet]\nat_once = 501\n", "<= 500"),
        ("[fleet]\nat_once = 'many'\n", "Expected `int`"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(tmp_path: Path, more: str, sentence: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_file(whole(tmp_path, more))
    assert sentence in caught.value.what


@given(st.text(alphabet=st.characters(exclude_characters="'\n\r\x00", exclude_categories=("Cc", "Cs")), max_size=60))
def test_no_url_gets_into_a_sentence_whatever_it_is(tmp_path_factory: object, text: str) -> None:
    assert isinstance(tmp_path_factory, pytest.TempPathFactory)
    folder = tmp_path_factory.getbasetemp() / "any-url"
    try:
        found = journal(folder, f"{text}{HIDDEN}")
    except UnreadableError as error:
        assert HIDDEN not in f"{error.what} {error.advice}"
    else:
        assert found.database.startswith("postgresql://")


def test_tags_windows_and_approvals_are_said_of_a_cluster(tmp_path: Path) -> None:
    lines = "tags = ['emea', 'pilot-2']\nwindows = ['Sat 22:00-06:00 Europe/Berlin']\napprovals = 1"
    found = read_cluster("campus", written(tmp_path, with_line(lines))).settings
    assert (found.tags, found.approvals) == (("emea", "pilot-2"), 1)
    assert found.open_in == (Weekly((5,), 22 * 60, 6 * 60, 1, "Europe/Berlin"),)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("tags = ['']", "tags"),
        ("tags = ['two words']", "tags"),
        ('tags = ["line\\n"]', "tags"),
        ("tags = 'emea'", "tags"),
        ("approvals = 2", "approvals"),
        ("approvals = true", "approvals"),
        ("windows = ['at night']", "windows: 'at night' is no window. Write it as Sat 22:00-06:00 Europe/Berlin"),
        ("windows = ['Sat 22:00-06:00 Europe/Atlantis']", "windows: 'Europe/Atlantis' is no time zone."),
        ("windows = ['Sat 25:00-06:00 UTC']", "has a time that no clock shows: 25:00"),
    ],
)
def test_what_no_cluster_can_have_is_refused(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_cluster("campus", written(tmp_path, with_line(line)))
    assert sentence in caught.value.what
