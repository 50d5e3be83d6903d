"""The faults of a lab by name. Light on purpose: the command line names them and loads nothing else of the lab."""

from typing import Final

import msgspec


class FaultKind(msgspec.Struct, frozen=True):
    """A fault: its name, what is said behind it (empty where nothing is), and what then happens."""

    name: str
    where: str
    what: str


# Those that a rehearsal has too have its words: node, restart, replication, off, ssh.
FAULTS: Final = (
    FaultKind("node", "NODE", "it is down: every port refuses, until the fault is taken away and it has booted"),
    FaultKind("hang", "NODE", "it takes connections over SSH and HTTPS, and never says a byte"),
    FaultKind(
        "ssh",
        "NODE",
        "the next command there that changes anything is carried out, and the line is cut before it says so",
    ),
    FaultKind("restart", "SERVICE@NODE", "the next time that the service starts it does not stay up"),
    FaultKind("replication", "[NODE]", "nothing that is written reaches the database of the subscriber, or of any"),
    FaultKind("clock", "NODE", "its clock is five minutes fast: the dates that it prints, and those of certificates"),
    FaultKind(
        "certificate",
        "NODE",
        "somebody regenerates its tomcat certificate and restarts Cisco Tomcat: at once, and once",
    ),
    FaultKind(
        "hostname",
        "NAME@NODE",
        "it has another host name: all its certificates but ITLRecovery are new, and it starts anew: at once, and once",
    ),
    FaultKind("fips", "NODE", "FIPS mode is switched: its certificates are new, and it starts anew: at once, and once"),
    FaultKind("disk", "NODE", "its disk is full: no certificate can be made there, and no backup"),
    FaultKind("backup", "NODE", "nothing of it can be backed up: a backup of the cluster fails"),
    FaultKind("axl-busy", "[COUNT]", "the next five changes by AXL, or so many, are answered with 503"),
    FaultKind("axl-memory", "[COUNT]", "the next five AXL requests, or so many, are answered with its memory fault"),
    FaultKind("tftp-busy", "NODE", "its Cisco Tftp answers with 503, as if it asked other clusters for the file"),
    FaultKind("ntp", "NODE", "its clock follows no server; it goes on being right"),
    FaultKind("upgrade", "NODE", "it is being upgraded: no certificate can be regenerated there"),
    FaultKind("alarm", "NODE", "its syslog notes an alarm of TVS, of severity error: at once, and once"),
    FaultKind("database", "NODE", "the database has another serial number for its TVS certificate than its disk"),
    FaultKind("sso", "NODE", "single sign-on is switched on there"),
    FaultKind("pages", "PERCENT%", "the web access of so many phones in a hundred is disabled"),
    FaultKind("off", "PERCENT%", "so many phones in a hundred are switched off"),
)


def kind(name: str) -> FaultKind | None:
    """The fault of this name; None where there is no such fault."""
    return next((fault for fault in FAULTS if fault.name == name), None)
