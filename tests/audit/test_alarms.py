"""What alarms mean, from their text on: which certificate, where, what breaks, what to do (S22 to S28)."""

from datetime import date

import pytest

from ringtrust.audit.alarms import Explained, explain
from ringtrust.catalog.alarms import AlarmKind
from ringtrust.catalog.load import load_catalog
from ringtrust.catalog.stores import Preloaded
from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known, Skipped
from ringtrust.cluster.release import Release
from ringtrust.connect.alarms.read import read_alarms
from tests.support.alarm_texts import BACKUP_ALERT, IN_SYSLOG, SEED, event, expiring

CATALOG = load_catalog()
TODAY = date(2026, 11, 24)
NO_RELEASE = Skipped("Nobody said.")


def explained(text: str, release: str = "", today: date = TODAY) -> Explained:
    """What the only alarm of a text means."""
    found = all_of(text, release, today)
    assert len(found) == 1
    return found[0]


def all_of(text: str, release: str = "", today: date = TODAY) -> tuple[Explained, ...]:
    facts = Known(CATALOG.of(Release.of(release))) if release else NO_RELEASE
    return explain(read_alarms(text.encode()), CATALOG, facts, today)


def words(found: Explained) -> str:
    return " ".join((found.where, found.what, *found.notes, *found.breaks, *found.steps))


@pytest.mark.shows("S26")
def test_the_seed_s_certificate_belongs_to_one_node_and_lies_on_another() -> None:
    found = explained(SEED, "9.1")
    assert found.where == "CUCM01.der in tomcat-trust of CUCM02"
    assert any(
        "the tomcat certificate of CUCM01; CUCM02 only reports" in note and '"own-cert"' in note for note in found.notes
    )
    assert any("cannot be regenerated there" in note for note in found.notes)
    assert "`ringtrust plan CLUSTER --renew tomcat@CUCM01`" in found.steps[0]
    assert "tomcat@CUCM02" not in words(found)
    assert {"S26", "S152", "S153", "S167", "S168"} <= set(found.sources)


@pytest.mark.shows("S27")
def test_the_seed_s_text_means_either_and_its_dates_say_expired() -> None:
    found = explained(SEED)
    assert found.what == "expired on Mon 2014-05-19 14:46, 109 days before the alarm of 2014-09-05."
    assert any("seven days left, or has expired" in note for note in found.notes)
    assert "By the dates it had expired already." in found.notes
    assert any("2014 is the only one near the alarm" in note for note in found.notes)
    assert any("4,463 days old" in note for note in found.notes)
    about_to = explained(expiring())
    assert about_to.what == "expires on Sat 2026-11-28 10:00:00 CET, 4 days after the alarm of 2026-11-24."
    assert "By the dates it had not expired yet." in about_to.notes
    assert not any("days old" in note for note in about_to.notes)
    today = explained(expiring(expiration="Tue Nov 24 22:00:00:000 CET"))
    assert "the day of the alarm" in today.what
    assert today.severity is Severity.CRITICAL


def test_an_old_warning_whose_day_has_passed_says_so() -> None:
    found = explained(expiring(), today=date(2026, 12, 1))
    assert any("That day has passed since" in note for note in found.notes)
    assert any("7 days old" in note for note in found.notes)


@pytest.mark.parametrize("unit", ["CallManager", "tomcat", "ipsec", "CAPF", "TVS", "ITLRecovery", "tomcat-ECDSA"])
def test_an_identity_is_its_reporter_s_and_is_planned_for(unit: str) -> None:
    found = explained(expiring(unit=unit, certificate=f"{unit}.der"))
    assert (found.where, found.severity) == (f"{unit} of sub1", Severity.MAJOR)
    assert f"`ringtrust plan CLUSTER --renew {unit}@sub1`" in found.steps[0]
    assert "217138" in found.steps[-1]
    assert {effect.text for effect in CATALOG.unit(unit).breaks} <= set(found.breaks)
    assert any("by hand" in step for step in found.steps) == bool(CATALOG.unit(unit).rebuilds_lists)
    assert not any("set cert" in step for step in found.steps)
    assert explained(expiring(unit=unit, expiration="Mon Nov 23 09:00:00:000 CET")).severity is Severity.CRITICAL


def test_an_expired_capf_locks_phones_out_and_from_14_on_only_the_publisher_s_counts() -> None:
    found = explained(expiring(unit="CAPF"), "14.0")
    assert any("LSC of an expired CAPF cannot register" in text for text in found.breaks)
    assert any("Phones do not register" in text or "does not register" in text for text in found.breaks)
    assert any("only the publisher" in note for note in found.notes)
    assert not any("only the publisher" in note for note in explained(expiring(unit="CAPF"), "12.5").notes)


@pytest.mark.parametrize(
    ("release", "parts"),
    [
        ("9.1", ("on every node.", "Stop Cisco Certificate Change Notification")),
        ("15.0", ("on one node.",)),
        ("", ("add --release",)),
    ],
)
def test_how_a_copy_is_deleted_depends_on_the_release(release: str, parts: tuple[str, ...]) -> None:
    step = explained(SEED, release).steps[-1]
    assert step.startswith("Only what `ringtrust stores` says may go, or leaves to a person")
    assert all(part in step for part in parts)


@pytest.mark.parametrize("store", [store.name for store in CATALOG.stores])
@pytest.mark.parametrize("name", ["pub", "sub1", "pub-EC", "ITLRECOVERY_pub", "CAPF-3b08c6e3", "pub_0011223344556677"])
def test_no_copy_is_deleted_by_its_name(store: str, name: str) -> None:
    """A renewed copy has the name of the old one, and the original may be in use: only an audit tells them apart."""
    for release in ("9.1", "14.0", "15.0", ""):
        found = explained(expiring(unit=store, certificate=f"{name}.der"), release)
        assert "set cert delete" not in words(found)
        assert found.steps[0].startswith("Delete nothing")
        assert any("`ringtrust audit CLUSTER`" in step for step in found.steps[:-1])
        assert [step for step in found.steps if "Delete it only" in step] == [found.steps[-1]]


def test_a_copy_in_a_trust_store_is_never_to_be_regenerated() -> None:
    for store in CATALOG.stores:
        found = explained(expiring(unit=store.name, certificate="sub1.der"))
        assert found.severity is Severity.MINOR
        assert not any("set cert regen" in step for step in found.steps)
        assert f"--renew {store.name}" not in words(found)
        assert {effect.text for effect in store.breaks} <= set(found.breaks)


@pytest.mark.parametrize("row", CATALOG.preloaded, ids=lambda row: row.file)
def test_what_was_there_from_installation_on_stays_or_may_go(row: Preloaded) -> None:
    found = explained(expiring(unit=row.stores[0], certificate=f"{row.file}.der", kind="trust-certs"), "12.5")
    assert any(row.name in note for note in found.notes)
    if row.keep:
        assert (found.severity, len(found.steps)) == (Severity.INFO, 1)
        assert "Leave it" in found.steps[0]
        assert "S157" in found.sources
    else:
        assert "`set cert delete tomcat VeriSign_Class_3_Secure_Server_CA_-_G3.pem`" in found.steps[0]


def test_an_older_capf_is_kept_until_every_lsc_is_new() -> None:
    found = explained(expiring(unit="CAPF-trust", certificate="CAPF-1a2b3c4d_0011223344556677.der"), "12.5")
    assert any("CAPF certificate, of now or of before" in note for note in found.notes)
    assert any("keep it until every phone has a new LSC" in step for step in found.steps)


def test_a_copy_of_its_own_is_told_from_that_of_another() -> None:
    for name in ("sub1.der", "SUB1_00aabbccdd.pem", "sub1.example.der", "sub1-EC.der"):
        notes = explained(expiring(unit="tomcat-trust", certificate=name)).notes
        assert any("certificate of sub1, which reports it" in note for note in notes), name
    curved = explained(expiring(unit="tomcat-trust", certificate="pub-EC.der"))
    assert any("show cert own tomcat-ECDSA" in step for step in curved.steps)
    one, other = (
        explained(expiring(unit="tomcat-trust", certificate=f"{name}.der", node="10.1.1.1"))
        for name in ("10.1.1.1", "10.2.2.2")
    )
    assert any("which reports it" in note for note in one.notes)
    assert any("certificate of 10.2.2.2; 10.1.1.1 only reports" in note for note in other.notes)


@pytest.mark.parametrize("serial", ["", "_4F00112233445566778899AABBCCDDEE"])
@pytest.mark.parametrize(
    ("store", "name", "target", "note"),
    [
        ("CallManager-trust", "ITLRECOVERY_pub", "ITLRecovery@pub", "the ITLRecovery certificate of pub; sub1 only"),
        ("Phone-SAST-trust", "ITLRECOVERY_pub", "ITLRecovery@pub", "the ITLRecovery certificate of pub; sub1 only"),
        ("Phone-SAST-trust", "pub", "CallManager@pub", "the CallManager certificate of pub; sub1 only"),
        ("CallManager-trust", "pub-EC", "CallManager-ECDSA@pub", "the CallManager-ECDSA certificate of pub"),
        ("tomcat-trust", "pub-EC", "tomcat-ECDSA@pub", "the tomcat-ECDSA certificate of pub"),
        ("tomcat-trust", "pub-EC.example.com", "tomcat-ECDSA@pub.example.com", "the tomcat-ECDSA certificate of pub"),
        ("tomcat-trust", "pub-ms.example.com", "tomcat@pub.example.com", "multi-server"),
        ("ipsec-trust", "lab-EC", "ipsec@lab-EC", "the ipsec certificate of lab-EC"),
    ],
)
def test_a_file_that_is_not_named_after_a_node_is_known_for_what_it_is(
    store: str, name: str, target: str, note: str, serial: str
) -> None:
    found = explained(expiring(unit=store, certificate=f"{name}{serial}.der"), "12.5")
    assert [step for step in found.steps if f"`ringtrust plan CLUSTER --renew {target}`" in step] == [found.steps[0]]
    assert any(note in each for each in found.notes)
    assert {effect.text for effect in CATALOG.unit(target.partition("@")[0]).breaks} <= set(found.breaks)


@pytest.mark.parametrize("store", ["CallManager-trust", "CAPF-trust"])
def test_a_capf_certificate_is_one_wherever_it_lies_and_its_node_is_not_guessed(store: str) -> None:
    found = explained(expiring(unit=store, certificate="CAPF-3b08c6e3.der"), "12.5")
    assert any("Which node's it is does not stand in the name" in note for note in found.notes)
    assert {effect.text for effect in CATALOG.unit("CAPF").breaks} <= set(found.breaks)
    assert not {effect.text for effect in CATALOG.unit("CallManager").breaks} & set(found.breaks)
    assert not any(f"{unit}@CAPF" in words(found) for unit in ("CallManager", "CAPF"))
    assert "`show cert own CAPF` on every node" in found.steps[0]
    assert (
        "`show cert own CAPF` on the publisher"
        in (explained(expiring(unit=store, certificate="CAPF-3b08c6e3.der"), "14.0").steps[0])
    )


def test_a_year_that_fits_twice_is_told_as_both() -> None:
    line = expiring(name="CertExpired", level=0, expiration="Tue May 19 10:00", dated="May 19 2020 11:00:00 UTC")
    found = explained(line)
    assert found.what.startswith("expires or has expired on Tue 2015-05-19 10:00, Tue 2020-05-19 10:00.")
    assert "names no year" in found.what
    assert found.severity is Severity.CRITICAL


@pytest.mark.parametrize("row", CATALOG.alarms, ids=lambda row: row.name)
def test_every_alarm_of_the_catalog_is_explained(row: AlarmKind) -> None:
    if row.facility == "RTMT":
        found = explained(BACKUP_ALERT)
    elif row.about == "expiry":
        day = "Sat Jan 30" if row.name == "CertValidityOver30Days" else "Sat Nov 28"
        found = explained(expiring(name=row.name, expiration=f"{day} 10:00:00:000 CET"))
        assert row.text in found.notes
        assert found.severity is Severity(row.urgency)
        return
    else:
        found = explained(event(row.name, row.facility))
    assert (found.what, found.steps) == (row.text, (row.do,))
    assert found.severity is Severity(row.urgency)
    assert set(row.sources) <= set(found.sources)


def test_what_is_not_known_is_named_and_what_is_about_certificates_counts_as_unread() -> None:
    found = explained(IN_SYSLOG)
    assert found.severity is Severity.INFO
    assert "Two or more users share" in words(found)
    assert explained(event("CertBrandNew", "UC_CERT")).severity is Severity.UNREAD
    assert explained(event("CAPFBroken", "UC_CAPF", 3)).severity is Severity.UNREAD
    assert explained(event("CAPFChatty", "UC_CAPF", 6)).severity is Severity.INFO


def test_an_alarm_that_does_not_say_which_certificate_is_unread() -> None:
    for text in (expiring(certificate="", unit=""), event("CertExpired", "UC_CERT", 0)):
        found = explained(text)
        assert found.severity is Severity.UNREAD
        assert "cannot be read" in found.what


def test_a_unit_that_nobody_knows_is_handed_on() -> None:
    found = explained(expiring(unit="cup-xmpp-s2s"))
    assert "knows no unit" in words(found)
    assert "215333" in words(found)


def test_what_comes_every_hour_is_told_once_and_counted() -> None:
    hours = [expiring(dated=f"Nov 24 2026 {hour:02}:00:00.123 UTC") for hour in range(20)]
    found = all_of("".join([*hours, expiring(node="sub2"), event("ITLFileRegenerated", "UC_TFTP")]))
    assert [(each.times, each.where) for each in found] == [(20, "tomcat of sub1"), (1, "tomcat of sub2"), (1, "sub1")]
    assert found[0].alarm.dated == read_alarms(hours[-1].encode())[0].dated


@pytest.mark.parametrize("name", ["$(reboot)", "a b", "`x`", "--x", "\x1b[2J", "x" * 300])
def test_no_foreign_name_gets_into_a_command(name: str) -> None:
    for text in (expiring(node=name), expiring(unit="tomcat-trust", certificate=f"{name}.der")):
        for found in all_of(text):
            commands = [part for step in found.steps for part in step.split("`")[1::2]]
            assert not any(name in command for command in commands if command)
            assert "\x1b" not in words(found)
