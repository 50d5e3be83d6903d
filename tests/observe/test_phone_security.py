"""Security profiles and LSCs as the database words them (interfaces.md §1.12, §3.3)."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.cluster.facts import Known
from ringtrust.cluster.release import Release
from ringtrust.errors import UnreadableError
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.observe.phone_security import lscs_in, profiles_in
from tests.support.clusters import small
from tests.support.live import live
from tests.support.night import night

OPERATION = {"operation": "No Pending Operation", "status": "Upgrade Success", "authentication": "By Null String"}
WORDS = st.text(max_size=40)


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        *(("Non Secure", "non-secure"), ("Non-Secure", "non-secure"), ("Authenticated", "authenticated")),
        *(("ENCRYPTED", "encrypted"), ("Not Selected", ""), ("", "")),
    ],
)
def test_the_mode_of_a_security_profile(mode: str, profile: str) -> None:
    assert profiles_in([{"name": "SEP1", "mode": mode}]) == {"SEP1": profile}


def test_before_11_5_the_last_success_is_all_that_is_told() -> None:
    found = lscs_in([{"name": "SEP1", **OPERATION}, {"name": "SEP2", **OPERATION, "status": "None"}], ())
    assert (found["SEP1"].there, found["SEP2"].there) == (True, False)
    assert found["SEP1"].expires is None


@pytest.mark.parametrize(
    ("issuer", "read"), [("CAPF-1", "CAPF-1"), ("CN=CAPF-1,OU=a,O=b", "CAPF-1"), ("O=b;CN=CAPF-1", "CAPF-1"), ("", "")]
)
def test_the_issuer_by_its_name_or_its_common_name(issuer: str, read: str) -> None:
    told = {"name": "SEP1", "issuer": issuer, "until": "1893456000", "issueruntil": "0"}
    lsc = lscs_in([{"name": "SEP1", **OPERATION}], [told])["SEP1"]
    assert (lsc.issuer, lsc.expires, lsc.issuer_expires) == (read, datetime(2030, 1, 1, tzinfo=UTC), None)


@given(WORDS, WORDS, WORDS, WORDS)
def test_any_answer_is_read_or_refused(mode: str, issuer: str, until: str, issuer_until: str) -> None:
    told = {"name": "SEP1", "issuer": issuer, "until": until, "issueruntil": issuer_until}
    for read in (
        lambda: profiles_in([{"name": "SEP1", "mode": mode}]),
        lambda: lscs_in([{"name": "SEP1", **OPERATION}], [told]),
    ):
        with contextlib.suppress(UnreadableError):
            assert set(read()) == {"SEP1"}


def test_a_column_that_is_missing_is_no_empty_one() -> None:
    with pytest.raises(UnreadableError, match="lacks mode"):
        profiles_in([{"name": "SEP1"}])
    with pytest.raises(UnreadableError, match="lacks until"):
        lscs_in([{"name": "SEP1", **OPERATION}], [{"name": "SEP1", "issuer": "", "issueruntil": ""}])


@pytest.mark.parametrize("name", ["campus-9.1", "campus-12.5"])
@live
async def test_a_scan_of_a_lab_with_secure_phones(tmp_path: Path, name: str) -> None:
    topology = small(name, phones=3)
    kind = PhoneKind(profile="encrypted", model="Cisco 8861")
    topology = replace(topology, phones=replace(topology.phones, kind=kind))
    async with night(tmp_path, topology) as made:
        snapshot, eyes = await made.scan()
        assert snapshot.failed == ()
        for phone in snapshot.all_phones():
            assert phone.profile == Known("encrypted", "axl")
            assert isinstance(phone.lsc, Known)
            assert not phone.lsc.value.pending
            assert isinstance(phone.ctl, Known)
        assert set(await eyes.lscs(Release(8, 6))) == {phone.name for phone in snapshot.all_phones()}
