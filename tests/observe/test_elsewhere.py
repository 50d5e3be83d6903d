"""Which of several ports of a foreign server tells: what is silent may use what another port has replaced (S167)."""

from datetime import UTC, datetime

from ringtrust.cluster.elsewhere import Elsewhere
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.certificates import certificate_of
from ringtrust.errors import UnreadableError
from ringtrust.observe.elsewhere import Wanted, ask_elsewhere
from tests.support.live import live
from tests.support.store_seeds import LATELY, made, named

NAME = "ldap.corp.example"
OLD = made(named(NAME, "Corp"), datetime(2024, 1, 1, tzinfo=UTC)).der
NEW = made(named(NAME, "Corp"), LATELY).der


class Server:
    """What its ports show; a port that is not named does not answer."""

    def __init__(self, **ports: bytes) -> None:
        self._ports = {int(port.removeprefix("p")): der for port, der in ports.items()}

    async def shown(self, host: str, port: int) -> bytes:
        if port not in self._ports:
            raise UnreadableError(f"{host}:{port} cannot be reached: connection refused.")
        return self._ports[port]


async def asked(server: Server, *ports: int) -> Elsewhere:
    wanted = Wanted(NAME, NAME, ports, frozenset({certificate_of(OLD).sha256}))
    (found,) = await ask_elsewhere([wanted], server)
    return found


@live
async def test_the_port_that_shows_the_certificate_of_the_store_tells() -> None:
    found = await asked(Server(p443=NEW, p636=OLD), 443, 8443, 636)
    assert found.asked == f"{NAME}:636"
    assert found.certificate == Known(certificate_of(OLD), "tls")


@live
async def test_another_certificate_tells_only_where_every_port_has_answered() -> None:
    whole = await asked(Server(p443=NEW, p636=NEW), 443, 636)
    assert whole.certificate == Known(certificate_of(NEW), "tls")
    found = await asked(Server(p443=NEW), 443, 636)
    assert isinstance(found.certificate, Unread)
    assert f"{NAME}:443 shows another one, serial {certificate_of(NEW).serial}" in found.certificate.reason
    assert f"{NAME}:636 cannot be reached" in found.certificate.reason


@live
async def test_one_that_answers_nowhere_says_why() -> None:
    found = await asked(Server(), 443)
    assert found == Elsewhere(NAME, f"{NAME}:443", Unread(f"{NAME}:443 cannot be reached: connection refused."))
