"""`show cert default-ca-list` and `set cert default-ca-list {enable|disable}` (interfaces.md §1.6, §1.8)."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.platform import security_texts as texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.cluster import DefaultAuthority

_WIDTHS: Final = (30, 27, 32)
_CALL_HOME: Final = "tomcat-trust"


async def show(call: Call) -> None:
    """`show cert default-ca-list`: cells are wrapped as in the CLI guide, a blank line behind each certificate."""
    await call.page(_table(call))


def _table(call: Call) -> Iterator[str]:
    yield ""
    yield _row("Common Name", "Trust Stores", "Purpose")
    yield ""
    for authority in call.cluster.authorities:
        purpose = texts.CALL_HOME if _CALL_HOME in authority.stores else texts.SIGNED_MICS
        cells = (f'"{authority.name}"', ", ".join(authority.stores), purpose)
        columns = [wrap(cell, width - 2, break_on_hyphens=False) for cell, width in zip(cells, _WIDTHS, strict=True)]
        for place in range(max(map(len, columns))):
            yield _row(*(column[place] if place < len(column) else "" for column in columns))
        yield ""


def _row(*cells: str) -> str:
    return "".join(f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


async def disable(call: Call) -> None:
    """`set cert default-ca-list disable {all|common-name}`: from all nodes of the cluster they go."""
    chosen = await _chosen(call, texts.DISABLING_ALL, texts.DISABLING)
    for authority in chosen:
        for store in authority.stores:
            _withdraw(call, store, file_name(authority.certificate))
    _tell(call, chosen, "disabled")


def _withdraw(call: Call, store: str, name: str) -> None:
    for node in call.cluster.nodes:
        if name in node.trusts.get(store, {}):
            call.cluster.delete(node, store, name)


async def enable(call: Call) -> None:
    """`set cert default-ca-list enable {all|common-name}`: to all nodes; to CAPF-trust on the publisher only."""
    chosen = await _chosen(call, texts.ENABLING_ALL, texts.ENABLING)
    for authority in chosen:
        for store in authority.stores:
            nodes = (call.cluster.publisher,) if store == "CAPF-trust" else call.cluster.nodes
            for node in nodes:
                if authority.certificate not in node.trusts.get(store, {}).values():
                    call.cluster.trust(node, store, authority.certificate)
    _tell(call, chosen, "enabled")


async def _chosen(call: Call, warning_for_all: str, warning: str) -> tuple[DefaultAuthority, ...]:
    """The certificates that are meant, after the warning; none where the person does not wish it."""
    call.need_publisher()
    if call.words[0] == "all":
        call.write(warning_for_all)
        chosen = call.cluster.authorities
    elif call.words[0] == "common-name":
        name = await call.answer(texts.NAME_OF_AUTHORITY)
        chosen = tuple(each for each in call.cluster.authorities if each.name == name)
        if not chosen:
            raise CommandFailedError(texts.NO_SUCH_AUTHORITY.format(name=name))
        services = texts.CALL_HOME_SERVICES if _CALL_HOME in chosen[0].stores else texts.MIC_SERVICES
        call.write(warning.format(name=name, services=services))
    else:
        raise CommandFailedError
    return chosen if await call.confirmed(texts.WISH_TO_PROCEED) else ()


def _tell(call: Call, chosen: tuple[DefaultAuthority, ...], done: str) -> None:
    if chosen and call.words[0] == "all":
        call.write(texts.ALL_AUTHORITIES.format(done=done))
    elif chosen:
        call.say(texts.ONE_AUTHORITY.format(done=done, name=chosen[0].name))


COMMANDS: Final[tuple[Command, ...]] = (
    # [U] since when: release notes name it from 12.5(1) on.
    command("show cert default-ca-list", show, since="12.5"),
    command("set cert default-ca-list disable", disable, 1, level=1, syntax="{all|common-name}", since="12.5"),
    command("set cert default-ca-list enable", enable, 1, level=1, syntax="{all|common-name}", since="12.5"),
)
