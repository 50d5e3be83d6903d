"""The sessions of Cisco Tomcat: a cookie instead of a password, for half an hour without a request (§3.1).

[U] Whether JSESSIONID alone opens the other applications of the node: here JSESSIONIDSSO alone does.
"""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Final

import msgspec

from ringtrust.lab.labtime import LabTime
from ringtrust.lab.wire.accounts import User, who
from ringtrust.lab.wire.http import Request, Response

_IDLE: Final = timedelta(minutes=30)
_SESSIONS_AT_MOST: Final = 1_000
OWN, SHARED = "JSESSIONID", "JSESSIONIDSSO"

DENIED: Final = Response(
    401,
    b"<html><head><title>Error 401</title></head><body>HTTP Status 401 - This request requires HTTP authentication"
    b"</body></html>\n",
    headers=(("WWW-Authenticate", 'Basic realm="Cisco Web Services Realm"'),),
)
FORBIDDEN: Final = Response(  # [U]
    403,
    b"<html><head><title>Error 403</title></head><body>HTTP Status 403 - Access to the requested resource has been "
    b"denied</body></html>\n",
)
EXPIRED: Final = Response(  # [U] the text; the status is Cisco's
    404, b"<html><head><title>Error 404</title></head><body>HTTP Status 404 - Log in again</body></html>\n"
)


class Session:
    """Somebody who is logged in. `application` is the one whose JSESSIONID it has."""

    def __init__(self, user: User, application: str, now: datetime) -> None:
        self.user = user
        self.application = application
        self.own = secrets.token_hex(16).upper()
        self.shared = secrets.token_hex(16).upper()
        self.used = now

    @property
    def cookies(self) -> tuple[tuple[str, str], ...]:
        """The headers that give them to the client."""
        return (
            ("Set-Cookie", f"{OWN}={self.own}; Path={self.application}; Secure; HttpOnly"),
            ("Set-Cookie", f"{SHARED}={self.shared}; Path=/; Secure; HttpOnly"),
        )


class Admitted(msgspec.Struct, frozen=True):
    """Who asks, and the headers that the answer is to carry."""

    user: User
    headers: tuple[tuple[str, str], ...] = ()


class Gate:
    """Lets application users in: by password, and then by cookie."""

    def __init__(self, users: tuple[User, ...], time: LabTime) -> None:
        self._users = users
        self._time = time
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def admit(self, request: Request, application: str, right: str) -> Admitted | Response:
        """Who asks for a service of this application that wants this right, or the answer that turns them away."""
        now = self._time.now()
        session = self._session(request, application)
        fresh = session is not None and now - session.used <= _IDLE
        admitted: Admitted | None = None
        if "authorization" in request.headers:
            admitted = self._by_password(request, application, session if fresh else None)
        elif session is not None and not fresh:
            return EXPIRED
        elif session is not None:
            admitted = Admitted(session.user)
        if admitted is None:
            return DENIED
        if session is not None and fresh:
            session.used = now
        return admitted if right in admitted.user.rights else FORBIDDEN

    def forget(self) -> None:
        """Tomcat has stopped: nobody is logged in any more."""
        self._sessions.clear()

    def _by_password(self, request: Request, application: str, session: Session | None) -> Admitted | None:
        user = who(request, self._users)
        if user is None:
            return None
        if session is not None and session.user == user:
            return Admitted(user)
        return Admitted(user, self._open(user, application).cookies)

    def _open(self, user: User, application: str) -> Session:
        session = Session(user, application, self._time.now())
        self._sessions[session.own] = self._sessions[session.shared] = session
        while len(self._sessions) > 2 * _SESSIONS_AT_MOST:
            self._sessions.popitem(last=False)
        return session

    def _session(self, request: Request, application: str) -> Session | None:
        cookies = _cookies(request)
        shared = self._sessions.get(cookies.get(SHARED, ""))
        if shared is not None and shared.shared == cookies[SHARED]:
            return shared
        own = self._sessions.get(cookies.get(OWN, ""))
        good = own is not None and own.own == cookies[OWN] and own.application == application
        return own if good else None


def _cookies(request: Request) -> dict[str, str]:
    read: SimpleCookie = SimpleCookie()
    try:
        read.load(request.headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in read.items()}
