"""What can happen to a phone, and what it wants done. Every order is answered by one happening with its number."""

import msgspec

from ringtrust.lab.phone.keys import Credential


class Order(msgspec.Struct, frozen=True, gc=False):
    """Something that the phone wants done; `turn` tells its answer from those to orders that no longer matter."""

    turn: int


class Wait(Order, frozen=True, gc=False):
    """Nothing for so many seconds of the lab: Elapsed."""

    seconds: float


class Fetch(Order, frozen=True, gc=False):
    """A file from a TFTP node: Fetched, Missing or Unreachable."""

    address: str
    name: str


class Enter(Order, frozen=True, gc=False):
    """The network, by a certificate (DER), where its switch wants one (802.1X): Admitted or Denied."""

    certificate: bytes


class Dial(Order, frozen=True, gc=False):
    """A TLS connection to a TVS server or to CAPF: Presented or Unreachable. The next one takes its place."""

    address: str
    port: int


class Ask(Order, frozen=True, gc=False):
    """A question over the connection just dialled: Answered or Unreachable. The connection ends with it."""

    question: bytes


class Converse(Order, frozen=True, gc=False):
    """Says this over the connection just dialled, each message in one piece, and listens: Answered or Unreachable.

    Without any message it only listens. The connection stays, until the phone wants something else.
    """

    messages: tuple[bytes, ...] = ()


class Secure(Order, frozen=True, gc=False):
    """A TLS connection to a Unified CM, with its own certificate: Presented, Rejected or Unreachable."""

    address: str
    port: int
    credential: Credential


class Register(Order, frozen=True, gc=False):
    """Registration with a Unified CM, over TLS where that was just secured: Registered, Forbidden or Unreachable."""

    address: str
    port: int


class Attend(Order, frozen=True, gc=False):
    """Stays registered: Lost when the connection ends."""


class Abandon(Order, frozen=True, gc=False):
    """Whatever is under way or open is given up. No answer."""


class Happening(msgspec.Struct, frozen=True, gc=False):
    """An answer to the order of this number."""

    turn: int


class Elapsed(Happening, frozen=True, gc=False):
    """The time has passed."""


class Fetched(Happening, frozen=True, gc=False):
    """Here is the file."""

    data: bytes


class Missing(Happening, frozen=True, gc=False):
    """There is no such file."""


class Presented(Happening, frozen=True, gc=False):
    """The server has shown this certificate (DER); `ended`: it has expired, by the phone's clock."""

    certificate: bytes
    ended: bool = False


class Answered(Happening, frozen=True, gc=False):
    """The server has answered."""

    data: bytes


class Admitted(Happening, frozen=True, gc=False):
    """The switch has let it into the network."""


class Denied(Happening, frozen=True, gc=False):
    """The switch has not."""


class Rejected(Happening, frozen=True, gc=False):
    """The server has ended TLS, as it does not take the phone's certificate; `alert` is why, where it said so."""

    alert: str = ""


class Forbidden(Happening, frozen=True, gc=False):
    """The server does not register it in the way it has come: over TLS, or not."""


class Registered(Happening, frozen=True, gc=False):
    """The registration was accepted."""


class Lost(Happening, frozen=True, gc=False):
    """The connection has ended."""


class Unreachable(Happening, frozen=True, gc=False):
    """Nobody there, or no answer."""


class PowerOn(msgspec.Struct, frozen=True):
    """Somebody plugs it in."""


class PowerOff(msgspec.Struct, frozen=True):
    """Somebody pulls the plug."""


class Reset(msgspec.Struct, frozen=True):
    """The Unified CM tells it to start over."""


class UpdateLsc(msgspec.Struct, frozen=True):
    """Somebody chooses Update in the menu of the phone, and types an authentication string, or none (S175, S176)."""

    string: str = ""

    def __repr__(self) -> str:
        return "<UpdateLsc>"


Event = Happening | PowerOn | PowerOff | Reset | UpdateLsc
