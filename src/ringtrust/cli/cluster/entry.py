"""One entry of ringtrust.toml as text: all that is not as it would be without it."""

import json
import re
from collections.abc import Iterator
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.settings import ClusterSettings, Login, NodeSettings

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
_PLAIN_KEYS: Final = (
    *("ssh_port", "https_port", "rest_port", "files", "file_port", "file_https_port", "tftp_port", "tvs_port"),
    *("phone_web_port", "seconds", "legacy_tls", "known_hosts", "approvals"),
)
_PLAIN_LISTS: Final = ("trusted_certificates", "tags", "windows")


def entry_lines(name: str, settings: ClusterSettings) -> Iterator[str]:
    """The lines of an entry. Raises RefusedError for characters that no name has."""
    table = f"clusters.{_key(name)}"
    yield f"[{table}]"
    yield f"publisher = {_quoted(settings.publisher)}"
    yield from _plain(settings)
    for key in _PLAIN_LISTS:
        if values := getattr(settings, key):
            yield f"{key} = {_quoted(list(values))}"
    if settings.doors:
        yield f"doors = {_quoted([door.value for door in settings.doors])}"
    for side, login in (("platform", settings.platform), ("application", settings.application)):
        if login.given:
            yield from ("", f"[{table}.{side}]", *_login(login))
    for key, node in settings.nodes.items():
        yield from _node(f"{table}.nodes.{_key(key)}", node)


def _plain(settings: ClusterSettings) -> Iterator[str]:
    plain = ClusterSettings(settings.publisher, settings.platform, settings.application)
    for key in _PLAIN_KEYS:
        value = getattr(settings, key)
        if value != getattr(plain, key):
            yield f"{key} = {_quoted(value) if isinstance(value, str) else json.dumps(value)}"


def _node(table: str, node: NodeSettings) -> Iterator[str]:
    if node.address:
        yield from ("", f"[{table}]", f"address = {_quoted(node.address)}")
    yield from ("", f"[{table}.platform]", *_login(node.platform))


def _login(login: Login) -> Iterator[str]:
    yield f"user = {_quoted(login.user)}"
    if login.password_command:
        yield f"password_command = {_quoted(list(login.password_command))}"
    for key, value in (("variable", login.password_variable), ("keyring", login.password_keyring)):
        if value:
            yield f"password_{key} = {_quoted(value)}"


def _key(name: str) -> str:
    return name if _BARE.match(name) else _quoted(name)


def _quoted(value: str | list[str]) -> str:
    """In quotes, as TOML has them. Raises RefusedError for characters that no name has."""
    for text in [value] if isinstance(value, str) else value:
        if not text.isprintable():
            raise RefusedError(
                f"{text!r} holds characters that cannot be written down.", advice="See where it comes from."
            )
    return json.dumps(value, ensure_ascii=False)
