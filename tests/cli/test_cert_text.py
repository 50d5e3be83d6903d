"""What `ringtrust cert` shows: nothing that a terminal obeys, nothing that was not read, expired in capitals."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from ringtrust.change.plan import Note
from ringtrust.cli.cert.look import NodeRows, Row, Shown
from ringtrust.cli.cert.text import certificate_lines, listing_document, listing_lines
from ringtrust.cli.cert.told import Look, Told, status_of, told_document, told_lines
from ringtrust.cluster.facts import Known, Unread

NOW = datetime(2026, 11, 27, tzinfo=UTC)
GOOD = Shown("pub", "CN=pub", "CN=pub", "0A", Known(NOW + timedelta(days=30)), self_signed=True, sha256="AB", pem="PEM")
EVIL = "x\x1b[2Jy\nz"
TOLD = Told("regenerate", "pub", "tomcat", accepted=True, said="Successfully done", look=Look("done", "seen."))


def _lines(*rows: Row) -> list[str]:
    return list(listing_lines([NodeRows("pub", Known(rows))], NOW))


def _row(found: Known[Shown] | Unread, folder: str = "tomcat", file: str = "tomcat.pem") -> Row:
    return Row(folder, file, "", found)


def test_a_unit_is_named_once_and_a_file_of_a_store_by_its_path() -> None:
    lines = _lines(_row(Known(GOOD)), _row(Known(GOOD), "tomcat-trust", "pub.pem"))
    assert [line.split()[0] for line in lines] == ["pub:", "tomcat", "tomcat-trust/pub.pem"]
    assert lines[1].index("until") == lines[2].index("until")


def test_what_has_expired_is_marked_and_what_ends_today_has_no_days_left() -> None:
    for not_after, says in (
        (NOW - timedelta(seconds=1), "EXPIRED"),
        (NOW + timedelta(hours=1), "0 days left"),
        (NOW + timedelta(days=30), "30 days left"),
    ):
        (line,) = _lines(_row(Known(replace(GOOD, not_after=Known(not_after)))))[1:]
        assert says in line
    document = listing_document("one", [NodeRows("pub", Known((_row(Known(GOOD)),)))], NOW)
    (found,) = document["nodes"][0]["certificates"]
    assert (found["days_left"], found["expired"], found["in"]) == (30, False, "tomcat")


def test_what_was_not_read_is_told_and_is_no_value() -> None:
    nodes = [NodeRows("pub", Known((_row(Unread("no PEM")),))), NodeRows("sub1", Unread("it is down"))]
    assert [node.complete for node in nodes] == [False, False]
    text = "\n".join(listing_lines(nodes, NOW))
    assert "could not be read: no PEM" in text
    assert "could not be read: it is down" in text
    first, second = listing_document("one", nodes, NOW)["nodes"]
    assert first["certificates"][0]["unread"] == "no PEM"
    assert second == {"node": "sub1", "unread": "it is down"}


def test_a_certificate_that_the_node_tells_in_words_only_says_so() -> None:
    told = replace(GOOD, pem="", sha256="", not_after=Unread("PDT means more than one"))
    text = "\n".join(certificate_lines("pub: tomcat", told, NOW))
    assert "prints no PEM" in text
    assert "until a date that is not read" in text
    (found,) = listing_document("one", [NodeRows("pub", Known((_row(Known(told)),)))], NOW)["nodes"][0]["certificates"]
    assert not {"not_after", "days_left", "pem", "sha256"} & set(found)


def test_names_of_others_do_not_reach_a_terminal_unescaped() -> None:
    evil = Shown(EVIL, EVIL, EVIL, EVIL, Unread(EVIL), self_signed=False, names=(EVIL,))
    told = replace(TOLD, node=EVIL, what=EVIL, said=EVIL, look=Look("done", EVIL), then=(Note(EVIL, ("S1",)),))
    shown = (
        *_lines(_row(Known(evil), EVIL, EVIL), _row(Unread(EVIL))),
        *listing_lines([NodeRows(EVIL, Unread(EVIL))], NOW),
        *certificate_lines(EVIL, evil, NOW),
        *told_lines(told),
    )
    assert all(line.isprintable() for line in shown)


def test_the_exit_status_is_that_of_the_worst() -> None:
    lost = replace(TOLD, look=Look("unread", "no answer"))
    refused = replace(TOLD, accepted=False, look=Look("not done", "as before"))
    assert [each.status for each in (TOLD, refused, lost)] == [0, 1, 3]
    assert [status_of(each) for each in ([], [TOLD, refused], [refused, lost], [TOLD, lost])] == [0, 1, 3, 3]
    assert [act["seen"] for act in told_document("one", [TOLD, lost])["acts"]] == ["done", "unread"]
