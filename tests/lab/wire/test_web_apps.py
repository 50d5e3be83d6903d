"""The web applications of a node, request by request: who is let in, for how long, and with which answer (§2, §3.1)."""

import asyncio
import base64
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.soap.control_center import PATH
from ringtrust.lab.state.services import TOMCAT
from ringtrust.lab.wire.accounts import AXL, SERVICEABILITY, Accounts, User
from ringtrust.lab.wire.http import Request, Response
from ringtrust.lab.wire.tomcat import WebApps
from tests.lab.soap.test_control_center import request as soap
from tests.support.clusters import Bench, bench, small

ACCOUNTS = Accounts(
    (
        User("everybody", "secret"),
        User("axl", "secret", frozenset({AXL})),
        User("rtmt", "secret", frozenset({SERVICEABILITY})),
        User("nobody", "secret", frozenset()),
    ),
    lambda name, shown: {("admin", "secret"): 4, ("reader", "secret"): 0}.get((name, shown)),
)
REST = "/platformcom/api/v1/certmgr/config/"
AXL_BODY = (
    b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    b'<a:getCCMVersion xmlns:a="http://www.cisco.com/AXL/API/9.1"/></e:Body></e:Envelope>'
)
STATUS = soap("soapGetServiceStatus")
HALF_AN_HOUR = 1_800


class Site:
    """A node's Tomcat, asked without a socket."""

    def __init__(self, topology: str = "campus-9.1") -> None:
        self.made: Bench = bench(small(topology, phones=0), on=False)
        self.apps = WebApps(self.made.cluster, self.made.cluster.publisher, ACCOUNTS)

    def ask(self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
        path, _, query = target.partition("?")
        return asyncio.run(self.apps.handle(Request(method, path, query, dict(headers or {}), body)))

    def post(self, target: str, body: bytes, user: str = "", **headers: str) -> Response:
        return self.ask("POST", target, body, {**headers, **(basic(user) if user else {})})


def basic(user: str, wrong: str = "") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:secret{wrong}".encode()).decode()}


def cookies(response: Response) -> dict[str, str]:
    """Those that an answer sets."""
    pairs = [value.partition(";")[0].partition("=") for name, value in response.headers if name == "Set-Cookie"]
    return {name: value for name, _, value in pairs}


def test_the_first_call_sets_cookies_and_these_are_enough_from_then_on() -> None:
    site = Site()
    first = site.post("/axl/", AXL_BODY, "everybody")
    given_out = cookies(first)
    assert (first.status, set(given_out)) == (200, {"JSESSIONID", "JSESSIONIDSSO"})
    own, shared = (f"{name}={value}" for name, value in given_out.items())
    again = site.post("/axl/", AXL_BODY, cookie=f"{own}; {shared}")
    assert (again.status, cookies(again)) == (200, {})
    assert site.post("/axl/", AXL_BODY, cookie=own).status == 200
    assert site.post(PATH, STATUS, cookie=shared).status == 200
    assert site.post(PATH, STATUS, cookie=own).status == 401
    assert cookies(site.post("/axl/", AXL_BODY, "everybody", cookie=shared)) == {}


def test_after_half_an_hour_without_a_request_a_fresh_login_is_asked_for() -> None:
    site = Site()
    shared = f"JSESSIONIDSSO={cookies(site.post('/axl/', AXL_BODY, 'everybody'))['JSESSIONIDSSO']}"
    for _ in range(3):
        site.made.time.advance(HALF_AN_HOUR)
        assert site.post("/axl/", AXL_BODY, cookie=shared).status == 200
    site.made.time.advance(HALF_AN_HOUR + 1)
    assert site.post("/axl/", AXL_BODY, cookie=shared).status == 404
    fresh = site.post("/axl/", AXL_BODY, "everybody", cookie=shared)
    assert fresh.status == 200
    assert cookies(fresh)["JSESSIONIDSSO"] not in shared


def test_a_cookie_of_nobody_opens_nothing_and_no_cookie_survives_a_restart_of_tomcat() -> None:
    site = Site()
    assert site.post("/axl/", AXL_BODY, cookie="JSESSIONIDSSO=0").status == 401
    assert site.post("/axl/", AXL_BODY, cookie="JSESSIONIDSSO=; JSESSIONID").status == 401
    shared = cookies(site.post("/axl/", AXL_BODY, "everybody"))["JSESSIONIDSSO"]
    assert site.post("/axl/", AXL_BODY, cookie=f"JSESSIONID={shared}").status == 401
    site.made.restart(TOMCAT, "pub")
    assert site.post("/axl/", AXL_BODY, cookie=f"JSESSIONIDSSO={shared}").status == 401


def test_a_wrong_password_is_not_made_good_by_a_cookie() -> None:
    site = Site()
    shared = cookies(site.post("/axl/", AXL_BODY, "everybody"))["JSESSIONIDSSO"]
    headers = {**basic("everybody", "wrong"), "cookie": f"JSESSIONIDSSO={shared}"}
    assert site.ask("POST", "/axl/", AXL_BODY, headers).status == 401


def test_sessions_are_bounded() -> None:
    site = Site()
    first = cookies(site.post("/axl/", AXL_BODY, "everybody"))["JSESSIONIDSSO"]
    for _ in range(1_000):
        site.apps._gate.admit(Request("POST", "/axl", "", basic("everybody"), b""), "/axl", AXL)
    assert site.post("/axl/", AXL_BODY, cookie=f"JSESSIONIDSSO={first}").status == 401


@pytest.mark.parametrize(
    ("user", "on_axl", "on_serviceability"),
    [("everybody", 200, 200), ("axl", 200, 403), ("rtmt", 403, 200), ("nobody", 403, 403), ("stranger", 401, 401)],
)
def test_a_user_without_the_role_is_turned_away(user: str, on_axl: int, on_serviceability: int) -> None:
    site = Site()
    assert site.post("/axl/", AXL_BODY, user).status == on_axl
    assert site.post(PATH, STATUS, user).status == on_serviceability
    assert site.ask("GET", f"{PATH}?wsdl", headers=basic(user)).status == on_serviceability


def test_a_cookie_carries_the_rights_of_its_user() -> None:
    site = Site()
    shared = cookies(site.post("/axl/", AXL_BODY, "axl"))["JSESSIONIDSSO"]
    assert site.post(PATH, STATUS, cookie=f"JSESSIONIDSSO={shared}").status == 403


@pytest.mark.parametrize("target", ["/cmplatform/", "/nothing", "/axl/x", "/realtimeservice2/services/x"])
def test_a_page_that_is_not_there_is_not_found_and_counted(target: str) -> None:
    site = Site()
    assert site.ask("GET", target, headers=basic("everybody")).status == 404
    assert list(site.made.cluster.unknown) == [("http", f"GET {target.rstrip('/')}", 1)]


def test_methods_that_no_service_has_are_refused_and_no_xml_is_a_fault() -> None:
    site = Site()
    assert site.ask("DELETE", PATH, headers=basic("everybody")).status == 405
    assert site.post(PATH, b"no xml", "everybody").status == 500
    assert site.ask("GET", PATH, headers=basic("everybody")).status == 200


@pytest.mark.parametrize(("action", "status"), [('"CUCM:DB ver=9.1 getCCMVersion"', 200), ("CUCM:DB ver=15.0", 500)])
def test_the_version_in_the_soapaction_counts_too(action: str, status: int) -> None:
    assert Site().post("/axl/", AXL_BODY, "everybody", soapaction=action).status == status


def test_risport_gives_its_wsdl_with_the_address_that_it_is_asked_at() -> None:
    site = Site()
    path = "/realtimeservice2/services/RISService70"
    answer = site.ask("GET", f"{path}?wsdl", headers=basic("rtmt"))
    assert answer.status == 200
    assert f'location="https://{site.made.cluster.publisher.address}:8443{path}"'.encode() in answer.body


def test_rest_is_for_platform_users_of_releases_from_14_on() -> None:
    site = Site("campus-14")
    answer = site.ask("GET", f"{REST}snapshot/server")
    assert answer.status == 401
    assert ("WWW-Authenticate", 'Basic realm="CMPlatform"') in answer.headers
    assert site.ask("GET", f"{REST}snapshot/server", headers=basic("everybody")).status == 401
    answer = site.ask("GET", f"{REST}identity/certificate?service=tomcat", headers=basic("admin"))
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert "BEGIN CERTIFICATE" in json.loads(answer.body)["certificate"]
    assert site.ask("GET", f"{REST}nothing", headers=basic("admin")).status == 404
    assert site.ask("GET", f"{REST}options?{'&'.join(map(str, range(99)))}=", headers=basic("admin")).status == 400
    before = Site("campus-12.5")
    assert before.ask("GET", f"{REST}snapshot/server", headers=basic("admin")).status == 404
    assert list(before.made.cluster.unknown) == []


def test_a_platform_user_who_may_only_read_only_reads() -> None:
    site = Site("campus-14")
    body = json.dumps({"service": "tomcat"}).encode()
    assert site.post(f"{REST}csr", body, "reader").status == 403
    assert site.ask("GET", f"{REST}snapshot/server", headers=basic("reader")).status == 200
    assert site.post(f"{REST}csr", body, "admin").status == 200


SITE = Site("campus-14")


@given(
    st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    st.text(max_size=20) | st.sampled_from(["/axl", PATH, f"{REST}csr", f"{REST}snapshot/server?x=%ff%00"]),
    st.dictionaries(st.sampled_from(["authorization", "cookie"]), st.text(st.characters(codec="latin-1"), max_size=40)),
    st.binary(max_size=40),
)
def test_any_request_has_an_answer(method: str, target: str, headers: dict[str, str], body: bytes) -> None:
    assert SITE.ask(method, target, body, headers).status in {200, 400, 401, 404, 405}
