"""Server and client certificates apart."""

import pytest
from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import TOMCAT
from tests.audit.found import found, one
from tests.support.snapshots import healthy, own, with_identity

CODE = "years.split"
SU5 = "15.0.1.15900-12"


@pytest.mark.parametrize("version", ["14.0.1.19900-1", "15.0.1.14900-3", "15.0.1.15010-1", "9.1.2.12901-3"])
def test_before_15su5_there_is_one_certificate(version: str) -> None:
    assert found(healthy(version), CODE) == []


@pytest.mark.parametrize("version", [SU5, "15.0.1.16900-1"])
def test_from_15su5_on_there_may_be_two(version: str) -> None:
    finding = one(healthy(version), CODE)
    assert finding.severity is Severity.INFO
    assert finding.what.startswith("can be apart from 15SU5 on, and this cluster shows none that are.")
    assert {"SG15", "CLI15"} <= set(finding.sources)


def test_two_that_are_the_same_are_not_to_be_copied_from_a_public_ca() -> None:
    finding = one(with_identity(healthy(SU5), "pub", "tomcat-client", Known(own(TOMCAT, "pub"))), CODE)
    assert finding.evidence == ("tomcat: the client's is the same on pub",)
    assert "do not copy it" in finding.breaks[0]


def test_two_that_differ_expire_on_their_own_days() -> None:
    client = replace(own(TOMCAT, "pub"), sha256="C" * 64)
    finding = one(with_identity(healthy(SU5), "pub", "tomcat-client", Known(client)), CODE)
    assert finding.evidence == ("tomcat: the client's is another one on pub",)
    assert "expires on its own day" in finding.breaks[0]
