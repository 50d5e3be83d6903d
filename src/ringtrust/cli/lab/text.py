"""A running lab and its phones, as lines for people."""

import shlex
from pathlib import Path
from typing import Any

from ringtrust.cli.lab.fault import fault_words


def status_lines(found: dict[str, Any], folder: Path) -> list[str]:
    """A lab in a few lines, without its passwords."""
    first, users = found["nodes"][0], found["credentials"]
    phones_there = f"{found['registered']} of {found['phones']} phones registered"
    cli, application = users["cli"]["user"], users["application"]["user"]
    return [
        f"{found['name']}, release {found['release']} ({found['version']}){_mode(found)}: {phones_there}.",
        f"Its clock: {found['clock']}, {found['speed']:g} times as fast as yours.",
        "",
        *(f"  {node['name']:<8} {node['role']:<11} {node['address']:<14} {_doors(node)}" for node in found["nodes"]),
        "",
        f"  ssh -o {_known_hosts(folder)} -p {first['services']['ssh']['port']} {cli}@{first['address']}",
        f"  The password of {cli} is in {folder / 'secrets' / 'platform'}, that of {application} (AXL, RISPort70) in",
        f"  {folder / 'secrets' / 'application'}, that of {users['viewer']['user']}, who may only read, in",
        f"  {folder / 'secrets' / 'viewer'}.",
        *_trouble(found, folder),
    ]


def _mode(found: dict[str, Any]) -> str:
    return ", in mixed mode" if found["mode"] == "mixed" else ""


def _trouble(found: dict[str, Any], folder: Path) -> list[str]:
    """What is wrong with a lab, and what it was asked for in vain; nothing where all is well."""
    lines = [f"  Fault on request: {fault_words(fault)}" for fault in found["faults"]]
    lines += [f"  Locked on {each['node']}: account {each['account']}" for each in found["locked"]]
    if found["unknown"]:
        asked = sum(each["count"] for each in found["unknown"])
        see = f"ringtrust lab coverage --dir {shlex.quote(str(folder))}"
        lines += [f"  Asked {asked} times for what it does not know: see `{see}`."]
    return ["", *lines] if lines else []


def _known_hosts(folder: Path) -> str:
    """Every lab has host keys of its own at the same addresses: ssh must not look for them among the user's."""
    path = str(folder / "known_hosts").replace("%", "%%")
    return shlex.quote("UserKnownHostsFile=" + (f'"{path}"' if " " in path else path))


def ctl_client_lines(found: dict[str, Any]) -> list[str]:
    """What the CTL client has done, and what it leaves to whoever sits there."""
    return [
        f"The CTL is made anew, signed by {found['signer']}; eTokens in it: {', '.join(found['tokens'])}.",
        "No phone is told, and no service restarted: whoever renews does that next.",
        *([f"Security mode: {found['mode']}."] if found["mode"] != "mixed" else []),
    ]


def muster_lines(found: dict[str, int]) -> list[str]:
    """What a muster found, and what to do when phones that are not stranded refuse the list of now."""
    lines = [
        f"{found['reset']} phones were told to reset. Now {found['registered']} are registered,",
        f"{found['current']} hold a list that a TFTP node serves now, and {_lost(found)}.",
    ]
    if found["current"] + found["stranded"] + found["by_restore"] < found["registered"]:
        lines += [
            "Renew nothing else yet: TVS can vouch for the list that they refuse when Change Notification has reached",
            "every node (`change_notification` of the topology: 30 minutes of the lab). Wait, and muster again.",
        ]
    return lines


def _lost(found: dict[str, int]) -> str:
    """A restore undoes the night on every node: whoever needs one is not safe, though nobody has to walk."""
    restore = f"; {found['by_restore']} only by a restore of a backup (R4)" if found["by_restore"] else ""
    barred = f"; {found['barred']} secure ones are barred: see `lab phones`" if found.get("barred") else ""
    return f"{found['stranded']} are stranded{restore}{barred}"


def _doors(node: dict[str, Any]) -> str:
    """What listens where: of several ports of one kind the number is in the name already."""
    return "  ".join(
        name.replace("_", " ") if name.endswith(f"_{door['port']}") else f"{name.replace('_', ' ')} {door['port']}"
        for name, door in node["services"].items()
    )


def phone_lines(found: list[dict[str, Any]], *, each: bool) -> list[str]:
    """A line for every phone, or for every kind of phone."""
    if each:
        return [f"{phone['name']}  {phone['address']:<14}  {_kind(phone)}" for phone in found]
    kinds: dict[str, int] = {}
    for phone in found:
        kinds[_kind(phone)] = kinds.get(_kind(phone), 0) + 1
    return [f"{count:6}  {kind}" for kind, count in kinds.items()] or ["No phones."]


def _kind(phone: dict[str, Any]) -> str:
    held = phone["list"]
    holds = f"list of {held['signer']} {held['sha1'][:12]}" if held else "no list"
    lost = "  STRANDED" if phone["stranded"] else "  ONLY BY A RESTORE (R4)" if phone["by_restore"] else ""
    barred = f"  BARRED: {phone['barred']}" if phone.get("barred") else ""
    return f"group {phone['group']}  {phone['state']:<12}  {holds}  {phone['status']}{lost}{barred}"
