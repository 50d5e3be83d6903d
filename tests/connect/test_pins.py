"""A server that shows another certificate than it may is never sent a byte (design.md §4.8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.pins import Pin, PinError, Pins, ShownCertificate, sha256_of
from ringtrust.connect.web import Login, Server, Web
from ringtrust.errors import RefusedError
from tests.connect.servers import HOST, Canned, http, lab_web, listening, pinned, tls_of
from tests.support.clusters import on_the_wire, small
from tests.support.identities import identity
from tests.support.live import live

HIDDEN = "correct horse"


def test_only_the_pinned_certificate_is_allowed_and_only_on_its_port() -> None:
    mine, other = identity("pub").certificate, identity("sub1").certificate
    pins = Pins().allowing("pub.example", 8443, sha256_of(mine))
    pins.check("PUB.example", 8443, mine)
    for host, port, shown in (("pub.example", 8443, other), ("pub.example", 443, mine), ("sub.example", 8443, mine)):
        with pytest.raises(PinError):
            pins.check(host, port, shown)


def test_a_second_pin_allows_the_old_certificate_and_the_new_one() -> None:
    certificates = [identity(name).certificate for name in ("pub", "sub1")]
    pins = Pins()
    for each in certificates:
        pins = pins.allowing("pub", 8443, sha256_of(each))
    for each in certificates:
        pins.check("pub", 8443, each)


def test_a_pin_may_be_written_as_openssl_prints_it() -> None:
    digest = sha256_of(identity("pub").certificate)
    colons = ":".join(digest[at : at + 2] for at in range(0, 64, 2)).lower()
    Pins((Pin("pub", 8443, colons),)).check("pub", 8443, identity("pub").certificate)


@pytest.mark.parametrize("sha256", ["", "AB", "G" * 64, "A" * 63, "A" * 65])
def test_what_is_no_sha256_is_no_pin(sha256: str) -> None:
    with pytest.raises(RefusedError, match="SHA-256"):
        Pins().allowing("pub", 8443, sha256)


def test_the_error_says_who_showed_what() -> None:
    shown = identity("pub").certificate
    with pytest.raises(PinError, match=r"pub:8443 shows a certificate, and none is pinned: CN=pub;.* SHA-256") as none:
        Pins().check("pub", 8443, shown)
    assert none.value.shown.sha256 == sha256_of(shown)
    assert none.value.advice
    with pytest.raises(PinError, match="not the one pinned"):
        Pins().allowing("pub", 8443, "0" * 64).check("pub", 8443, shown)


@given(st.binary(max_size=200))
def test_any_bytes_may_be_shown_and_are_refused(shown: bytes) -> None:
    with pytest.raises(PinError):
        Pins().allowing("pub", 8443, "0" * 64).check("pub", 8443, shown)
    assert ShownCertificate.of(shown).sha256 == sha256_of(shown)


@pytest.mark.parametrize("known", [True, False], ids=["another one is pinned", "none is pinned"])
@live
async def test_a_server_with_the_wrong_certificate_never_sees_a_byte_of_the_request(known: bool) -> None:
    canned = Canned(http(200, b"welcome"))
    async with canned.over_tls("somebody") as server:
        pins = pinned(server, "pub") if known else Pins()
        async with Web(pins, login=Login("admin", HIDDEN)) as web:
            for _ in range(2):
                with pytest.raises(PinError, match="CN=somebody") as refused:
                    await web.post(server, "/axl/", b"<secret/>", {})
                assert HIDDEN not in f"{refused.value} {refused.value!r} {refused.value.advice}"
    assert canned.heard == b""


@live
async def test_the_pinned_server_is_asked_with_the_login() -> None:
    canned = Canned(http(200, b"welcome"))
    async with canned.over_tls() as server, Web(pinned(server), login=Login("admin", HIDDEN)) as web:
        assert (await web.get(server, "/a%20b?c=d")).body == b"welcome"
    assert canned.heard.startswith(b"GET /a%20b?c=d HTTP/1.1\r\n")
    assert b"Authorization: Basic YWRtaW46Y29ycmVjdCBob3JzZQ==" in canned.heard


@live
async def test_pins_that_are_replaced_hold_for_the_next_connection() -> None:
    canned = Canned(http(200))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        assert (await web.get(server, "/")).good
        web.pins = pinned(server, "another")
        with pytest.raises(PinError):
            await web.get(server, "/")
        web.pins = pinned(server)
        assert (await web.get(server, "/")).good
    assert len(canned.requests) == 2


@live
async def test_a_small_key_and_sha1_are_taken_when_they_are_pinned_and_old_releases_are_allowed() -> None:
    async with on_the_wire(small("campus-9.1", phones=0)) as wire:
        node = wire.cluster.publisher
        async with lab_web(wire) as web:
            assert (await web.get(Server(node.address, 8443), "/")).good
    context, certificate = tls_of("old", 1024)
    async with listening(Canned(http(200)).serve, context) as port:
        pins = Pins().allowing(HOST, port, sha256_of(certificate))
        async with Web(pins, legacy=True) as web:
            assert (await web.get(Server(HOST, port), "/")).good


def test_a_login_shows_nobody_its_password() -> None:
    assert HIDDEN not in f"{Login('admin', HIDDEN)!r} {Login('admin', HIDDEN)}"
