"""Where ringtrust keeps what belongs to a user, and to no ringtrust.toml."""

from collections.abc import Mapping
from pathlib import Path

from ringtrust.errors import RefusedError


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where the locks of a user's clusters are, whichever ringtrust.toml names them (XDG Base Directory).

    Raises RefusedError when nobody knows where his home is.
    """
    named = Path(environment.get("XDG_STATE_HOME", ""))
    if named.is_absolute():
        return named / "ringtrust"
    home = Path(environment.get("HOME", ""))
    if not home.is_absolute():
        raise RefusedError("HOME names no folder.", advice="Set HOME, or XDG_STATE_HOME to a folder of yours.")
    return home / ".local" / "state" / "ringtrust"
