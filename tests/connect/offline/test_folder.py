"""The folder of an export: what is in it is told; what is missing, damaged or leads elsewhere is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.release import Release
from ringtrust.connect.offline.folder import Export
from ringtrust.connect.offline.wire import Offline
from ringtrust.connect.ports import NotThere
from ringtrust.errors import FormatError, RefusedError, UnreadableError
from tests.support.identities import identity
from tests.support.live import live

NETWORK = """\
admin:show network cluster
10.3.74.11 pub.example pub Publisher callmanager DBPub authenticated
10.3.74.12 sub1.example sub1 Subscriber callmanager DBSub authenticated using TCP since Thu Oct 28 11:27:36 2021

Server Table (processnode) Entries
----------------------------------
pub
sub1

Successful
admin:
"""
PUBLISHER, SUBSCRIBER = "10.3.74.11", "10.3.74.12"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("pub", "sub1"):
        (tmp_path / name).mkdir()
    (tmp_path / "pub" / "putty.log").write_text(NETWORK)
    return tmp_path


def test_nodes_are_found_by_name_by_full_name_and_by_address(folder: Path) -> None:
    for name in ("sub1", "SUB1.example", SUBSCRIBER):
        (folder / "sub1").rename(folder / name) if name != "sub1" else None
        assert Export(folder).node(SUBSCRIBER).path == folder / name
        (folder / name).rename(folder / "sub1") if name != "sub1" else None
    assert Export(folder).publisher.address == PUBLISHER


def test_a_single_folder_is_the_publisher_s_and_nobody_else_s(folder: Path) -> None:
    (folder / "sub1").rmdir()
    (folder / "pub").rename(folder / "whatever")
    export = Export(folder)
    assert export.node(PUBLISHER).path == folder / "whatever"
    with pytest.raises(UnreadableError, match=r"no folder of 10\.3\.74\.12"):
        export.node(SUBSCRIBER)


@live
async def test_what_lies_there_is_told_and_what_does_not_is_said_with_what_to_do(folder: Path) -> None:
    wire = Offline(Export(folder))
    wire.join(PUBLISHER, [PUBLISHER], Release(12, 5))
    assert len(await wire.cli(PUBLISHER).network()) == 2
    with pytest.raises(UnreadableError) as missing:
        await wire.cli(SUBSCRIBER).version()
    assert missing.value.what == "The export holds no answer of sub1 to: show version active"
    assert "Type it there" in missing.value.advice
    with pytest.raises(UnreadableError, match=r"no ITLFile\.tlv of sub1"):
        await wire.files.fetch(SUBSCRIBER, "ITLFile.tlv")
    (folder / "sub1" / "ITLFile.tlv").write_bytes(b"list")
    assert await wire.files.fetch(SUBSCRIBER, "ITLFile.tlv") == b"list"
    assert not isinstance(await wire.files.fetch(SUBSCRIBER, "ITLFile.tlv"), NotThere)


@live
async def test_a_file_may_bear_the_name_of_its_one_command(folder: Path) -> None:
    (folder / "sub1" / "show_version_active.txt").write_text("Active Master Version: 12.5.1.14900-63\n")
    assert await Offline(Export(folder)).cli(SUBSCRIBER).version() == "12.5.1.14900-63"


@live
async def test_certificates_that_lie_there_stand_for_commands_that_nobody_typed_and_lists_do_not(folder: Path) -> None:
    (folder / "sub1" / "tomcat.pem").write_bytes(identity("sub1").certificate)
    (folder / "sub1" / "tomcat-trust").mkdir()
    (folder / "sub1" / "tomcat-trust" / "pub.pem").write_bytes(identity("pub").certificate)
    cli = Offline(Export(folder)).cli(SUBSCRIBER)
    assert "BEGIN CERTIFICATE" in await cli.own_certificate("tomcat")
    assert "BEGIN CERTIFICATE" in (await cli.trust_certificate("tomcat-trust/pub.pem")).pem
    for listing in (cli.own_listing(), cli.trust_listing()):  # one file is not all that there is
        with pytest.raises(UnreadableError, match="holds no answer"):
            await listing
    for away in ("../pub/putty.log", "../../x", "/etc/passwd"):
        with pytest.raises((RefusedError, UnreadableError)):
            await cli.trust_certificate(f"x-trust/{away}")


@live
async def test_a_link_that_leads_out_of_the_export_is_not_followed(folder: Path, tmp_path: Path) -> None:
    away = tmp_path.parent / f"{tmp_path.name}-away.txt"
    away.write_text("Active Master Version: 12.5.1.14900-63\n")
    (folder / "sub1" / "show_version_active.txt").symlink_to(away)
    with pytest.raises(RefusedError, match="leads out of the export"):
        await Offline(Export(folder)).cli(SUBSCRIBER).version()


@pytest.mark.parametrize("name", ["sub1", "sub1.example", SUBSCRIBER])
def test_the_only_folder_is_not_the_publisher_s_when_it_is_called_like_another_node(folder: Path, name: str) -> None:
    (folder / "pub" / "putty.log").rename(folder / "sub1" / "putty.log")
    (folder / "pub").rmdir()
    if name != "sub1":
        (folder / "sub1").rename(folder / name)
    with pytest.raises(UnreadableError, match="which node is the publisher"):
        _ = Export(folder).publisher


@pytest.mark.parametrize(
    "text",
    ["", "Device Name,Status\nSEP1,Registered\n", "name;status;node;address\nSEP1;Registered;sub1;10.0.0.9\n"],
    ids=["empty", "other names", "semicolons"],
)
@live
async def test_registrations_that_nobody_can_read_are_a_reason_and_not_nobody(folder: Path, text: str) -> None:
    (folder / "registrations.csv").write_text(text)
    with pytest.raises(UnreadableError, match=r"registrations\.csv has no column"):
        await Offline(Export(folder)).ris.registrations(["SEP1"])


@pytest.mark.parametrize("text", ["-- select 1", "-- select 1\n\n", "-- select 1\nname,model\nSEP1\n"])
@live
async def test_a_table_that_is_cut_short_is_a_reason_and_not_an_empty_one(folder: Path, text: str) -> None:
    (folder / "sql").mkdir()
    (folder / "sql" / "a.csv").write_text(text)
    with pytest.raises(UnreadableError):
        await Offline(Export(folder)).axl.query("select 1")
    (folder / "sql" / "a.csv").write_text("-- select 1\n-- no rows\n")
    assert await Offline(Export(folder)).axl.query("select 1") == ()


@live
async def test_only_line_ends_end_a_line_of_a_table(folder: Path) -> None:
    (folder / "sql").mkdir()
    (folder / "sql" / "a.csv").write_text("-- select 1\nname\nLobby\u2028North\x0bWest\n")
    assert await Offline(Export(folder)).axl.query("select 1") == ({"name": "Lobby\u2028North\x0bWest"},)


@live
async def test_nothing_can_be_done_to_an_export(folder: Path) -> None:
    wire = Offline(Export(folder))
    for act in (wire.cli(PUBLISHER).regenerate("tomcat"), wire.axl.reset_all_phones()):
        with pytest.raises(RefusedError, match="an export, not a cluster"):
            await act


@live
async def test_results_of_sql_are_found_by_their_query_however_it_is_spaced(folder: Path) -> None:
    (folder / "sql").mkdir()
    (folder / "sql" / "a.csv").write_text('-- SELECT name,  description\tFROM device\nname,description\nSEP1,"a\nb"\n')
    (row,) = await Offline(Export(folder)).axl.query("select name, description from device")
    assert row == {"name": "SEP1", "description": "a\nb"}
    (folder / "sql" / "b.csv").write_text("name\nSEP1\n")
    with pytest.raises(UnreadableError, match="does not begin with"):
        await Offline(Export(folder)).axl.query("select 1")


@live
async def test_a_table_with_a_cell_that_does_not_end_is_a_reason(folder: Path) -> None:
    (folder / "sql").mkdir()
    (folder / "sql" / "a.csv").write_text('-- select 1\nname\n"' + "x" * 200_000)
    with pytest.raises(UnreadableError, match="is no table"):
        await Offline(Export(folder)).axl.query("select 1")


def test_when_it_was_taken_stands_in_it_or_is_when_its_last_file_was_written(folder: Path) -> None:
    assert abs(Export(folder).head.taken.timestamp() - (folder / "pub" / "putty.log").stat().st_mtime) < 1
    (folder / "export.json").write_text(
        '{"format":"ringtrust.export/1","cluster":"berlin","publisher":"10.3.74.11","taken":"2026-11-27T20:00:00Z"}'
    )
    assert (Export(folder).head.cluster, Export(folder).head.taken) == (
        "berlin",
        datetime(2026, 11, 27, 20, tzinfo=UTC),
    )
    (folder / "export.json").write_text("{}")
    with pytest.raises(UnreadableError, match=r"export\.json cannot be read"):
        _ = Export(folder).head


def test_what_is_no_export_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="holds no folder of a node"):
        Export(tmp_path)
    with pytest.raises(UnreadableError, match="cannot be read"):
        Export(tmp_path / "nowhere")
    (tmp_path / "pub").mkdir()
    with pytest.raises(UnreadableError, match="which node is the publisher"):
        _ = Export(tmp_path).publisher


@given(
    data=st.binary(max_size=300), name=st.sampled_from(["export.json", "sql/a.csv", "registrations.csv", "pub/x.log"])
)
@live
async def test_damaged_files_are_reasons(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    folder = tmp_path_factory.mktemp("export")
    (folder / "pub").mkdir()
    (folder / "sql").mkdir()
    (folder / "pub" / "putty.log").write_text(NETWORK)
    (folder / name).write_bytes(data)
    export = Export(folder)
    for question in (
        lambda: export.head,
        lambda: export.devices,
        lambda: export.tables,
        lambda: export.node(PUBLISHER).answers,
    ):
        try:
            question()
        except (UnreadableError, FormatError):
            continue
