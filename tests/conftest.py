"""Hypothesis: the same examples in every run, many more and random ones in `make soak`."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.keys import dealt

settings.register_profile("test", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "soak", max_examples=30_000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
# ringtrust.toml is refused where others may write it; what tests write is theirs, whatever the umask is here.
os.umask(0o022)
settings.load_profile("soak" if "RINGTRUST_SOAK" in os.environ else "test")


@pytest.fixture(scope="session", autouse=True)
def _keys() -> Iterator[None]:
    with dealt():
        yield
