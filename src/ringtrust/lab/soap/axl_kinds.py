"""What AXL gives of the objects in the database: for each kind its elements, in the order of the schema (§3.3).

Left out are the elements that the lab has no value for; the schema has none of them as required.
"""

from typing import Final, NamedTuple

import msgspec

Schema = tuple[int, int]
_ECDSA: Final[Schema] = (11, 0)  # AXLX: the first schema that has it
_ROLES: Final[Schema] = (10, 0)  # likewise


class Field(NamedTuple):
    """An element: the SQL that gives its text, and for what names another object the SQL of that one's key.

    `since` is the first schema that has it. One that is `markup` holds elements, made of names of the lab's own. One
    that may be `absent` is left out where there is no text: the schema does not allow it to be empty.
    """

    tag: str
    column: str
    reference: str = "null"
    since: Schema = (0, 0)
    markup: bool = False
    listed: bool = True
    absent: bool = False


class Kind(msgspec.Struct, frozen=True):
    """A kind of object: its element, where it stands in the database, and how one or many are named."""

    element: str
    source: str
    key: str
    order: str
    fields: tuple[Field, ...]
    searched: tuple[str, ...] = ("name",)
    named: tuple[str, ...] = ("name",)


def _truth(column: str) -> str:
    return f"case {column} when 't' then 'true' else 'false' end"


def _nested(tag: str, name: str, source: str) -> str:
    """Elements inside of an element, as text: the names are those of the type tables, which need no escapes."""
    element = f"'<{tag}><{tag}Name>' || {name} || '</{tag}Name></{tag}>'"
    return f"(select group_concat({element}, '') from {source})"  # noqa: S608 - our own words


PHONE: Final = Kind(
    element="phone",
    source="""device
        left join typemodel on typemodel.enum = device.tkmodel
        left join typeclass on typeclass.enum = device.tkclass
        left join typedeviceprotocol as protocol on protocol.enum = device.tkdeviceprotocol
        left join devicepool on devicepool.pkid = device.fkdevicepool
        left join typecertificateoperation as operation on operation.enum = device.tkcertificateoperation
        left join typecertificatestatus as status on status.enum = device.tkcertificatestatus
        left join typeauthenticationmode as mode on mode.enum = device.tkauthenticationmode
        left join typekeysize on typekeysize.enum = device.tkkeysize
        left join typekeyorder on typekeyorder.enum = device.tkkeyorder
        left join typeeckeysize on typeeckeysize.enum = device.tkeckeysize""",
    key="device.pkid",
    order="device.name",
    fields=(
        Field("name", "device.name"),
        Field("description", "device.description"),
        Field("product", "typemodel.name"),
        Field("model", "typemodel.name"),
        Field("class", "typeclass.name"),
        Field("protocol", "protocol.name"),
        Field("protocolSide", "'User'"),
        Field("devicePoolName", "devicepool.name", "devicepool.pkid"),
        Field("certificateOperation", "operation.name"),
        Field("authenticationMode", "mode.name"),
        Field("keySize", "typekeysize.name"),
        Field("keyOrder", "typekeyorder.name", since=_ECDSA),
        Field("ecKeySize", "typeeckeysize.name", since=_ECDSA),
        Field("authenticationString", "device.authenticationstring"),
        Field("certificateStatus", "status.name"),
        Field("upgradeFinishTime", "device.upgradefinishtime"),
    ),
    searched=("name", "description", "protocol", "devicePoolName"),
)
PROCESS_NODE: Final = Kind(
    element="processNode",
    source="processnode",
    key="processnode.pkid",
    order="processnode.nodeid",
    fields=(
        Field("name", "processnode.name"),
        Field("description", "processnode.description"),
        Field("mac", "processnode.mac", absent=True),
        Field("ipv6Name", "processnode.ipv6name"),
        Field("nodeUsage", "case processnode.tknodeusage when 0 then 'Publisher' else 'Subscriber' end"),
        Field("lbmHubGroup", "null", "processnode.fklbmhubgroup", since=_ROLES),
        Field(
            "processNodeRole",
            "case processnode.tkprocessnoderole when 2 then 'CUCM IM and Presence' else 'CUCM Voice/Video' end",
            since=_ROLES,
        ),
    ),
    searched=("name", "description", "processNodeRole"),
)
PROCESS_NODE_SERVICE: Final = Kind(
    element="processNodeService",
    source="""processnodeservice
        join processnode on processnode.pkid = processnodeservice.fkprocessnode
        join typeservice on typeservice.enum = processnodeservice.tkservice""",
    key="processnodeservice.pkid",
    order="processnode.nodeid, typeservice.enum",
    fields=(
        Field("processNodeName", "processnode.name", "processnode.pkid"),
        Field("service", "typeservice.name"),
        Field("enable", _truth("processnodeservice.enable")),
        Field("isActive", _truth("processnodeservice.isactive")),
    ),
    searched=("processNodeName",),
    named=("processNodeName", "service"),
)
SERVICE_PARAMETER: Final = Kind(
    element="serviceParameter",
    source="""processconfig
        join processnode on processnode.pkid = processconfig.fkprocessnode
        left join typeservice on typeservice.enum = processconfig.tkservice""",
    key="processconfig.pkid",
    order="processconfig.paramname",
    fields=(
        Field("processNodeName", "processnode.name", "processnode.pkid"),
        Field("name", "processconfig.paramname"),
        Field("service", "coalesce(typeservice.name, 'Enterprise Wide')"),
        Field("value", "processconfig.paramvalue"),
    ),
    searched=("processNodeName", "service"),
    named=("processNodeName", "name", "service"),
)
TVS_CERTIFICATE: Final = Kind(
    element="tvsCertificate",
    source="certificate",
    key="certificate.pkid",
    order="certificate.servername, certificate.subjectname, certificate.serialnumber, certificate.pkid",
    fields=(
        Field("subjectName", "certificate.subjectname"),
        Field("issuerName", "certificate.issuername"),
        Field("serialNumber", "certificate.serialnumber"),
        Field("timeToLive", "certificate.timetolive"),
        Field("ipv4Address", "certificate.ipv4address"),
        Field("ipv6Address", "certificate.ipv6address"),
        Field(
            "roles",
            _nested(
                "role",
                "typetrustrole.name",
                "certificatetrustrolemap as map join typetrustrole on typetrustrole.enum = map.tktrustrole "
                "where map.fkcertificate = certificate.pkid",
            ),
            markup=True,
            listed=False,
        ),
        Field(
            "services",
            _nested(
                "service",
                "service.name",
                "certificateservicecertificatemap as map "
                "join typecertificateservice as service on service.enum = map.tkcertificateservice "
                "where map.fkcertificate = certificate.pkid",
            ),
            markup=True,
            listed=False,
        ),
    ),
    searched=("subjectName", "issuerName", "serialNumber", "timeToLive"),
    named=("issuerName", "serialNumber"),
)
CALL_MANAGER_GROUP: Final = Kind(
    element="callManagerGroup",
    source="callmanagergroup",
    key="callmanagergroup.pkid",
    order="callmanagergroup.name",
    fields=(
        Field("name", "callmanagergroup.name"),
        Field("tftpDefault", _truth("callmanagergroup.tftpdefault")),
    ),
)
DEVICE_POOL: Final = Kind(
    element="devicePool",
    source="devicepool left join callmanagergroup on callmanagergroup.pkid = devicepool.fkcallmanagergroup",
    key="devicepool.pkid",
    order="devicepool.name",
    fields=(
        Field("name", "devicepool.name"),
        Field("callManagerGroupName", "callmanagergroup.name", "callmanagergroup.pkid"),
    ),
    searched=("name", "callManagerGroupName"),
)
KINDS: Final = (
    *(PHONE, PROCESS_NODE, PROCESS_NODE_SERVICE, SERVICE_PARAMETER),
    *(TVS_CERTIFICATE, CALL_MANAGER_GROUP, DEVICE_POOL),
)
