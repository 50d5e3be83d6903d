"""`ringtrust cert regen|delete|import|csr`: what may not go beside an apply, and is asked for before it is done."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import wraps
from pathlib import Path

import click

from ringtrust.cli.cert.do import delete as delete_one
from ringtrust.cli.cert.do import regenerate
from ringtrust.cli.cert.imports import certificates_of, import_own, import_trust
from ringtrust.cli.cert.place import Place, Where, alone_at
from ringtrust.cli.cert.request import request
from ringtrust.cli.cert.told import Told, status_of, told_document, told_lines
from ringtrust.cli.files import writable, write_output
from ringtrust.cli.options import config_option, journal_option, through_option, yes_option
from ringtrust.cli.output import say, say_bytes, say_json, warn
from ringtrust.clock import Clock
from ringtrust.cluster.doors import Door
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.plan.acts import I_KNOW, REPLACE_CA_SIGNED, Insight

Command = Callable[..., object]
Acting = Callable[[Place], Coroutine[None, None, list[Told]]]

_json = click.option("--json", "as_json", is_flag=True, help="A JSON document of what became of it, instead of text.")
_i_know = click.option(I_KNOW, "known", is_flag=True, help="Do it, though phones may lose trust by it, or a run waits.")
_client = click.option(
    "--client", "for_client", is_flag=True, help="From 15SU5: the same certificate for the unit of clients too."
)
_replace = click.option(
    REPLACE_CA_SIGNED, "replace_ca_signed", is_flag=True, help="Overwrite what a CA has signed by a self-signed one."
)


def _of_a_node(command: Command) -> Command:
    """What every act has: a cluster, a node, where to look for both, and what the person has said: its `where`."""

    @wraps(command)  # and with it the arguments that it has of its own
    def of_a_node(
        *passed: Clock,
        cluster: str,
        node: str,
        config: Path | None,
        journal: Path | None,
        through: Door | None,
        known: bool,
        **own: object,
    ) -> object:
        return command(*passed, where=Where(cluster, node, config, journal, through, known), **own)

    cluster, node = click.argument("cluster"), click.argument("node")
    told: Command = of_a_node
    for decorate in (_i_know, config_option, _json, journal_option, through_option, yes_option, node, cluster):
        told = decorate(told)
    return told


@click.command(short_help="Renew one identity certificate (set cert regen).")
@_of_a_node
@click.argument("unit")
@_client
@_replace
def regen(where: Where, unit: str, yes: bool, for_client: bool, replace_ca_signed: bool, as_json: bool) -> int:
    """Make a new self-signed certificate for UNIT of NODE, and say what it sees and what to restart.

    Several at once, or those that phones trust by, are for `ringtrust plan`. Exit status: 0 done, and seen; 1 the node
    did not do it; 2 refused, nothing was sent; 3 nobody could see what became of it.
    """
    insight = Insight(where.known, replace_ca_signed)

    async def _act(place: Place) -> list[Told]:
        return [await regenerate(place, unit, insight, for_client=for_client, yes=yes)]

    return _done(where, _act, as_json=as_json)


@click.command(short_help="Delete one certificate from a trust store (set cert delete).")
@_of_a_node
@click.argument("store")
@click.argument("file")
def delete(where: Where, store: str, file: str, yes: bool, as_json: bool) -> int:
    """Delete FILE from a trust STORE of NODE, and look whether it is gone.

    The store may be written with -trust or without. Exit status: as that of `cert regen`.
    """

    async def _act(place: Place) -> list[Told]:
        return [await delete_one(place, store, file, Insight(where.known), yes=yes)]

    return _done(where, _act, as_json=as_json)


@click.command(name="import", short_help="Import certificates (set cert import own|trust).")
@_of_a_node
@click.argument("kind", type=click.Choice(["own", "trust"]))
@click.argument("unit")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@_client
@_replace
@click.pass_obj
def import_(
    clock: Clock,
    /,
    where: Where,
    kind: str,
    unit: str,
    files: tuple[str, ...],
    yes: bool,
    for_client: bool,
    replace_ca_signed: bool,
    as_json: bool,
) -> int:
    """Import the certificates of FILEs: `trust` into the trust store of UNIT, `own` in the place of its identity.

    With `own` the FILEs hold the certificate that a CA made of the unit's request, and the CAs, which are imported
    first. Exit status: as that of `cert regen`.
    """
    certificates, insight = certificates_of(files, clock.now()), Insight(where.known, replace_ca_signed)

    def _imported(place: Place) -> AsyncIterator[Told]:
        if kind == "trust":
            return import_trust(place, unit, certificates, insight, yes=yes)
        return import_own(place, unit, certificates, insight, for_client=for_client, yes=yes)

    async def _act(place: Place) -> list[Told]:
        return [told async for told in _imported(place)]

    return _done(where, _act, as_json=as_json)


def _done(where: Where, act: Acting, *, as_json: bool) -> int:
    """Does it where nobody else acts, and tells. Nothing to tell is all well: it was so already."""
    told = asyncio.run(_alone(where, act))
    if as_json:
        say_json(told_document(where.cluster, told))
    else:
        for each in told:
            for line in told_lines(each):
                say(line)
    return status_of(told)


async def _alone(where: Where, act: Acting) -> list[Told]:
    async with alone_at(where) as place:
        return await act(place)


@click.command(short_help="A certificate signing request: make one, or show the one that waits.")
@_of_a_node
@click.argument("unit")
@click.option("-o", "--output", help="Write it to this file instead of standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--new", is_flag=True, help="Make another, though one waits: a certificate for that one is then refused.")
@click.option("--ou", "organizational_unit", is_flag=True, help="From 14SU1: name the organizational unit in it.")
def csr(
    where: Where,
    unit: str,
    output: str | None,
    force: bool,
    new: bool,
    organizational_unit: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Get the certificate signing request of UNIT of NODE for a CA; make one where none waits.

    Exit status: as that of `cert regen`.
    """
    target = writable(output, force=force) if output is not None else None

    async def _act() -> tuple[str, tuple[Told, ...]]:
        async with alone_at(where) as place:
            return await request(place, unit, new=new, organizational_unit=organizational_unit, yes=yes)

    pem, told = asyncio.run(_act())
    if as_json:
        say_json({**told_document(where.cluster, told), "csr": pem})
    else:
        _tell_of_request(pem if target is None else "", told)
    if target is not None and pem:
        _write(target, pem, force=force)
    return status_of(told)


def _write(target: Path, pem: str, *, force: bool) -> None:
    """Last, so that what was done is told whatever becomes of the file. Raises RingtrustError: none says "nothing"."""
    try:
        write_output(target, pem.encode(), force=force)
    except RefusedError as error:
        raise RingtrustError(
            error.what, advice="The request waits on the node: ask again, with another name."
        ) from error


def _tell_of_request(pem: str, told: Sequence[Told]) -> None:
    """The request alone on standard output, for a file or a pipe; its story beside it."""
    for each in told:
        for line in told_lines(each):
            warn(line)
    if pem:
        say_bytes(pem.encode())
