"""The type tables of the database: certificate services, trust roles, distributions (interfaces.md §1.12)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.lab.releases import Release
from ringtrust.lab.state.database import Statement, put

# 210541, literal of 8.6: the certificate services up to 16. The numbers of the later ones are not known [U].
CERTIFICATE_SERVICES: Final = (
    *("Phone-trust", "Phone-VPN-trust", "CallManager", "CallManager-trust", "tomcat", "tomcat-trust", "ipsec"),
    *("ipsec-trust", "CAPF", "CAPF-trust", "TVS", "TVS-trust", "directory-trust", "Phone-SAST-trust"),
    *("Phone-CTL-trust", "userlicensing-trust", "ITLRecovery", "CallManager-ECDSA", "tomcat-ECDSA"),
    *("Phone-CTL-ASA-trust", "Phone-Edge-trust"),
)
SERVICE_ENUM: Final = {name: number for number, name in enumerate(CERTIFICATE_SERVICES, 1)}

# 210541, unitRoleMap: what the certificates of a unit or store may be used for.
ROLES: Final[dict[str, tuple[int, ...]]] = {
    "CallManager": (2, 0),
    "CAPF": (4,),
    "TVS": (21,),
    "ITLRecovery": (0,),
    "Phone-SAST-trust": (0, 3),
    "tomcat": (7,),
    "tomcat-trust": (7,),
    "ipsec": (7,),
    "tomcat-ECDSA": (7,),
    "Phone-trust": (7,),
    "Phone-CTL-trust": (7,),
    "Phone-VPN-trust": (26,),
}
# The numbers are those of 210541; the names those of AXL, which are the names in the type tables (interfaces.md §3.3).
_TRUST_ROLES: Final = {
    0: "SAST",
    1: "CallManager",
    2: "CallManagerTFTP",
    3: "TFTP",
    4: "CAPF",
    5: "SRST",
    6: "Firewall",
    7: "Application Server",
    20: "Certificate Authority",
    21: "Authentication and Authorization",
    22: "Signaling and Call Control",
    23: "Provisioning Service",
    24: "Data Service",
    25: "Network Element",
    26: "Virtual Private Network",
    27: "Serviceability",
    255: "Unknown",
}
# What CAPF may do with a phone (interfaces.md §3.3), in the order of AXL's lists. Pending is 2 of both the operations
# and the states in the statement that the field sends (§1.12); of the other numbers, and of the tables of the last four
# and the columns that point to them, no document tells [U].
CERTIFICATE_OPERATIONS: Final = ("No Pending Operation", "Install/Upgrade", "Delete", "Troubleshoot")
CERTIFICATE_STATES: Final = (
    *("None", "Operation Pending", "Upgrade Success", "Delete Success", "Troubleshoot Success"),
    *("Upgrade Failed", "Delete Failed", "Troubleshoot Failed"),
    *(
        f"{operation} Failed: {reason}"
        for operation in ("Upgrade", "Delete", "Troubleshoot")
        for reason in (
            *("Invalid LSC", "Invalid Authentication String", "Invalid MIC", "Invalid Credentials"),
            *("Phone Communication Failure", "Key Generation Failed/Timeout", "CA Communication Failure"),
            *("CA Rejected Connection", "User Initiated Request Late/Timedout"),
        )
    ),
    "Upgrade Failed: No Support for EC only in CAPF version 3",
)
AUTHENTICATION_MODES: Final = (
    *("By Authentication String", "By Null String"),
    *("By Existing Certificate (precedence to LSC)", "By Existing Certificate (precedence to MIC)"),
)
KEY_SIZES: Final = ("512", "1024", "2048", "3072", "4096")
KEY_ORDERS: Final = ("RSA Only", "EC Only", "EC Preferred, RSA Backup")
EC_KEY_SIZES: Final = ("256", "384", "521")
# In the order of `deviceSecurityMode` (trust-formats.md §6.8); the table, and that of the profiles, are [U].
SECURITY_MODES: Final = ("Non Secure", "Authenticated", "Encrypted")
_USUAL_MODEL: Final = 684
# Public inventories of clusters [U]: models by their number in the table.
MODELS: Final = {
    7: "Cisco 7960",
    8: "Cisco 7940",
    365: "Cisco 7921",
    503: "Cisco Unified Client Services Framework",
    684: "Cisco 8861",
}
_CAPF_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "typecertificateoperation": CERTIFICATE_OPERATIONS,
    "typecertificatestatus": CERTIFICATE_STATES,
    "typeauthenticationmode": AUTHENTICATION_MODES,
    "typekeysize": KEY_SIZES,
    "typekeyorder": KEY_ORDERS,
    "typeeckeysize": EC_KEY_SIZES,
    "typedevicesecuritymode": SECURITY_MODES,
}
# [U]: the numbers are the lab's own; queries join by name.
_SERVICES: Final = (
    *("Cisco CallManager", "Cisco Tftp", "Cisco CTIManager", "Cisco CTL Provider", "Cisco Extension Mobility"),
    *("Cisco Dialed Number Analyzer", "Cisco Location Bandwidth Manager"),
)


def look_ups(release: Release) -> Iterator[Statement]:
    """What is in the type tables of every cluster."""
    for number, name in enumerate(CERTIFICATE_SERVICES[: release.certificate_services], 1):
        moniker = "CERTIFICATE_SERVICE_" + name.upper().replace("-", "_")
        yield put("typecertificateservice", number, name, moniker, "t" if name.endswith("-trust") else "f")
    for number, name in _TRUST_ROLES.items():
        yield put("typetrustrole", number, name, "TRUST_ROLE_" + name.upper().replace(" ", "_"))
    for number, name in enumerate(_SERVICES):
        yield put("typeservice", number, name, "SERVICE_" + name.upper().replace(" ", "_"))
    if release.distribution:
        yield put("typecertificatedistribution", 1, "this-server", "CERT_DIST_THIS_SERVER")
        yield put("typecertificatedistribution", 2, "multi-server(SAN)", "CERT_DIST_MULTI_SAN")
    for table, names in _CAPF_TABLES.items():
        for number, name in enumerate(names, 1):
            yield put(table, number, name, f"{table.removeprefix('type').upper()}_{number}")
    yield put("typedeviceprotocol", 11, "SIP", "DEVICE_PROTOCOL_SIP")
    yield put("typeclass", 1, "Phone", "CLASS_PHONE")
    yield from _of_devices()


def _of_devices() -> Iterator[Statement]:
    for number, name in MODELS.items():
        yield put("typemodel", number, name, "MODEL_" + name.upper().replace(" ", "_"))


def model_number(name: str) -> int:
    """The number in typemodel of a model by its product, such as CP-7940; that of most labs where it is not there."""
    wanted = name.replace("CP-", "Cisco ")
    return next((number for number, each in MODELS.items() if each == wanted), _USUAL_MODEL)


def service_number(name: str) -> int | None:
    """The number of a feature service in typeservice."""
    return _SERVICES.index(name) if name in _SERVICES else None
