"""Nothing that is in use is ever said to be free: snapshots that were made to have it said."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.verdicts.hosts import host_of
from ringtrust.audit.verdicts.judge import verdicts
from ringtrust.catalog.load import load_catalog
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.certificate import SOON_DAYS, Certificate, Trusted
from ringtrust.cluster.elsewhere import Declared, Elsewhere
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CAPF, TOMCAT
from ringtrust.cluster.node import SAST, ListRecord, Served
from ringtrust.cluster.phone import NO_OPERATION, Lsc
from ringtrust.cluster.snapshot import Snapshot
from tests.support.snapshots import (
    CAPF_NAME,
    NODES,
    TAKEN,
    certificate,
    healthy,
    node_of,
    own,
    secured,
    with_certificate,
    with_list,
    with_node,
    with_trusted,
)

CATALOG = load_catalog()
RELEASE = "12.0.1.10000-11"
LONG_AGO = TAKEN - timedelta(days=5 * 365)
LIST_STORES = ("CallManager-trust", "Phone-SAST-trust")
NO_ANSWER = Unread("no answer")


def older(name: str, tag: str = "an older one", **changes: Any) -> Certificate:
    return certificate(f"{tag} of {name}", not_before=LONG_AGO, **changes)


def of_another(name: str, tag: str = "one", **changes: Any) -> Certificate:
    """With another organisation than that of the cluster."""
    who = f"CN={name},O=Another"
    return replace(older(name, tag), **({"subject": who, "issuer": who} | changes))


def sown(snapshot: Snapshot, store: str, *found: Certificate, nodes: tuple[str, ...] = NODES) -> Snapshot:
    """Under names that tell them apart, as releases from 12.5(1)SU5 on give them."""
    for node in nodes:
        entries = (Trusted(store, f"{each.common_name}_{each.serial[:8]}.pem", Known(each)) for each in found)
        snapshot = with_trusted(snapshot, node, *entries)
    return snapshot


def verdict(snapshot: Snapshot, store: str, found: Certificate) -> StoreVerdict:
    judged = verdicts(Seen(snapshot, CATALOG, release_of(snapshot, CATALOG), SOON_DAYS))
    return next(
        each
        for each in judged
        if each.store == store and isinstance(each.certificate, Known) and each.certificate.value.sha256 == found.sha256
    )


def fate(snapshot: Snapshot, store: str, found: Certificate, *others: Certificate) -> Fate:
    return verdict(sown(snapshot, store, found, *others), store, found).fate


@pytest.mark.parametrize("snapshot", [healthy(RELEASE), secured(RELEASE)])
@pytest.mark.parametrize("store", LIST_STORES)
def test_an_older_one_that_nobody_leans_on_may_go(snapshot: Snapshot, store: str) -> None:
    assert fate(snapshot, store, older("pub")) is Fate.FREE


@pytest.mark.parametrize("store", LIST_STORES)
@pytest.mark.parametrize("digest", [older("pub").sha1, older("pub").sha256, "AB" * 64, ""])
def test_whoever_stands_in_a_list_is_in_use_by_whatever_hash_its_record_has(store: str, digest: str) -> None:
    snapshot, found = healthy(RELEASE), older("pub")
    served = node_of(snapshot, "pub").itl
    assert isinstance(served, Known)
    record = ListRecord(SAST, "pub", found.subject, f"00{found.serial}", digest)
    listed = with_list(snapshot, "pub", records=(*served.value.records, record))
    assert fate(listed, store, found) is Fate.KEEP


def test_whoever_signed_a_list_is_in_use_though_no_record_holds_it() -> None:
    found = older("pub")
    assert fate(with_list(healthy(RELEASE), "pub", signer_serial=found.serial), "Phone-SAST-trust", found) is Fate.KEEP


def _without_holders(snapshot: Snapshot) -> Snapshot:
    """Nobody holds the list of the publisher."""
    served = node_of(snapshot, "sub1").itl
    assert isinstance(served, Known)
    phones = tuple(replace(each, itl=Known(served.value.sha1)) for each in snapshot.all_phones())
    return replace(snapshot, phones=Known(phones))


def _phones(snapshot: Snapshot, **changes: Any) -> Snapshot:
    return replace(snapshot, phones=Known(tuple(replace(each, **changes) for each in snapshot.all_phones())))


@pytest.mark.parametrize("store", LIST_STORES)
@pytest.mark.parametrize(
    "snapshot",
    [
        with_node(_without_holders(healthy(RELEASE)), "pub", itl=NO_ANSWER),
        with_node(secured(RELEASE), "pub", ctl=NO_ANSWER),
        _phones(secured(RELEASE), ctl=NO_ANSWER),
        _phones(secured(RELEASE), ctl=Skipped("Its page does not tell.")),
        replace(healthy(RELEASE), phones=Skipped("Nobody asked.")),
        with_node(healthy(RELEASE), "pub", served=(Served(TOMCAT, 8443, NO_ANSWER),)),
    ],
    ids=["ITL", "CTL", "CTL of phones", "CTL of phones not told", "phones", "port"],
)
def test_what_may_be_leaned_on_by_what_could_not_be_read_is_for_a_person(snapshot: Snapshot, store: str) -> None:
    assert fate(snapshot, store, older("pub")) is Fate.ASK


@pytest.mark.parametrize("status", ["Operation Pending", "Upgrade Failed", "Failed: Invalid LSC", "Delete Failed"])
def test_before_11_5_a_phone_whose_last_operation_failed_may_have_an_lsc_of_an_older_capf(status: str) -> None:
    snapshot = with_certificate(healthy(), "pub", CAPF, common_name=CAPF_NAME)
    found, nothing = older("CAPF-00000001"), Lsc("", None, None, NO_OPERATION, "None", "")
    assert fate(_phones(snapshot, lsc=Known(nothing)), "CallManager-trust", found) is Fate.FREE
    failed = _phones(snapshot, lsc=Known(replace(nothing, status=status)))
    assert fate(failed, "CallManager-trust", found) is Fate.ASK


def test_a_phone_whose_lsc_was_not_asked_for_may_have_one_of_an_older_capf() -> None:
    snapshot = with_certificate(healthy(RELEASE), "pub", CAPF, common_name=CAPF_NAME)
    assert fate(_phones(snapshot, lsc=Skipped("Nobody asked.")), "CAPF-trust", older("CAPF-00000001")) is Fate.ASK


@pytest.mark.parametrize(("store", "due"), [("tomcat-trust", Fate.ASK), ("TVS-trust", Fate.FREE)])
def test_a_deletion_that_reaches_a_node_whose_stores_were_not_read_is_for_a_person(store: str, due: Fate) -> None:
    """Its certificate of now may have the same file name there: the deletion would take that one."""
    found = older("sub2")
    snapshot = sown(healthy(RELEASE), store, found, nodes=("pub",))
    unread = with_node(snapshot, "sub2", trusted=NO_ANSWER)
    assert verdict(unread, store, found).fate is due


@pytest.mark.parametrize("name", ["pub-ms", "pub-ec", "pub-ecdsa"])
def test_a_server_whose_name_only_ends_as_cucm_ends_names_is_for_a_person(name: str) -> None:
    assert fate(healthy(RELEASE), "tomcat-trust", older(name)) is Fate.ASK


@pytest.mark.parametrize("found", [older("pub-EC", key="EC"), older("pub-ms", names=("pub", "sub1"))])
def test_what_cucm_itself_has_named_so_may_go(found: Certificate) -> None:
    assert fate(healthy(RELEASE), "tomcat-trust", found) is Fate.FREE


def _said(*former: str) -> Snapshot:
    return replace(healthy(RELEASE), declared=Declared(former=former))


def test_a_server_that_only_has_a_former_name_beside_its_own_is_not_a_leftover() -> None:
    found = of_another("cuc.corp.example", names=("cuc.corp.example", "cuc.oldcorp.example"))
    judged = verdict(sown(_said("oldcorp.example"), "tomcat-trust", found), "tomcat-trust", found)
    assert (judged.kind, judged.fate) == (Kind.FOREIGN, Fate.ASK)


def test_a_leftover_that_is_also_for_another_name_is_for_a_person() -> None:
    found = of_another("cuc.oldcorp.example", names=("cuc.oldcorp.example", "cuc.corp.example"))
    assert fate(_said("oldcorp.example"), "tomcat-trust", found) is Fate.ASK


def test_a_server_of_a_former_domain_that_shows_it_still_uses_it() -> None:
    found = of_another("ldap.oldcorp.example")
    shows = Elsewhere("ldap.oldcorp.example", "ldap.oldcorp.example:636", Known(found))
    assert fate(replace(_said("oldcorp.example"), elsewhere=(shows,)), "tomcat-trust", found) is Fate.HELD


def test_a_former_label_is_not_the_name_of_a_node_of_others() -> None:
    found = of_another("cm1.partner.example")
    assert fate(_said("cm1"), "tomcat-trust", found) is Fate.ASK
    assert fate(_said("cm1", "partner.example"), "tomcat-trust", found) is Fate.FREE


def test_a_node_that_nobody_has_seen_is_no_leftover_while_its_certificate_is_valid() -> None:
    """One of IM and Presence, or one that was added: backups need its ipsec certificate (L04)."""
    found = older("imp1", not_after=TAKEN + timedelta(days=365))
    assert fate(healthy(RELEASE), "ipsec-trust", found) is Fate.ASK
    assert fate(healthy(RELEASE), "ipsec-trust", replace(found, not_after=TAKEN - timedelta(days=1))) is Fate.FREE


def _asked(name: str, shown: Certificate, port: int = 8443) -> Snapshot:
    return replace(healthy(RELEASE), elsewhere=(Elsewhere(name, f"{name}:{port}", Known(shown)),))


def _keyed(found: Certificate, **changes: Any) -> Certificate:
    return replace(found, key_id=found.sha256[:40], issuer_key_id=found.sha256[:40], **changes)


def test_what_was_imported_ahead_of_a_renewal_elsewhere_is_not_what_was_replaced() -> None:
    name = "ldap.corp.example"
    now, coming = _keyed(of_another(name)), _keyed(of_another(name, "the next"), not_before=TAKEN)
    snapshot = _asked(name, now, 636)
    assert fate(snapshot, "tomcat-trust", coming, now) is Fate.ASK
    assert fate(_asked(name, coming, 636), "tomcat-trust", now, coming) is Fate.FREE


@pytest.mark.parametrize("prefix", ["ITLRECOVERY_", ""])
@pytest.mark.parametrize("store", LIST_STORES)
def test_what_https_of_another_cluster_shows_says_nothing_of_its_signers(store: str, prefix: str) -> None:
    name = "cm1.partner.example"
    root = of_another("Partner Root", authority=True)
    shown = replace(of_another(name, "tomcat", issuer=root.subject, self_signed=False), not_before=TAKEN)
    assert fate(_asked(name, shown), store, of_another(f"{prefix}{name}"), root) is Fate.ASK


def test_a_ca_that_is_called_like_a_host_is_a_ca_as_soon_as_it_has_signed_another() -> None:
    name = "auth.corp.example"
    root, other = of_another(name, authority=True), of_another("Another Root", authority=True)
    below = of_another("ldap.corp.example", issuer=root.subject, self_signed=False)
    shown = replace(of_another(name, "its own", issuer=other.subject, self_signed=False), not_before=TAKEN)
    assert fate(_asked(name, shown, 443), "tomcat-trust", root, below, other) is Fate.ASK


def test_a_domain_of_canada_makes_no_authority() -> None:
    assert host_of("cm1.corp.ca") == "cm1.corp.ca"
    assert host_of("Corp Root CA") == host_of("corp-DC1-CA") == ""


def test_subjects_of_any_size_are_read_in_no_time() -> None:
    """A pattern that backtracks would not come back within a day."""
    for hostile in ("a-" * 40_000, "a." * 40_000, "\\," * 40_000, "ca " * 40_000, "-ms" * 40_000):
        found = older("pub", subject=f"CN={hostile}", common_name=hostile, issuer=f"CN={hostile}")
        assert fate(healthy(RELEASE), "tomcat-trust", found) is Fate.ASK


def test_the_copy_of_an_identity_is_in_use_by_its_hash_whatever_its_file_is_called() -> None:
    snapshot = with_trusted(healthy(RELEASE), "sub1", Trusted("Phone-trust", "old.pem", Known(own(TOMCAT, "sub2"))))
    assert verdict(snapshot, "Phone-trust", own(TOMCAT, "sub2")).fate is Fate.KEEP


def test_a_ca_that_nothing_uses_any_more_stays_where_something_chains_to_it() -> None:
    row = next(each for each in CATALOG.preloaded if not each.keep)
    found = replace(of_another("A G3 CA", authority=True), sha256=row.sha256)
    snapshot = with_certificate(healthy(RELEASE), "sub1", TOMCAT, issuer=found.subject, self_signed=False)
    assert fate(healthy(RELEASE), "tomcat-trust", found) is Fate.FREE
    assert fate(snapshot, "tomcat-trust", found) is Fate.KEEP
    below = of_another("help.corp.example", issuer=found.subject, self_signed=False)
    assert fate(healthy(RELEASE), "tomcat-trust", found, below) is Fate.ASK
