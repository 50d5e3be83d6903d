"""What can happen to a phone, and what it wants done. Every order is answered by one happening with its number."""

import msgspec


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


class Dial(Order, frozen=True, gc=False):
    """A TLS connection to a TVS server: Presented or Unreachable."""

    address: str
    port: int


class Ask(Order, frozen=True, gc=False):
    """A question over the connection just dialled: Answered or Unreachable. The connection ends with it."""

    question: bytes


class Register(Order, frozen=True, gc=False):
    """Registration with a Unified CM: Registered or Unreachable."""

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
    """The server has shown this certificate (DER)."""

    certificate: bytes


class Answered(Happening, frozen=True, gc=False):
    """The server has answered."""

    data: bytes


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


Event = Happening | PowerOn | PowerOff | Reset
