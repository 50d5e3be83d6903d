"""Releases, services and names: the small questions that everything else asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import is_store, store_name
from ringtrust.cluster.node import Service
from ringtrust.cluster.release import Release
from ringtrust.errors import UnreadableError
from tests.plan.material import NO_TFTP, PUB, TFTP, V9, campus, phone, with_node, with_services


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("9.1.2.12901-3", Release(9, 1)),
        ("12.5.1.14900-63", Release(12, 5)),
        ("15.0.1.12900-234", Release(15, 0)),
        ("8.6", Release(8, 6)),
        (" 10.5.2.10000-5\n", Release(10, 5)),
    ],
)
def test_the_release_of_a_version(version: str, release: Release) -> None:
    assert Release.of(version) == release
    assert Release.of(release.name) == release


@pytest.mark.parametrize("version", ["", "9", "nine.one", "9.1.2.", "9.1-x", "\u0669.1", "9.1\n8.0", "999.1", "-9.1"])
def test_what_is_no_version(version: str) -> None:
    with pytest.raises(UnreadableError, match="is no version of CUCM"):
        Release.of(version)


@given(st.text(max_size=60))
def test_any_text_is_a_version_or_unreadable(text: str) -> None:
    try:
        found = Release.of(text)
    except UnreadableError:
        return
    assert found.name in text


def test_releases_have_an_order_by_number_and_not_by_letter() -> None:
    assert Release.of("9.1") < Release.of("10.5") < Release.of("12.0") < Release.of("12.5") < Release.of("15.0")


@pytest.mark.parametrize(
    ("service", "running", "activated"),
    [
        (Service("x", "STARTED"), True, True),
        (Service("x", "STARTED", "Service Not Activated"), True, True),
        (Service("x", "STARTING"), False, True),
        (Service("x", "STOPPED", "Commanded Out of Service"), False, True),
        (Service("x", "STOPPED", "Service Not Activated"), False, False),
        (Service("x", "STOPPED", "SERVICE NOT ACTIVATED"), False, False),
    ],
)
def test_a_service_may_be_meant_to_run_and_not_run(service: Service, running: bool, activated: bool) -> None:
    assert (service.running, service.activated) == (running, activated)
    node = with_services(campus(V9), PUB, service).nodes[0]
    assert (node.runs("x"), node.has("x")) == (running, activated)


@pytest.mark.parametrize("fact", [Unread("no answer"), Skipped(NO_TFTP)])
def test_of_a_node_whose_services_are_not_known_none_is_known_to_run(fact: Unread | Skipped) -> None:
    node = with_node(campus(V9), PUB, services=fact).nodes[0]
    assert not node.runs(TFTP)
    assert not node.has(TFTP)


def test_a_phone_is_registered_only_when_that_is_known() -> None:
    assert phone(1).registered
    assert not phone(1, status="UnRegistered").registered
    assert not phone(1, status="PartiallyRegistered").registered
    assert Known(phone(1)).value.name == "SEP000000000001"


def test_stores_and_units() -> None:
    assert is_store("CallManager-trust")
    assert is_store("CALLMANAGER-TRUST")
    assert not is_store("CallManager")
    assert store_name("TVS") == store_name("TVS-trust") == "TVS-trust"
