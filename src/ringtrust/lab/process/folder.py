"""The folder of a lab: its control socket, its secrets, and the ringtrust.toml that leads to it."""

import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.process import control, status
from ringtrust.lab.process.lab import Lab

SECRETS: Final = "secrets"
SETTINGS: Final = "ringtrust.toml"
LOG: Final = "lab.log"


class Folder:
    """One folder for one lab."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._secrets = self.path / SECRETS
        self._settings = self.path / SETTINGS
        self._lock = -1

    def take(self) -> socket.socket:
        """Makes it this lab's own; gives the control socket. Raises RefusedError when another lab runs in it."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._hold()
            try:
                self._refuse_foreign_settings()
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
                f"A lab runs in {self.path} already.", advice="End it first: ringtrust lab down --dir DIR"
            ) from error

    def _let_go(self) -> None:
        os.close(self._lock)
        self._lock = -1

    def _refuse_foreign_settings(self) -> None:
        if self._settings.exists() and not self._settings.read_text().startswith(status.HEADER):
            raise RefusedError(
                f"{self._settings} was not written by a lab.", advice="Choose another folder, or move that file away."
            )

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
        """The secrets, for their owner only, and the settings that lead to them."""
        self._secrets.mkdir(mode=0o700, exist_ok=True)
        for name, account in (("platform", lab.platform), ("application", lab.application)):
            secret = self._secrets / name
            secret.unlink(missing_ok=True)
            descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(account.password + "\n")
        self._settings.write_text(status.settings(lab, self._secrets))

    def leave(self) -> None:
        """Takes away what was written, and lets the folder go."""
        shutil.rmtree(self._secrets, ignore_errors=True)
        self._settings.unlink(missing_ok=True)
        (self.path / control.SOCKET).unlink(missing_ok=True)
        self._let_go()
