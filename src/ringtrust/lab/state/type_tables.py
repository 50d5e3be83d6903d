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
_TRUST_ROLES: Final = {
    0: "SAST",
    1: "CALLMANAGER",
    2: "CALLMANAGER_TFTP",
    3: "TFTP",
    4: "CAPF",
    5: "SRST",
    6: "FIREWALL",
    7: "APPLICATION_SERVER",
    20: "CERTIFICATE_AUTHORITY",
    21: "AUTHENTICATION_AUTHORIZATION",
    22: "SIGNALING_CALL_CONTROL",
    23: "PROVISIONING",
    24: "DATA_SERVICE",
    25: "NETWORK_ELEMENT",
    26: "VPN",
    27: "SERVICEABILITY",
    255: "UNKNOWN",
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
        yield put("typetrustrole", number, name, f"TRUST_ROLE_{name}")
    for number, name in enumerate(_SERVICES):
        yield put("typeservice", number, name, "SERVICE_" + name.upper().replace(" ", "_"))
    if release.distribution:
        yield put("typecertificatedistribution", 1, "this-server", "CERT_DIST_THIS_SERVER")
        yield put("typecertificatedistribution", 2, "multi-server(SAN)", "CERT_DIST_MULTI_SAN")
    yield put("typemodel", 684, "Cisco 8861", "MODEL_CISCO_8861")
    yield put("typeclass", 1, "Phone", "CLASS_PHONE")


def service_number(name: str) -> int | None:
    """The number of a feature service in typeservice."""
    return _SERVICES.index(name) if name in _SERVICES else None
