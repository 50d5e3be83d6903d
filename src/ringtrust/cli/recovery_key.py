"""`ringtrust recovery-key`: keep a copy of the key that signs when nothing else can any more (R2).

The key leaves the cluster by `file get tftp ITLRecovery.p12` on the publisher, which asks for an SFTP server: that is
the administrator's. What arrives there is kept here, and never shown.
"""

import asyncio
import hashlib
import os
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import click
import msgspec

from ringtrust.cli.files import read_input
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_json
from ringtrust.clock import Clock
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import ITLRECOVERY
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.settings.recovery_keys import keep_key, kept_keys, key_file, key_folder
from ringtrust.trust.names import printable
from ringtrust.trust.pkcs12 import refuse_unless_pkcs12

FORMAT: Final = "ringtrust.recovery-keys/1"


class Seen(NamedTuple):
    """What the cluster is known by, and its ITLRecovery of now."""

    cluster: str
    now: Certificate


@click.group(name="recovery-key", short_help="Keep a copy of ITLRecovery.p12, and say whether one is kept.")
def command() -> None:
    """The key of ITLRecovery, away from its cluster: kept for this user alone, and never shown."""


@command.command(name="keep", short_help="Keep a file that `file get tftp ITLRecovery.p12` has brought.")
@click.argument("cluster")
@click.argument("file")
@config_option
@pin_option
@click.pass_obj
def keep(clock: Clock, cluster: str, file: str, config: Path | None, pin_keys: bool) -> None:
    """Keep FILE as the recovery key of CLUSTER, whose ITLRecovery of now is looked at; the file itself stays.

    The journal gets its SHA-256, and nothing else of it.
    """
    given = read_input(file)
    given.parsed(refuse_unless_pkcs12)
    from ringtrust.cli.reach import entry_of  # noqa: PLC0415 - a file that is none needs no network
    from ringtrust.cli.runs.place import journal_of  # noqa: PLC0415 - as above
    from ringtrust.journal.journal import Journal  # noqa: PLC0415 - as above
    from ringtrust.journal.who import here  # noqa: PLC0415 - as above

    entry = entry_of(cluster, config)
    seen = asyncio.run(_looked(cluster, config, pin_keys=pin_keys))
    digest = hashlib.sha256(given.data).hexdigest()
    kept = KeptKey(digest, len(given.data), clock.now(), here(), seen.now.serial, seen.now.sha256)
    folder = key_folder(os.environ, seen.cluster)
    new = keep_key(folder, given.data, kept)
    if new:
        with closing(Journal(journal_of(entry))) as journal:
            journal.keep_key(seen.cluster, kept)
    say(f"{'Kept' if new else 'It is kept already'}: {key_file(folder, kept)}")
    say(f"It counts as the key of the ITLRecovery of now, serial {seen.now.serial}: nobody looks into it.")
    say(f"Remove {printable(file)} from the SFTP server, and from wherever else it is not needed.")


@command.command(name="list", short_help="Say which are kept, and whether one is of the ITLRecovery of now.")
@click.argument("cluster")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@config_option
@pin_option
def list_(cluster: str, as_json: bool, config: Path | None, pin_keys: bool) -> int:
    """Which keys of CLUSTER are kept, by SHA-256, date and serial number.

    Exit status: 0 one is of the ITLRecovery of now; 1 none is.
    """
    seen = asyncio.run(_looked(cluster, config, pin_keys=pin_keys))
    folder = key_folder(os.environ, seen.cluster)
    found = kept_keys(folder)
    good = [each for each in found if each.certificate == seen.now.sha256]
    if as_json:
        kept = msgspec.to_builtins(found)
        say_json({"format": FORMAT, "serial": seen.now.serial, "kept": kept, "current": bool(good)})
        return 0 if good else 1
    for each in found:
        which = "of now" if each in good else f"of an older ITLRecovery, serial {each.serial}"
        say(f"{each.kept:%Y-%m-%d %H:%M} UTC, {which}: {key_file(folder, each)}")
    if not good:
        say("None is kept of the ITLRecovery of now: file get tftp ITLRecovery.p12, then ringtrust recovery-key keep.")
    return 0 if good else 1


async def _looked(cluster: str, config: Path | None, *, pin_keys: bool) -> Seen:
    from ringtrust.apply.begin import known_as  # noqa: PLC0415 - slow to load
    from ringtrust.cli.reach import entry_of, opened, pin_unknown  # noqa: PLC0415 - as above
    from ringtrust.observe.eyes import Eyes, discover  # noqa: PLC0415 - as above

    entry = entry_of(cluster, config)
    async with opened(entry) as reach:
        if pin_keys:
            await pin_unknown(entry, reach)
        eyes = Eyes(reach, await discover(reach, entry.settings.publisher))
        return Seen(known_as(eyes), await eyes.identity(eyes.publisher.name, ITLRECOVERY))
