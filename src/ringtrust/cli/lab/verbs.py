"""`ringtrust lab`: a living cluster with phones, on loopback."""

import math
from pathlib import Path
from typing import Final

import click

from ringtrust.cli.files import writable
from ringtrust.cli.lab import fault as lab_fault
from ringtrust.cli.lab import partner as lab_partner
from ringtrust.cli.lab.text import ctl_client_lines, muster_lines, phone_lines, status_lines
from ringtrust.cli.output import say, say_json
from ringtrust.cli.progress import Counter
from ringtrust.clock import Clock
from ringtrust.lab.process.control import ask, wait_for_end

_DEFAULT_FOLDER: Final = "lab"
_DEFAULT_SPEED: Final = 60.0

folder_option = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=_DEFAULT_FOLDER,
    show_default=True,
    help="The folder of the lab: its ringtrust.toml, its secrets, its control socket.",
)
phones_option = click.option(
    "--phones", type=click.IntRange(min=0), help="So many phones instead of those of the topology."
)
syslog_option = click.option(
    "--syslog", metavar="HOST:PORT", help="Send syslog there over UDP; HOST is in 127.0.0.0/8."
)
seed_option = click.option("--seed", type=int, help="Other names, MAC addresses, serial numbers and dates.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


@click.group(name="lab")
def command() -> None:
    """A living CUCM cluster with phones, on loopback: certificates, trust lists and signatures in it are real."""


@command.command(name="list", short_help="The clusters that come with ringtrust.")
@json_option
def list_topologies(as_json: bool) -> None:
    """The clusters that come with ringtrust. Your own is a TOML file of the same shape."""
    from ringtrust.lab.topology import known_topologies, read_topology  # noqa: PLC0415 - keeps the other verbs fast

    rows = [
        {
            "name": name,
            "release": found.release,
            "nodes": len(found.nodes),
            "phones": sum(group.phones for group in found.groups),
            "mode": "mixed" if found.security.mixed else "non-secure",
        }
        for name, found in ((name, read_topology(name)) for name in known_topologies())
    ]
    if as_json:
        say_json({"format": "ringtrust.lab.list/1", "topologies": rows})
        return
    for row in rows:
        mode = "  mixed mode" if row["mode"] == "mixed" else ""
        say(f"{row['name']:<14} release {row['release']:<6} {row['nodes']} nodes  {row['phones']} phones{mode}")


@command.command(short_help="Start a cluster and its phones.")
@click.argument("topology")
@folder_option
@click.option("--detach", is_flag=True, help="Return when it runs, and leave it running.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0.1, max=100_000),
    default=_DEFAULT_SPEED,
    show_default=True,
    help="Seconds of the lab in one second of yours.",
)
@phones_option
@seed_option
@syslog_option
@click.option("--real-ports", is_flag=True, help="SSH on port 22 too; needs the right to open it.")
def up(
    topology: str,
    folder: Path,
    detach: bool,
    speed: float,
    phones: int | None,
    seed: int | None,
    syslog: str | None,
    real_ports: bool,
) -> int:
    """Start the cluster TOPOLOGY: one of `ringtrust lab list`, or a TOML file. Returns when every phone has registered.

    Without --detach it runs until Ctrl-C or `ringtrust lab down`.
    """
    from ringtrust.cli.lab import up as lab_up  # noqa: PLC0415 - asyncssh and lxml are loaded only here

    if not math.isfinite(speed):
        raise click.BadParameter("it must be a number.", param_hint="'--speed'")
    options = lab_up.Options(topology, folder, speed, phones, seed, syslog, real_ports)
    if detach:
        return lab_up.detached(options)
    lab_up.attached(options)
    return 0


@command.command(short_help="Write down what a scan of a cluster would see, without starting it.")
@click.argument("topology")
@click.option("-o", "--output", required=True, help="The file to write; audit, plan and prove read it.")
@phones_option
@seed_option
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@json_option
@click.pass_obj
def snapshot(
    clock: Clock, topology: str, output: str, phones: int | None, seed: int | None, force: bool, as_json: bool
) -> None:
    """Write down what `ringtrust scan` would see of the cluster TOPOLOGY on the evening before, without starting it.

    Every phone is registered, and holds the list of the first TFTP node. Its keys are thrown away: `up` makes others.
    """
    from ringtrust.cli.lab import snapshot as lab_snapshot  # noqa: PLC0415 - asyncssh and lxml are loaded only here
    from ringtrust.lab.topology import wanted_topology  # noqa: PLC0415 - keeps the other verbs fast

    target = writable(output, force=force, inputs=(topology,))
    found = lab_snapshot.written(wanted_topology(topology, phones, seed), target, clock, force=force)
    if as_json:
        say_json(lab_snapshot.document(found, output))
        return
    for line in lab_snapshot.lines(found, output):
        say(line)


@command.command(short_help="Where every node listens, and who may log in.")
@folder_option
@json_option
def status(folder: Path, as_json: bool) -> None:
    """Where every node listens, and who may log in. The JSON holds the passwords, which die with the lab."""
    found = ask(folder, "status")
    if as_json:
        say_json(found)
        return
    for line in status_lines(found, folder):
        say(line)


@command.command(short_help="Every phone, and what it holds.")
@folder_option
@click.option("--each", is_flag=True, help="A line for every phone.")
@json_option
def phones(folder: Path, each: bool, as_json: bool) -> None:
    """Every phone, and what it holds; as text those that are alike are counted together."""
    found = ask(folder, "phones")
    if as_json:
        say_json(found)
        return
    for line in phone_lines(found, each=each):
        say(line)


@command.command(name="muster", short_help="Reset every phone, wait, and count.")
@folder_option
@json_option
def muster_command(folder: Path, as_json: bool) -> None:
    """Reset every phone, wait until each has made up its mind, and count them."""
    with Counter("phones are back") as counter:
        found = ask(folder, "muster", lambda told: counter.tell(told["done"], told["of"]))
    if as_json:
        say_json(found)
        return
    for line in muster_lines(found):
        say(line)


@command.command(short_help="Make something go wrong, or right again.")
@click.argument("name")
@click.argument("where", default="", metavar="[NODE]")
@click.option("--off", is_flag=True, help="Take the fault away.")
@folder_option
@json_option
def fault(name: str, where: str, off: bool, folder: Path, as_json: bool) -> None:
    """Make NAME go wrong at NODE, or right again with --off. `ringtrust lab fault list` names the faults.

    What stands behind the name is a node, SERVICE@NODE, a number or nothing: the list says which.
    """
    if name == lab_fault.LIST:
        _list_faults(as_json)
        return
    found = lab_fault.changed(folder, name, where, off=off)
    if as_json:
        say_json({"format": "ringtrust.lab.fault/1", "faults": found})
        return
    for line in lab_fault.there_lines(found):
        say(line)


def _list_faults(as_json: bool) -> None:
    if as_json:
        say_json({"format": "ringtrust.lab.faults/1", "faults": lab_fault.known()})
        return
    for line in lab_fault.known_lines():
        say(line)


@command.group(short_help="Whom the RADIUS server of a lab believes.")
def partner() -> None:
    """The RADIUS server that lets phones into the network (802.1X): nobody tells it of a new CAPF but you (H18)."""


@partner.command(name="list", short_help="The authorities that it believes.")
@folder_option
@json_option
def list_authorities(folder: Path, as_json: bool) -> None:
    """The authorities that it believes."""
    _show_authorities(lab_partner.believed(folder), "authorities", as_json)


@partner.command(short_help="Have it believe the certificates of files too.")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@folder_option
@json_option
def trust(files: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Have it believe the certificates in these files (PEM or DER; - is standard input) too, all or none."""
    _show_authorities(lab_partner.trusted(folder, files), "trusted", as_json)


def _show_authorities(found: list[dict[str, str]], word: str, as_json: bool) -> None:
    if as_json:
        say_json({"format": "ringtrust.lab.partner/1", word: found})
        return
    for line in lab_partner.lines(found):
        say(line)


@command.command(name="ctl-client", short_help="Play the Windows CTL client, with an eToken.")
@click.argument("token", default="", metavar="[TOKEN]")
@click.option("--mode", type=click.Choice(["mixed", "non-secure"]), help="Change the security mode, too.")
@folder_option
@json_option
def ctl_client(token: str, mode: str | None, folder: Path, as_json: bool) -> None:
    """Make the CTL of a lab anew, as somebody does at the Windows PC with the CTL client and an eToken (S66, S79).

    TOKEN is SAST-…, as `show ctl` names it; without, the first one. No password is asked for: the lab knows it.
    """
    found = ask(folder, "ctl-client", more={"token": token, "mode": mode or ""})
    if as_json:
        say_json({"format": "ringtrust.lab.ctl-client/1", **found})
        return
    for line in ctl_client_lines(found):
        say(line)


@command.command(short_help="What of a cluster's interfaces a lab serves.")
@click.option("--release", default="", metavar="9.1|…", help="Only what this release has.")
@click.option("--markdown", is_flag=True, help="The page docs/lab-coverage.md.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="A lab that runs: what it was asked for and does not know, too.",
)
@json_option
def coverage(release: str, markdown: bool, folder: Path | None, as_json: bool) -> None:
    """Every command and operation of the interfaces of a cluster: served, in part, or not served."""
    from ringtrust.cli.lab import coverage as lab_coverage  # noqa: PLC0415 - keeps the other verbs fast

    if markdown:
        say(lab_coverage.page().removesuffix("\n"))
        return
    found = lab_coverage.wanted(release)
    unknown = ask(folder, "unknown") if folder is not None else None
    if as_json:
        say_json({**lab_coverage.document(found, release), "unknown": unknown})
        return
    more = ["", *lab_coverage.unknown_lines(unknown)] if unknown is not None else []
    for line in (*lab_coverage.lines(found), *more):
        say(line)


@command.command(short_help="End a lab, and leave nothing running.")
@folder_option
def down(folder: Path) -> int:
    """End the lab of a folder, and leave nothing running."""
    pid = ask(folder, "status")["pid"]
    ask(folder, "down")
    wait_for_end(pid)
    say("The lab has ended.")
    return 0
