"""What `ringtrust cert` sees: the certificates of nodes, each with the reason where it could not be read."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from ringtrust.cli.cert.port import CertActs, Desks
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.certificates import DecodedText, Listed
from ringtrust.connect.platform.dates import read_date
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Site
from ringtrust.trust import names


class Shown(msgspec.Struct, frozen=True):
    """A certificate, as far as the node shows it: where it prints no PEM, `pem` and `sha256` are empty."""

    common_name: str
    subject: str
    issuer: str
    serial: str
    not_after: Known[datetime] | Unread
    self_signed: bool
    names: tuple[str, ...] = ()
    sha256: str = ""
    pem: str = ""


class Row(msgspec.Struct, frozen=True):
    """A row of a listing, and the certificate behind it."""

    folder: str
    file: str
    description: str
    found: Known[Shown] | Unread


class NodeRows(msgspec.Struct, frozen=True):
    """The rows of a node."""

    node: str
    rows: Known[tuple[Row, ...]] | Unread

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return isinstance(self.rows, Known) and all(isinstance(row.found, Known) for row in self.rows.value)


async def all_rows(desks: Desks, sites: Sequence[Site], *, trust: bool) -> tuple[NodeRows, ...]:
    """The identities or the trust stores of some nodes, side by side. One that cannot be read costs no other."""
    return tuple(await asyncio.gather(*(_node_rows(desks, site, trust=trust) for site in sites)))


async def _node_rows(desks: Desks, site: Site, *, trust: bool) -> NodeRows:
    try:
        desk = await desks.at(site)
        listed = await (desk.trust_listing() if trust else desk.own_listing())
    except (UnreadableError, RefusedError) as error:
        return NodeRows(site.name, Unread(error.what))
    return NodeRows(site.name, Known(tuple([await _row(desk, each, trust=trust) for each in listed])))


async def _row(desk: CertActs, listed: Listed, *, trust: bool) -> Row:
    found: Known[Shown] | Unread
    try:
        found = Known(await (trusted(desk, listed.path) if trust else own(desk, listed.folder)))
    except (UnreadableError, RefusedError) as error:
        found = Unread(error.what)
    return Row(listed.folder, listed.file, listed.description, found)


async def own(desk: CertActs, unit: str) -> Shown:
    """The identity certificate of a unit. Raises UnreadableError, RefusedError."""
    return shown(certificate_of(await desk.own_certificate(unit)))


async def trusted(desk: CertActs, path: str) -> Shown:
    """A certificate of a trust store; what its text says where there is no PEM. May raise as `own` does."""
    found = await desk.trust_certificate(path)
    return shown(certificate_of(found.pem)) if found.pem else _told(found)


def shown(found: Certificate) -> Shown:
    """A certificate that was read whole."""
    return Shown(
        common_name=found.common_name,
        subject=found.subject,
        issuer=found.issuer,
        serial=found.serial,
        not_after=Known(found.not_after),
        self_signed=found.self_signed,
        names=found.names,
        sha256=found.sha256,
        pem=found.pem,
    )


def _told(text: DecodedText) -> Shown:
    return Shown(
        common_name=names.common_name(text.subject),
        subject=text.subject,
        issuer=text.issuer,
        serial=text.serial,
        not_after=read_date(text.not_after_text),
        self_signed=names.attributes(text.subject) == names.attributes(text.issuer),
    )


def listed_as(rows: Sequence[Listed], folder: str, file: str) -> Listed | None:
    """The row of a file in a store, its name typed with or without its ending; None where there is none.

    A name that is written out is that file and no other. Raises RefusedError where it could be several.
    """
    there = {row.file: row for row in rows if row.folder == folder}
    if file in there:
        return there[file]
    found = [there[name] for name in (f"{file}.pem", f"{file}.der") if name in there]
    if len(found) > 1:
        raise RefusedError(
            f"{folder} holds {' and '.join(row.file for row in found)}.", advice="Write the whole name of one of them."
        )
    return found[0] if found else None


def is_listed(rows: Sequence[Listed], folder: str, file: str) -> bool:
    """Whether a store holds a file of this very name."""
    return any((row.folder, row.file) == (folder, file) for row in rows)
