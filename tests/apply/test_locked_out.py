"""An expired certificate has locked secure phones out: the plan that ringtrust makes lets them in again (S120)."""

from asyncio import to_thread
from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.apply.news import Finished
from ringtrust.lab.barred import Able, Bars
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.topology import Some, Topology
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.verify.said import NO_PARTNERS, Said
from tests.rehearse.plans import rehearsed
from tests.support.live import live
from tests.support.night import Night, brisk, night

KINDS = (
    Some(2, PhoneKind(profile="encrypted", lsc=True)),
    Some(1, PhoneKind(profile="authenticated", lsc=True)),
    Some(1, PhoneKind(profile="encrypted", lsc=True, mic=False, tvs=False, model="CP-7940")),
    Some(1, PhoneKind(profile="encrypted")),
    Some(1, PhoneKind()),
)


def few(name: str, expired: str) -> Topology:
    """A secure cluster with phones of every kind that certificates can lock out, and some that they cannot."""
    found = brisk(name)
    groups = tuple(replace(group, phones=6, some=KINDS) for group in found.groups)
    return replace(found, groups=groups, certificates=replace(found.certificates, expired=(expired,)))


def _phones(made: Night) -> list[Phone]:
    return [desk.line.phone for desk in made.wire.lab.desks]


def _out(made: Night) -> list[Phone]:
    return [phone for phone in _phones(made) if phone.state is not State.REGISTERED]


def _barred(made: Night) -> list[str]:
    groups = {group.name: group.members for group in made.wire.cluster.topology.groups}
    bars = Bars(made.wire.cluster)
    found = [bars.of(desk.line.phone, groups[desk.extension.group]) for desk in made.wire.lab.desks]
    return [each.reason for each in found if not isinstance(each, Able)]


async def _applied(made: Night, *goal: str) -> None:
    """The plan for this goal, carried out; the person gives the new CAPF to whoever checks phones by it."""
    plan = await made.plan(*goal)
    assert plan.stragglers == ()
    found = await to_thread(rehearsed, plan)  # on the twin nobody is locked out in the beginning, nor in the end
    assert (found.well, found.stops) == (True, ())
    ending = (await made.apply(plan, heard=Said(partners=NO_PARTNERS))).ending
    assert isinstance(ending, Finished), ending


@live
@pytest.mark.shows("S120", "S121", "S122", "S123", "S169")
@pytest.mark.parametrize("name", ["secure-11.5", "secure-14"])
async def test_an_expired_capf_has_locked_phones_out_and_its_renewal_lets_every_one_in(
    tmp_path: Path, name: str
) -> None:
    """Those with an LSC, and nobody else; each has one of the new CAPF in the end."""
    async with night(tmp_path, few(name, "CAPF"), locked_out=True) as made:
        out = _out(made)
        assert {phone.traits.device for phone in out} == {
            phone.traits.device for phone in _phones(made) if phone.traits.kind.lsc
        }
        assert all("has expired" in reason for reason in _barred(made))
        await _applied(made, "CAPF@pub")
        assert _out(made) == []
        assert _barred(made) == []
        now = CertificateFacts.of(made.wire.cluster.publisher.identities["CAPF"].certificate).subject
        lscs = [phone.papers.lsc for phone in _phones(made) if phone.traits.kind.lsc]
        assert {CertificateFacts.of(lsc.certificate).issuer for lsc in lscs if lsc is not None} == {now}


@live
@pytest.mark.parametrize("name", ["secure-11.5", "secure-14"])
async def test_an_expired_callmanager_has_locked_secure_phones_out_and_its_renewal_lets_every_one_in(
    tmp_path: Path, name: str
) -> None:
    """On 11.5 it signs the CTL, too: devices without TVS come back by the other key."""
    async with night(tmp_path, few(name, "CallManager"), locked_out=True) as made:
        assert {phone.traits.device for phone in _out(made)} == {
            phone.traits.device for phone in _phones(made) if phone.traits.kind.secure
        }
        await _applied(made, "CallManager")
        assert _out(made) == []
        assert _barred(made) == []
