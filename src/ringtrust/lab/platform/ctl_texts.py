"""Literal texts of `utils ctl` (118892, 118893, CLI guide 12.5); what no source shows is ours and says [U]."""

from collections.abc import Mapping
from typing import Final

MODE_QUESTION: Final[Mapping[bool, str]] = {
    True: "This operation will set the cluster to Mixed mode. Do you want to continue? (y/n):",
    False: "This operation will set the cluster to non secure mode. Do you want to continue? (y/n):",
}
MOVING: Final[Mapping[bool, str]] = {True: "Moving Cluster to Mixed Mode", False: "Moving Cluster to Non Secure Mode"}
SET: Final[Mapping[bool, str]] = {True: "Cluster set to Mixed Mode", False: "Cluster set to Non Secure Mode"}
ALREADY: Final[Mapping[bool, str]] = {
    True: "Cluster is already in Mixed Mode.",  # [U] the CLI guide says that it tells so, and asks
    False: "Cluster is already in Non Secure Mode.",  # [U] likewise
}
UPDATE_QUESTION: Final = "This operation will update the CTLFile. Do you want to continue? (y/n):"
UPDATING: Final = "Updating CTL file"
UPDATED: Final = "CTL file Updated"
RESTART: Final[Mapping[str, str]] = {
    "tftp and callmanager": (
        "Please Restart the TFTP and Cisco CallManager services on all nodes in the cluster that run these services\n"
    ),
    "phones and cti": (
        "You must reset all phones to ensure they received the updated CTL file.\n"
        "You must restart Cisco CTIManager services on all the nodes in the cluster that have the service activated.\n"
    ),
}
NOT_MIXED: Final = "The cluster is not in Mixed Mode. Run utils ctl set-cluster mixed-mode first."  # [U]
NOT_WRITTEN: Final = "The CTL file could not be written: {reason}"  # [U]
RESET: Final = """CTLFile will be reset now
and signed using {unit} certificate key...
CTL file Reset.
Please reset all the phones to pickup the new CTL File.
"""  # [U], as `utils itl reset localkey` says it from 14SU3 on
NOT_RESET: Final = "The CTL file was not reset. {reason}"  # [U]
ITL_NOT_RESET: Final = "The ITL file was not reset. {reason}"  # [U]
