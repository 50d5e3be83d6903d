"""Which trust certificates may go, as a person and as a program read it; and what foreign servers answer when asked."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.change.store_verdict import Fate
from ringtrust.cluster.certificate import Certificate, Trusted
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.snapshot import Snapshot, read_snapshot, write_snapshot
from ringtrust.connect.certificates import certificate_of
from ringtrust.settings import FILE
from tests.cli.conftest import Run
from tests.support.shown import HOST, closed_port, showing
from tests.support.sown import judged, sown
from tests.support.store_seeds import LATELY, Made, made, named

Save = Callable[[Snapshot], Path]
LDAP = "ldap1.corp.example"
FORMER = "cm-gone.campus.example"
SILENT = Unread("The CLI of sub1 has been silent for 60 seconds.")
CLEAR = "\x1b[2J"


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a snapshot to a file."""

    def _save(snapshot: Snapshot) -> Path:
        path = tmp_path / "snapshot.json"
        path.write_bytes(write_snapshot(snapshot))
        return path

    return _save


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], None]:
    """Writes where each foreign name is to be asked into a ringtrust.toml."""

    def _ask(places: Mapping[str, str]) -> None:
        folder = tmp_path / "home"
        folder.mkdir(mode=0o700)
        listed = ", ".join(f'"{name}" = "{place}"' for name, place in places.items())
        (folder / FILE).write_text(
            '[clusters.campus]\npublisher = "127.0.0.1"\nplatform = {user = "admin", password_variable = "X"}\n'
            f"foreign = {{{listed}}}\n"
        )
        monkeypatch.setenv("RINGTRUST_CONFIG", str(folder))

    return _ask


def _flat(text: str) -> str:
    return " ".join(text.split())


def _tidy() -> Snapshot:
    """The cluster when everything that does not stay is gone."""
    found = replace(sown().snapshot, elsewhere=())
    stay = {
        (each.store, place.node, place.file)
        for each in judged(found)
        if each.fate is Fate.KEEP
        for place in each.places
    }
    nodes = []
    for node in found.nodes:
        assert isinstance(node.trusted, Known)
        kept = tuple(each for each in node.trusted.value if (each.store, node.name, each.file) in stay)
        nodes.append(replace(node, trusted=replace(node.trusted, value=kept)))
    return replace(found, nodes=tuple(nodes))


def _with(snapshot: Snapshot, file: str, certificate: Fact[Certificate], store: str = "tomcat-trust") -> Snapshot:
    """The same, and every node has one more."""
    nodes = []
    for node in snapshot.nodes:
        assert isinstance(node.trusted, Known)
        more = (*node.trusted.value, Trusted(store, file, certificate))
        nodes.append(replace(node, trusted=replace(node.trusted, value=more)))
    return replace(snapshot, nodes=tuple(nodes))


def _knows(server: Made, snapshot: Snapshot | None = None, name: str = LDAP) -> Snapshot:
    """A cluster that knows a server by that certificate."""
    return _with(snapshot or _tidy(), f"{name}.pem", Known(certificate_of(server.der)))


def _server(*, lately: bool = False, name: str = LDAP) -> Made:
    return made(named(name, "Corp"), LATELY) if lately else made(named(name, "Corp"))


# --- as a person and as programs read it ---


def test_text_says_what_may_go_what_is_open_what_stays_and_what_to_do(run: Run, save: Save) -> None:
    answer = run("stores", save(sown().snapshot))
    assert (answer.status, answer.err) == (1, "")
    said = _flat(answer.out)
    fates = Counter(each.fate for each in judged(sown().snapshot))
    words = {Fate.FREE: "may go", Fate.ASK: "wait for a person", Fate.HELD: "stay for now", Fate.KEEP: "stay"}
    for fate in Fate:
        assert f"{fates[fate]} {words[fate]}" in said
    assert "May go: nothing leans on it." in said
    assert "Do: Delete them with a plan: `ringtrust plan campus --clean all`." in said
    assert "CAPF-trust/sub1.pem on pub: stale copy of an older identity of sub1, until 2021-02-28" in said
    assert "name it: `ringtrust plan campus --clean STORE/FILE`." in said
    assert "Leans on it: ldap1.corp.example, which shows it at ldap1.corp.example:636" in said
    assert "Nobody has asked uccx1.corp.example which certificate it uses now" in said
    assert "--all shows them one by one." in said
    assert max(map(len, answer.out.splitlines())) <= 100


def test_those_that_stay_are_listed_where_somebody_wants_them(run: Run, save: Save) -> None:
    path = save(sown().snapshot)
    line = "tomcat-trust/pub.pem on pub, sub1, sub2: in use of tomcat of pub"
    assert line not in _flat(run("stores", path).out)
    everything = _flat(run("stores", path, "--all").out)
    assert line in everything
    assert "It is the certificate that tomcat of pub uses now." in everything
    assert "--all shows them" not in everything


def test_json_has_every_verdict_and_the_certificate_with_it(run: Run, save: Save) -> None:
    answer = run("stores", save(sown().snapshot), "--format", "json")
    document = json.loads(answer.out)
    found = judged(sown().snapshot)
    assert (document["format"], document["cluster"], document["unread"]) == ("ringtrust.stores/1", "campus", {})
    assert document["counts"] == {fate.value: sum(each.fate is fate for each in found) for fate in Fate}
    assert [(each["store"], each["fate"]) for each in document["verdicts"]] == [
        (each.store, each.fate.value) for each in found
    ]
    assert all("BEGIN CERTIFICATE" in each["certificate"]["value"]["pem"] for each in document["verdicts"])


def test_csv_has_a_row_for_every_certificate_and_store(run: Run, save: Save, tmp_path: Path) -> None:
    place = tmp_path / "stores.csv"
    answer = run("stores", save(sown().snapshot), "--format", "csv", "-o", place)
    assert answer.status == 1
    assert f"Wrote {place}. {len(judged(sown().snapshot))} certificates in trust stores: " in answer.out
    rows = list(csv.DictReader(io.StringIO(place.read_text())))
    assert len(rows) == len(judged(sown().snapshot))
    (row,) = (row for row in rows if row["file"] == "cm-old2.campus.example.pem")
    assert (row["fate"], row["store"], row["nodes"]) == ("may go", "tomcat-trust", "pub, sub1, sub2")
    assert (row["expires"], row["whose"]) == ("2021-02-28", "cm-old2.campus.example")
    assert run("stores", tmp_path / "snapshot.json", "-o", place).status == 2
    assert run("stores", tmp_path / "snapshot.json", "-o", place, "--force").status == 1


def test_of_one_store_only_in_whichever_case(run: Run, save: Save) -> None:
    answer = run("stores", save(sown().snapshot), "--store", "TVS-TRUST", "--format", "json")
    assert {each["store"] for each in json.loads(answer.out)["verdicts"]} == {"TVS-trust"}


def test_a_store_that_nobody_has_is_refused_and_says_which_there_are(run: Run, save: Save) -> None:
    answer = run("stores", save(sown().snapshot), "--store", f"tomcat{CLEAR}")
    assert answer.status == 2
    assert "No node has anything in" in answer.err
    assert "There are CallManager-trust, CAPF-trust" in answer.err
    assert "\x1b" not in answer.err


# --- exit statuses ---


def test_where_all_that_is_there_is_needed_it_is_0(run: Run, save: Save) -> None:
    answer = run("stores", save(_tidy()))
    assert answer.status == 0
    assert "may go" not in answer.out


def test_where_only_something_stays_for_now_it_is_0_too(run: Run, save: Save) -> None:
    path = save(sown().snapshot)
    assert run("stores", path, "--store", "Phone-CTL-trust").status == 1
    held = replace(
        _knows(server := _server()), elsewhere=(replace(sown().garden.elsewhere[0], certificate=_known(server)),)
    )
    answer = run("stores", save(held))
    assert "1 stays for now" in _flat(answer.out)
    assert answer.status == 0


def _known(server: Made) -> Known[Certificate]:
    return Known(certificate_of(server.der))


def test_a_node_whose_stores_could_not_be_read_is_named_and_it_is_3(run: Run, save: Save) -> None:
    found = sown().snapshot
    nodes = tuple(replace(node, trusted=SILENT) if node.name == "sub1" else node for node in found.nodes)
    path = save(replace(found, nodes=nodes))
    answer = run("stores", path)
    assert answer.status == 3
    assert f"The trust stores of sub1 could not be read: {SILENT.reason}" in answer.out
    document = json.loads(run("stores", path, "--format", "json").out)
    assert document["unread"] == {"sub1": SILENT.reason}


def test_a_certificate_that_could_not_be_read_wants_a_person_and_it_is_3(run: Run, save: Save) -> None:
    path = save(_with(_tidy(), "blind.pem", SILENT))
    answer = run("stores", path)
    assert answer.status == 3
    said = _flat(answer.out)
    assert "tomcat-trust/blind.pem on pub: unknown" in said
    assert f"It could not be read: {SILENT.reason}" in said
    rows = list(csv.DictReader(io.StringIO(run("stores", path, "--format", "csv").out)))
    assert {(row["fate"], row["sha256"]) for row in rows if row["file"] == "blind.pem"} == {("a person decides", "")}


# --- names of hostile machines ---


def test_what_a_terminal_would_obey_is_printable(run: Run, save: Save) -> None:
    name = f"Evil {CLEAR}\r\n\x9b2J\u202eCA"
    seed = certificate_of(made(named("x", "Corp")).der)
    spoilt = replace(seed, common_name=name, subject=f"CN={name}", issuer=f"CN={name}")
    hostile = _with(_tidy(), f"=cmd{CLEAR}.pem", Known(spoilt), store=f"tomcat-trust{CLEAR}")
    nodes = tuple(
        replace(node, trusted=Unread(f"{CLEAR}gone")) if node.name == "sub2" else node for node in hostile.nodes
    )
    path = save(replace(hostile, nodes=nodes))
    for form in ("text", "csv"):
        out = run("stores", path, "--all", "--format", form).out
        assert r"Evil \x1b[2J" in _flat(out)
        assert all(line.isprintable() for line in out.replace("\r\n", "\n").split("\n"))
    rows = list(csv.DictReader(io.StringIO(run("stores", path, "--format", "csv").out)))
    assert any(row["file"].startswith("'=cmd") for row in rows)
    assert any(each["whose"] == "" for each in json.loads(run("stores", path, "--format", "json").out)["verdicts"])


# --- what foreign servers answer ---


def _verdict(out: str, file: str = f"{LDAP}.pem") -> Any:
    (found,) = (each for each in json.loads(out)["verdicts"] if each["places"][0]["file"] == file)
    return found


@pytest.mark.shows("S167", "S168")
def test_servers_are_asked_which_certificate_they_use_now(run: Run, save: Save, ask: Callable[..., None]) -> None:
    old, new = _server(), _server(lately=True)
    with showing(old) as same, showing(new) as other:
        ask({LDAP: same.place, "ldap2.corp.example": other.place})
        answer = run("stores", save(_knows(old)), "--ask", "--format", "json")
        assert answer.status == 0
        found = _verdict(answer.out)
        assert (found["kind"], found["fate"]) == ("foreign", "stays for now")
        assert found["leaning"] == [f"{LDAP}, which shows it at {same.place}"]
        assert (same.calls, same.said) == (1, b"")

        renewed = made(named("ldap2.corp.example", "Corp"))
        path = save(_knows(renewed, name="ldap2.corp.example"))
        answer = run("stores", path, "--ask")
        assert answer.status == 0
        serial = certificate_of(new.der).serial
        assert (
            f"Leans on it: ldap2.corp.example, which shows another one at {other.place}, serial {serial}, whom "
            "tomcat-trust does not know yet: import that one, or its CA, first"
        ) in _flat(answer.out)

        imported = _with(_knows(renewed, name="ldap2.corp.example"), "new.pem", Known(certificate_of(new.der)))
        answer = run("stores", save(imported), "--ask", "--store", "tomcat-trust", "--format", "json")
        assert _verdict(answer.out, "ldap2.corp.example.pem")["fate"] == "may go"


@pytest.mark.shows("S167")
def test_one_that_cannot_be_asked_is_for_a_person_with_the_reason(
    run: Run, save: Save, ask: Callable[..., None]
) -> None:
    place = closed_port()
    ask({LDAP: place})
    answer = run("stores", save(_knows(_server())), "--ask")
    assert answer.status == 1
    said = _flat(answer.out)
    assert "A person decides: nobody else can tell." in said
    assert f"Not known: {LDAP} could not be asked at {place}: {place} cannot be reached" in said


def test_one_of_former_days_that_a_server_shows_still_is_in_use(run: Run, save: Save, ask: Callable[..., None]) -> None:
    server = _server(name=FORMER)
    snapshot = _knows(server, name=FORMER)
    snapshot = replace(snapshot, declared=replace(snapshot.declared, former=(FORMER,)))
    assert _verdict(run("stores", save(snapshot), "--format", "json").out, f"{FORMER}.pem")["fate"] == "may go"
    with showing(server) as shown:
        ask({FORMER: shown.place})
        found = _verdict(run("stores", save(snapshot), "--ask", "--format", "json").out, f"{FORMER}.pem")
        assert (found["fate"], found["leaning"]) == ("stays for now", [f"{FORMER}, which shows it at {shown.place}"])


def test_what_was_answered_is_saved_and_is_read_as_if_asked_anew(
    run: Run, save: Save, ask: Callable[..., None], tmp_path: Path
) -> None:
    old, new, kept = _server(), _server(lately=True), tmp_path / "asked.json"
    path = save(_knows(old))
    with showing(new) as shown:
        ask({LDAP: shown.place})
        asked = run("stores", path, "--ask", "--save", kept)
        assert shown.calls == 1
    assert run("stores", kept) == asked
    (answer,) = read_snapshot(kept.read_bytes()).elsewhere
    assert (answer.name, answer.asked) == (LDAP, shown.place)
    assert isinstance(answer.certificate, Known)
    assert answer.certificate.value.sha256 == certificate_of(new.der).sha256
    assert "exists already" in run("stores", path, "--ask", "--save", kept).err


def test_only_servers_of_the_store_that_is_asked_for_are_asked(
    run: Run, save: Save, ask: Callable[..., None], tmp_path: Path
) -> None:
    server, phones, kept = _server(), _server(name="asa.corp.example"), tmp_path / "asked.json"
    both = _with(_knows(server), "asa.corp.example.pem", Known(certificate_of(phones.der)), store="Phone-VPN-trust")
    with showing(server) as shown, showing(phones) as vpn:
        ask({LDAP: shown.place, "asa.corp.example": vpn.place})
        assert run("stores", save(both), "--ask", "--store", "nothing-trust", "--save", kept).status == 2
        assert not kept.exists()
        assert run("stores", save(both), "--ask", "--store", "tomcat-trust", "--save", kept).status == 0
        assert (shown.calls, vpn.calls) == (1, 0)
        whole = tmp_path / "whole.json"
        assert run("stores", kept, "--ask", "--store", "Phone-VPN-trust", "--save", whole).status == 0
        assert (shown.calls, vpn.calls) == (1, 1)
    assert run("stores", whole).status == 0
    assert {each.name for each in read_snapshot(whole.read_bytes()).elsewhere} == {LDAP, "asa.corp.example"}


def test_nothing_is_saved_that_was_not_asked(run: Run, save: Save, tmp_path: Path) -> None:
    answer = run("stores", save(_tidy()), "--save", tmp_path / "x.json")
    assert (answer.status, "Add --ask" in answer.err) == (2, True)
    assert not (tmp_path / "x.json").exists()


def test_a_port_that_there_is_not_is_refused_before_anybody_is_asked(
    run: Run, save: Save, ask: Callable[..., None]
) -> None:
    ask({LDAP: f"{HOST}:99999"})
    answer = run("stores", save(_knows(_server())), "--ask")
    assert "there is no such port" in _flat(answer.err)
