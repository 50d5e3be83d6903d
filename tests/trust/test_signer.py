"""Who signed a CTL: the names in the signer's record tell, the words under it do not (S73 to S75)."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from ringtrust.demo.throwaway import certificate, new_key
from ringtrust.trust.lists import ListKind, TrustList, build_list
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from ringtrust.trust.show import show
from ringtrust.trust.signature import SigningKey
from ringtrust.trust.signer import Recovery, Server, Token, Unlisted, who_signed
from tests.support.identities import TIMESTAMP, identity, itl

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


@pytest.mark.shows("S75")
def test_a_token_ctl_is_signed_by_an_etoken() -> None:
    assert who_signed(_ctl(_etoken(TOKEN), dns_name="")) == Token(TOKEN)


@pytest.mark.shows("S74")
def test_a_tokenless_ctl_is_signed_by_a_server() -> None:
    found = _ctl(identity("cucm-1051-a-pub"), dns_name="cucm-1051-a-pub")
    assert who_signed(found) == Server("cucm-1051-a-pub", self_signed=True)


@pytest.mark.shows("S73")
def test_the_same_words_stand_under_either_signer_so_only_the_names_tell() -> None:
    token, server = _ctl(_etoken(TOKEN), dns_name=""), _ctl(identity("cucm-1051-a-pub"), dns_name="cucm-1051-a-pub")
    assert WORDS in show(token)
    assert WORDS in show(server)
    assert type(who_signed(token)) is not type(who_signed(server))


def test_a_name_that_looks_like_an_etoken_is_none_without_ciscos_ca() -> None:
    assert isinstance(who_signed(_ctl(_etoken(TOKEN, issuer="Somebody Else"), dns_name="")), Server)


def test_a_callmanager_certificate_from_a_ca_is_told_from_a_self_signed_one() -> None:
    key, ca = new_key(), new_key()
    made = certificate(_name(cn="pub"), key, issuer=_name(cn="Corporate CA"), issuer_key=ca)
    assert who_signed(_ctl(SigningKey(made, key), dns_name="pub")) == Server("pub", self_signed=False)


def test_the_recovery_key_signs_from_12_0_on() -> None:
    assert who_signed(_ctl(identity("ITLRECOVERY_pub"), dns_name="pub")) == Recovery("ITLRECOVERY_pub")


def test_a_signer_that_no_record_names_is_only_what_the_header_says() -> None:
    found = itl()
    assert isinstance(who_signed(TrustList(found.data, found.header, found.records[1:])), Unlisted)


def test_every_signer_has_a_sentence_for_people() -> None:
    for signer in (Token(TOKEN), Server("pub", self_signed=True), Recovery("ITLRECOVERY_pub"), Unlisted("CN=x")):
        assert signer.sentence.endswith(".")
