"""Literal texts of default CA certificates, HAProxy and OAuth keys (CLI guide 15); where it shows none, [U]."""

from typing import Final

SIGNED_MICS: Final = (
    "This certificate was used to sign the MIC installed on Cisco endpoint. Presence of this certificate allows the "
    "end point to communicate securely with UCM using the MIC when associated with a secure profile."
)
CALL_HOME: Final = "This certificate is used by UCM to communicate with Cisco if Call-Home feature is enabled."
NAME_OF_AUTHORITY: Final = "Enter the Common Name of Default CA Certificate : "
NO_SUCH_AUTHORITY: Final = "The {name} certificate is not in the list of default Cisco CA certificates."
WISH_TO_PROCEED: Final = "Do you wish to proceed (yes|no)? "
MIC_SERVICES: Final = '"Cisco CallManager", "Cisco Certificate Authority Proxy Function" and\n"Cisco Tftp"'
CALL_HOME_SERVICES: Final = '"Cisco Tomcat"'
DISABLING_ALL: Final = """
WARNING: This operation will disable all Cisco CA certificates that have been installed
by default. You can use the "show cert default-ca-list" to view the list of default\x20
Cisco CA certificates.
You must restart the "Cisco Tomcat", "Cisco CallManager", "Cisco Tftp" and\x20
"Cisco Certificate Authority Proxy Function" services after running this command.\x20
This command should be run from the Publisher.
"""
DISABLING: Final = """
WARNING: This operation will disable the "{name}" Cisco CA certificate.
You must restart the {services} services after running this command. This command should be run from the Publisher.
"""
ENABLING_ALL: Final = """
WARNING: This operation will enable all default Cisco CA certificates
as trusted certificates for all nodes in this cluster.
You can use the "show cert default-ca-list" to view the list of default
Cisco CA certificates. You must restart the "Cisco Tomcat", "Cisco CallManager",
"Cisco Tftp" and "Cisco Certificate Authority Proxy Function" services after
running this command. This command should be run from the Publisher.
"""
ENABLING: Final = """
WARNING: This operation will install the "{name}" certificate as a trusted certificate
for all nodes in this cluster. You must restart the {services} services after running this
command. This command should be run from the Publisher.
"""
ALL_AUTHORITIES: Final = """Successfully {done} the default Cisco CA certificates.
Please wait for a few minutes for the UI to reflect the correct status.
"""
ONE_AUTHORITY: Final = 'Successfully {done} default "{name}" certificate.'

AUTHZ_QUESTION: Final = "This regenerates the key and revokes all tokens that were issued. Proceed (yes|no)? "  # [U]
AUTHZ_REGENERATED: Final = "Successfully regenerated the authz {kind} key."  # [U]
AUTHZ_CHECKSUM: Final = "{kind} key checksum: {checksum}"  # [U]

NO_SUCH_PORT: Final = "Enter valid values for the port.\nSuggested values are 6971, 6972 and 9443"
NO_SUCH_PORT_TO_SET: Final = "Please enter valid values for the port.\nSupported values are 6971, 6972 and 9443"
CLIENT_AUTHENTICATION: Final = "Client authentication on the port {port} is currently set to {state}"
ALREADY_SET: Final = """
HAProxy client authentication is already set to\x20
{state} on port {port} . No action will be taken.

"""
HAPROXY_WARNING: Final = """
This command will result in the HA Proxy service set the client\x20
authentication as per your specification and restart the\x20
HAProxy process. Restarting of the HAProxy process might\x20
result in momentary disconnection of all Phones and Jabber\x20
clients that are accessing this service for secure\x20
configuration file downloads. It is recommended this\x20
operation be performed during off-busy hours and ensure\x20
there are no TFTP operations in progress.
Warning: Setting the client authentication to anything other
than default value could have serious implications.\x20
Please change these values only as per Cisco TAC team's advise
"""
HAPROXY_QUESTION: Final = "Do you want to continue (yes/no) ? "
HAPROXY_SET: Final = """Successfully set client authentication to {state}

HAProxy Process already running .. restarting
"""
