"""`ringtrust cert`: the single acts, with guard rails (S108 to S142)."""

import asyncio
from pathlib import Path
from typing import Final

import click

from ringtrust.cli.cert.acts import csr, delete, import_, regen
from ringtrust.cli.cert.look import NodeRows, Shown, all_rows, own, trusted
from ringtrust.cli.cert.place import place_in
from ringtrust.cli.cert.port import desks_of, doors_for
from ringtrust.cli.cert.text import certificate_document, certificate_lines, listing_document, listing_lines
from ringtrust.cli.half_way import warn_of_half_way
from ringtrust.cli.options import config_option, pin_option, through_option
from ringtrust.cli.output import say, say_bytes, say_json
from ringtrust.cli.reach import entry_of, opened, pin_unknown
from ringtrust.cli.runs.place import journal_of
from ringtrust.clock import Clock
from ringtrust.cluster.doors import Door
from ringtrust.cluster.names import is_store
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.opening import opened as eyes_of

_STORE: Final = "STORE/FILE"


@click.group(name="cert", no_args_is_help=True)
def command() -> None:
    """Single acts on single certificates: list, show, renew, delete, import, request.

    A renewal of several is `ringtrust plan`: it finds the order in which no phone loses trust, and proves it.
    """


for each in (regen, delete, import_, csr):
    command.add_command(each)


@command.command(name="list", short_help="The certificates of a cluster, and how long they last.")
@click.argument("cluster")
@click.argument("node", required=False)
@click.option("--trust", is_flag=True, help="The trust stores, instead of the identities.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@config_option
@pin_option
@through_option
@click.pass_obj
def list_(
    clock: Clock,
    /,
    cluster: str,
    node: str | None,
    trust: bool,
    as_json: bool,
    config: Path | None,
    pin_keys: bool,
    through: Door | None,
) -> int:
    """List the identity certificates of CLUSTER, or of one NODE of it.

    Exit status: 0 everything was read; 3 something could not be, and its line says why.
    """
    found = asyncio.run(_listed(cluster, node, config, through, trust=trust, pin_keys=pin_keys))
    if as_json:
        say_json(listing_document(cluster, found, clock.now()))
    else:
        for line in listing_lines(found, clock.now()):
            say(line)
    return 0 if all(each.complete for each in found) else UnreadableError.exit_status


async def _listed(
    cluster: str, node: str | None, config: Path | None, through: Door | None, *, trust: bool, pin_keys: bool
) -> tuple[NodeRows, ...]:
    entry = entry_of(cluster, config)
    doors = doors_for(entry.settings.allowed, through)
    async with opened(entry) as reach:
        if pin_keys and Door.CLI in reach.doors:
            await pin_unknown(entry, reach)
        eyes = await eyes_of(reach, entry.settings.publisher)
        warn_of_half_way(journal_of(entry), eyes)
        sites = eyes.sites if node is None else (eyes.site(node),)
        return await all_rows(await desks_of(eyes, eyes.publisher, doors), sites, trust=trust)


@command.command(short_help="One certificate.")
@click.argument("cluster")
@click.argument("node")
@click.argument("what", metavar=f"UNIT|{_STORE}")
@click.option("--pem", is_flag=True, help="Its PEM, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@config_option
@through_option
@click.pass_obj
def show(
    clock: Clock,
    /,
    cluster: str,
    node: str,
    what: str,
    pem: bool,
    as_json: bool,
    config: Path | None,
    through: Door | None,
) -> int:
    """Show the certificate of a UNIT of NODE, or a FILE of one of its trust stores, as `cert list` names them.

    Exit status: 0; 3 it could not be read, or the node prints no PEM of it and --pem asked for that.
    """
    if pem and as_json:
        raise RefusedError("--pem and --json exclude each other.", advice="Ask for one of them.")
    found = asyncio.run(_shown(cluster, node, what, config, through))
    if pem:
        say_bytes(_pem(what, found).encode())
    elif as_json:
        say_json({"cluster": cluster, "node": node, "what": what, **certificate_document(found, clock.now())})
    else:
        for line in certificate_lines(f"{node}: {what}", found, clock.now()):
            say(line)
    return 0


def _pem(what: str, found: Shown) -> str:
    if not found.pem:
        raise UnreadableError(
            f"The node prints no PEM of {what}.", advice="Download it from the web pages of the node."
        )
    return found.pem


async def _shown(cluster: str, node: str, what: str, config: Path | None, through: Door | None) -> Shown:
    entry = entry_of(cluster, config)
    doors_for(entry.settings.allowed, through)
    async with opened(entry) as reach:
        place = await place_in(reach, cluster, entry.settings.publisher, node, through)
        folder, slash, file = what.partition("/")
        if not is_store(folder):
            return await own(place.desk, folder)
        if not slash or not file:
            raise RefusedError(f"{what} names a trust store, and no file in it.", advice=f"Write {_STORE}.")
        return await trusted(place.desk, what)
