"""Certificate REST: what is sent to the letter, what comes back or a typed error, and nobody else's password (§2)."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.release import Release
from ringtrust.connect.patience import PAUSES
from ringtrust.connect.pins import PinError
from ringtrust.connect.ports import CsrRequest, Distribution, HeldIdentity, HeldTrust, Holdings, NodeRefusedError
from ringtrust.connect.rest.desk import RestDesk
from ringtrust.connect.rest.documents import BYTES_AT_MOST, read_csr, read_holdings, read_reason
from ringtrust.connect.web import Account, Login, LoginRefusedError, NoRightError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from tests.connect.servers import HOST, Canned, Seconds, http, listening, nobody, pinned, tls_of
from tests.support.live import live

ADMIN = Login("admin", "correct horse", Account.PLATFORM)
RELEASE = Release(14, 0)
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
CA = PEM.replace("MIIB", "MIIC")
CSR = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
SNAPSHOT: dict[str, Any] = {
    "trackingId": "7",
    "server": "cucm-pub.lab",
    "identities": [
        {"service": "tomcat", "certificate": PEM, "csr": CSR},
        {"service": "CallManager", "certificate": PEM, "csr": None},
        {"service": "TVS", "certificate": None},
    ],
    "trusts": [
        {"service": "tomcat", "certificate_data": [{"filename": "ca.pem", "certificate": CA}]},
        {"service": "CallManager-trust", "certificate_data": []},
        {"service": "CAPF-trust", "certificate_data": [{"filename": "CAPF-1.pem", "certificate": PEM}]},
    ],
    "revokedCertificates": [],
}
Act = Callable[[RestDesk], Awaitable[object]]
ACTS: dict[str, Act] = {
    "csr": lambda desk: desk.new_csr(HOST, CsrRequest("tomcat", "cucm-pub.lab")),
    "identity": lambda desk: desk.import_identity(HOST, "tomcat", [PEM, CA]),
    "trust": lambda desk: desk.import_trust(HOST, ["tomcat"], [CA], "Trust Certificate"),
    "delete": lambda desk: desk.delete(HOST, "tomcat-trust", "ca.pem"),
    "regenerate": lambda desk: desk.regenerate(HOST, "tomcat"),
}


def _json(status: int, document: object) -> bytes:
    return http(status, json.dumps(document).encode(), "Content-Type: application/json")


async def _with(canned: Canned, act: Act, *, uncertain: bool = True) -> Any:
    async with canned.over_tls() as server, Web(pinned(server), login=ADMIN) as web:
        return await act(RestDesk(web, RELEASE, port=server.port, uncertain=uncertain))


def _sent(canned: Canned) -> tuple[bytes, Any]:
    [request] = canned.requests
    head, _, body = request.partition(b"\r\n\r\n")
    return head, json.loads(body)


@live
async def test_the_snapshot_of_a_node_is_read_whichever_name_its_stores_have() -> None:
    canned = Canned(_json(200, SNAPSHOT))
    held = await _with(canned, lambda desk: desk.holdings(HOST))
    assert held == Holdings(
        "cucm-pub.lab",
        (HeldIdentity("tomcat", PEM, CSR), HeldIdentity("CallManager", PEM, ""), HeldIdentity("TVS", "", "")),
        (HeldTrust("tomcat-trust", "ca.pem", CA), HeldTrust("CAPF-trust", "CAPF-1.pem", PEM)),
    )
    [request] = canned.requests
    assert request.startswith(b"GET /platformcom/api/v1/certmgr/config/snapshot/server HTTP/1.1\r\n")
    assert b"\r\nAccept: application/json\r\n" in request
    assert b"\r\nAuthorization: Basic " + base64.b64encode(b"admin:correct horse") in request


@live
async def test_a_csr_is_asked_for_with_the_flat_body_and_given_back() -> None:
    canned = Canned(_json(200, {"csr": CSR, "other": [1]}))
    request = CsrRequest("tomcat", "cucm-pub.lab", ("a.lab", "b.lab"), Distribution.MULTI_SERVER, "rsa", 3072, "sha384")
    assert await _with(canned, lambda desk: desk.new_csr(HOST, request)) == CSR
    head, body = _sent(canned)
    assert head.startswith(b"POST /platformcom/api/v1/certmgr/config/csr HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/json\r\n" in head
    assert body == {
        "service": "tomcat",
        "distribution": "multi-server",
        "commonName": "cucm-pub.lab",
        "keyType": "rsa",
        "keyLength": 3072,
        "hashAlgorithm": "sha384",
        "altNames": ["a.lab", "b.lab"],
    }
    plain = Canned(_json(200, {"csr": CSR}))
    await _with(plain, ACTS["csr"])
    assert _sent(plain)[1]["distribution"] == "this-server"
    assert "altNames" not in _sent(plain)[1]


@pytest.mark.parametrize(
    ("act", "path", "body"),
    [
        ("identity", "identity/certificates", {"service": "tomcat", "certificates": [PEM, CA]}),
        (
            "trust",
            "trust/certificates",
            {"service": ["tomcat"], "certificates": [CA], "description": "Trust Certificate"},
        ),
    ],
)
@pytest.mark.parametrize("status", [200, 201])
@live
async def test_certificates_are_imported_as_they_are(act: str, path: str, body: object, status: int) -> None:
    canned = Canned(_json(status, {}))
    await _with(canned, ACTS[act])
    head, sent = _sent(canned)
    assert head.startswith(f"POST /platformcom/api/v1/certmgr/config/{path} HTTP/1.1\r\n".encode())
    assert sent == body


@pytest.mark.parametrize("act", ["delete", "regenerate"])
@live
async def test_what_no_document_shows_is_not_tried_unless_somebody_says_so(act: str) -> None:
    canned = Canned(_json(200, {}))
    with pytest.raises(RefusedError, match="No document shows") as refused:
        await _with(canned, ACTS[act], uncertain=False)
    assert "set cert " in refused.value.advice
    assert canned.requests == []
    await _with(canned, ACTS[act])
    assert len(canned.requests) == 1
    assert b"tomcat" in canned.requests[0]


@live
async def test_a_name_of_a_file_stays_one_name() -> None:
    canned = Canned(http(204))
    await _with(canned, lambda desk: desk.delete(HOST, "tomcat-trust", "a&b ../c.pem"))
    assert canned.requests[0].startswith(b"DELETE /platformcom/api/v1/certmgr/config/trust/certificate?service=tomcat")
    assert b"&filename=a%26b%20..%2Fc.pem HTTP/1.1\r\n" in canned.requests[0]


@pytest.mark.parametrize("chain", [[], [""], [KEY], [PEM + KEY], [PEM + CA], ["MIIB"], [PEM, KEY], [CSR]])
@live
async def test_only_certificates_leave_this_machine_and_never_a_key(chain: list[str]) -> None:
    canned = Canned(_json(200, {}))
    for act in (
        lambda desk: desk.import_identity(HOST, "tomcat", chain),
        lambda desk: desk.import_trust(HOST, ["tomcat"], chain, ""),
    ):
        with pytest.raises(RefusedError) as refused:
            await _with(canned, act)
        assert "MIIB" not in str(refused.value)
    assert canned.requests == []


@pytest.mark.parametrize("act", list(ACTS))
@live
async def test_an_act_is_sent_once_whatever_comes_back(act: str) -> None:
    for status, error in (
        *((status, NodeRefusedError) for status in (400, 404, 405, 409, 422)),
        *((status, UnreadableError) for status in (500, 503)),
    ):
        canned = Canned(_json(status, {"message": "the issuer \x1b[31mis not there"}))
        with pytest.raises(error, match=r'"the issuer \\x1b\[31mis not there"') as said:
            await _with(canned, ACTS[act])
        assert said.value.advice
        assert len(canned.requests) == 1
    broken = Canned(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    with pytest.raises(UnreadableError, match="broke off"):
        await _with(broken, ACTS[act])
    assert len(broken.requests) == 1


@live
async def test_a_busy_node_is_waited_for_when_it_is_only_asked() -> None:
    canned, timer = Canned(http(503), _json(200, SNAPSHOT)), Seconds()
    async with canned.over_tls() as server, Web(pinned(server), login=ADMIN) as web:
        held = await RestDesk(web, RELEASE, port=server.port, timer=timer).holdings(HOST)
    assert held.server == "cucm-pub.lab"
    assert timer.seconds == PAUSES[0]


@live
async def test_an_import_that_failed_tells_of_the_csr_that_may_be_stale() -> None:
    with pytest.raises(UnreadableError) as failed:
        await _with(Canned(http(500)), ACTS["identity"])
    assert "HTTP status 500" in failed.value.what
    assert "CSR" in failed.value.advice


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"message": "a", "messages": ["b"], "error": "c"}, "a"),
        ({"messages": ["b", "x"], "error": "c"}, "b"),
        ({"error": "c"}, "c"),
        ({"message": "", "messages": [], "error": "c"}, "c"),
        ({"message": {"a": 1}, "messages": "b", "error": 3}, ""),
        ([], ""),
    ],
)
def test_the_reason_is_looked_for_where_nodes_put_it(document: object, reason: str) -> None:
    assert read_reason(json.dumps(document).encode()) == reason


@pytest.mark.parametrize("act", [*ACTS, "holdings"])
@live
async def test_a_login_that_is_not_taken_is_told_with_what_is_missing(act: str) -> None:
    call = ACTS.get(act, lambda desk: desk.holdings(HOST))
    with pytest.raises(LoginRefusedError) as refused:
        await _with(Canned(http(401, b"<html/>", 'WWW-Authenticate: Basic realm="CMPlatform"')), call)
    assert "platform administrator" in refused.value.advice
    assert not isinstance(refused.value, NoRightError)
    with pytest.raises(NoRightError) as forbidden:
        await _with(Canned(_json(403, {"message": "no"})), call)
    assert "level 1" in forbidden.value.advice
    assert ADMIN.password not in f"{refused.value!r}{forbidden.value!r}"


@live
async def test_the_application_user_s_password_is_never_sent_here() -> None:
    async with Web(login=Login("axl", "secret")) as web:
        with pytest.raises(RefusedError, match="not for the platform administrator's doors"):
            RestDesk(web, RELEASE)


@live
async def test_a_node_that_is_not_pinned_is_told_nothing() -> None:
    canned = Canned(_json(200, SNAPSHOT))
    async with canned.over_tls() as server, Web(login=ADMIN) as web:
        with pytest.raises(PinError):
            await RestDesk(web, RELEASE, port=server.port).holdings(HOST)
    assert canned.heard == b""


@live
async def test_releases_before_it_have_none() -> None:
    async with Web() as web:
        with pytest.raises(RefusedError, match=r"12\.5 has no certificate REST"):
            RestDesk(web, Release(12, 5))


@live
async def test_a_node_that_says_nothing_is_not_waited_for_without_end() -> None:
    context, _ = tls_of("pub")
    async with listening(nobody, context) as port, Web(pinned(Server(HOST, port)), login=ADMIN, seconds=0.2) as web:
        with pytest.raises(UnreadableError, match="has not answered"):
            await RestDesk(web, RELEASE, port=port).holdings(HOST)


def _without(*path: str | int) -> bytes:
    document = json.loads(json.dumps(SNAPSHOT))
    place = document
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return json.dumps(document).encode()


TWICE = {**SNAPSHOT, "identities": [SNAPSHOT["identities"][0], {"service": "tomcat", "certificate": CA}]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"[]",
        b"{}",
        b"\xff",
        b'{"identities":[],"trusts":7}',
        _without("identities"),
        _without("trusts"),
        _without("identities", 0, "certificate"),
        _without("trusts", 0, "certificate_data", 0, "certificate"),
        json.dumps(TWICE).encode(),
        b'{"identities":[],"trusts":[],"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"identities":' + b'{"a":' * 200_000,
        json.dumps(SNAPSHOT).encode() + b" " * BYTES_AT_MOST,
    ],
    ids=range(14),
)
def test_a_snapshot_that_is_none_is_unreadable_and_never_an_empty_node(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_holdings(body)


@pytest.mark.parametrize("document", [{}, {"csr": ""}, {"csr": PEM}, {"csr": None}, [CSR]])
def test_a_csr_that_is_none_is_unreadable(document: object) -> None:
    with pytest.raises(UnreadableError):
        read_csr(json.dumps(document).encode())


GOOD = json.dumps(SNAPSHOT).encode()
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["identities", "trusts", "service", "certificate", "csr", "message", "messages"]), inner
        )
    ),
    max_leaves=20,
)


@given(
    st.binary(max_size=300)
    | ANYTHING.map(lambda found: json.dumps(found).encode())
    | st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=20)).map(
        lambda cut: GOOD[: cut[0]] + cut[2] + GOOD[cut[0] + cut[1] :]
    )
)
def test_any_answer_is_read_or_one_typed_error(data: bytes) -> None:
    for read in (read_holdings, read_csr):
        try:
            read(data)
        except UnreadableError as error:
            assert str(error).isprintable()
    assert isinstance(read_reason(data), str)
