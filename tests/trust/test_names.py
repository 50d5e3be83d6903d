"""Names: three spellings of the same thing, and nothing that a terminal would obey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.trust import names

ETOKEN = 'cn="SAST-ADN0054f509        ";ou=IPCBU;o="Cisco Systems'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=pub;OU=TAC;O=Cisco", "CN=pub,OU=TAC,O=Cisco"),
        ("CN=pub;OU=TAC;O=Cisco", "O=Cisco,OU=TAC,CN=pub"),
        (ETOKEN, "CN=SAST-ADN0054f509;OU=IPCBU;O=Cisco Systems"),
        ("CN=a;O=Cisco, Inc.", r"CN=a,O=Cisco\, Inc."),
        (r"CN=a\2Cb,O=x", r"CN=a\,b,O=x"),
        (r"CN=Krak\C3\B3w", "CN=Kraków"),
    ],
)
def test_names_mean_the_same_in_every_spelling(one: str, other: str) -> None:
    assert names.same_name(names.stored(one), names.stored(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"CN=a\2Cb", "CN=a2Cb"),
        ('CN="""a', "CN=a"),
        ("CN=a;CN=b", "CN=b;CN=a"),
        (";;;", ""),
        (r"CN=a\;OU=b", "CN=a;OU=b"),
        ("\u017f=x", "S=x"),
        (";".join(f"OU={n}" for n in range(40)), ";".join(f"OU={n}" for n in reversed(range(40)))),
    ],
)
def test_names_that_only_look_alike_do_not_mean_the_same(one: str, other: str) -> None:
    assert not names.same_name(names.stored(one), names.stored(other))


@pytest.mark.parametrize("other", ["CN=sub1;O=Cisco", "CN=pub", "CN=pub;O=Cisco;C=PL", "O=pub;CN=Cisco", ""])
def test_other_names_are_other_names(other: str) -> None:
    assert not names.same_name(names.stored("CN=pub;O=Cisco"), names.stored(other))


@pytest.mark.parametrize(
    ("name", "common_name"),
    [("CN=pub;OU=TAC", "pub"), (ETOKEN, "SAST-ADN0054f509"), ("O=Cisco", "O=Cisco"), ("", "")],
)
def test_the_common_name_is_found(name: str, common_name: str) -> None:
    assert names.common_name(name) == common_name


def test_a_name_cannot_move_the_cursor_or_turn_the_text_around() -> None:
    assert names.printable("pub\x1b[2J\r\n\0\u202eexe") == r"pub\x1b[2J\r\n\x00\u202eexe"


@given(st.binary(max_size=60))
def test_stored_bytes_are_always_text_that_can_be_printed(value: bytes) -> None:
    assert names.printable(names.text(value)).isprintable()
    assert names.same_name(value, value)


@given(st.text(max_size=40))
def test_text_is_read_as_it_was_stored(value: str) -> None:
    assert names.text(names.stored(value)) == value
