"""The alarms in foreign text: to the last field where they are whole, bounded and with one typed error where not."""

import base64
import contextlib
import quopri
import re
from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.alarm import Alarm, Ambiguous, Carried, Level, Notice, Rtmt, Stamp, Standing
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.connect.alarms.plain import BYTES_AT_MOST, plain_texts
from ringtrust.connect.alarms.read import ALARMS_AT_MOST, read_alarms
from ringtrust.errors import FormatError, UnreadableError
from tests.support.alarm_texts import BACKUP_ALERT, IN_SYSLOG, SEED, TWO, event, expiring

BARE = SEED.partition("MatchedEvent : ")[2].partition("\nAppID")[0]


def one(text: str | bytes) -> Alarm:
    """The only alarm in a text."""
    found = read_alarms(text if isinstance(text, bytes) else text.encode())
    assert len(found) == 1, [each.event for each in found]
    return found[0]


def notice(alarm: Alarm) -> Notice:
    """What it says of a certificate."""
    assert isinstance(alarm.notice, Known), alarm.notice
    return alarm.notice.value


@pytest.mark.shows("S24", "S25")
def test_the_alarm_of_the_seed_is_read_to_its_last_field() -> None:
    message = (
        "Certificate expiration Notification. Certificate name:CUCM01.der Unit:tomcat-trust Type:own-cert "
        "Expiration:Mon May 19 14:46:"
    )
    found = one(SEED)
    assert found == Alarm(
        facility="UC_CERT",
        level=Level.CRITICAL,
        name="CertValidfor7days",
        parameters=(
            *(("Message", message), ("AppID", "Cisco Certificate Monitor")),
            *(("ClusterID", ""), ("NodeID", "CUCM02")),
        ),
        text="Alarm to indicate that Certificate has Expired or Expires in less than 7 days",
        dated=Known(Stamp(date(2014, 9, 5), "00:00:06", "UTC")),
        notice=Known(
            Notice(
                certificate="CUCM01.der",
                unit="tomcat-trust",
                kind="own-cert",
                expiration="Mon May 19 14:46:",
                expiry=Known(Stamp(date(2014, 5, 19), "14:46", "")),
            )
        ),
        carried=Carried(
            facility="local7",
            level=Level.CRITICAL,
            host="CUCM02",
            sequence="864",
            sender="CUCM02.localdomain",
            received="Sep 5 02:00:06",
        ),
        rtmt=Known(
            Rtmt(
                event="SyslogSeverityMatchFound",
                severity="Critical",
                node="192.168.1.2",
                at="Fri Sep 05 02:00:56 CEST 2014",
                app_id="Cisco Syslog Agent",
                cluster_id="",
                node_id="CUCM02",
                time_stamp="Fri Sep 05 02:00:16 CEST 2014",
            )
        ),
    )
    assert found.event == "UC_CERT-2-CertValidfor7days"
    assert found.carried.level.number == "2"


@pytest.mark.shows("S26", "S27")
def test_the_seed_s_certificate_is_cucm01_s_is_reported_by_cucm02_and_had_expired() -> None:
    found = one(SEED)
    assert (notice(found).stem, notice(found).in_store, found.node) == ("CUCM01", True, "CUCM02")
    assert found.standing is Standing.EXPIRED


def test_two_alarms_are_two_though_the_header_of_one_stands_behind_the_text_of_the_other() -> None:
    tomcat, ipsec = read_alarms(TWO.encode())
    assert [notice(each).unit for each in (tomcat, ipsec)] == ["tomcat", "ipsec"]
    assert tomcat.text == ipsec.text == "Certificate has Expired and needs to be changed at the earliest"
    assert [each.carried.sequence for each in (tomcat, ipsec)] == ["42", "43"]
    assert tomcat.carried.facility == "local99"
    assert notice(tomcat).expiry == Known(Stamp(date(2017, 3, 26), "12:30:59", "CES"))
    assert notice(ipsec).expiry == Known(Stamp(date(2017, 3, 26), "12:30:57", "CEST"))
    assert isinstance(tomcat.rtmt, Skipped)


@pytest.mark.parametrize(
    "front",
    [
        "<186>864: CUCM02.localdomain: Sep 05 2014 00:00:06.433 UTC :  ",
        "<186>Sep  5 02:00:06 192.168.1.2 864: CUCM02.localdomain: Sep 05 2014 00:00:06.433 UTC :  ",
        "Sep  5 02:00:06 192.168.1.2 864: CUCM02.localdomain: Sep 05 2014 00:00:06.433 UTC :  ",
        "Sep  5 02:00:06 CUCM02 local7 2 : 864: CUCM02.localdomain: Sep 05 2014 00:00:06.433 UTC :  ",
        "<186>1 2014-09-05T02:00:06+02:00 CUCM02 864: CUCM02.localdomain: Sep 05 2014 00:00:06.433 UTC :  ",
        "2014-09-05T02:00:06.433+02:00 CUCM02 864: CUCM02.localdomain: ",
    ],
)
def test_a_line_of_syslog_has_its_header_in_many_ways(front: str) -> None:
    found = one(front + BARE.partition(" :  ")[2])
    assert (found.carried.sequence, found.carried.sender) == ("864", "CUCM02.localdomain")
    assert isinstance(found.dated, Known)
    assert found.dated.value.day == date(2014, 9, 5)
    assert (found.carried.facility or "local7", found.node) == ("local7", "CUCM02")
    if "<186>" in front:
        assert found.carried.level is Level.CRITICAL
    assert notice(found).expiry == Known(Stamp(date(2014, 5, 19), "14:46", ""))


def test_a_priority_that_no_syslog_has_is_not_read_into_something() -> None:
    assert one("<999>" + BARE).carried.facility == "local7"  # the one that stands behind it
    assert one("<999>864: " + BARE.partition(" :  ")[2]).carried.facility == ""


def test_what_lies_between_alarms_in_a_log_belongs_to_none() -> None:
    log = (
        "Nov 24 20:00:00 sub1 user 6 ilog_impl: Received request for unknown thing\n"
        + event("ITLFileRegenerated")
        + "Nov 24 21:00:01 sub1 authpriv 6 sshd[42]: session opened\n"
        + expiring()
        + "\nNov 24 22:00:01 sub1 cron 6 crond[42]: (root) CMD\n"
    )
    first, second = read_alarms(log.encode())
    assert (first.name, first.text) == ("ITLFileRegenerated", "It has happened")
    assert (second.name, second.text, second.node) == ("CertValidfor7days", "Look at it", "sub1")


def test_several_alerts_keep_each_what_is_around_it() -> None:
    second = SEED.replace("192.168.1.2", "192.168.1.3").replace("CUCM02", "CUCM03").replace(": Critical", ": Error")
    more = "SeverityMatch : Alert\nMatchedEvent : " + BARE.replace("864", "865") + "\nAppID : Cisco Syslog Agent\n"
    found = read_alarms((SEED + "\n" + second + more + "\n\n" + expiring()).encode())
    told = [each.rtmt.value if isinstance(each.rtmt, Known) else None for each in found]
    assert [each and (each.node, each.severity, each.node_id) for each in told] == [
        ("192.168.1.2", "Critical", "CUCM02"),
        ("192.168.1.3", "Error", "CUCM03"),
        ("192.168.1.3", "Alert", ""),
        None,
    ]


def test_an_alert_inside_a_line_of_syslog_is_the_alarm_that_it_carries() -> None:
    found = one(IN_SYSLOG)
    assert found.event == "UC_ReplWatcher-1-DuplicateUserid"
    assert found.text == "Two or more users share the same UserID value."
    assert isinstance(found.notice, Skipped)
    assert found.rtmt == Known(
        Rtmt(
            event="SyslogSeverityMatchFound",
            severity="Alert",
            node="imp.example",
            at="Fri May 21 08:11:00 CDT 2021",
            app_id="Cisco Syslog Agent",
            node_id="imp",
            time_stamp="Fri May 21 08:10:24 CDT 2021",
        )
    )


def test_an_alert_of_rtmt_without_an_alarm_inside_is_named() -> None:
    found = one(BACKUP_ALERT)
    assert (found.facility, found.name, found.event) == ("RTMT", "CiscoDRFFailure", "RTMT-CiscoDRFFailure")
    assert found.dated == Known(Stamp(date(2026, 11, 21), "01:05:00", "CET"))
    assert found.node == "pub"
    assert "unable to back up" in found.text
    assert [each.name for each in read_alarms((BACKUP_ALERT + SEED + BACKUP_ALERT).encode())] == [
        *("CiscoDRFFailure", "CertValidfor7days", "CiscoDRFFailure"),
    ]


def test_an_alert_of_rtmt_may_name_a_certificate_itself() -> None:
    text = BACKUP_ALERT.replace("CiscoDRFFailure", "CertExpired").replace(
        "Reason : DRF was unable to back up component CDR_CAR",
        "Certificate name:tomcat.der Unit:tomcat Type:own-cert Expiration:Mon Nov 16 10:00:00:000 CET",
    )
    found = one(text)
    assert (found.facility, notice(found).unit) == ("RTMT", "tomcat")
    assert notice(found).expiry == Known(Stamp(date(2026, 11, 16), "10:00:00", "CET"))
    assert found.standing is Standing.EXPIRED


# Mails.


def mailed(body: str, *, subtype: str = "plain", cte: str | None = None, charset: str = "utf-8") -> bytes:
    """A mail with this body."""
    mail = EmailMessage()
    mail["From"] = "RTMT_Admin@pub.example"
    mail["To"] = "voice@example.com"
    mail["Subject"] = "[RTMT-ALERT-Büro Nord] SyslogSeverityMatchFound"
    mail["Date"] = "Fri, 05 Sep 2014 02:01:00 +0200"
    mail.set_content(body, subtype=subtype, cte=cte, charset=charset)
    return mail.as_bytes()


def in_html(text: str) -> str:
    """As a mail program would show it."""
    lines = text.replace("&", "&amp;").replace("<", "&lt;").split("\n")
    return "<html><body><p>" + "<br>".join(lines).replace("%UC_", "<b>%UC_</b>") + "</p></body></html>"


@pytest.mark.parametrize(
    "data",
    [
        mailed(SEED),
        mailed(SEED, cte="quoted-printable"),
        mailed(SEED, cte="base64"),
        mailed(SEED, charset="utf-16"),
        mailed(in_html(SEED), subtype="html"),
        mailed(in_html(SEED), subtype="html", cte="quoted-printable"),
        mailed(SEED).replace(b"\n", b"\r\n"),
    ],
)
def test_a_mail_is_the_alert_that_it_brings_in_whichever_way_it_is_packed(data: bytes) -> None:
    found, plain = one(data), one(SEED)
    assert isinstance(found.rtmt, Known)
    assert found.rtmt.value.cluster == "Büro Nord"
    assert (found.notice, found.carried, found.parameters, found.text, found.dated) == (
        *(plain.notice, plain.carried, plain.parameters, plain.text, plain.dated),
    )


def test_a_mail_with_both_kinds_of_text_brings_one_alarm_and_a_mailbox_all_of_its_mails() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "alert", "a@example"
    mail.set_content(SEED)
    mail.add_alternative(in_html(SEED), subtype="html")
    assert one(mail.as_bytes()).node == "CUCM02"
    box = b"".join(b"From rtmt@pub Fri Sep  5 02:01:00 2014\n" + mailed(each) + b"\n" for each in (SEED, TWO))
    assert [each.node for each in read_alarms(box)] == ["CUCM02", "fulfil", "fulfil"]


def test_a_mail_of_parts_in_parts_without_an_end_is_read_as_it_stands() -> None:
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n" for depth in range(500))
    found = one(f"Subject: x\nMIME-Version: 1.0\n{deep}\n{SEED}".encode())
    assert found.node == "CUCM02"


def test_a_body_without_its_headers_is_known_by_its_looks() -> None:
    for data in (quopri.encodestring(SEED.encode()), base64.encodebytes(SEED.encode())):
        assert notice(one(data)) == notice(one(SEED))


@pytest.mark.parametrize("width", [40, 76])
def test_lines_that_were_folded_on_their_way_are_one_again(width: int) -> None:
    folded = re.sub(rf"(.{{1,{width}}})(?: |$)", r"\1\n", BARE)
    assert folded.count("\n") > 3
    found = one(folded)
    assert notice(found) == notice(one(BARE))
    assert found.node == "CUCM02"


def test_the_monitor_s_own_mail_is_read_by_its_words() -> None:
    mail = mailed("A certificate expires.\n\nCertificate name: tomcat\nUnit: tomcat\nType: own-cert\n"
                  "Expiration: Mon Sep 8 14:46:00 CEST 2014\n\nPlease renew.\n")  # fmt: skip
    found = one(mail)
    assert (found.facility, found.name) == ("UC_CERT", "")
    assert notice(found).expiry == Known(Stamp(date(2014, 9, 8), "14:46:00", "CEST"))
    assert found.standing is Standing.EXPIRING  # by the date of the mail


MONITORS = (
    "Certificate name:ITLRECOVERY_pub.der\nUnit:CallManager-trust\nType:trust-certs\n"
    "Expiration:Thu Dec 10 12:00:00 UTC 2026"
)


@pytest.mark.parametrize("subtype", ["plain", "html"])
@pytest.mark.parametrize(
    "behind",
    [
        *("", "\n", "\nPlease renew it.\n", "\nDear all,\n", "\n-- \npub\n", "\nNode: pub\n", "\n2 more\n"),
        *(".", ". Look at it.", " Please renew it.", "\nType the new name below\n"),
    ],
)
def test_whatever_follows_in_the_monitor_s_mail_the_date_is_read(behind: str, subtype: str) -> None:
    text = f"Certificate expiration Notification.\n\n{MONITORS}{behind}"
    found = one(mailed(in_html(text) if subtype == "html" else text, subtype=subtype))
    assert (notice(found).stem, notice(found).unit, notice(found).kind) == (
        *("ITLRECOVERY_pub", "CallManager-trust", "trust-certs"),
    )
    assert notice(found).expiry == Known(Stamp(date(2026, 12, 10), "12:00:00", "UTC"))
    assert found.dated == Known(Stamp(date(2014, 9, 5), "02:01:00"))


@pytest.mark.parametrize(
    ("written", "behind", "zone"),
    [
        ("Mon May 19 14:46", "Dear all", ""),
        ("Mon May 19 14:46:", "soon", ""),
        ("Mon May 19 14:46 CEST", "see", "CEST"),
    ],
)
def test_a_date_without_its_year_ends_where_words_begin(written: str, behind: str, zone: str) -> None:
    text = MONITORS.replace("Thu Dec 10 12:00:00 UTC 2026", f"{written}\n{behind}")
    assert notice(one(mailed(text))).expiry == Known(Stamp(date(2014, 5, 19), "14:46", zone))


def test_what_may_be_more_of_a_date_is_not_cut_off_from_it() -> None:
    text = MONITORS.replace("Thu Dec 10 12:00:00 UTC 2026", "Thu Dec 10 12:00:00 UTC 20266")
    assert isinstance(notice(one(mailed(text))).expiry, Unread)


def test_the_date_header_of_each_mail_in_a_mailbox_is_the_date_of_its_alarms() -> None:
    later = mailed(MONITORS).replace(b"05 Sep 2014 02:01:00 +0200", b"27 Nov 2026 08:00:00 +0100")
    box = b"".join(b"From rtmt@pub Fri Sep  5 02:01:00 2014\n" + each + b"\n" for each in (mailed(MONITORS), later))
    assert [each.dated for each in read_alarms(box)] == [
        *(Known(Stamp(date(2014, 9, 5), "02:01:00")), Known(Stamp(date(2026, 11, 27), "08:00:00"))),
    ]


def test_a_mailbox_may_hold_alerts_of_rtmt_and_mails_of_the_monitor() -> None:
    mails = (mailed(SEED), mailed(MONITORS), mailed(BACKUP_ALERT))
    box = b"".join(b"From rtmt@pub Fri Sep  5 02:01:00 2014\n" + each + b"\n" for each in mails)
    found = read_alarms(box)
    assert [each.name for each in found] == ["CertValidfor7days", "", "CiscoDRFFailure"]
    assert notice(found[1]).stem == "ITLRECOVERY_pub"


def test_a_mail_of_a_subject_and_a_date_is_a_mail() -> None:
    found = one(f"Date: Fri, 27 Nov 2026 08:00:00 +0100\nSubject: Alert\n\n{MONITORS}\n")
    assert found.dated == Known(Stamp(date(2026, 11, 27), "08:00:00"))
    assert found.standing is Standing.EXPIRING


# Encodings and line ends.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "#012"])
def test_every_usual_encoding_and_line_end_is_the_same_text(encoding: str, end: str) -> None:
    text = SEED.replace("CUCM02.localdomain", "CUCM02.localdomain").replace("\n", end)
    assert one(text.encode(encoding)) == one(SEED)


def test_bytes_that_are_no_utf_8_lose_nothing() -> None:
    found = one(event("Odd", text="B\xfcro").encode("latin-1"))
    assert found.text == "Büro"


# What is broken.


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BARE.partition(" Unit:")[0], "names no date"),
        (BARE.partition("May 19")[0], "is no date"),
        (BARE.replace("Mon May 19 14:46:", "Lun Mai 19 14:46"), "is no date"),
        (BARE.replace("May 19", "Feb 30"), "no such day"),
    ],
)
def test_what_breaks_off_is_read_as_far_as_it_goes(text: str, reason: str) -> None:
    found = one(text)
    assert notice(found).certificate == "CUCM01.der"
    assert isinstance(notice(found).expiry, Unread)
    assert reason in notice(found).expiry.reason  # type: ignore[union-attr]
    assert found.standing is Standing.UNKNOWN


def test_an_alarm_that_does_not_name_its_certificate_says_so() -> None:
    empty = BARE.replace("CUCM01.der", "").replace("tomcat-trust", "")
    assert isinstance(one(empty).notice, Unread)


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"all is well\n", b"%UC_CERT", b"\xff\xfe", bytes(300), b"%UC_CERT-9-X: "]
)
def test_no_alarm_is_an_error_and_never_an_empty_answer(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="no alarm of a Cisco node") as told:
        read_alarms(data)
    assert "CiscoSyslog" in told.value.advice


def test_far_too_much_is_refused() -> None:
    with pytest.raises(FormatError, match="16 MiB"):
        read_alarms(bytes(BYTES_AT_MOST + 1))
    with pytest.raises(FormatError, match="more than 10,000 alarms"):
        read_alarms(b"%UC_A-1-B: \n" * (ALARMS_AT_MOST + 1))


HOSTILE = [
    *("%UC_CERT-2-CertValidfor7days: %[", "][", "]: ", "Message=", "Certificate name:", "Unit:", "Expiration:"),
    *("Mon May 19 14:46:", "\n", "\n\n", "AppID : ", "NodeID :", "SeverityMatch : ", "MatchedEvent : ", "<186>", " : "),
    *("At Fri Sep 05 02:00:56 CEST 2014 on node ", ", the following X events generated", "%[AlertName=X]", "\x1b[2J"),
    *("<br>", "<", "&lt;", "=3D", "=\n", "#012", "From a 2014\n", "Subject: x\n", "Content-Type: multipart/mixed; "),
    *("boundary=a\n", "--a\n", "Sep 05 2014 00:00:06.433 UTC :", "\0", "\ud7ff", "é", "9" * 30, " " * 30),
]


@given(st.lists(st.sampled_from(HOSTILE), max_size=60).map("".join) | st.text(max_size=400))
def test_whatever_the_text_there_are_alarms_or_one_sentence(text: str) -> None:
    try:
        found = read_alarms(text.encode("utf-8", "surrogatepass"))
    except UnreadableError as error:
        assert error.what
    else:
        for each in found:
            assert each.standing in Standing
            assert len(each.text) <= 1000
            assert each.event
            assert each.node is not None


@given(st.binary(max_size=600))
def test_whatever_the_bytes_there_are_alarms_or_one_sentence(data: bytes) -> None:
    for each in (data, SEED.encode() + data, data + SEED.encode(), b"Subject: x\nFrom: y\n" + data):
        try:
            read_alarms(each)
        except UnreadableError as error:
            assert error.advice


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_repetition_keeps_it_from_ending(piece: str) -> None:
    """Quadratic time would take it beyond the time that any test has."""
    with contextlib.suppress(UnreadableError):
        assert read_alarms((piece * (1_000_000 // len(piece))).encode())


def test_an_alarm_of_many_candidates_never_takes_one_of_them() -> None:
    found = one(expiring(name="CertExpired", level=0, expiration="Nov 20 10:00:00", dated="Nov 24 2026 20:00:00 UTC"))
    assert isinstance(notice(found).expiry, Ambiguous)
    assert found.standing is Standing.EXPIRED  # all of them had


def test_no_header_of_a_mail_is_taken_apart_beyond_a_length_that_headers_have() -> None:
    """The cost is the square of the length: a megabyte would take the night."""
    (mail,) = plain_texts(b"From: a\nSubject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nbody\n")
    assert 100 < len(mail.text.splitlines()[0]) < 4096
    kind = b"Content-Type: text/plain; x=" + b"y" * 5000 + b"; charset=cp037\n"
    (mail,) = plain_texts(b"From: a\nSubject: b\n" + kind + b"\nbody\n")
    assert mail.text.endswith("body\n")
