"""G-LSC and G-LSC-CA: what the database says of LSCs, who is registered, and which issuers nodes still trust."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ringtrust.change.gate import LscIssuersTrusted, LscsRenewed
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown, Verdict
from ringtrust.clock import StoppedClock
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Unread
from ringtrust.cluster.node import Role
from ringtrust.cluster.phone import Lsc
from ringtrust.cluster.release import Release
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.certificates import Listed
from ringtrust.connect.ports import DeviceSeen
from ringtrust.errors import UnreadableError
from ringtrust.observe.eyes import Site
from ringtrust.verify.judge import ClusterJudge
from tests.support.identities import identity
from tests.support.live import live
from tests.verify.watching import told

CAPF = certificate_of(identity("pub").certificate)
NOW = CAPF.common_name
LATER = datetime(2030, 1, 1, tzinfo=UTC)
PHONES = ("SEP1", "SEP2", "SEP3")


def _lsc(issuer: str = NOW, operation: str = "No Pending Operation", status: str = "Upgrade Success") -> Lsc:
    return Lsc(issuer, LATER, LATER, operation, status, "By Null String")


class MemoryEyes:
    """Two nodes; rows, registrations and stores as a test wants them."""

    sites = (Site("pub", "10.0.0.1", Role.PUBLISHER), Site("sub1", "10.0.0.2", Role.SUBSCRIBER))
    publisher = sites[0]

    def __init__(
        self, lscs: Mapping[str, Lsc], *, away: tuple[str, ...] = (), version: str = "12.5.1.14900-63"
    ) -> None:
        self._lscs = lscs
        self._away = away
        self._version = version
        self._address = ""
        names = [f"{NOW}.pem", "CAPF-0ld1234_1A2B.pem"]
        self.files = {
            "10.0.0.1": [Listed(store, name, "") for store in ("CallManager-trust", "CAPF-trust") for name in names],
            "10.0.0.2": [Listed("CallManager-trust", name, "") for name in names],
        }

    @property
    def wire(self) -> "MemoryEyes":
        return self

    def cli(self, address: str) -> "_Store":
        return _Store(self.files[address])

    async def identity(self, node: str, unit: str) -> Certificate:
        assert (node, unit) == ("pub", "CAPF")
        return CAPF

    async def version(self, node: str) -> str:
        assert node == "pub"
        return self._version

    async def lscs(self, release: Release) -> Mapping[str, Lsc]:
        assert release == Release.of(self._version)
        if not self._lscs:
            raise UnreadableError("The database is silent.", advice="Look at it.")
        return self._lscs

    async def registrations(self, names: tuple[str, ...]) -> tuple[DeviceSeen, ...]:
        return tuple(
            DeviceSeen(name, "UnRegistered" if name in self._away else "Registered", "pub", "", "", "")
            for name in names
        )


class _Store:
    def __init__(self, files: list[Listed]) -> None:
        self._files = files

    async def trust_listing(self) -> tuple[Listed, ...]:
        return tuple(self._files)


RENEWED = LscsRenewed(PHONES)


async def _judged(eyes: Any, condition: Any = RENEWED) -> Verdict:
    judge = ClusterJudge(eyes, "ITLRecovery", Unread("nobody asked"), StoppedClock(LATER))
    return await judge.judge(condition)


@pytest.mark.shows("S169")
@live
async def test_it_passes_when_every_phone_has_one_of_the_capf_of_now_and_is_registered() -> None:
    found = await _judged(MemoryEyes(dict.fromkeys(PHONES, _lsc())))
    assert isinstance(found, Passed)
    assert f"3 phones have an LSC of {NOW}" in told(found)


LEFT: dict[str, tuple[dict[str, Lsc], tuple[str, ...], str]] = {
    "pending": (
        {"SEP2": _lsc(operation="Install/Upgrade", status="Operation Pending")},
        (),
        "for whom CAPF waits: SEP2",
    ),
    "of before": ({"SEP2": _lsc("CAPF-0ld1234")}, (), "with the LSC of before: SEP2"),
    "away": ({}, ("SEP2",), "not registered: SEP2"),
    "gone": ({"SEP2": _lsc("CAPF-0ld1234")}, ("SEP2",), "with the LSC of before: SEP2"),
}


@pytest.mark.parametrize("case", LEFT)
@live
async def test_whoever_is_on_the_way_is_waited_for_and_told(case: str) -> None:
    changes, away, words = LEFT[case]
    found = await _judged(MemoryEyes({**dict.fromkeys(PHONES, _lsc()), **changes}, away=away))
    assert isinstance(found, NotYet)
    assert told(found).startswith("2 of 3 phones")
    assert words in told(found)


@live
async def test_a_failure_is_told_in_ciscos_words_and_ends_the_wait_once_all_others_are_done() -> None:
    bad = "Upgrade Failed: Phone Communication Failure"
    failed = {**dict.fromkeys(PHONES, _lsc()), "SEP3": _lsc("CAPF-0ld1234", status=bad)}
    ended = await _judged(MemoryEyes(failed))
    assert isinstance(ended, Failed)
    assert f"SEP3: {bad}." in told(ended)
    waiting = await _judged(MemoryEyes({**failed, "SEP1": _lsc(operation="Install/Upgrade")}))
    assert isinstance(waiting, NotYet)
    assert bad in told(waiting)


@live
async def test_what_the_database_does_not_tell_is_no_success() -> None:
    assert isinstance(await _judged(MemoryEyes({})), Unknown)
    missing = await _judged(MemoryEyes({"SEP1": _lsc(), "SEP2": _lsc()}))
    assert isinstance(missing, NotYet)
    assert "not in the database: SEP3" in told(missing)
    none = Lsc("", None, None, "No Pending Operation", "None", "By Null String")
    assert isinstance(await _judged(MemoryEyes(dict.fromkeys(PHONES, none))), NotYet)


@live
async def test_before_11_5_the_success_of_capf_is_all_there_is() -> None:
    done = Lsc("", None, None, "No Pending Operation", "Upgrade Success", "By Null String")
    assert isinstance(await _judged(MemoryEyes(dict.fromkeys(PHONES, done), version="9.1.2.12901-3")), Passed)


@pytest.mark.shows("S119")
@live
async def test_whoever_signed_an_lsc_in_use_has_to_stand_in_the_stores() -> None:
    """H17, I7: by the name of the file, which begins with that of the CAPF."""
    eyes = MemoryEyes({"SEP1": _lsc(), "SEP2": _lsc("CAPF-0ld1234")})
    assert isinstance(await _judged(eyes, LscIssuersTrusted()), Passed)
    eyes.files["10.0.0.2"] = eyes.files["10.0.0.2"][:1]
    gone = await _judged(eyes, LscIssuersTrusted())
    assert isinstance(gone, Failed)
    assert "CallManager-trust of sub1 does not hold CAPF-0ld1234" in told(gone)
    other = MemoryEyes({"SEP1": _lsc("CAPF-0ld123")})  # the beginning of another's name is not his
    assert isinstance(await _judged(other, LscIssuersTrusted()), Failed)
    assert isinstance(await _judged(MemoryEyes({}), LscIssuersTrusted()), Unknown)
