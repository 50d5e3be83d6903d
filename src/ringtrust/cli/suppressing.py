"""Which findings somebody lives with: from the file that is named, or from audit.toml beside ringtrust.toml."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from ringtrust.change.suppression import Suppression

_FILE: Final = "audit.toml"
_USERS_FOLDER: Final = ".config/ringtrust"


def suppressions(
    given: Path | None, config: Path | None, environment: Mapping[str, str], codes: Collection[str]
) -> tuple[Suppression, ...]:
    """What such a file says; nothing where there is none. Raises UnreadableError, RefusedError."""
    if given is None and not _somewhere(config, environment):
        return ()  # what reads ringtrust.toml is slow to load, and an audit of a file starts fast
    from ringtrust.settings.suppressions import beside, read_suppressions  # noqa: PLC0415 - as above

    path = given if given is not None else beside(config, environment)
    return read_suppressions(path, codes) if path is not None else ()


def _somewhere(config: Path | None, environment: Mapping[str, str]) -> bool:
    """Whether the file is in any folder where ringtrust.toml may be; `beside` then says whether it is the right one."""
    named = config or Path(environment.get("RINGTRUST_CONFIG") or ".")
    folders = (named, named.parent, Path(environment.get("HOME", "~"), _USERS_FOLDER))
    try:
        return any((folder / _FILE).exists() for folder in folders)
    except OSError:
        return True
