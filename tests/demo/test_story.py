"""The demo: both nights happen, with real signatures, and the phone decides."""

import json

import pytest

from ringtrust.demo.story import Cluster, offer, table, tell
from ringtrust.trust.roles import Role
from ringtrust.trust.signature import Holds, SignerUnknown
from ringtrust.trust.tvs import QueryResponse
from tests.cli.conftest import Run


def test_the_careless_night_loses_the_phone_and_the_planned_one_does_not() -> None:
    before = Cluster.new()
    held = before.trust_list(1)
    careless = before.with_new_callmanager().with_new_tvs()
    lost = offer(held, careless.trust_list(2), careless)
    assert lost.held is held
    assert isinstance(careless.trust_list(2).verdict(), Holds)

    first = before.with_new_callmanager()
    halfway = offer(held, first.trust_list(2), first)
    assert halfway.held.data == first.trust_list(2).data
    assert isinstance(halfway.held.verdict_for_holder_of(held), SignerUnknown)
    second = first.with_new_tvs()
    after = offer(halfway.held, second.trust_list(3), second)
    assert after.held.data == second.trust_list(3).data


def test_a_tvs_server_that_does_not_know_the_signer_does_not_help() -> None:
    before = Cluster.new()
    stranger = before.with_new_callmanager()
    refused = offer(before.trust_list(1), stranger.trust_list(2), before)
    assert refused.held.data == before.trust_list(1).data
    assert "TVS of sub1 does not know it either." in refused.said


class _Liar(Cluster, frozen=True):
    """A cluster whose TVS answers as it likes."""

    answers_with: bytes = b""

    def answer(self, question: bytes) -> bytes:  # noqa: ARG002
        return self.answers_with


@pytest.mark.parametrize(
    ("certificate", "roles", "said"),
    [
        ("real", (Role.CCM_TFTP,), "does not know it either"),
        ("other", (Role.SAST,), "but the signature does not hold"),
    ],
    ids=["a role that may not sign lists", "the certificate of another key"],
)
def test_the_phone_believes_tvs_no_more_than_it_says(certificate: str, roles: tuple[Role, ...], said: str) -> None:
    before = Cluster.new()
    after = before.with_new_callmanager()
    vouched = after.callmanager.certificate if certificate == "real" else before.callmanager.certificate
    answer = QueryResponse.make(1001, vouched, roles).to_bytes()
    liar = _Liar(after.callmanager, after.capf, after.tvs, answers_with=answer)
    refused = offer(before.trust_list(1), after.trust_list(2), liar)
    assert refused.held.data == before.trust_list(1).data
    assert any(said in sentence for sentence in refused.said)


def test_the_table_at_the_end_is_counted_from_the_nights() -> None:
    assert [line.split()[:2] for line in table(careless=True, planned=False)][2:] == [
        ["careless", "yes"],
        ["planned", "no:"],
    ]


def test_the_story_is_told_the_same_every_time_although_every_key_is_new() -> None:
    first, second = list(tell()), list(tell())
    assert first == second
    assert first[-2:] == [
        "  careless    no: somebody has to walk to it and erase its trust list",
        "  planned     yes",
    ]


def test_the_verb_tells_the_story(run: Run) -> None:
    assert run("demo").out.splitlines() == list(tell())
    assert json.loads(run("demo", "--json").out)["lines"] == list(tell())
