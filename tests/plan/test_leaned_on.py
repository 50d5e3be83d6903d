"""Deleting what somebody leans on: refused by the proof for every kind of dependence, and forced in the lab.

In the lab exactly those phones are left without a registration, or stranded, that the proof has said.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import msgspec
import pytest
from cryptography import x509

from ringtrust.catalog.load import load_catalog
from ringtrust.change import night
from ringtrust.change.act import Delete
from ringtrust.change.plan import Plan
from ringtrust.cli.unproved import unproved
from ringtrust.cluster.elsewhere import Elsewhere
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.certificates import certificate_of
from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import State
from ringtrust.lab.state.services import CALLMANAGER
from ringtrust.lab.stranded import Fate
from ringtrust.lab.topology import Topology
from ringtrust.plan.build import Wish
from ringtrust.plan.clean.build import clean_plan
from ringtrust.prove.prove import examined
from ringtrust.prove.steps import night_of_steps
from tests.plan.recover.scene import Scene
from tests.support.clusters import BOOT, SYNC, small
from tests.support.store_seeds import Garden, made, named

CATALOG = load_catalog()
PHONES = 6
ALL_LATE = Wish(stragglers=PHONES)
BY_LSC = PhoneKind(profile="encrypted", lsc=True)
BY_MIC = PhoneKind(profile="encrypted")


def of(name: str, kind: PhoneKind | None = None) -> Topology:
    """A shipped topology with a few phones, all of one kind where one is given."""
    found = small(name, PHONES)
    if kind is None:
        return found
    groups = tuple(msgspec.structs.replace(group, some=()) for group in found.groups)
    plan = msgspec.structs.replace(found.phones, kind=kind)
    return msgspec.structs.replace(found, groups=groups, phones=plan).with_phones(PHONES)


class Leaned(NamedTuple):
    """What is to be deleted, as a person names it, and what the snapshot is that he has."""

    word: str
    snapshot: Snapshot


def _file(scene: Scene, unit: str, node: str = "pub") -> str:
    return file_name(scene.cluster.node(node).identities[unit].certificate)


def _sown(scene: Scene, store: str, der: bytes) -> str:
    """A certificate lies in a store of every node."""
    for node in scene.cluster.nodes:
        scene.cluster.trust(node, store, der)
    scene.later(SYNC)
    return f"{store}/{file_name(der)}"


def tomcat_of_now(scene: Scene) -> Leaned:
    return Leaned(f"tomcat-trust/{_file(scene, 'tomcat', 'sub1')}", scene.snapshot())


def ipsec_of_now(scene: Scene) -> Leaned:
    return Leaned(f"ipsec-trust/{_file(scene, 'ipsec', 'pub')}", scene.snapshot())


def callmanager_of_now(scene: Scene) -> Leaned:
    return Leaned(f"CallManager-trust/{_file(scene, 'CallManager', 'sub1')}", scene.snapshot())


def signer_of_now(scene: Scene) -> Leaned:
    return Leaned(f"Phone-SAST-trust/{_file(scene, 'CallManager', 'pub')}", scene.snapshot())


def capf_of_now(scene: Scene) -> Leaned:
    return Leaned(f"CallManager-trust/{_file(scene, 'CAPF')}", scene.snapshot())


def capf_where_lscs_are_renewed(scene: Scene) -> Leaned:
    return Leaned(f"CAPF-trust/{_file(scene, 'CAPF')}", scene.snapshot())


def older_capf_with_lscs(scene: Scene) -> Leaned:
    """A new CAPF, loaded and in the CTL; the phones have the LSCs of the one before."""
    older = _file(scene, "CAPF")
    scene.regenerate("CAPF", "pub").later(SYNC).update_ctl().later(120)
    scene.restart("Cisco Certificate Authority Proxy Function", "pub").wave().later(BOOT)
    return Leaned(f"CallManager-trust/{older}", scene.snapshot())


def maker_of_phones(scene: Scene) -> Leaned:
    return Leaned("CallManager-trust/Cisco_Manufacturing_CA_SHA2.pem", scene.snapshot())


def maker_where_lscs_are_renewed(scene: Scene) -> Leaned:
    return Leaned("CAPF-trust/Cisco_Manufacturing_CA_SHA2.pem", scene.snapshot())


def chain_of_an_identity(scene: Scene) -> Leaned:
    garden = Garden(scene.cluster)
    garden.sown()
    scene.later(SYNC)
    return Leaned("tomcat-trust/Campus_Issuing.pem", scene.snapshot())


def foreign_server_in_use(scene: Scene) -> Leaned:
    der = made(named("ldap1.corp.example", "Corp")).der
    word = _sown(scene, "tomcat-trust", der)
    shown = Elsewhere("ldap1.corp.example", "ldap1.corp.example:636", Known(certificate_of(der)))
    return Leaned(word, msgspec.structs.replace(scene.snapshot(), elsewhere=(shown,)))


def foreign_server_renewed(scene: Scene) -> Leaned:
    word = _sown(scene, "tomcat-trust", made(named("ldap1.corp.example", "Corp")).der)
    other = certificate_of(made(named("ldap1.corp.example", "Corp")).der)
    shown = Elsewhere("ldap1.corp.example", "ldap1.corp.example:636", Known(other))
    return Leaned(word, msgspec.structs.replace(scene.snapshot(), elsewhere=(shown,)))


def etoken_in_the_ctl(scene: Scene) -> Leaned:
    token = scene.cluster.tokens[0].certificate
    return Leaned(_sown(scene, "Phone-SAST-trust", token), scene.snapshot())


def list_that_phones_hold_still(scene: Scene) -> Leaned:
    """Half of the phones were off when CallManager was renewed: they hold the list that the older one signed."""
    scene.switch(range(PHONES // 2), on=False)
    older = scene.cluster.publisher.identities["CallManager"].certificate
    scene.regenerate("CallManager", "pub").later(SYNC).wave().later(BOOT)
    ours = x509.load_der_x509_certificate(older).subject
    aside = made(named("ITLRECOVERY_pub", ours), scene.bench.time.now() - timedelta(days=900)).der
    word = _sown(scene, "Phone-SAST-trust", aside)
    held = scene.before[0]
    now = scene.snapshot()
    phones = {each.name: each for each in held.all_phones()}
    seen = tuple(each if each.registered else phones[each.name] for each in now.all_phones())
    return Leaned(word, msgspec.structs.replace(now, phones=Known(seen)))


def port_that_still_shows_it(scene: Scene) -> Leaned:
    """tomcat was renewed and not restarted; a copy of the older one lies where nothing has replaced it."""
    older = scene.cluster.node("sub1").identities["tomcat"].certificate
    word = _sown(scene, "Phone-VPN-trust", older)
    scene.regenerate("tomcat", "sub1").later(SYNC)
    return Leaned(word, scene.snapshot())


def name_that_another_node_has_in_use(scene: Scene) -> Leaned:
    """One node has an older certificate under the name that is in use on all others."""
    stranger = scene.cluster.nodes[-1]
    now = x509.load_der_x509_certificate(scene.cluster.node("pub").identities["tomcat"].certificate)
    older = made(now.subject, now.not_valid_before_utc - timedelta(days=900)).der
    stranger.trust("tomcat-trust", older)
    return Leaned("tomcat-trust/pub.pem", scene.snapshot())


class Case(NamedTuple):
    """A kind of dependence: the cluster, how it comes about, who is said to lean on it, and the hazard."""

    topology: Topology
    leaned: Callable[[Scene], Leaned]
    who: str
    hazard: str


CASES = {
    case.leaned.__name__.replace("_", "-"): case
    for case in (
        Case(of("branch-11.5"), tomcat_of_now, "tomcat of sub1", "S152"),
        Case(of("branch-11.5"), ipsec_of_now, "ipsec of pub", "L04"),
        Case(of("branch-11.5"), callmanager_of_now, "CallManager of sub1", "S152"),
        Case(of("branch-11.5"), signer_of_now, "CallManager of pub", "S152"),
        Case(of("secure-11.5", BY_LSC), capf_of_now, "6 phones with an LSC that it signed", "H17"),
        Case(of("secure-11.5", BY_LSC), capf_where_lscs_are_renewed, "6 phones with an LSC that it signed", "H17"),
        Case(of("secure-11.5", BY_LSC), older_capf_with_lscs, "6 phones with an LSC that it signed", "H17"),
        Case(of("secure-11.5", BY_MIC), maker_of_phones, "Cisco Manufacturing CA SHA2", "H17"),
        Case(of("campus-12.5"), maker_where_lscs_are_renewed, "Cisco's", "L11"),
        Case(of("campus-12.5"), chain_of_an_identity, "chains to it", "L03"),
        Case(of("campus-12.5"), foreign_server_in_use, "ldap1.corp.example, which shows it", "S168"),
        Case(of("campus-12.5"), foreign_server_renewed, "import that one, or its CA, first", "S168"),
        Case(of("secure-9.1"), etoken_in_the_ctl, "It stands in the CTL of", "S152"),
        Case(of("campus-9.1"), list_that_phones_hold_still, "3 phones", "I2"),
        Case(of("campus-12.5"), port_that_still_shows_it, "which still shows it", "I2"),
        Case(of("campus-12.5"), name_that_another_node_has_in_use, "tomcat of pub uses now", "S152"),
    )
}


def scene_of(case: Case) -> Scene:
    return Scene(case.topology).remember()


@pytest.mark.shows("S110", "S151", "S152", "S157")
@pytest.mark.parametrize("name", CASES)
def test_deleting_what_is_in_use_is_refused_by_the_proof(name: str) -> None:
    case = CASES[name]
    leaned = case.leaned(scene_of(case))
    plan = clean_plan(leaned.snapshot, CATALOG, [leaned.word], leaned.snapshot.taken, ALL_LATE)
    (weighed,) = plan.weighed
    assert weighed.verdict == "refuted"
    assert unproved(plan) is not None, "apply wants the number of phones typed that it may strand"
    assert case.who in weighed.why or case.hazard == "H17"
    assert f"({case.hazard})" in weighed.why


def forced(scene: Scene, plan: Plan) -> None:
    """Somebody does it all the same, and restarts what reads the stores."""
    for step in plan.steps:
        if isinstance(step.act, Delete):
            files = scene.cluster.node(step.act.node).trusts.get(step.act.store, {})
            if step.act.file in files:
                scene.cluster.delete(scene.cluster.node(step.act.node), step.act.store, step.act.file)
    scene.later(SYNC)
    scene.bench.restart(CALLMANAGER)
    scene.wave().later(BOOT * 2)


@pytest.mark.parametrize("name", CASES)
def test_forced_it_costs_in_the_lab_those_phones_that_the_proof_has_said(name: str) -> None:
    case = CASES[name]
    scene = scene_of(case)
    leaned = case.leaned(scene)
    plan = clean_plan(leaned.snapshot, CATALOG, [leaned.word], leaned.snapshot.taken, ALL_LATE)
    found = examined(plan.ground, night_of_steps(plan.steps))
    said = sum(each.phones.phones for each in found if each.unregistered and each.phones.waited)
    lost = sum(each.phones.phones for each in found if each.lost and each.phones.waited)
    forced(scene, plan)
    on = [phone for phone in scene.bench.phones if phone.state is not State.OFF]
    assert sum(phone.state is not State.REGISTERED for phone in on) == said
    assert scene.bench.fates()[Fate.STRANDED] == lost
    assert (said == PHONES) is (case.hazard == "H17" and "CAPF-trust" not in leaned.word)


def test_without_the_signers_tvs_vouches_for_nobody_and_their_next_renewal_costs_every_phone_its_trust() -> None:
    """Phones go on with the list that they hold: it is the next change that they do not follow (I2)."""
    scene = Scene(of("campus-12.5")).remember()
    units = ("ITLRecovery", "CallManager")
    files = [_file(scene, unit) for unit in units]
    snapshot = scene.snapshot()
    words = [f"Phone-SAST-trust/{file}" for file in files]
    plan = clean_plan(snapshot, CATALOG, words, snapshot.taken)
    renewed = (night.Stage("later", "regen", night.Renew(unit, "pub")) for unit in units)
    arrived = night.Stage("later", "wait sync", night.Synchronise())
    gone = [stage for stage in night_of_steps(plan.steps) if isinstance(stage.deed, night.Delete)]
    without_r1 = msgspec.structs.replace(plan.ground, recovery="")
    said = examined(without_r1, (*renewed, arrived, *gone))
    assert sum(each.phones.phones for each in said if each.lost) == PHONES
    for unit in units:
        scene.regenerate(unit, "pub")
    scene.later(SYNC)
    for file in files:
        scene.cluster.delete(scene.cluster.publisher, "Phone-SAST-trust", file)
    scene.later(SYNC)
    assert scene.bench.fates()[Fate.REACHABLE] == 0
