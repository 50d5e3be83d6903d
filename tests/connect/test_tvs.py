"""TVS asked as a phone asks: it vouches, it does not, or there is no answer (trust-formats.md §4)."""

import asyncio
from collections.abc import Callable

import pytest

from ringtrust.connect.ports import DoesNotVouch, Vouches
from ringtrust.connect.tvs import TvsClient
from ringtrust.errors import UnreadableError
from ringtrust.lab.state.services import TVS
from ringtrust.lab.wire.tvs import read_frame
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.header import SignerId
from ringtrust.trust.tvs import Message, QueryRequest, QueryResponse, VerifyResponse, read_message
from tests.connect.servers import HOST, listening, nobody, tls_of
from tests.support.clusters import on_the_wire, small
from tests.support.identities import identity
from tests.support.live import live

PORT = 2445
SIGNER = identity("pub").identity


def _signer(certificate: bytes) -> SignerId:
    facts = CertificateFacts.of(certificate)
    return SignerId(facts.subject, facts.serial, facts.issuer)


@pytest.mark.parametrize("name", ["campus-9.1", "campus-12.5"])
@live
async def test_a_server_vouches_for_the_signer_of_its_cluster_and_for_no_stranger(name: str) -> None:
    async with on_the_wire(small(name, phones=0)) as wire:
        own = wire.cluster.publisher.identities["CallManager"].certificate
        for node in wire.cluster.nodes:
            told = await TvsClient().vouches(node.address, PORT, _signer(own))
            assert isinstance(told, Vouches)
            assert told.shown == node.loaded["TVS"].certificate
            assert told.certificate == own
            assert 0 in told.roles
            assert told.ttl == 86_400
            stranger = await TvsClient().vouches(node.address, PORT, SIGNER)
            assert stranger == DoesNotVouch(node.loaded["TVS"].certificate)


@live
async def test_a_server_knows_the_certificate_of_a_web_server() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        tomcat = node.identities["tomcat"].certificate
        assert isinstance(await TvsClient().knows(node.address, PORT, tomcat), Vouches)
        assert isinstance(await TvsClient().knows(node.address, PORT, identity("pub").certificate), DoesNotVouch)


@live
async def test_a_stopped_service_is_unreadable_and_not_a_no() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        service = node.services.find(TVS)
        assert service is not None
        node.services.stop(service)
        with pytest.raises(UnreadableError, match="cannot be reached: connection refused"):
            await TvsClient().vouches(node.address, PORT, SIGNER)


Reply = Callable[[Message], bytes]
OTHER = identity("sub1").certificate


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (lambda _: b"", "nothing, or only the start"),
        (lambda asked: QueryResponse.unknown(asked.session).to_bytes()[:-1], "nothing, or only the start"),
        (lambda _: b"HTTP/1.1 400 Bad\r\n", "no TVS message"),
        (lambda asked: QueryResponse.unknown(asked.session + 1).to_bytes(), "an answer to another question"),
        (lambda asked: VerifyResponse.unknown(asked.session).to_bytes(), "another kind of message"),
        (lambda asked: QueryResponse.make(asked.session, OTHER, (0,)).to_bytes(), "the certificate of somebody else"),
        (
            lambda asked: QueryResponse.make(asked.session, b"no DER", (0,)).to_bytes(),
            "the certificate of somebody else",
        ),
    ],
)
@live
async def test_an_answer_that_is_none_is_unreadable(reply: Reply, said: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = read_message(await read_frame(reader))
        assert isinstance(asked, QueryRequest)
        writer.write(reply(asked))
        await writer.drain()

    async with listening(serve, tls_of("tvs")[0]) as port:
        with pytest.raises(UnreadableError, match=said):
            await TvsClient().vouches(HOST, port, SIGNER)


@live
async def test_a_server_that_says_nothing_is_unreadable() -> None:
    for context in (None, tls_of("tvs")[0]):
        async with listening(nobody, context) as port:
            with pytest.raises(UnreadableError, match="has not answered within"):
                await TvsClient(seconds=0.2).vouches(HOST, port, SIGNER)
