"""`show itl` and `show ctl` are read whole, and the names under the mark say who signed (S73 to S77)."""

import hashlib

import pytest

from ringtrust.connect.platform.lists import ListText, ListTextRecord, NoList, read_list_text, who_signed_text
from ringtrust.errors import UnreadableError
from ringtrust.trust.lists import ListKind, TrustList, build_list
from ringtrust.trust.names import text as name_text
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role, function_text
from ringtrust.trust.show import show
from ringtrust.trust.signer import Other, Recovery, Server, Token, Unlisted, who_signed
from tests.connect.platform.transcripts import TRANSCRIPTS
from tests.support.identities import TIMESTAMP, identity, itl

CTL = TRANSCRIPTS["the beginning of a CTL"]
SUBJECT = "CN=cucm-1051-a-pub;OU=TAC;O=Cisco;L=Krakow;ST=Malopolska;C=PL"
# The record of the seed's sample that an eToken signed: no SIGNATURE, no DNS name, wrapped names.
ETOKENS_RECORD = """
        CTL Record #:5
                  ----
BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
1       RECORDLENGTH    2       1186
2       DNSNAME         1
3       SUBJECTNAME     56      cn="SAST-ADN008580ef        ";ou=IPCBU;
o="Cisco Systems
4       FUNCTION        2       System Administrator Security Token
5       ISSUERNAME      42      cn=Cisco Manufacturing CA;o=Cisco Systems
6       SERIALNUMBER    10      83:E9:08:00:00:
00:55:45:AF:31
7       PUBLICKEY       140
9       CERTIFICATE     902     85 CD 5C AD EA FC 34 B8 3E 2F F2 CB 9C 76
B0 12 3E 4C 5D 6E (SHA1 Hash HEX)
10      IPADDRESS       4
This etoken was used to sign the CTL file.
"""
ETOKENS_CTL = CTL.replace("was used to sign", "was not used to sign").replace("4947", "5728") + ETOKENS_RECORD


def _list(text: str) -> ListText:
    found = read_list_text(text)
    assert isinstance(found, ListText)
    return found


@pytest.mark.shows("S76")
def test_the_head_gives_checksums_length_and_date() -> None:
    found = _list(CTL)
    assert found.kind is ListKind.CTL
    assert found.md5 == "0C05655DE63FE2A042CF252D96C6D609"
    assert found.sha1 == "8C92D1A569F7263CF4485812366E66E3B503A2F5"
    assert found.length == 4947
    assert found.modified == "Fri Mar 06 19:45:13 CET 2015"
    assert _list(ETOKENS_CTL).length == 5728
    assert [record.number for record in _list(ETOKENS_CTL).records] == [1, 5]


@pytest.mark.shows("S77")
def test_every_tag_of_a_record_is_read_also_where_it_runs_over_lines() -> None:
    server, token = _list(ETOKENS_CTL).records
    assert [(tag.number, tag.name) for tag in server.tags] == [
        (1, "RECORDLENGTH"),
        (2, "DNSNAME"),
        (3, "SUBJECTNAME"),
        (4, "FUNCTION"),
        (5, "ISSUERNAME"),
        (6, "SERIALNUMBER"),
        (7, "PUBLICKEY"),
        (8, "SIGNATURE"),
        (9, "CERTIFICATE"),
        (10, "IPADDRESS"),
    ]
    assert [tag.length for tag in server.tags] == [2, 16, 62, 2, 62, 16, 140, 128, 694, 4]
    assert server.value("DNSNAME") == "cucm-1051-a-pub"
    assert server.value("SUBJECTNAME") == SUBJECT
    assert server.value("FUNCTION") == "System Administrator Security Token"
    assert server.sha1 == "E9D433645BC88CED514D8FE5EA5B6D21A5A38C9C"
    assert server.value("IPADDRESS") == ""
    assert 8 not in [tag.number for tag in token.tags]
    assert token.value("SUBJECTNAME") == 'cn="SAST-ADN008580ef        ";ou=IPCBU;o="Cisco Systems'
    assert token.value("SERIALNUMBER") == "83:E9:08:00:00:00:55:45:AF:31"
    assert token.sha1 == "85CD5CADEAFC34B83E2FF2CB9C76B0123E4C5D6E"


def test_the_marked_record_tells_by_its_names_who_signed() -> None:
    assert who_signed_text(_list(CTL)) == Server("cucm-1051-a-pub", self_signed=True)
    assert who_signed_text(_list(ETOKENS_CTL)) == Token("SAST-ADN008580ef")
    assert "This etoken was used to sign the CTL file." in CTL
    assert "This etoken was used to sign the CTL file." in ETOKENS_CTL


def test_the_name_of_an_etoken_is_not_enough() -> None:
    spoilt = ETOKENS_CTL.replace("Cisco Manufacturing CA;", "Somebody Else CA__;")
    assert isinstance(who_signed_text(_list(spoilt)), Other)


def test_without_a_mark_the_head_is_all_that_is_known() -> None:
    text = CTL.replace("This etoken was used to sign the CTL file.\n", "")
    assert who_signed_text(_list(text)) == Unlisted(
        f'"{SUBJECT}", serial 70:CA:F6:4E:09:07:51:B9:DF:22:F4:9F:75:4F:C5:BB'
    )


def _agree(text: ListTextRecord, found: TrustList, number: int) -> None:
    record = found.records[number - 1]
    assert text.number == number
    assert text.value("SUBJECTNAME") == name_text(record.value(3))
    assert text.value("FUNCTION") == function_text(record.function)
    assert text.sha1 == record.certificate_digest.hex().upper()


@pytest.mark.parametrize("signer", ["pub", "ITLRECOVERY_pub"])
@pytest.mark.parametrize("checksums", [True, False])
def test_a_list_that_is_shown_is_read_back(signer: str, checksums: bool) -> None:
    made = itl(signer)
    lines = list(show(made))
    found = _list("\n".join(lines if checksums else lines[4:]))
    assert (found.kind, found.length, found.verified) == (ListKind.ITL, len(made.data), True)
    assert found.sha1 == (hashlib.sha1(made.data, usedforsecurity=False).hexdigest().upper() if checksums else "")
    assert len(found.records) == len(made.records)
    for number, record in enumerate(found.records, 1):
        _agree(record, made, number)
    assert [record.signed for record in found.records] == [True, None, None, None, None]
    assert who_signed_text(found) == who_signed(made, made.verdict())


def test_the_recovery_key_is_a_signer_of_its_own() -> None:
    records = [build_record(Role.SAST, identity("ITLRECOVERY_pub").certificate, dns_name="pub")]
    made = build_list(ListKind.CTL, records, identity("ITLRECOVERY_pub"), timestamp=TIMESTAMP)
    assert who_signed_text(_list("\n".join(show(made)))) == Recovery("ITLRECOVERY_pub")


def test_a_list_that_does_not_hold_is_not_called_verified() -> None:
    spoilt = bytearray(itl().data)
    spoilt[-1] ^= 1
    made = itl()
    found = _list("\n".join(show(type(made)(bytes(spoilt), made.header, made.records))))
    assert not found.verified
    assert len(found.records) == len(made.records)


def test_a_ctl_that_is_not_there_is_told_from_one_that_cannot_be_read() -> None:
    found = read_list_text(TRANSCRIPTS["a CTL that is not there"])
    assert isinstance(found, NoList)
    assert found.reason.startswith("CTL File not found.")
    with pytest.raises(UnreadableError, match="shows no record"):
        read_list_text("Length of CTL file: 4947\nError parsing the CTL File.\n")
    with pytest.raises(UnreadableError, match="shows no record"):
        read_list_text("Length of ITL file: 0\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The disk is full\n",
        CTL.replace("Length of CTL file: 4947\n", ""),
        CTL.replace("4947", "many"),
        CTL.replace("CTL Record #:1", "CTL Record #:x"),
        CTL.replace("9       CERTIFICATE     694", "9       CERTIFICATE     many"),
        CTL.replace("0c05655d", "0c05655"),
        CTL.replace("0c05655d", "zc05655d"),
        CTL.replace("65  ba  26", "65  ba  26  xyz"),
        CTL.replace("was used to sign the CTL file.", "was used to sign the CTL"),
        CTL.replace("was used to sign", "was usd to sign"),
        CTL + "        CTL Record #:2\n" * 600,
        CTL + "1       RECORDLENGTH    2       1156\n" * 70,
        CTL + f"3       SUBJECTNAME     9999999 {'x' * 5000}\n",
        CTL + f"3       SUBJECTNAME     9999999 x\n{'x' * 3000}\n{'x' * 3000}\n",
        CTL.replace("CTL Record", "ITL Record"),
    ],
)
def test_what_is_no_list_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_list_text(text)
    assert len(caught.value.what) < 600
