"""Who logs in, and where a password comes from."""

from typing import Final, NoReturn

import msgspec


class Secret:
    """A password. It shows itself to nobody, and goes into no file; `reveal` is for the one line that sends it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The password."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not written down.")


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user, and where the password comes from: a command that prints it, a variable, or a service of the keyring.

    The first of them that is named counts; without any a person is asked.
    """

    user: str
    password_command: tuple[str, ...] = ()
    password_variable: str = ""
    password_keyring: str = ""

    @property
    def given(self) -> bool:
        """Whether there is one at all."""
        return self.user != ""

    @property
    def written(self) -> bool:
        """Whether it says where the password comes from; otherwise a person types it."""
        return bool(self.password_command or self.password_variable or self.password_keyring)


PLATFORM: Final = "platform"
APPLICATION: Final = "application"
"""Where a login stands in the entry of a cluster. Two that read alike may have two passwords: the place counts."""

NO_LOGIN: Final = Login("")
"""What nobody has given: that side of the cluster is not to be used."""


def place_of(node: str) -> str:
    """Where the login of one node stands."""
    return f"nodes.{node}"
