"""What somebody gave `ringtrust cluster add`, as the settings of a cluster: over those of an entry that is replaced."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
import msgspec
from click.core import ParameterSource

from ringtrust.cluster.doors import Door
from ringtrust.errors import RefusedError
from ringtrust.settings import NO_LOGIN, ClusterSettings, Login

_PLAIN: Final = ("publisher", "legacy_tls")
_ALWAYS: Final = ("publisher", "platform")
_SOURCES: Final = ("command", "variable", "keyring")


def typed(context: click.Context) -> Mapping[str, Any]:
    """Only what stands on the command line: no defaults."""
    source = context.get_parameter_source
    return {name: value for name, value in context.params.items() if source(name) is not ParameterSource.DEFAULT}


def settings_of(given: Mapping[str, Any], before: ClusterSettings | None) -> ClusterSettings:
    """The settings; what is not given is as it was before. Raises RefusedError for what makes no entry."""
    changed = {name: value for name, value in given.items() if name in _PLAIN or name.endswith("_port")}
    if "doors" in given:
        changed["doors"] = tuple(map(Door, given["doors"]))
    for side in ("platform", "application"):
        changed[side] = _login(side, given, NO_LOGIN if before is None else getattr(before, side))
    try:
        return ClusterSettings(**{**(msgspec.structs.asdict(before) if before is not None else {}), **changed})
    except ValueError as error:
        raise RefusedError(f"That makes no entry: {error}.", advice="See `ringtrust cluster add --help`.") from error


def kept(given: Mapping[str, Any], before: ClusterSettings, after: ClusterSettings) -> Sequence[str]:
    """The keys that stay from before and are not as they would be without them."""
    plain = ClusterSettings(after.publisher, after.platform)
    names = (name for name in ClusterSettings.__struct_fields__ if name not in given and name not in _ALWAYS)
    return [name for name in names if getattr(before, name) == getattr(after, name) != getattr(plain, name)]


def _login(side: str, given: Mapping[str, Any], before: Login) -> Login:
    """The login of one side. Raises RefusedError for two sources of one password, or one without a user."""
    user = given.get(f"{side}_user", before.user)
    sources = {word: given[f"{side}_password_{word}"] for word in _SOURCES if f"{side}_password_{word}" in given}
    named = [word for word, value in sources.items() if value]
    if len(named) > 1:
        raise RefusedError(f"The {side} password cannot come from {' and '.join(named)}.", advice="Name one of them.")
    if not user and named:
        raise RefusedError("There is a password and no user.", advice=f"Add --{side}-user.")
    if user == before.user and not sources:
        return before
    return Login(user, _words(sources.get("command", "")), sources.get("variable", ""), sources.get("keyring", ""))


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise RefusedError(f"The password command cannot be read: {error}.", advice="Mind its quotes.") from error
