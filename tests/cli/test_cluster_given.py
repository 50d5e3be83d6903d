"""An entry that is changed: what was given takes its place, and all else stays as somebody once meant it."""

from typing import Any

import pytest

from ringtrust.cli.cluster.given import kept, settings_of
from ringtrust.cluster.doors import Door
from ringtrust.errors import RefusedError
from ringtrust.settings import NO_LOGIN, ClusterSettings, Login, NodeSettings

PLATFORM, APPLICATION = Login("admin", ("pass", "cucm")), Login("axl", password_keyring="cucm")  # noqa: S106 - a name
BEFORE = ClusterSettings(
    "pub", PLATFORM, APPLICATION, {"sub1": NodeSettings(Login("other"))}, legacy_tls=True, seconds=90, https_port=443
)
GIVEN = {"publisher": "pub", "platform_user": "admin"}


def changed(**given: Any) -> ClusterSettings:
    return settings_of({**GIVEN, **given}, BEFORE)


def test_what_is_not_given_stays() -> None:
    assert changed() == BEFORE
    assert changed(ssh_port=2222, publisher="other").nodes == BEFORE.nodes
    assert changed(legacy_tls=False).legacy_tls is False
    assert changed(doors=["cli", "axl"]).doors == (Door.CLI, Door.AXL)
    assert kept(GIVEN, BEFORE, BEFORE) == ["application", "nodes", "https_port", "legacy_tls", "seconds"]
    given = {**GIVEN, "https_port": 8443}
    assert "https_port" not in kept(given, BEFORE, settings_of(given, BEFORE))


@pytest.mark.parametrize(
    ("given", "platform"),
    [
        ({}, PLATFORM),
        ({"platform_user": "else"}, Login("else")),  # the password of one user is not that of another
        ({"platform_password_variable": "X"}, Login("admin", password_variable="X")),  # noqa: S106 - a name
        ({"platform_password_command": "pass 'a b'"}, Login("admin", ("pass", "a b"))),
        ({"platform_password_command": ""}, Login("admin")),
    ],
)
def test_a_login_stays_with_its_password_until_one_of_the_two_is_given(given: dict[str, str], platform: Login) -> None:
    assert changed(**given).platform == platform
    assert changed(**given).application == APPLICATION


def test_the_application_login_goes_when_somebody_says_so() -> None:
    assert changed(application_user="").application == NO_LOGIN
    assert changed(application_password_variable="Y").application.user == "axl"  # noqa: S106 - a name
    with pytest.raises(RefusedError, match="the login for it is missing"):
        changed(application_user="", doors=["axl"])


def test_without_an_entry_only_what_is_given_counts() -> None:
    assert settings_of(GIVEN, None) == ClusterSettings("pub", Login("admin"))
