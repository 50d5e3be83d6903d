"""Lists and signed files as documents: every field of the JSON, and every sentence."""

import hashlib

import pytest

from ringtrust.report.trustlists import (
    diff_document,
    list_document,
    list_lines,
    signed_document,
    signed_lines,
    table_lines,
    verdict_document,
    verdict_sentence,
)
from ringtrust.trust.diff import compare
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import SignerId
from ringtrust.trust.lists import read_list
from ringtrust.trust.signature import Broken, Holds, SignerUnknown, Unjudged
from ringtrust.trust.signed import build_signed, read_signed
from ringtrust.trust.succession import succession
from tests.support.identities import NOW, TIMESTAMP, identity, itl, itl_records
from tests.support.shared import shared_bytes

SUBJECT = "CN=pub;OU=TAC;O=Cisco;L=Krakow;ST=Malopolska;C=PL"
SIGNER = 'Signer: the CallManager key of "pub", whose certificate is self-signed. No eToken is involved.'


def test_the_document_of_a_list_holds_all_that_the_list_holds() -> None:
    found, serial = itl(), itl_records()[1].serial_text
    document = list_document(found, found.verdict(), NOW)
    records = document.pop("records")
    assert document == {
        "format": "ringtrust.trustlist/1",
        "kind": "ITL",
        "bytes": len(found.data),
        "md5": hashlib.md5(found.data).hexdigest(),
        "sha1": hashlib.sha1(found.data).hexdigest(),
        "header": {
            "version": "1.2",
            "filename": "ITLFile.tlv",
            "timestamp": TIMESTAMP,
            "digest_algorithm": 1,
            "signer_name": SUBJECT,
            "signer_serial": serial,
            "signer_issuer": SUBJECT,
            "signer_version": None,
        },
        "signer": {"kind": "server", "sentence": SIGNER},
        "signature": {"state": "holds", "record": 1, "digest": "SHA-1"},
        "remarks": [],
    }
    assert [record["role"] for record in records] == ["SAST", "TFTP", "CAPF", "TVS", "TVS"]
    assert records[1] == {
        "role": "TFTP",
        "function": 3,
        "dns_name": "pub",
        "subject": SUBJECT,
        "issuer": SUBJECT,
        "serial": serial,
        "ip_address": "10.48.47.153",
        "certificate_sha1": hashlib.sha1(identity("pub").certificate).hexdigest(),
        "certificate": identity("pub").certificate.hex(),
        "valid_until": "2030-12-31T00:00:00Z",
    }


def test_the_document_tells_remarks_and_the_signer_version() -> None:
    data = bytearray(itl().data)
    data[itl().header.layout.spans[11].start] = 3
    found = read_list(bytes(data))
    assert list_document(found, found.verdict(), NOW)["remarks"] == [
        "The header says 4096 bits, but the signature has 2048 bits."
    ]
    theirs = read_list(shared_bytes("lists/ITL-sha512-signer1.1.tlv"))
    assert list_document(theirs, theirs.verdict(), NOW)["header"]["signer_version"] == "1.1"


RECORD = itl_records()[0]
VERDICTS = [
    (
        Holds(1, RECORD, Digest.SHA512),
        {"state": "holds", "record": 1, "digest": "SHA-512"},
        "The signature holds: SHA-512, key of record 1 of x.tlv, SAST pub.",
    ),
    (
        Broken(1, RECORD),
        {"state": "broken", "record": 1, "reason": Broken(1, RECORD).reason},
        (
            "The signature does not hold by the records of x.tlv: it names record 1, SAST pub, as its signer, but the "
            "signature does not fit: the file was changed after it was signed, or signed with another key."
        ),
    ),
    (
        SignerUnknown(SignerId(b"CN=a\0", b"\x07", b"CN=b\0")),
        {
            "state": "signer-unknown",
            "reason": 'its signer, "CN=a", serial 07, is none of the records that may sign it',
        },
        (
            'The signature does not hold by the records of x.tlv: its signer, "CN=a", serial 07, is none of the '
            "records that may sign it."
        ),
    ),
    (
        Unjudged("digest algorithm 9 is unknown"),
        {"state": "unjudged", "reason": "digest algorithm 9 is unknown"},
        "Whether the signature holds cannot be told: digest algorithm 9 is unknown.",
    ),
]


@pytest.mark.parametrize(("verdict", "document", "sentence"), VERDICTS, ids=["holds", "broken", "unknown", "unjudged"])
def test_a_verdict_is_told_to_programs_and_to_people(
    verdict: Holds | Broken | SignerUnknown | Unjudged, document: dict[str, object], sentence: str
) -> None:
    assert verdict_document(verdict) == document
    assert verdict_sentence(verdict, "of x.tlv") == sentence


def test_the_document_of_a_difference_tells_what_becomes_of_the_new_list() -> None:
    new = itl("sub1")
    changes, meaning = compare(itl(), new), succession(itl(), new)
    document = diff_document(changes, meaning, ["odd"])
    assert document == {
        "format": "ringtrust.trustlist-diff/1",
        "changes": [{"code": change.code, "sentence": change.sentence} for change in changes],
        "fate": "must-ask",
        "consequence": meaning.sentence,
        "notes": list(meaning.notes),
        "remarks": ["odd"],
    }
    assert document["notes"]


def test_the_document_of_a_signed_file_holds_its_header_and_sizes() -> None:
    found = build_signed("a.sgn", b"<x/>", identity("pub"), timestamp=TIMESTAMP)
    document = signed_document(found, found.verdict_for_holder_of(itl()))
    assert document.pop("header")["filename"] == "a.sgn"
    assert document == {
        "format": "ringtrust.signed/1",
        "bytes": len(found.data),
        "body_bytes": 4,
        "encrypted": False,
        "encryption": None,
        "signature": {"state": "holds", "record": 2, "digest": "SHA-1"},
    }
    assert signed_document(found, None)["signature"] is None
    encrypted = read_signed(shared_bytes("signed/SEPAABBCCDDEEFF.cnf.xml.enc.sgn"))
    assert signed_document(encrypted, None)["encrypted"] is True
    assert next(signed_lines(encrypted)).startswith("Encrypted and signed file ")


def test_a_list_is_told_in_three_lines() -> None:
    found = itl()
    assert list(list_lines(found, found.verdict())) == [
        (
            f'ITL "ITLFile.tlv": {len(found.data):,} bytes, 5 records (1 SAST, 1 TFTP, 1 CAPF, 2 TVS), '
            "signed 2026-11-18 11:06:40 UTC."
        ),
        f"SHA-1 {hashlib.sha1(found.data).digest().hex(' ').upper()}",
        SIGNER,
    ]
    assert list(list_lines(found, Broken(1, RECORD)))[2].startswith("It says: Signer: ")


def test_the_table_has_a_column_for_what_a_record_holds() -> None:
    found = itl()
    head, *rows = table_lines(found, found.verdict())
    columns = [head.index(title) for title in ("Role", "Owner", "Host", "Address", "Valid until", "Serial number")]
    cells = [[row[a:b].strip() for a, b in zip(columns, [*columns[1:], None], strict=True)] for row in rows]
    assert cells[1] == ["TFTP", "pub", "pub", "10.48.47.153", "2030-12-31", found.records[1].serial_text]
    assert [row[:2].strip() for row in rows] == ["1*", "2", "3", "4", "5"]
    assert not [row for row in table_lines(found, Broken(1, RECORD)) if "*" in row]
