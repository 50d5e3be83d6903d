"""Who sits at this machine, and which machine it is: for the journal, and for the lease of a cluster."""

import os
import pwd
import socket
import uuid
from pathlib import Path
from typing import Final

import msgspec

from ringtrust.errors import RingtrustError
from ringtrust.trust.names import brief

_MACHINE: Final = "machine"
_LONGEST: Final = 200


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lease. `machine` is one state folder: whoever has the lock in it is alone on that machine.

    `run` is the number of the run that it is for, 0 until there is one.
    """

    who: str
    machine: str
    process: int
    what: str
    run: int = 0

    @property
    def text(self) -> str:
        """In a few words."""
        run = f", run {self.run}" if self.run else ""
        return brief(f"{self.who}, process {self.process}: {self.what}{run}")


def person() -> str:
    """The user who calls, by the system: whoever became root by sudo is still that user."""
    found = _name(os.getuid())
    if os.getuid() == 0 and (caller := os.environ.get("SUDO_UID", "")).isdecimal():
        return _name(int(caller))
    return found


def here() -> str:
    """The user who calls, and the machine: anna@laptop."""
    return f"{person()}@{socket.gethostname()}"[:_LONGEST]


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def machine(folder: Path) -> str:
    """The name of a state folder, which is made up once: containers may share a host name, but not a folder.

    Raises RingtrustError when it can be neither read nor written.
    """
    path = folder / _MACHINE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = path.with_name(f"{_MACHINE}.{uuid.uuid4().hex}")
        made.write_text(f"{uuid.uuid4()}\n", encoding="ascii")
        try:
            os.link(made, path)  # whoever is first gives the name
        except FileExistsError:
            pass
        finally:
            made.unlink()
        return path.read_text(encoding="ascii").strip()[:_LONGEST]
    except (OSError, ValueError) as error:
        raise RingtrustError(f"{path} cannot be used: {error}.", advice="Check your rights.") from error
