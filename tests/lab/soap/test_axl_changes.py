"""AXL: what is changed and reset over it is changed and reset in the cluster (interfaces.md §3.3)."""

import pytest

from ringtrust.lab.phone.phone import State
from tests.lab.soap.asking import AXL_14, objects, refused, said, sql, update
from tests.support.clusters import BOOT, PHONES, Bench, bench, small

NOTHING_PENDING = "<certificateOperation>No Pending Operation</certificateOperation>"
PENDING = "<certificateOperation>Install/Upgrade</certificateOperation>"
QUIET = bench(small("campus-14", phones=2))


def _boots(made: Bench) -> dict[str, int]:
    return {phone.traits.device: phone.boots for phone in made.phones}


def _of(made: Bench, pool: str) -> set[str]:
    joined = (
        "select device.name from device join devicepool on devicepool.pkid = fkdevicepool where devicepool.name = '{}'"
    )
    return {row["name"] for row in sql(made, joined.format(pool))}


def _uuid(made: Bench, device: str) -> str:
    return sql(made, f"select pkid from device where name = '{device}'")[0]["pkid"].upper()  # noqa: S608 - a name of ours


@pytest.mark.parametrize("operation", ["resetPhone", "restartPhone"])
@pytest.mark.parametrize("by", ["name", "uuid"])
def test_one_phone_is_reset_by_its_name_or_its_uuid(operation: str, by: str) -> None:
    made = bench(small("campus-12.5"))
    device = made.phones[0].traits.device
    uuid = f"{{{_uuid(made, device)}}}"
    assert said(made, operation, f"<{by}>{uuid if by == 'uuid' else device}</{by}>", "sub1") == uuid
    assert _boots(made) == {phone.traits.device: 2 if phone.traits.device == device else 1 for phone in made.phones}
    assert made.phones[0].state is State.BOOTING
    made.time.advance(BOOT)
    assert made.cluster.registrations.find(device) is not None


def test_to_apply_what_has_changed_resets_nobody() -> None:
    made = bench(small("campus-12.5"))
    device = made.phones[0].traits.device
    assert said(made, "applyPhone", f"<name>{device}</name>").startswith("{")
    said(made, "applyDevicePool", "<name>DP_A</name>")
    said(made, "applyCallManagerGroup", "<name>A</name>")
    said(made, "applyConfigEnterpriseParameters")
    assert set(_boots(made).values()) == {1}
    assert len(made.cluster.registrations) == PHONES


@pytest.mark.parametrize(
    ("how", "boots"),
    [
        ("<isHardReset>true</isHardReset>", 2),
        ("<isHardReset>false</isHardReset>", 2),
        ("<deviceResetType>Reset</deviceResetType>", 2),
        ("<deviceResetType>Restart</deviceResetType>", 2),
        ("<deviceResetType>Apply Configuration</deviceResetType>", 1),
    ],
)
def test_a_device_is_reset_in_the_way_that_is_asked_for(how: str, boots: int) -> None:
    made = bench(small("campus-12.5", phones=2))
    device = made.phones[1].traits.device
    said(made, "doDeviceReset", f"<deviceName>{device}</deviceName>{how}")
    assert _boots(made) == {made.phones[0].traits.device: 1, device: boots}
    said(made, "doDeviceReset", f'<deviceName uuid="{{{_uuid(made, device)}}}"/>{how}')


@pytest.mark.parametrize(
    "inner",
    [
        "<deviceName>{}</deviceName>",
        "<deviceName>{}</deviceName><isHardReset>perhaps</isHardReset>",
        "<deviceName>{}</deviceName><deviceResetType>Explode</deviceResetType>",
        "<deviceName>{}</deviceName><isHardReset>true</isHardReset><deviceResetType>Reset</deviceResetType>",
        "<deviceName>nobody</deviceName><isHardReset>true</isHardReset>",
        "<isHardReset>true</isHardReset>",
    ],
)
def test_a_reset_that_is_not_clear_resets_nobody(inner: str) -> None:
    assert refused(QUIET, "doDeviceReset", inner.format(QUIET.phones[0].traits.device))
    assert set(_boots(QUIET).values()) == {1}


@pytest.mark.parametrize("operation", ["resetDevicePool", "restartDevicePool", "resetCallManagerGroup"])
def test_the_phones_of_a_pool_or_a_group_are_reset_and_no_others(operation: str) -> None:
    made = bench(small("campus-12.5"))
    inside = _of(made, "DP_A")
    assert 0 < len(inside) < PHONES
    said(made, operation, f"<name>{'A' if 'Group' in operation else 'DP_A'}</name>")
    assert {device for device, boots in _boots(made).items() if boots == 2} == inside


def test_all_phones_are_reset_or_restarted() -> None:
    made = bench(small("campus-12.5"))
    for count, operation in enumerate(("resetEnterpriseParameters", "restartEnterpriseParameters"), 2):
        assert said(made, operation) == "true"
        assert set(_boots(made).values()) == {count}
        made.time.advance(BOOT)


def test_a_phone_that_is_not_registered_does_not_hear_of_it() -> None:
    made = bench(small("campus-12.5", phones=1), on=False)
    said(made, "resetPhone", f"<name>{made.phones[0].traits.device}</name>")
    assert made.phones[0].boots == 0


def test_a_certificate_operation_is_kept_and_pending_and_gets_to_every_node() -> None:
    made = bench(small("campus-14", phones=2), on=False)
    device = made.phones[0].traits.device
    wanted = {
        "certificateOperation": "Install/Upgrade",
        "authenticationMode": "By Authentication String",
        "keySize": "3072",
        "keyOrder": "EC Preferred, RSA Backup",
        "ecKeySize": "521",
        "authenticationString": "1234567890",
        "upgradeFinishTime": "2027:01:31:12:00",
    }
    inner = "".join(f"<{tag}>{value}</{tag}>" for tag, value in wanted.items())
    said(made, "updatePhone", f"<name>{device}</name>{inner}", "sub2", space=AXL_14)
    (found,) = objects(made, "getPhone", f"<name>{device}</name>", space=AXL_14)
    assert {tag: found[tag] for tag in wanted} == wanted
    assert found["certificateStatus"] == "Operation Pending"
    query = "select tkcertificateoperation, tkcertificatestatus, upgradefinishtime from device where name = '{}'"
    row = {"tkcertificateoperation": "2", "tkcertificatestatus": "2", "upgradefinishtime": "2027:01:31:12:00"}
    assert sql(made, query.format(device)) == [row]
    assert sql(made, query.format(device), "sub2") != [row]
    made.time.advance(5)
    assert sql(made, query.format(device), "sub2") == [row]
    said(made, "updatePhone", f"<name>{device}</name>{NOTHING_PENDING}", space=AXL_14)
    assert objects(made, "getPhone", f"<name>{device}</name>", space=AXL_14)[0]["certificateStatus"] == "None"


@pytest.mark.parametrize(
    ("before", "inner", "fits"),
    [
        ("", "<keySize>2048</keySize>", False),
        ("", "<authenticationMode>By Null String</authenticationMode>", False),
        ("", "<certificateOperation>No Pending Operation</certificateOperation><keySize>2048</keySize>", False),
        ("", f"{PENDING}<keySize>2048</keySize>", True),
        (PENDING, "<keySize>2048</keySize>", True),
        (PENDING, "<keySize>2047</keySize>", False),
        ("", "<certificateOperation>Explode</certificateOperation>", False),
        ("", "<upgradeFinishTime>tomorrow</upgradeFinishTime>", False),
        ("", "<upgradeFinishTime>2027:01:31:12:00</upgradeFinishTime>", True),
        (PENDING, "<authenticationString>secret</authenticationString>", False),
        ("", "<description>new</description>", True),
        ("", "<newName>SEP0</newName>", False),
        ("", f"{PENDING}{PENDING}", False),
        ("", "<devicePoolName>none</devicePoolName>", False),
        ("", "", True),
    ],
)
def test_key_fields_are_changed_only_together_with_an_operation_and_to_values_that_there_are(
    before: str, inner: str, fits: bool
) -> None:
    named = f"<name>{QUIET.phones[0].traits.device}</name>"
    said(QUIET, "updatePhone", named + (before or NOTHING_PENDING), space=AXL_14)
    was = objects(QUIET, "getPhone", named, space=AXL_14)
    if fits:
        said(QUIET, "updatePhone", named + inner, space=AXL_14)
    else:
        assert refused(QUIET, "updatePhone", named + inner, space=AXL_14)
        assert objects(QUIET, "getPhone", named, space=AXL_14) == was


def test_a_phone_that_moves_to_another_pool_registers_with_the_nodes_of_that() -> None:
    made = bench(small("campus-12.5", phones=2))
    phone = made.phones[0]
    device = phone.traits.device
    home = made.cluster.registrations.find(device)
    assert home is not None
    other = ({"DP_A", "DP_B"} - {pool for pool in ("DP_A", "DP_B") if device in _of(made, pool)}).pop()
    said(made, "updatePhone", f"<name>{device}</name><devicePoolName>{other}</devicePoolName>")
    made.time.advance(5)
    said(made, "resetPhone", f"<name>{device}</name>")
    made.time.advance(BOOT)
    there = made.cluster.registrations.find(device)
    assert there is not None
    assert there.node == {"sub1": "sub2", "sub2": "sub1"}[home.node]


def test_a_parameter_is_changed_by_its_uuid_too() -> None:
    made = bench(small(phones=0))
    (rollback,) = objects(made, "getServiceParameter", "<name>RollBackToPreGrayback</name>")
    assert said(made, "updateServiceParameter", f"<uuid>{rollback['uuid']}</uuid><value>T</value>") == rollback["uuid"]
    assert objects(made, "getServiceParameter", "<name>RollBackToPreGrayback</name>")[0]["value"] == "T"
    assert refused(made, "updateServiceParameter", f"<uuid>{rollback['uuid']}</uuid>")
    assert "was not found" in refused(made, "updateServiceParameter", "<name>Nothing</name><value>1</value>")


def test_what_sql_has_changed_is_told_by_the_operations_and_the_other_way_round() -> None:
    made = bench(small("campus-12.5", phones=1), on=False)
    named = f"<name>{made.phones[0].traits.device}</name>"
    assert update(made, "update device set tkcertificatestatus = 9, tkcertificateoperation = 1") == (200, "1")
    assert objects(made, "getPhone", named)[0]["certificateStatus"] == "Upgrade Failed: Invalid LSC"
    states = "select s.name from device as d join typecertificatestatus as s on s.enum = d.tkcertificatestatus"
    said(made, "updatePhone", named + PENDING)
    assert sql(made, states) == [{"name": "Operation Pending"}]
