"""The CTL of every node in mixed mode (P7, P9; H13 to H16), and what is left of one elsewhere."""

import pytest
from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, ITLRECOVERY
from ringtrust.cluster.node import SAST, ListRecord
from tests.audit.found import codes, found, one, text
from tests.support.snapshots import (
    NODES,
    TAKEN,
    certificate,
    ctl,
    healthy,
    own,
    record,
    renewed,
    secured,
    with_certificate,
    with_ctl,
    with_identity,
    with_node,
    with_service,
)

TOKEN = ListRecord(SAST, "", 'cn="SAST-ADN008580ef        ";ou=IPCBU;o="Cisco Systems', "83E90800000055", "AB" * 20)
BY_TOKEN = replace(ctl(), records=(*ctl().records, TOKEN), signer=TOKEN.subject, signer_serial=TOKEN.serial)


def test_a_cluster_in_mixed_mode_that_is_in_order_has_nothing_but_its_mode() -> None:
    assert codes(secured()) == ["mode.mixed"]


def test_a_ctl_that_differs_is_critical() -> None:
    other = replace(ctl(), sha1="AA" * 20)
    finding = one(with_ctl(secured(), other, "sub2"), "ctl.differs")
    assert finding.severity is Severity.CRITICAL
    assert finding.evidence == (f"pub: {ctl().sha1}", f"sub1: {ctl().sha1}", f"sub2: {'AA' * 20}")
    assert found(with_ctl(secured(), replace(ctl(), sha1="", md5=""), "sub2"), "ctl.differs") == []


def test_a_ctl_that_does_not_hold_in_itself_is_critical_and_told_once() -> None:
    finding = one(with_ctl(secured(), replace(ctl(), valid=False, verdict="its signature is broken")), "ctl.invalid")
    assert (finding.severity, finding.where) == (Severity.CRITICAL, "CTL of pub")
    assert "its signature is broken" in finding.what


@pytest.mark.shows("S64", "S68")
@pytest.mark.parametrize(("unit", "node"), [(CALLMANAGER, "pub"), (CALLMANAGER, "sub2"), (CAPF, "pub")])
def test_a_ctl_without_the_certificates_of_now_keeps_secure_phones_from_registering(unit: str, node: str) -> None:
    finding = one(renewed(secured(), node, unit), "ctl.stale")
    assert finding.severity is Severity.CRITICAL
    assert f"lacks {unit} of {node}" in text(finding)
    assert {"H13", "S64", "S68"} <= set(finding.sources)


def test_the_capf_of_a_subscriber_need_not_be_in_it_nor_what_could_not_be_read() -> None:
    assert found(renewed(secured(), "sub1", CAPF), "ctl.stale") == []
    assert found(with_identity(secured(), "sub1", CALLMANAGER, Unread("no answer")), "ctl.stale") == []


def test_a_node_that_serves_files_and_no_ctl() -> None:
    finding = one(with_node(secured(), "sub1", ctl=Skipped("CTL File not found.")), "ctl.missing")
    assert finding.where == "CTL of sub1"
    assert codes(with_node(secured(), "sub2", ctl=Skipped("CTL File not found."))) == ["mode.mixed"]


@pytest.mark.shows("S66", "S67", "S79")
def test_a_ctl_of_an_etoken_says_which_tokens_and_that_token_and_password_are_needed() -> None:
    finding = one(with_ctl(secured("9.1.2.12901-3"), BY_TOKEN), "ctl.tokens")
    assert finding.severity is Severity.INFO
    assert "eTokens in it: SAST-ADN008580ef" in finding.evidence
    assert "have one of them at hand, and know its password" in finding.advice
    assert {"S66", "S67", "S75", "S79"} <= set(finding.sources)
    assert found(secured(), "ctl.tokens") == []


def test_a_ctl_of_an_etoken_on_a_release_without_them_is_critical() -> None:
    finding = one(with_ctl(secured("14.0.1.10000-20"), BY_TOKEN), "ctl.tokens-gone")
    assert finding.severity is Severity.CRITICAL
    assert "supports none" in finding.what
    assert found(with_ctl(secured("12.5.1.14900-63"), BY_TOKEN), "ctl.tokens-gone") == []


@pytest.mark.parametrize("signer", ["SAST of somebody else", ""])
def test_an_unknown_signer(signer: str) -> None:
    by = certificate(signer or "unknown of pub")
    served = ctl(by) if signer else replace(ctl(), signer_serial=by.serial)
    finding = one(with_ctl(secured(), served), "ctl.signer")
    assert finding.severity is Severity.MAJOR
    assert {"S73", "S74", "H14"} <= set(finding.sources)


def test_a_signer_that_has_expired() -> None:
    finding = one(with_certificate(secured(), "pub", CALLMANAGER, not_after=TAKEN), "ctl.signer-expired")
    assert "is signed by CallManager, whose certificate expired" in finding.what
    assert found(secured(), "ctl.signer-expired") == []


def test_a_ctl_that_its_other_key_has_signed_waits_for_an_update() -> None:
    finding = one(with_ctl(secured(), ctl(own(ITLRECOVERY, "pub"))), "ctl.other-key")
    assert finding.severity is Severity.MINOR
    assert "utils ctl update CTLFile" in finding.advice


def test_a_ctl_with_one_sast_only() -> None:
    second = record(SAST, "pub", own(ITLRECOVERY, "pub"))
    lone = replace(ctl(), records=tuple(each for each in ctl().records if each != second))
    assert one(with_ctl(secured(), lone), "ctl.single-sast").severity is Severity.MINOR


def test_a_ctl_in_a_cluster_that_is_not_in_mixed_mode_is_to_be_deleted() -> None:
    finding = one(with_ctl(healthy(), ctl(), "pub"), "ctl.left")
    assert "on pub" in finding.what
    assert "file delete tftp CTLFile.tlv" in finding.advice
    unknown = replace(with_ctl(healthy(), ctl()), security_mode=Unread("no answer"))
    assert found(unknown, "ctl.left") == []


def test_mixed_mode_without_ctl_provider() -> None:
    snapshot = with_service(secured("12.5.1.14900-63"), "pub", "Cisco CTL Provider", "STOPPED", "Service Not Activated")
    finding = one(snapshot, "ctl.provider")
    assert {"CSCwf85275", "214231", "S170"} <= set(finding.sources)
    assert found(with_service(secured(), "pub", "Cisco CTL Provider", "STOPPED"), "ctl.provider") == []
    assert found(secured("12.5.1.14900-63"), "ctl.provider") == []


def test_an_itlrecovery_of_1024_bits_beside_longer_keys() -> None:
    finding = one(with_certificate(secured(), "pub", ITLRECOVERY, bits=1024), "itlrecovery.short")
    assert "H28" in finding.sources
    short = with_certificate(secured(), "pub", ITLRECOVERY, bits=1024)
    for name in NODES:
        short = with_certificate(short, name, CALLMANAGER, bits=1024)
    assert found(short, "itlrecovery.short") == []


def test_the_rollback_parameter_in_mixed_mode_is_critical() -> None:
    finding = one(replace(secured(), rollback=Known(value=True)), "rollback.mixed")
    assert (finding.severity, finding.sources[0]) == (Severity.CRITICAL, "H12")
    assert found(replace(healthy(), rollback=Known(value=True)), "rollback.mixed") == []
