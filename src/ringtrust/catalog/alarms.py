"""Alarms that tell of certificates, lists and backups (interfaces.md §7.1)."""

from typing import Literal

from ringtrust.catalog.row import Row


class AlarmKind(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One alarm. `about` "expiry" names a certificate that ends; the others tell of something that has happened.

    `urgency` is how bad it is while nobody has acted; info asks for nothing. `do` says what to do, in words that hold
    for every release. `obsolete` names are of release 7.0.
    """

    name: str
    facility: str
    about: Literal["expiry", "change", "revocation", "backup"]
    urgency: Literal["critical", "major", "minor", "info"]
    text: str
    do: str
    obsolete: bool = False

    def is_called(self, name: str) -> bool:
        """Whether an alarm of this name is this one; releases differ in capital letters."""
        return self.name.lower() == name.lower()
