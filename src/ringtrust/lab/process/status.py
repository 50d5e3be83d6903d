"""What a running lab says of itself: the JSON of `lab status`, and its entry for ringtrust.toml."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from ringtrust.lab.process.lab import Account, Lab
from ringtrust.lab.state.founding import stand_ins
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import CALLMANAGER, CAPF, TFTP, TOMCAT, TVS
from ringtrust.lab.wire import callmanager, tftp_door, tftp_http, tomcat

# The doors of a node as they are shown, with the scheme of a URL where there is one.
_SHOWN: Final[Mapping[str, tuple[str, str]]] = {
    TOMCAT: ("https", "https"),
    f"{TOMCAT} {tomcat.REAL_PORT}": ("https_443", "https"),
    TFTP: ("tftp_http", "http"),
    f"{TFTP} {tftp_http.CALLMANAGER_PORT}": ("tftp_https_6971", "https"),
    f"{TFTP} {tftp_http.TOMCAT_PORT}": ("tftp_https_6972", "https"),
    f"{TFTP} {tftp_door.PORT}": ("tftp_udp", ""),
    f"{TFTP} {tftp_door.REAL_PORT}": ("tftp_udp_69", ""),
    TVS: ("tvs", ""),
    CALLMANAGER: ("sip", ""),
    f"{CALLMANAGER} {callmanager.SECURE_PORT}": ("sips", ""),
    CAPF: ("capf", ""),
}
HEADER: Final = "# Written by `ringtrust lab up`, and taken away by `ringtrust lab down`."


def status(lab: Lab, faults: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """Release, clock, who may log in, where every node listens, what is wrong, and what was asked for in vain."""
    return {
        "name": lab.cluster.topology.name,
        "release": lab.cluster.release.name,
        "version": lab.cluster.release.version,
        "mode": "mixed" if lab.cluster.ctl.mixed else "non-secure",
        "clock": lab.cluster.time.now().isoformat(timespec="seconds"),
        "speed": lab.speed,
        "pid": os.getpid(),
        "phones": len(lab.desks),
        "registered": lab.registered,
        "credentials": {
            "cli": _account(lab.platform),
            "viewer": _account(lab.viewer),
            "application": _account(lab.application),
        },
        "nodes": [_node(lab, node) for node in lab.cluster.nodes],
        "syslog": lab.cluster.topology.monitoring.syslog,
        "faults": listed(faults),
        "locked": [
            {"node": node.name, "account": name}
            for node in lab.cluster.nodes
            for name in node.logins.locked(lab.cluster.time.now())
        ],
        "unknown": unknown(lab),
    }


def listed(faults: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """The faults that are there."""
    return [{"name": name, "where": where} for name, where in faults]


def unknown(lab: Lab) -> list[dict[str, Any]]:
    """What it was asked for and does not know, with how often, the most frequent first."""
    return [{"interface": where, "what": what, "count": count} for where, what, count in lab.cluster.unknown]


def _account(account: Account) -> dict[str, str]:
    return {"user": account.user, "password": account.password}


def _node(lab: Lab, node: Node) -> dict[str, Any]:
    role = "publisher" if node.publisher else "subscriber"
    services: dict[str, dict[str, Any]] = {"ssh": {"port": lab.ssh_ports[-1]}}
    for door, (name, scheme) in _SHOWN.items():
        found = lab.doors[node.name].get(door)
        if found is not None:
            url = {"url": f"{scheme}://{node.address}:{found.port}/"} if scheme else {}
            services[name] = {"port": found.port, **url}
    return {"name": node.name, "role": role, "address": node.address, "services": services}


def can_be_written(text: str) -> bool:
    """Whether a text can stand in a TOML file: names of files may hold bytes that are no characters."""
    return all(character.isprintable() for character in text)


def _quoted(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)


def settings(lab: Lab, secrets: Path) -> str:
    """The entry of this cluster in ringtrust.toml: passwords are printed by a command, and stand nowhere."""
    publisher = lab.cluster.publisher
    port = lab.desks[0].web.port if lab.desks else 0
    return "\n".join(
        (
            HEADER,
            f"[clusters.{_quoted(lab.cluster.topology.name)}]",
            f"publisher = {_quoted(publisher.address)}",
            f"ssh_port = {lab.ssh_ports[0]}",
            f"rest_port = {tomcat.PORT}",
            f"tftp_port = {tftp_door.PORT}",
            f"phone_web_port = {port}",
            f"cisco_cas = {_quoted(list(stand_ins(lab.cluster)))}",
            "",
            f"[clusters.{_quoted(lab.cluster.topology.name)}.platform]",
            f"user = {_quoted(lab.platform.user)}",
            f"password_command = {_quoted(['cat', str(secrets / 'platform')])}",
            "",
            f"[clusters.{_quoted(lab.cluster.topology.name)}.application]",
            f"user = {_quoted(lab.application.user)}",
            f"password_command = {_quoted(['cat', str(secrets / 'application')])}",
            "",
        )
    )
