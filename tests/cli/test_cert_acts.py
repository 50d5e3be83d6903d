"""Single acts, at a node that does what it is told, or something else: done once, and looked at."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
from msgspec.structs import replace

from ringtrust.cli.cert import place as cert_place
from ringtrust.cli.cert.do import delete, regenerate
from ringtrust.cli.cert.imports import certificates_of, import_own, import_trust
from ringtrust.cli.cert.look import trusted
from ringtrust.cli.cert.place import place_in
from ringtrust.cli.cert.port import CertActs
from ringtrust.cli.cert.request import request
from ringtrust.cli.cert.told import Told, status_of, told_document, told_lines
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.plan.acts import Insight
from ringtrust.settings import Secret
from tests.cli.cert_cluster import FAILED, NODE, Authority, OneNode, Standing, files, standing, today
from tests.support.clusters import small
from tests.support.identities import identity
from tests.support.live import live
from tests.support.night import night
from tests.support.scripted_cli import Talk, hangs_up

KNOWN = Insight(known=True)
NOTHING = Insight()


async def _renew(at: Standing, unit: str = "tomcat", insight: Insight = NOTHING, *, for_client: bool = False) -> Told:
    return await regenerate(at.place, unit, insight, for_client=for_client, yes=True)


async def _all(acts: AsyncIterator[Told]) -> list[Told]:
    return [told async for told in acts]


def _text(told: Told) -> str:
    return "\n".join(told_lines(told))


@live
@pytest.mark.shows("S111", "S130")
async def test_a_renewal_is_done_once_and_seen_by_its_serial_number(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        told = await _renew(at, "TOMCAT")
        assert at.acts == ["set cert regen tomcat"]
        assert (told.status, told.what, told.look.seen) == (0, "tomcat", "done")
        text = _text(told)
        assert "The node says: Successfully Regenerated Certificate for tomcat." in text
        assert "Seen: the serial number was " in text
        assert "utils service restart Cisco Tomcat" in text


@pytest.mark.parametrize("for_client", [True, False])
@live
async def test_the_unit_of_clients_is_renewed_only_where_somebody_says_so(tmp_path: Path, for_client: bool) -> None:
    async with standing(tmp_path, OneNode("15.0.1.13900-100")) as at:
        assert (await _renew(at, for_client=for_client)).status == 0
        assert at.server.commands[at.server.commands.index("set cert regen tomcat") + 1 :][:2] == [
            "yes",
            "yes" if for_client else "no",
        ]


@live
@pytest.mark.shows("S130")
async def test_any_other_text_is_a_failure_and_a_look_tells_what_is_there(tmp_path: Path) -> None:
    async def _else(talk: Talk) -> None:
        await talk.asked()
        talk.show("Something went on.\n")

    async def _silently(talk: Talk) -> None:
        await talk.asked()
        at.node.own["tomcat"] = identity("tomcat-2").certificate
        talk.show("Something went on.\n")

    async with standing(tmp_path) as at:
        at.node.trouble["set cert regen tomcat"] = _else
        told = await _renew(at)
        assert (told.status, told.accepted, told.look.seen) == (1, False, "not done")
        assert "Something went on." in _text(told)
        assert "Now, in this order" not in _text(told)
        at.node.trouble["set cert regen tomcat"] = _silently
        told = await _renew(at)
        assert (told.status, told.accepted, told.look.seen) == (1, False, "done")
        assert "and yet it is there" in _text(told)


@live
async def test_success_that_is_not_to_be_seen_is_none(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        at.node.loses = True
        told = await _renew(at)
        assert (told.status, told.accepted, told.look.seen) == (1, True, "not done")
        assert "do not repeat it" in _text(told)


@live
async def test_an_answer_that_breaks_off_is_not_asked_for_again_but_looked_at(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        at.node.trouble["set cert regen tomcat"] = hangs_up
        told = await _renew(at)
        assert at.acts == ["set cert regen tomcat"]
        assert (told.status, told.look.seen) == (1, "not done")
        assert "has ended" in told.said


@live
async def test_what_cannot_be_looked_at_is_exit_status_3(tmp_path: Path) -> None:
    async def _and_then_nothing(talk: Talk) -> None:
        await talk.asked()
        at.node.trouble["show cert own tomcat"] = FAILED
        talk.show("Successfully Regenerated Certificate for tomcat.\n")

    async with standing(tmp_path) as at:
        at.node.trouble["set cert regen tomcat"] = _and_then_nothing
        told = await _renew(at)
        assert (told.status, told.look.seen) == (3, "unread")
        assert "utils service restart Cisco Tomcat" in _text(told)


async def _gone_dumb(talk: Talk) -> None:
    """It does it, and from then on knows no command to look at it."""
    await talk.asked()
    node = talk.server.answers
    assert isinstance(node, OneNode)
    for look in ("show cert own tomcat", "show cert list trust", "show csr list own"):
        node.trouble[look] = "No valid command entered\n"
    talk.show("Successfully Regenerated Certificate for tomcat.\nSuccessfully Generated CSR for tomcat.\n")


@live
async def test_a_look_that_is_refused_after_an_act_does_not_say_that_nothing_was_sent(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        at.node.trouble["set cert regen tomcat"] = at.node.trouble["set csr gen tomcat"] = _gone_dumb
        told = await _renew(at)
        assert (told.status, told.accepted, told.look.seen) == (3, True, "unread")
        assert "utils service restart Cisco Tomcat" in _text(told)
        at.node.trouble.pop("show csr list own")
        pem, (told,) = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        assert (pem, told.status, told.look.seen) == ("", 3, "unread")
        assert "knows no command" in _text(told)


@live
async def test_a_request_that_is_made_and_cannot_be_shown_is_told_all_the_same(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        at.node.trouble["show csr own tomcat/tomcat.csr"] = FAILED
        pem, (told,) = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        assert (pem, told.status, told.accepted, told.look.seen) == ("", 3, True, "unread")


@live
async def test_what_was_sent_is_told_though_the_next_act_is_refused(tmp_path: Path) -> None:
    ca = Authority()
    async with standing(tmp_path) as at:
        pem, _ = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        with files(tmp_path, ca.sign(pem), ca.certificate) as paths:
            certificates = certificates_of(paths, today())
        place = replace(at.place, desk=_OnlyTrust(at.place.desk))
        told = await _all(import_own(place, "tomcat", certificates, NOTHING, for_client=False, yes=True))
        assert [each.status for each in told] == [0, 1]
        assert "utils service restart" in _text(told[0])
        assert "does not go this way" in _text(told[1])


class _OnlyTrust:
    """Certificates of a node, by a way that has no import into the place of an identity."""

    def __init__(self, desk: CertActs) -> None:
        self._desk = desk

    def __getattr__(self, name: str) -> object:
        return getattr(self._desk, name)

    async def import_own(self, _unit: str, _pem: str, *, for_client: bool = False) -> NoReturn:
        raise RefusedError(f"It does not go this way ({for_client}).")


@live
async def test_a_question_that_nobody_expects_is_not_answered(tmp_path: Path) -> None:
    async def _asks(talk: Talk) -> None:
        await talk.asked("This will format the disk. Go on (yes|no)? ")

    async with standing(tmp_path) as at:
        at.node.trouble["set cert regen tomcat"] = _asks
        told = await _renew(at)
        assert (told.status, at.server.interrupts) == (1, 1)
        assert "format the disk" in told.said


@pytest.mark.parametrize(
    ("unit", "insight", "says"),
    [
        ("tomcat-trust", KNOWN, "only deleted"),
        ("CallManager", NOTHING, "ringtrust plan CLUSTER --renew CallManager@pub"),
        ("TVS", NOTHING, "Phones trust by TVS"),
        ("CAPF", KNOWN, "lists no CAPF certificate"),
        ("nothing", KNOWN, "has no unit"),
    ],
)
@live
async def test_what_is_refused_is_not_sent(tmp_path: Path, unit: str, insight: Insight, says: str) -> None:
    async with standing(tmp_path) as at:
        with pytest.raises(RefusedError, match=says):
            await _renew(at, unit, insight)
        assert at.acts == []


@live
async def test_whoever_knows_renews_what_phones_trust_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with standing(tmp_path) as at:
        assert (await _renew(at, "CallManager", KNOWN)).status == 0
        said = capsys.readouterr().err
        assert "One act is not a renewal" in said
        assert "Phones of the whole cluster reset by themselves" in said


@live
async def test_nothing_is_done_where_nobody_says_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with standing(tmp_path) as at:
        with pytest.raises(RefusedError, match="Nobody is there"):
            await regenerate(at.place, "tomcat", NOTHING, for_client=False, yes=False)
        monkeypatch.setattr(cert_place.sys.stdin, "isatty", lambda: True, raising=False)
        for typed, done in (("yes", False), ("", False), ("tomcat", True)):
            monkeypatch.setattr(cert_place.click, "prompt", lambda *_, typed=typed, **__: typed)
            if done:
                assert (await regenerate(at.place, "tomcat", NOTHING, for_client=False, yes=False)).status == 0
            else:
                with pytest.raises(RefusedError, match="Nothing was done"):
                    await regenerate(at.place, "tomcat", NOTHING, for_client=False, yes=False)
                assert at.acts == []


# Deletions.


@live
@pytest.mark.shows("S141", "S143")
async def test_a_deletion_names_the_unit_and_is_looked_for_in_its_store(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        for store, file in (("tomcat-trust", "old.pem"), ("TOMCAT", "older")):
            at.node.trust["tomcat-trust", f"{file.removesuffix('.pem')}.pem"] = identity("old").certificate
            told = await delete(at.place, store, file, NOTHING, yes=True)
            assert told.status == 0
            assert "utils service restart Cisco Tomcat" in _text(told)
        assert at.acts == ["set cert delete tomcat old.pem", "set cert delete tomcat older.pem"]
        assert list(at.node.trust) == [("tomcat-trust", "pub.pem")]


@live
async def test_a_name_that_is_written_out_is_that_file_and_one_that_may_be_two_is_none(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        for file in ("ca.pem.pem", "ca.pem", "x.der", "x.pem"):
            at.node.trust["tomcat-trust", file] = identity(file).certificate
        told = await delete(at.place, "tomcat", "ca.pem", NOTHING, yes=True)
        assert (told.status, told.what) == (0, "tomcat-trust/ca.pem")
        assert at.acts == ["set cert delete tomcat ca.pem"]
        with pytest.raises(RefusedError, match=r"holds x\.pem and x\.der"):
            await delete(at.place, "tomcat", "x", NOTHING, yes=True)
        assert (await delete(at.place, "tomcat", "x.der", NOTHING, yes=True)).status == 0
        assert ("tomcat-trust", "x.pem") in at.node.trust


@live
async def test_a_deletion_that_leaves_it_there_is_none(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        at.node.trust["tomcat-trust", "old.pem"] = identity("old").certificate
        at.node.loses = True
        told = await delete(at.place, "tomcat", "old.pem", NOTHING, yes=True)
        assert (told.status, told.accepted, told.look.seen) == (1, True, "not done")


@pytest.mark.parametrize("text_only", [False, True])
@live
@pytest.mark.shows("S157")
async def test_what_is_in_use_or_cisco_s_is_not_deleted_unasked(tmp_path: Path, text_only: bool) -> None:
    async with standing(tmp_path) as at:
        at.node.text_only = text_only
        at.node.trust["CAPF-trust", "CAP-RTP-001.pem"] = identity("CAP-RTP-001").certificate
        for store, file, says in (
            ("tomcat", "pub.pem", "tomcat of pub uses now"),
            ("CAPF", "CAP-RTP-001", "Cisco advises against"),
            ("tomcat", "not-there.pem", "holds no"),
            ("nothing", "x.pem", "has no trust store"),
        ):
            with pytest.raises(RefusedError, match=says):
                await delete(at.place, store, file, NOTHING, yes=True)
        assert at.acts == []
        assert (await delete(at.place, "CAPF", "CAP-RTP-001", KNOWN, yes=True)).status == 0


@live
async def test_what_cannot_be_read_is_not_taken_for_what_nobody_uses(tmp_path: Path) -> None:
    async with standing(tmp_path) as at:
        at.node.trust["CallManager-trust", "old.pem"] = identity("old").certificate
        for look, says in (
            ("show cert trust CallManager-trust/old.pem", r"CallManager-trust/old\.pem cannot be read"),
            ("show cert own TVS", "TVS of pub could not be read"),
            ("show cert list own", "pub could not be asked"),
        ):
            at.node.trouble = {look: FAILED}
            with pytest.raises(RefusedError, match=f"Nobody can tell who uses.*{says}"):
                await delete(at.place, "CallManager", "old.pem", NOTHING, yes=True)
            assert at.acts == []
        assert (await delete(at.place, "CallManager", "old.pem", KNOWN, yes=True)).status == 0


@live
async def test_a_ca_that_has_signed_what_is_in_use_stays_unless_somebody_knows(tmp_path: Path) -> None:
    root, other = Authority("Our root"), Authority()
    ca = Authority(by=root)
    async with standing(tmp_path) as at:
        pem, _ = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        at.node.own["tomcat"] = ca.sign(pem)
        at.node.trust["tomcat-trust", "ca.pem"] = ca.certificate
        at.node.trust["tomcat-trust", "root.pem"] = root.certificate
        at.node.trust["tomcat-trust", "other.pem"] = other.certificate
        for file in ("ca.pem", "root.pem"):
            with pytest.raises(RefusedError, match="has signed the certificate that tomcat of pub uses now"):
                await delete(at.place, "tomcat", file, NOTHING, yes=True)
        assert (await delete(at.place, "tomcat", "other.pem", NOTHING, yes=True)).status == 0  # of the same name only
        assert (await delete(at.place, "tomcat", "ca.pem", KNOWN, yes=True)).status == 0


@pytest.mark.parametrize(("name", "node"), [("campus-9.1", "pub"), ("campus-12.5", "sub1")])
@live
async def test_what_another_node_uses_is_not_deleted_unasked(tmp_path: Path, name: str, node: str) -> None:
    async with night(tmp_path, small(name)) as made:
        place = await place_in(made.reach, "campus", made.entry.settings.publisher, node)
        theirs = {}
        for site in place.eyes.sites:
            cli = made.reach.cli(site.address)
            for unit in ("CallManager", "CAPF") if site.name == "pub" else ("CallManager",):
                sha256 = certificate_of(await cli.own_certificate(unit)).sha256
                theirs[sha256] = f"{unit} of {site.name}"
        before = await place.desk.trust_listing()
        met = set()
        for row in before:
            shown = await trusted(place.desk, row.path)
            if shown.sha256 in theirs:
                met.add(theirs[shown.sha256])
                with pytest.raises(RefusedError, match=theirs[shown.sha256]):
                    await delete(place, row.folder, row.file, NOTHING, yes=True)
        assert met == set(theirs.values())
        assert await place.desk.trust_listing() == before


@live
async def test_a_node_that_does_not_answer_may_be_the_one_that_uses_it(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        (address,) = [node.address for node in made.wire.cluster.nodes if node.name == "sub2"]
        lines = made.entry.known_hosts.read_text().splitlines()
        made.entry.known_hosts.write_text("".join(f"{line}\n" for line in lines if address not in line))
        async with Reach(made.entry, Secret(made.wire.lab.platform.password), Secret(""), made.timer) as reach:
            place = await place_in(reach, "campus", made.entry.settings.publisher, "pub")
            file = "VeriSign_Class_3_Secure_Server_CA_-_G3"
            with pytest.raises(RefusedError, match=r"Nobody can tell who uses .* sub2 could not be asked"):
                await delete(place, "tomcat", file, NOTHING, yes=True)
            assert (await delete(place, "tomcat", file, KNOWN, yes=True)).status == 0


@live
@pytest.mark.shows("S112")
async def test_on_old_releases_it_says_that_it_may_come_back(tmp_path: Path) -> None:
    async with standing(tmp_path, OneNode("9.1.2.12901-3")) as at:
        at.node.trust["tomcat-trust", "old.pem"] = identity("old").certificate
        told = await delete(at.place, "tomcat", "old.pem", NOTHING, yes=True)
        assert "List tomcat-trust of every node again in half an hour" in _text(told)


# Requests and imports.


@live
async def test_a_request_is_made_where_none_waits_and_shown_where_one_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with standing(tmp_path) as at:
        pem, (told,) = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        assert (told.status, pem) == (0, at.node.csr["tomcat"])
        assert at.server.commands[at.server.commands.index("set csr gen tomcat") + 1] == "no"
        again, nothing = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        assert (again, nothing) == (pem, ())
        assert "waits already" in capsys.readouterr().err
        other, (told,) = await request(at.place, "tomcat", new=True, organizational_unit=True, yes=True)
        assert told.status == 0
        assert other not in {pem, ""}
        assert at.acts == ["set csr gen tomcat"] * 2
        at.node.loses = True
        lost, (told,) = await request(at.place, "tomcat", new=True, organizational_unit=False, yes=True)
        assert (lost, told.status, "the old one still" in told.look.sentence) == ("", 1, True)


@live
async def test_a_signed_certificate_takes_the_place_of_the_identity_its_cas_first(tmp_path: Path) -> None:
    ca = Authority()
    async with standing(tmp_path) as at:
        pem, _ = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        leaf = ca.sign(pem)
        with files(tmp_path, leaf, ca.certificate) as paths:
            certificates = certificates_of(paths, today())
        told = await _all(import_own(at.place, "tomcat", certificates, NOTHING, for_client=False, yes=True))
        assert at.acts == ["set csr gen tomcat", "set cert import trust tomcat", "set cert import own tomcat"]
        assert at.node.own["tomcat"] == leaf
        assert at.node.trust["tomcat-trust", "Our_CA.pem"] == ca.certificate
        assert status_of(told) == 0
        assert "utils service restart Cisco Tomcat" in _text(told[-1])
        document = told_document("one", told)
        assert [each["seen"] for each in document["acts"]] == ["done", "done"]
        # From now on a CA has signed it: a new self-signed one would overwrite that (S129).
        with pytest.raises(RefusedError, match="was signed by a CA"):
            await _renew(at)
        assert (await _renew(at, insight=Insight(replace_ca_signed=True))).status == 0


@live
async def test_where_its_ca_is_not_taken_the_certificate_is_not_sent(tmp_path: Path) -> None:
    ca = Authority()
    async with standing(tmp_path) as at:
        pem, _ = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        at.node.trouble["set cert import trust tomcat"] = FAILED
        with files(tmp_path, ca.sign(pem), ca.certificate) as paths:
            certificates = certificates_of(paths, today())
        told = await _all(import_own(at.place, "tomcat", certificates, NOTHING, for_client=False, yes=True))
        assert [each.status for each in told] == [1]
        assert "set cert import own tomcat" not in at.acts


@live
async def test_only_the_certificate_of_the_request_that_waits_is_sent(tmp_path: Path) -> None:
    ca = Authority()
    async with standing(tmp_path) as at:
        with files(tmp_path, identity("x").certificate) as paths:
            other = certificates_of(paths, today())
        with pytest.raises(RefusedError, match="No request of tomcat waits"):
            await _all(import_own(at.place, "tomcat", other, NOTHING, for_client=False, yes=True))
        old, _ = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        await request(at.place, "tomcat", new=True, organizational_unit=False, yes=True)
        with files(tmp_path, ca.sign(old)) as paths:
            stale = certificates_of(paths, today())
        for certificates, says in ((stale, "was not made of the request"), ((*stale, *other), "hold 2 certificates")):
            with pytest.raises(RefusedError, match=says):
                await _all(import_own(at.place, "tomcat", certificates, NOTHING, for_client=False, yes=True))
        assert "set cert import own tomcat" not in at.acts


@live
async def test_what_is_in_a_store_already_is_not_imported_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ca = Authority()
    async with standing(tmp_path) as at:
        with files(tmp_path, ca.certificate) as paths:
            certificates = certificates_of([*paths, *paths], today())
        assert len(certificates) == 1
        (told,) = await _all(import_trust(at.place, "tomcat-trust", certificates, NOTHING, yes=True))
        assert told.status == 0
        assert await _all(import_trust(at.place, "tomcat", certificates, NOTHING, yes=True)) == []
        assert "is in tomcat-trust already" in capsys.readouterr().err
        assert at.acts == ["set cert import trust tomcat"]
        at.node.loses = True
        with files(tmp_path, Authority("Another CA").certificate) as paths:
            (told,) = await _all(import_trust(at.place, "tomcat", certificates_of(paths, today()), NOTHING, yes=True))
        assert (told.status, told.accepted, told.look.seen) == (1, True, "not done")


@pytest.mark.parametrize("text_only", [False, True])
@live
async def test_nothing_takes_the_place_of_another_of_its_name_unless_somebody_knows(
    tmp_path: Path, text_only: bool
) -> None:
    old, new = Authority(), Authority()
    async with standing(tmp_path) as at:
        at.node.text_only = text_only
        at.node.trust["tomcat-trust", "Our_CA.pem"] = old.certificate
        with files(tmp_path, Authority("Another").certificate, new.certificate) as paths:
            certificates = certificates_of(paths, today())
        with pytest.raises(RefusedError, match=r"Our_CA\.pem there has the same name and another key"):
            await _all(import_trust(at.place, "tomcat", certificates, NOTHING, yes=True))
        pem, _ = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        with files(tmp_path, new.sign(pem), new.certificate) as paths:
            signed = certificates_of(paths, today())
        with pytest.raises(RefusedError, match="has the same name and another key"):
            await _all(import_own(at.place, "tomcat", signed, NOTHING, for_client=False, yes=True))
        at.node.trouble = {"show cert trust tomcat-trust/Our_CA.pem": FAILED}
        with pytest.raises(UnreadableError):
            await _all(import_trust(at.place, "tomcat", certificates, NOTHING, yes=True))
        assert at.acts == ["set csr gen tomcat"]
        at.node.trouble = {}
        assert status_of(await _all(import_trust(at.place, "tomcat", certificates, KNOWN, yes=True))) == 0
        assert at.node.trust["tomcat-trust", "Our_CA.pem"] == new.certificate


@live
async def test_a_ca_with_the_same_key_and_longer_days_goes_without_more_ado(tmp_path: Path) -> None:
    ca = Authority()
    async with standing(tmp_path) as at:
        at.node.trust["tomcat-trust", "Our_CA.pem"] = ca.certificate
        with files(tmp_path, ca.renewed()) as paths:
            certificates = certificates_of(paths, today())
        (told,) = await _all(import_trust(at.place, "tomcat", certificates, NOTHING, yes=True))
        assert told.status == 0


@pytest.mark.parametrize(
    "question",
    [
        "Overwrite the certificate, which is in use (yes|no)? ",
        "Cisco CallManager on all nodes is restarted now. Continue (yes|no)? ",
    ],
)
@live
async def test_who_imports_has_not_said_yes_to_more_than_that(tmp_path: Path, question: str) -> None:
    async def _asks(talk: Talk) -> None:
        await talk.asked(question)

    async with standing(tmp_path) as at:
        at.node.trouble["set cert import trust tomcat"] = _asks
        with files(tmp_path, Authority().certificate) as paths:
            certificates = certificates_of(paths, today())
        (told,) = await _all(import_trust(at.place, "tomcat", certificates, KNOWN, yes=True))
        assert (told.status, at.server.interrupts) == (1, 1)
        assert question.strip() in told.said


def test_files_that_hold_no_good_certificate_are_told(tmp_path: Path) -> None:
    ca = Authority()
    asyncio.run(_make_request(tmp_path, ca))
    with (
        files(tmp_path, (tmp_path / "expired.der").read_bytes()) as paths,
        pytest.raises(RefusedError, match="expired"),
    ):
        certificates_of(paths, today())
    (tmp_path / "junk.pem").write_text("junk")
    with pytest.raises(RefusedError, match="once only"):
        certificates_of(["-", "-"], today())
    for path in ("junk.pem", "nothing.pem"):
        with pytest.raises(UnreadableError):
            certificates_of([str(tmp_path / path)], today())


async def _make_request(folder: Path, ca: Authority) -> None:
    async with standing(folder) as at:
        pem, _ = await request(at.place, "tomcat", new=False, organizational_unit=False, yes=True)
        (folder / "expired.der").write_bytes(ca.sign(pem, days=-1))
        assert at.place.site.name == NODE
