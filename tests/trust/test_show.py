"""`trustlist show` prints what `show ctl` prints: compared with the rows that Cisco 118892 and 118893 show."""

import hashlib
from datetime import datetime, timedelta, timezone

import pytest

from ringtrust.trust.digests import Digest
from ringtrust.trust.header import NewHeader, SignerId
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import Record, build_record, empty_record
from ringtrust.trust.records import read_record
from ringtrust.trust.roles import Role
from ringtrust.trust.show import show
from ringtrust.trust.tags import HeaderTag, RecordTag
from ringtrust.trust.tlv import encode
from tests.support.identities import TIMESTAMP, identity, itl, itl_records

CET = timezone(timedelta(hours=1), "CET")
TOKEN_1 = b'cn="SAST-ADN0054f509        ";ou=IPCBU;o="Cisco Systems\0'
TOKEN_2 = b'cn="SAST-ADN008580ef        ";ou=IPCBU;o="Cisco Systems\0'
TOKEN_CA = b"cn=Cisco Manufacturing CA;o=Cisco Systems\0"
SERIAL_1 = bytes.fromhex("3CF927000000AFA2DA45")
SERIAL_2 = bytes.fromhex("83E9080000005545AF31")
CERTIFICATE = bytes(902)
SIGNATURE_ROWS = """\
45  ec  5  c  9e  68  6d  c6
5d  4b  d3  91  c2  26  cf  c1
ee  8c  b9  6  95  46  67  9e
19  aa  b1  e9  65  af  b4  67
36  7e  e5  ee  60  10  b  1b
58  c1  6  64  40  cf  e2  57
aa  86  73  14  ec  11  b  a
3b  98  91  e2  e4  6e  4  50
ba  ac  3e  53  33  1  3e  a6
b7  30  0  18  ae  68  3  39
d1  41  d6  e3  af  97  55  e0
5b  90  f6  a5  79  3e  23  97
fb  b8  b4  ad  a8  b8  29  7c
1b  4f  61  6a  67  4d  56  d2
5f  7f  32  66  5c  b2  d7  55
d9  ab  7a  ba  6d  b2  20  6
"""
SIGNATURE = bytes(int(byte, 16) for byte in SIGNATURE_ROWS.split())


def _report(found: TrustList, modified: datetime | None = None) -> str:
    return "\n".join(show(found, modified)) + "\n"


def _token_record(subject: bytes, serial: bytes) -> Record:
    """A record as the Windows CTL client writes it: no DNS name, no SIGNATURE."""
    items = (
        encode(2, b"\0")
        + encode(3, subject)
        + encode(4, b"\0\0")
        + encode(5, TOKEN_CA)
        + encode(6, serial)
        + encode(7, bytes(140))
        + encode(9, CERTIFICATE)
        + encode(10, bytes(4))
    )
    return read_record(encode(1, (len(items) + 5).to_bytes(2, "big")) + items)


def _ctl_of_118892() -> TrustList:
    """A CTL with the facts of the transcript: two eTokens, two emptied server records, 304 bytes of header."""
    front, back = NewHeader(
        SignerId(TOKEN_1, SERIAL_1, TOKEN_CA), 1, 1, 128, "CTLFile.tlv", TIMESTAMP, (1, 2)
    ).around_signature()
    records = [
        _token_record(TOKEN_1, SERIAL_1),
        _token_record(TOKEN_2, SERIAL_2),
        empty_record(Role.CCM_TFTP, dns_name="10.48.47.153", ip_address="10.48.47.153"),
    ]
    body = b"".join(record.raw for record in records)
    return read_list(front + encode(HeaderTag.SIGNATURE, SIGNATURE) + back + body)


HEADER_OF_118892 = """\
        Parse CTL File
        ----------------

Version:        1.2
HeaderLength:   304 (BYTES)

BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
3       SIGNERID        2       117
4       SIGNERNAME      56      cn="SAST-ADN0054f509        ";ou=IPCBU;o="Cisco Systems
5       SERIALNUMBER    10      3C:F9:27:00:00:00:AF:A2:DA:45
6       CANAME          42      cn=Cisco Manufacturing CA;o=Cisco Systems
7       SIGNATUREINFO   2       15
8       DIGESTALGORTITHM        1
9       SIGNATUREALGOINFO       2       8
10      SIGNATUREALGORTITHM     1
11      SIGNATUREMODULUS        1
12      SIGNATURE       128
"""

RECORDS_OF_118892 = f"""\
14      FILENAME        12
15      TIMESTAMP       4

        CTL Record #:1
                  ----
BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
1       RECORDLENGTH    2       1186
2       DNSNAME         1
3       SUBJECTNAME     56      cn="SAST-ADN0054f509        ";ou=IPCBU;o="Cisco Systems
4       FUNCTION        2       System Administrator Security Token
5       ISSUERNAME      42      cn=Cisco Manufacturing CA;o=Cisco Systems
6       SERIALNUMBER    10      3C:F9:27:00:00:00:AF:A2:DA:45
7       PUBLICKEY       140
9       CERTIFICATE     902     {Digest.SHA1.of(CERTIFICATE).hex(" ").upper()} (SHA1 Hash HEX)
10      IPADDRESS       4
This etoken was used to sign the CTL file.

        CTL Record #:2
                  ----
BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
1       RECORDLENGTH    2       1186
2       DNSNAME         1
3       SUBJECTNAME     56      cn="SAST-ADN008580ef        ";ou=IPCBU;o="Cisco Systems
4       FUNCTION        2       System Administrator Security Token
5       ISSUERNAME      42      cn=Cisco Manufacturing CA;o=Cisco Systems
6       SERIALNUMBER    10      83:E9:08:00:00:00:55:45:AF:31
7       PUBLICKEY       140
9       CERTIFICATE     902     {Digest.SHA1.of(CERTIFICATE).hex(" ").upper()} (SHA1 Hash HEX)
10      IPADDRESS       4
This etoken was not used to sign the CTL file.

        CTL Record #:3
                  ----
BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
1       RECORDLENGTH    2       33
2       DNSNAME         13      10.48.47.153
4       FUNCTION        2       CCM+TFTP
10      IPADDRESS       4

"""


def test_a_token_ctl_is_printed_row_by_row_as_in_118892() -> None:
    text = _report(_ctl_of_118892())
    assert HEADER_OF_118892 + SIGNATURE_ROWS + RECORDS_OF_118892 in text


def test_the_report_begins_with_checksums_length_and_date() -> None:
    found = itl()
    modified = datetime(2015, 3, 6, 21, 56, 7, tzinfo=CET)
    assert _report(found, modified).startswith(
        f"The checksum value of the ITL file:\n"
        f"{hashlib.md5(found.data).hexdigest()}(MD5)\n"
        f"{hashlib.sha1(found.data).hexdigest()}(SHA1)\n"
        f"\n"
        f"Length of ITL file: {len(found.data)}\n"
        f"The ITL File was last modified on Fri Mar 06 21:56:07 CET 2015\n"
    )


def test_the_report_ends_with_whether_the_signature_holds() -> None:
    assert _report(itl()).endswith("\nThe ITL file was verified successfully.\n")
    assert _report(_ctl_of_118892()).endswith(
        "\nThe key of the signer's record cannot be read.\nThe CTL file was not verified.\n"
    )


def test_the_report_of_a_changed_list_says_that_it_was_changed() -> None:
    spoilt = bytearray(itl().data)
    spoilt[-1] ^= 1
    *_, reason, ending = show(read_list(bytes(spoilt)))
    assert reason.startswith("It names record 1, SAST pub, as its signer, but the signature does not fit")
    assert ending == "The ITL file was not verified."


def test_no_name_in_a_file_can_put_the_good_news_into_the_last_line() -> None:
    front, back = NewHeader(
        SignerId(b"CN=x. The ITL file was verified successfully.\0", b"\1", b"\0"), 1, 1, 128, "ITLFile.tlv", 0, (1, 2)
    ).around_signature()
    found = read_list(front + encode(HeaderTag.SIGNATURE, bytes(128)) + back + itl_records()[1].raw)
    assert list(show(found))[-1] == "The ITL file was not verified."


def test_a_server_record_is_printed_with_all_ten_rows_as_in_118893() -> None:
    record = itl().records[1]
    rows = _report(itl()).split("ITL Record #:2\n")[1].splitlines()[1:13]
    assert [row.split()[:2] for row in rows[2:]] == [
        ["1", "RECORDLENGTH"],
        ["2", "DNSNAME"],
        ["3", "SUBJECTNAME"],
        ["4", "FUNCTION"],
        ["5", "ISSUERNAME"],
        ["6", "SERIALNUMBER"],
        ["7", "PUBLICKEY"],
        ["8", "SIGNATURE"],
        ["9", "CERTIFICATE"],
        ["10", "IPADDRESS"],
    ]
    assert f"1       RECORDLENGTH    2       {len(record.raw)}" in rows
    assert "4       FUNCTION        2       TFTP" in rows


def test_a_certificate_held_by_hash_is_printed_as_its_hash() -> None:
    lean = build_record(Role.TVS, identity("tvs-pub").certificate, by_hash=True)
    text = _report(build_list(ListKind.ITL, [*itl_records(), lean], identity("pub"), timestamp=TIMESTAMP))
    assert f"11      CERTHASH        20      {lean.certificate_digest.hex(' ').upper()}\n" in text
    assert "12      HASH ALGORITHM  1       SHA-1\n" in text


@pytest.mark.parametrize("tag", [RecordTag.DNS_NAME, RecordTag.SUBJECT_NAME, RecordTag.ISSUER_NAME])
def test_names_in_a_record_of_a_hostile_file_cannot_drive_the_terminal(tag: int) -> None:
    items = encode(tag, b"\x1b]0;pwned\x07\x1b[2Jpub\0") + encode(4, b"\0\x15")
    record = read_record(encode(1, (len(items) + 5).to_bytes(2, "big")) + items)
    text = _report(build_list(ListKind.ITL, [*itl_records(), record], identity("pub"), timestamp=TIMESTAMP))
    assert "\x1b" not in text
    assert r"\x1b]0;pwned\x07\x1b[2Jpub" in text


def test_names_in_the_header_of_a_hostile_file_cannot_drive_the_terminal() -> None:
    signer = SignerId(b"CN=\x1b[2J\0", b"\1", b"CN=\x9b31m\0")
    front, back = NewHeader(signer, 1, 1, 128, "ITLFile.tlv", TIMESTAMP, (1, 2)).around_signature()
    text = _report(read_list(front + encode(HeaderTag.SIGNATURE, bytes(128)) + back + itl_records()[0].raw))
    assert "\x1b" not in text
    assert "\x9b" not in text
