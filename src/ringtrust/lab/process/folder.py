"""The folder of a lab: its control socket, its secrets, its host keys, and the ringtrust.toml that leads to it."""

import contextlib
import fcntl
import os
import socket
from pathlib import Path
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.process import control, status
from ringtrust.lab.process.lab import Lab

SECRETS: Final = "secrets"
SETTINGS: Final = "ringtrust.toml"
LOG: Final = "lab.log"
KNOWN_HOSTS: Final = "known_hosts"


class Folder:
    """One folder for one lab."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._secrets = self.path / SECRETS
        self._settings = self.path / SETTINGS
        self._known_hosts = self.path / KNOWN_HOSTS
        self._lock = -1
        self._written: list[Path] = []

    def take(self) -> socket.socket:
        """Makes it this lab's own; gives the control socket. Raises RefusedError when another lab runs in it."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._hold()
            try:
                self._refuse_what_is_not_a_lab_s()
                (self.path / control.SOCKET).unlink(missing_ok=True)
                return self._bound()
            except BaseException:
                self._let_go()
                raise
        except OSError as error:
            raise RefusedError(
                f"{self.path} cannot be the folder of a lab: {error.strerror}.", advice="Choose another folder."
            ) from error

    def _hold(self) -> None:
        """The folder itself is the lock: it is free again when this process ends, however it ends."""
        self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._let_go()
            raise RefusedError(
                f"A lab runs in {self.path} already.", advice=f"End it first: ringtrust lab down --dir {self.path}"
            ) from error

    def _let_go(self) -> None:
        os.close(self._lock)
        self._lock = -1

    def _refuse_what_is_not_a_lab_s(self) -> None:
        """Files of somebody else that a lab would write over; those of a lab that was killed it may."""
        ours = self._settings.exists() and self._settings.read_bytes().startswith(status.HEADER.encode())
        for path in (self._settings, self._secrets, self._known_hosts):
            if path.exists() and not ours:
                raise RefusedError(
                    f"{path} was not written by a lab.", advice="Choose another folder, or move it away."
                )
        if not status.can_be_written(str(self.path)):
            raise RefusedError(f"{self.path!r} is no name that ringtrust.toml can hold.", advice="Choose another one.")

    def _bound(self) -> socket.socket:
        """Only for the user whose lab it is."""
        mask = os.umask(0o077)
        try:
            bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with control.short_path(self.path) as path:
                bound.bind(path)
        finally:
            os.umask(mask)
        return bound

    def write(self, lab: Lab) -> None:
        """The secrets and the settings that lead to them, for their owner only. Raises OSError."""
        self._written.append(self._settings)
        self._settings.write_text(status.settings(lab, self._secrets))
        self._settings.chmod(0o600)  # whatever the umask is: one that others may write is refused
        self._written.append(self._known_hosts)
        self._known_hosts.write_text("".join(f"{line}\n" for line in lab.known_hosts()))
        self._secrets.mkdir(mode=0o700, exist_ok=True)
        accounts = {"platform": lab.platform, "viewer": lab.viewer, "application": lab.application}
        for name, account in accounts.items():
            self._write_secret(self._secrets / name, account.password)

    def _write_secret(self, path: Path, password: str) -> None:
        self._written.append(path)
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(password + "\n")

    def leave(self) -> None:
        """Takes away what this lab has written, as far as it still may, and lets the folder go."""
        for path in (*self._written, self.path / control.SOCKET):
            with contextlib.suppress(OSError):
                path.unlink()
        if self._written:
            with contextlib.suppress(OSError):
                self._secrets.rmdir()
        self._let_go()
