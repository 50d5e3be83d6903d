"""Names: three spellings of the same thing, and nothing that a terminal would obey."""

import random

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
        ("CN=a\\\\;O=x", "O=x,CN=a\\\\"),
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
    assert names.brief(names.text(value)).isprintable()


_VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
_ATTRIBUTES = st.dictionaries(st.sampled_from(names.CUCM_KEYS), _VALUES, min_size=1)


@given(_ATTRIBUTES, st.randoms(use_true_random=False))
def test_a_name_means_the_same_whoever_writes_it(attributes: dict[str, str], order: random.Random) -> None:
    by_cucm = ";".join(f"{key}={_escaped(value)}" for key, value in attributes.items())
    pairs = list(attributes.items())
    order.shuffle(pairs)
    by_others = ",".join(f"{key.lower()}={_escaped(value)}" for key, value in pairs)
    assert names.same_name(names.stored(by_cucm), names.stored(by_others))
    assert dict(names.attributes(by_cucm)) == attributes


def _escaped(value: str) -> str:
    """RFC 4514: a backslash before whatever has a meaning."""
    return "".join("\\" + c if c in ',;\\"+<>#=' else c for c in value)


@given(_ATTRIBUTES, _ATTRIBUTES)
def test_names_of_other_attributes_mean_something_else(one: dict[str, str], other: dict[str, str]) -> None:
    stored = [
        names.stored(";".join(f"{key}={_escaped(value)}" for key, value in each.items())) for each in (one, other)
    ]
    assert names.same_name(*stored) == (one == other)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_text_is_read_as_it_was_stored(value: str) -> None:
    assert names.text(names.stored(value)) == value


def test_a_long_name_is_cut_off_in_a_sentence() -> None:
    assert names.brief("x" * 200) == "x" * 200
    assert names.brief("x" * 201) == "x" * 200 + "…"
    assert names.quoted("pub") == '"pub"'


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 records"), (1, "1 record"), (2, "2 records"), (1000, "1,000 records")]
)
def test_one_is_not_many(count: int, said: str) -> None:
    assert names.counted(count, "record") == said
