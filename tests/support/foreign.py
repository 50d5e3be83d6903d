"""Python libraries that nobody here wrote, as clients: their tests are skipped where they are not installed."""

from typing import Any

import pytest

from tests.support.shared import NOT_CHECKED


def library(name: str) -> Any:
    """The module of this name; skips the test where it is not there."""
    return pytest.importorskip(name, reason=f"{NOT_CHECKED}: this environment has no {name.partition('.')[0]}")


def web_session(user: str, password: str) -> Any:
    """A session of requests that takes any certificate, as most scripts for clusters do."""
    requests, urllib3 = library("requests"), library("urllib3")
    urllib3.disable_warnings()
    session = requests.Session()
    session.trust_env = False
    session.verify = False
    session.auth = (user, password)
    return session
