"""Security profile and model of every phone stand in the database, as its kind has them (interfaces.md §1.12)."""

import pytest
from msgspec.structs import replace

from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.state.database import Rows
from tests.support.clusters import bench, small

ASKED = (
    "select d.name, m.name as mode, t.name as model from device as d "
    "inner join securityprofile as p on p.pkid = d.fksecurityprofile "
    "inner join typedevicesecuritymode as m on m.enum = p.tkdevicesecuritymode "
    "inner join typemodel as t on t.enum = d.tkmodel"
)


@pytest.mark.parametrize(
    ("kind", "mode", "model"),
    [
        (PhoneKind(), "Non Secure", "Cisco 8861"),
        (PhoneKind(profile="authenticated", model="CP-7940"), "Authenticated", "Cisco 7940"),
        (PhoneKind(profile="encrypted", model="CP-8861"), "Encrypted", "Cisco 8861"),
    ],
)
def test_every_phone_has_its_security_profile_and_its_model(kind: PhoneKind, mode: str, model: str) -> None:
    topology = small("campus-12.5", phones=3)
    made = bench(replace(topology, phones=replace(topology.phones, kind=kind)))
    found = made.cluster.publisher.replica.query(ASKED)
    assert isinstance(found, Rows)
    assert [row[1:] for row in found.rows] == [(mode, model)] * 3
