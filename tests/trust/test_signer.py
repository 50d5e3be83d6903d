"""Who signed a CTL: the names in the signer's record tell, the words under it do not (S73 to S75)."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from ringtrust.trust.digests import Digest
from ringtrust.trust.header import NewHeader, SignerId
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import build_record
from ringtrust.trust.remarks import remarks
from ringtrust.trust.roles import Role
from ringtrust.trust.show import show
from ringtrust.trust.signature import Holds
from ringtrust.trust.signer import Other, Recovery, Server, Signer, Token, Unlisted, who_signed
from ringtrust.trust.signing import SigningKey
from ringtrust.trust.tags import HeaderTag, RecordTag
from ringtrust.trust.tlv import encode
from tests.support.identities import NOW, TIMESTAMP, identity, itl
from tests.support.throwaway import certificate, cucm_subject, new_key

TOKEN = "SAST-ADN008580ef"  # noqa: S105 - the id of an eToken
WORDS = "This etoken was used to sign the CTL file."


def _name(**attributes: str) -> x509.Name:
    oids = {"cn": NameOID.COMMON_NAME, "ou": NameOID.ORGANIZATIONAL_UNIT_NAME, "o": NameOID.ORGANIZATION_NAME}
    return x509.Name([x509.NameAttribute(oids[key], value) for key, value in attributes.items()])


def _etoken(token: str, issuer: str = "Cisco Manufacturing CA") -> SigningKey:
    """An eToken as in the seed's sample: its id in the subject, issued by the Cisco Manufacturing CA."""
    key, ca = new_key(1024), new_key(1024)
    subject = _name(cn=f"{token}        ", ou="IPCBU", o="Cisco Systems")
    made = certificate(subject, key, issuer=_name(cn=issuer, o="Cisco Systems"), issuer_key=ca)
    return SigningKey(made, key)


def _ctl(signer: SigningKey, dns_name: str) -> TrustList:
    records = [
        build_record(Role.SAST, signer.certificate, dns_name=dns_name),
        build_record(Role.CCM_TFTP, identity("cucm-1051-a-pub").certificate, dns_name="cucm-1051-a-pub"),
    ]
    return build_list(ListKind.CTL, records, signer, timestamp=TIMESTAMP)


def _who(found: TrustList) -> Signer:
    return who_signed(found, found.verdict())


GENUINE_TOKEN = (
    b'cn="SAST-ADN008580ef        ";ou=IPCBU;o="Cisco Systems\0',
    bytes.fromhex("83E9080000005545AF31"),
    b"cn=Cisco Manufacturing CA\0",
)


def _genuine_token_ctl() -> TrustList:
    """A CTL with the names of the seed's sample, as the CTL client writes them; its certificate is not public."""
    signer = SignerId(*GENUINE_TOKEN)
    front, back = NewHeader(signer, 1, 1, 128, "CTLFile.tlv", TIMESTAMP, (1, 2)).around_signature()
    items = b"".join(
        encode(tag, value)
        for tag, value in (
            (RecordTag.DNS_NAME, b"\0"),
            (RecordTag.SUBJECT_NAME, signer.name),
            (RecordTag.FUNCTION, b"\0\0"),
            (RecordTag.ISSUER_NAME, signer.issuer),
            (RecordTag.SERIAL_NUMBER, signer.serial),
            (RecordTag.PUBLIC_KEY, bytes(140)),
        )
    )
    record = encode(1, (len(items) + 5).to_bytes(2, "big")) + items
    return read_list(front + encode(HeaderTag.SIGNATURE, bytes(128)) + back + record)


@pytest.mark.shows("S75")
def test_a_token_ctl_is_signed_by_an_etoken() -> None:
    assert _who(_genuine_token_ctl()) == Token(TOKEN)
    assert _who(_ctl(_etoken(TOKEN), dns_name="")) == Token(TOKEN)


@pytest.mark.shows("S74")
def test_a_tokenless_ctl_is_signed_by_a_server() -> None:
    found = _ctl(identity("cucm-1051-a-pub"), dns_name="cucm-1051-a-pub")
    assert _who(found) == Server("cucm-1051-a-pub", self_signed=True)


@pytest.mark.shows("S73")
def test_the_same_words_stand_under_either_signer_so_only_the_names_tell() -> None:
    token, server = _ctl(_etoken(TOKEN), dns_name=""), _ctl(identity("cucm-1051-a-pub"), dns_name="cucm-1051-a-pub")
    assert WORDS in list(show(token))
    assert WORDS in list(show(server))
    assert type(_who(token)) is not type(_who(server))


def test_a_name_that_looks_like_an_etoken_is_none_without_ciscos_ca() -> None:
    assert isinstance(_who(_ctl(_etoken(TOKEN, issuer="Somebody Else"), dns_name="")), Other)


def test_a_record_that_claims_to_be_an_etoken_is_known_by_its_certificate() -> None:
    key = new_key()
    made = certificate(x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, "1")]), key)
    signer = SigningKey(made, key)
    claim = {RecordTag.SUBJECT_NAME: f'cn="{TOKEN}\0'.encode(), RecordTag.ISSUER_NAME: b"cn=Cisco Manufacturing CA\0"}
    items = b"".join(
        encode(tag, claim.get(tag, value)) for tag, value in build_record(Role.SAST, made).items() if tag != 1
    )
    record = encode(1, (len(items) + 5).to_bytes(2, "big")) + items
    named = SignerId(claim[RecordTag.SUBJECT_NAME], signer.identity.serial, claim[RecordTag.ISSUER_NAME])
    front, back = NewHeader(named, 1, 2, 256, "CTLFile.tlv", TIMESTAMP, (1, 2)).around_signature()
    signature = key.sign(Digest.SHA1.of(front, back, record), PKCS1v15(), Digest.SHA1.prehashed)
    found = read_list(front + encode(HeaderTag.SIGNATURE, signature) + back + record)
    assert isinstance(found.verdict(), Holds)
    assert not isinstance(_who(found), Token)
    assert any("its subject is not that of its certificate" in remark for remark in remarks(found, NOW))


def test_of_two_records_with_the_signers_names_the_one_whose_key_signed_is_named() -> None:
    real = identity("cucm-1051-a-pub")
    serial = x509.load_der_x509_certificate(real.certificate).serial_number
    twin = build_record(Role.SAST, certificate(cucm_subject("cucm-1051-a-pub"), new_key(), serial=serial))
    found = build_list(ListKind.CTL, [twin, *_ctl(real, dns_name="").records], real, timestamp=TIMESTAMP)
    lines = list(show(found))
    assert lines.count("This etoken was not used to sign the CTL file.") == 1
    assert lines.index("This etoken was not used to sign the CTL file.") < lines.index(WORDS)
    assert isinstance(_who(found), Server)


def test_a_callmanager_certificate_from_a_ca_is_told_from_a_self_signed_one() -> None:
    key, ca = new_key(), new_key()
    made = certificate(_name(cn="pub"), key, issuer=_name(cn="Corporate CA"), issuer_key=ca)
    records = [build_record(role, made) for role in (Role.SAST, Role.CCM_TFTP)]
    found = build_list(ListKind.CTL, records, SigningKey(made, key), timestamp=TIMESTAMP)
    assert _who(found) == Server("pub", self_signed=False)


def test_the_recovery_key_signs_from_12_0_on() -> None:
    assert _who(_ctl(identity("ITLRECOVERY_pub"), dns_name="pub")) == Recovery("ITLRECOVERY_pub")


def test_where_no_signature_holds_the_signer_is_the_one_that_the_header_names() -> None:
    spoilt = bytearray(itl().data)
    spoilt[-1] ^= 1
    assert _who(read_list(bytes(spoilt))) == Server("pub", self_signed=True)


def test_a_signer_that_no_record_names_is_only_what_the_header_says() -> None:
    found = itl()
    assert isinstance(_who(TrustList(found.data, found.header, found.records[1:])), Unlisted)


@pytest.mark.parametrize(
    ("signer", "sentence"),
    [
        (Token(TOKEN), "Signer: the hardware eToken SAST-ADN008580ef. The CTL client made this list."),
        (
            Server("pub", self_signed=True),
            'Signer: the CallManager key of "pub", whose certificate is self-signed. No eToken is involved.',
        ),
        (
            Server("pub", self_signed=False),
            'Signer: the CallManager key of "pub", whose certificate is signed by a CA. No eToken is involved.',
        ),
        (Recovery("ITLRECOVERY_pub"), 'Signer: the recovery key "ITLRECOVERY_pub". No eToken is involved.'),
        (Other("\x1b"), 'Signer: the key of "\\x1b". No eToken is involved.'),
        (Unlisted("x, serial 07"), "Signer: it says x, serial 07, who is none of its SAST records."),
    ],
)
def test_every_signer_has_a_sentence_for_people(signer: Signer, sentence: str) -> None:
    assert signer.sentence == sentence
