"""`ringtrust cert` over certificate REST, at the ports of a lab of release 14 or 15 (interfaces.md §2)."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from ringtrust.apply.begin import known_as, names_of
from ringtrust.cli.cert.do import delete, regenerate
from ringtrust.cli.cert.imports import certificates_of, import_own, import_trust
from ringtrust.cli.cert.look import all_rows
from ringtrust.cli.cert.place import Place, place_in
from ringtrust.cli.cert.request import request
from ringtrust.cli.cert.rest import chain_of, request_for
from ringtrust.cli.cert.told import Told, told_lines
from ringtrust.cluster.doors import OF_APPLICATION, Door
from ringtrust.cluster.facts import Known
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.pins import sha256_of
from ringtrust.connect.ports import CsrRequest, Distribution, HeldTrust
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.plan.acts import Insight
from ringtrust.settings import Login, Secret
from tests.cli.conftest import Answer, Run
from tests.cli.test_road import FAST
from tests.support.authority import Authority, new_authority
from tests.support.clusters import small
from tests.support.identities import identity
from tests.support.live import live
from tests.support.night import SOON, Night, night

NOTHING = Insight()
NO_CLI = (Door.REST, Door.AXL)
BY_REST = "the certificate REST interface took it"


def reach_of(made: Night, *doors: Door, viewer: bool = False) -> Reach:
    """One who may ask by these doors only; the publisher's HTTPS certificate is pinned, as docs/clusters.md says."""
    lab = made.wire.lab
    account = lab.viewer if viewer else lab.platform
    pinned = (sha256_of(made.wire.cluster.publisher.loaded["tomcat"].certificate),)
    settings = replace(
        made.entry.settings,
        platform=Login(account.user, password_variable="NO_VARIABLE"),  # noqa: S106 - the name of one nobody asks for
        doors=doors,
        trusted_certificates=pinned,
    )
    secrets = Secret(account.password), Secret(lab.application.password)
    return Reach(replace(made.entry, settings=settings), *secrets, made.timer)


async def place_at(reach: Reach, made: Night, node: str, through: Door | None = None) -> Place:
    return await place_in(reach, "campus", made.entry.settings.publisher, node, through)


def authority(made: Night) -> Authority:
    return new_authority(made.timer.now() - timedelta(days=1), "Our CA")


def files(folder: Path, *pems: str) -> list[str]:
    for number, pem in enumerate(pems):
        (folder / f"{number}.pem").write_text(pem)
    return [str(folder / f"{number}.pem") for number, _ in enumerate(pems)]


async def wanted(place: Place, unit: str = "tomcat", *, new: bool = False) -> tuple[str, tuple[Told, ...]]:
    return await request(place, unit, new=new, organizational_unit=False, yes=True)


async def every(acts: AsyncIterator[Told]) -> list[Told]:
    return [told async for told in acts]


def text(told: Told) -> str:
    return "\n".join(told_lines(told))


@live
async def test_a_request_is_signed_and_imported_and_seen_by_every_other_door(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, reach_of(made, *NO_CLI) as reach:
        place = await place_at(reach, made, "sub1")
        assert place.door is Door.REST
        before = certificate_of(await place.desk.own_certificate("tomcat"))
        csr, (asked,) = await wanted(place)
        assert (asked.status, asked.look.sentence) == (0, "a new request of tomcat waits.")
        assert BY_REST in text(asked)
        assert await wanted(place) == (csr, ())
        cli, ca, now = made.reach.cli(place.site.address), authority(made), made.timer.now()
        assert await cli.csr("tomcat") == csr

        certificates = certificates_of(files(tmp_path, ca.signed(csr, now), ca.pem), now)
        done = await every(import_own(place, "tomcat", certificates, NOTHING, for_client=False, yes=True))
        assert [told.status for told in done] == [0, 0]
        assert f"the serial number was {before.serial} and is {certificates[0].serial}" in text(done[1])
        assert "utils service restart Cisco Tomcat" in text(done[1])

        leaf = certificates[0]
        assert certificate_of(await cli.own_certificate("tomcat")) == leaf
        assert set(before.names) <= set(leaf.names)
        assert await cli.csr_listing() == ()
        eyes = Eyes(made.reach, await discover(made.reach, made.entry.settings.publisher))
        await made.wire.advance(SOON)  # until the databases have followed
        assert await eyes.knows_serial("sub1", leaf.serial)
        assert (await eyes.served("sub1", "tomcat")).sha256 == before.sha256
        tomcat = made.wire.cluster.node("sub1").services.find("Cisco Tomcat")
        assert tomcat is not None
        made.wire.cluster.node("sub1").services.restart(tomcat)
        await made.wire.advance(SOON)
        assert (await eyes.served("sub1", "tomcat")).sha256 == leaf.sha256


@live
async def test_a_chain_that_the_node_does_not_take_is_told_in_its_words_and_changes_nothing(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, reach_of(made, *NO_CLI) as reach:
        place = await place_at(reach, made, "pub")
        before = await place.desk.own_certificate("tomcat")
        csr, _ = await wanted(place)
        now = made.timer.now()
        leaf = certificates_of(files(tmp_path, authority(made).signed(csr, now)), now)
        (told,) = await every(import_own(place, "tomcat", leaf, NOTHING, for_client=False, yes=True))
        assert (told.status, told.accepted, told.look.seen) == (1, False, "not done")
        assert "CA Certificate is not available in the trust-store" in text(told)
        assert await made.reach.cli(place.site.address).own_certificate("tomcat") == before
        assert await place.desk.csr("tomcat") == csr


@live
async def test_whoever_may_only_look_looks_and_is_refused_in_words(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, reach_of(made, *NO_CLI, viewer=True) as reach:
        place = await place_at(reach, made, "pub")
        rows = await all_rows(place.desks, place.eyes.sites, trust=True)
        assert all(node.complete for node in rows)
        pem, (told,) = await wanted(place)
        assert (pem, told.status, told.look.seen) == ("", 1, "not done")
        assert "does not let this user do that" in text(told)
        assert "Privilege level 0 may only look" in text(told)
        ca = certificates_of(files(tmp_path, authority(made).pem), made.timer.now())
        (told,) = await every(import_trust(place, "tomcat", ca, NOTHING, yes=True))
        assert (told.status, told.look.seen) == (1, "not done")
        assert "Privilege level 0 may only look" in text(told)


@live
async def test_both_doors_show_the_same_certificates(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, reach_of(made, *Door) as reach:
        place = await place_at(reach, made, "sub2")
        assert place.door is Door.CLI
        by_rest = await place_at(reach, made, "sub2", Door.REST)
        assert by_rest.door is Door.REST
        for trust in (False, True):
            cli, rest = (
                {(row.folder, row.file): row.found for node in rows if isinstance(node.rows, Known) for row in
                 node.rows.value}
                for rows in [await all_rows(each.desks, [place.site], trust=trust) for each in (place, by_rest)]
            )  # fmt: skip
            assert cli == rest
            assert all(isinstance(found, Known) for found in cli.values())


@live
async def test_what_no_document_shows_is_refused_over_rest_and_says_what_to_do(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, reach_of(made, *NO_CLI) as reach:
        place = await place_at(reach, made, "sub1")
        held = await all_rows(place.desks, [place.site], trust=True)
        for act, command in (
            (regenerate(place, "tomcat", NOTHING, for_client=False, yes=True), "set cert regen tomcat"),
            (delete(place, "tomcat-trust", "x.pem", NOTHING, yes=True), "set cert delete tomcat x.pem"),
            (place.desk.regenerate("tomcat"), "set cert regen tomcat"),
            (place.desk.delete("tomcat-trust", "x.pem"), "set cert delete tomcat x.pem"),
        ):
            with pytest.raises(RefusedError, match="Only the CLI does this") as refused:
                await act
            assert command in refused.value.advice
            assert "--through" in refused.value.advice
        assert await all_rows((await place_at(reach, made, "sub1")).desks, [place.site], trust=True) == held
        pem = identity("pub")
        for act in (
            place.desk.new_csr("tomcat", organizational_unit=True),
            place.desk.import_own("tomcat", certificate_of(pem.certificate).pem, for_client=True),
        ):
            with pytest.raises(RefusedError, match="REST has no word for"):
                await act
        assert await place.desk.csr_listing() == ()


@live
async def test_who_comes_by_rest_holds_the_lock_of_who_comes_by_the_cli(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, reach_of(made, *NO_CLI) as reach:
        by_rest = names_of((await place_at(reach, made, "pub")).eyes)
        by_cli = Eyes(made.reach, await discover(made.reach, made.entry.settings.publisher))
        assert names_of(by_cli) == (known_as(by_cli),)
        assert known_as(by_cli) in by_rest
        other = Eyes(reach, [replace(site, name=f"{site.name}.campus.example") for site in by_cli.sites])
        assert known_as(by_cli) in names_of(other)


@live
async def test_where_there_is_no_door_one_sentence_says_so(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, reach_of(made, *OF_APPLICATION) as reach:
        with pytest.raises(RefusedError, match="the platform CLI and the certificate REST interface may not be asked"):
            await place_at(reach, made, "pub")
    (tmp_path / "old").mkdir()
    async with night(tmp_path / "old", small("campus-12.5")) as made:
        for doors, through in ((NO_CLI, None), ((Door.CLI, Door.REST), Door.REST)):
            async with reach_of(made, *doors) as reach:
                with pytest.raises(RefusedError, match=r"12\.5 has no certificate REST interface") as refused:
                    await place_at(reach, made, "pub", through)
            assert "REST came with 14.0" in refused.value.advice


@live
async def test_a_multi_server_certificate_goes_over_rest_where_the_cli_takes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topology = replace(small("campus-14"), name="campus-15", release="15.0")
    async with night(tmp_path, topology) as made, reach_of(made, *Door) as reach:
        place = await place_at(reach, made, "pub")
        names = tuple(node.fqdn for node in made.wire.cluster.nodes)
        several = CsrRequest("tomcat", f"pub-ms.{topology.domain}", names, Distribution.MULTI_SERVER)
        desk = (await place.by(Door.REST)).desk
        csr = await reach.rest(place.site.address).new_csr(place.site.address, several)
        assert await desk.csr("tomcat") == csr
        ca, now = authority(made), made.timer.now()
        certificates = certificates_of(files(tmp_path, ca.signed(csr, now), ca.pem), now)

        only_cli = await place_at(reach, made, "pub", Door.CLI)
        with pytest.raises(RefusedError, match="from 14SU2 on the CLI takes none"):
            await every(import_own(only_cli, "tomcat", certificates, NOTHING, for_client=False, yes=True))
        assert await only_cli.desk.csr_listing() != ()

        done = await every(import_own(place, "tomcat", certificates, NOTHING, for_client=False, yes=True))
        assert [told.status for told in done] == [0, 0]
        assert "goes over REST" in capsys.readouterr().err
        for node in made.wire.cluster.nodes:
            held = await made.reach.cli(node.address).own_certificate("tomcat")
            assert certificate_of(held).sha256 == certificates[0].sha256


# What is sent.


def test_a_request_renews_what_there_is_and_one_for_several_nodes_becomes_one_for_this() -> None:
    now = certificate_of(identity("pub").certificate)
    now = replace(now, common_name="pub.lab", names=("pub.lab", "lab", "1.3.6.1.4.1.311,x"), bits=3072, digest="sha1")
    assert request_for("tomcat", now, "pub.lab") == CsrRequest(
        "tomcat", "pub.lab", ("lab",), Distribution.THIS_SERVER, "rsa", 3072, "sha256"
    )
    curve = request_for("tomcat-ECDSA", replace(now, key="EC", bits=384, digest="sha384"), "pub.lab")
    assert (curve.key_type, curve.key_length, curve.hash_algorithm) == ("ec", 384, "sha384")
    several = request_for("tomcat", replace(now, common_name="pub-ms.lab", names=("pub.lab", "sub.lab")), "pub.lab")
    assert (several.common_name, several.alt_names) == ("pub.lab", ())
    with pytest.raises(RefusedError, match="of no kind that REST makes"):
        request_for("tomcat", replace(now, key="other"), "pub.lab")


def test_a_certificate_is_sent_with_those_above_it_that_the_node_has() -> None:
    now = certificate_of(identity("pub").certificate)
    ca = new_authority(now.not_before, "Our CA")
    other = new_authority(now.not_before, "Our CA")
    held = [HeldTrust("tomcat-trust", f"{n}.pem", pem) for n, pem in enumerate(("junk", other.pem, ca.pem, now.pem))]
    csr = signing_request()
    leaf = certificate_of(ca.signed(csr, now.not_before)).pem
    assert chain_of(leaf, held) == [leaf, ca.pem]
    assert chain_of(leaf, held[:2]) == [leaf]
    assert chain_of(now.pem, held) == [now.pem]


def signing_request() -> str:
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    names = x509.SubjectAlternativeName([x509.DNSName("pub.lab")])
    made = builder.add_extension(names, critical=False).sign(identity("pub").key, SHA256())
    return made.public_bytes(Encoding.PEM).decode()


# As a person types it.


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a lab of release 14 that runs."""
    made = tmp_path_factory.mktemp("rest") / "lab"
    words = [sys.executable, "-m", "ringtrust", "lab"]
    subprocess.run([*words, "up", "campus-14", "--dir", made, "--detach", *FAST], check=True, capture_output=True)
    yield made
    subprocess.run([*words, "down", "--dir", made], check=True, capture_output=True)


@pytest.fixture
def cert(run: Run, folder: Path) -> Run:
    """`ringtrust cert` on that lab."""

    def _cert(verb: str, *words: str | Path) -> Answer:
        return run("cert", verb, "campus-14", *words, "--config", folder)

    return _cert


def test_the_verbs_say_through_which_door(cert: Run, tmp_path: Path) -> None:
    listed, by_cli = cert("list", "pub", "--through", "rest"), cert("list", "pub")
    assert (listed.status, listed.err, listed.out) == (0, "", by_cli.out)
    shown = cert("show", "pub", "tomcat", "--through", "rest", "--pem")
    assert (shown.status, shown.out) == (0, cert("show", "pub", "tomcat", "--pem").out)
    target = tmp_path / "tomcat.csr"
    made = cert("csr", "sub1", "tomcat", "--through", "rest", "--yes", "-o", target, "--json")
    assert made.status == 0, made.err
    assert json.loads(made.out)["csr"] == target.read_text()
    assert cert("csr", "sub1", "tomcat", "--yes").out == target.read_text()
    for words in (("regen", "sub1", "tomcat"), ("delete", "sub1", "tomcat", "sub1.pem")):
        refused = cert(*words, "--through", "rest", "--yes", "--i-know")
        assert (refused.status, refused.out) == (2, "")
        assert "Only the CLI does this" in refused.err
    assert cert("list", "--through", "axl").status == 2


def test_an_entry_without_a_door_to_certificates_is_told_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ringtrust.toml").write_text(
        '[clusters.x]\npublisher = "127.0.0.9"\n[clusters.x.application]\nuser = "axl"\n'
    )
    for words in (("list", "x"), ("show", "x", "pub", "tomcat"), ("csr", "x", "pub", "tomcat", "--yes")):
        answer = run("cert", *words, "--config", tmp_path)
        assert answer.status == 2
        assert "No single certificate can be shown or changed" in answer.err
        assert "Give the entry a platform login" in answer.err
