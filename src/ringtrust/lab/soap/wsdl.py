"""WSDL 1.1 for the serviceability services, written from what their operations take and give (§4, §6).

Clients that other people wrote ask for it at `?wsdl`. Document style, literal use, every element in one namespace.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
_WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_SOAP: Final = "http://schemas.xmlsoap.org/wsdl/soap/"
_HTTP: Final = "http://schemas.xmlsoap.org/soap/http"
_SIMPLE: Final = frozenset({"string", "boolean", "integer", "long", "unsignedInt"})
_OCCURS: Final = {
    "": "",
    "?": ' minOccurs="0" nillable="true"',
    "*": ' minOccurs="0" maxOccurs="unbounded"',
}

# A field: `name type`, with ? behind it where it may lack and * where there may be many.
Fields = tuple[str, ...]


class Interface(NamedTuple):
    """A service: the fields of its requests and answers, and of the types that these are made of."""

    name: str
    stem: str
    operations: Mapping[str, tuple[Fields, Fields]]
    types: Mapping[str, Fields]


_INFORMATION: Final[Mapping[str, Fields]] = {
    "ServiceInformation": (
        *("ServiceName string?", "ServiceStatus string?", "ReasonCode integer?", "ReasonCodeString string?"),
        *("StartTime string?", "UpTime integer?"),
    ),
    "ArrayOfServiceInformation": ("item ServiceInformation*",),
    "ServiceInformationResponse": (
        *("ReturnCode integer?", "ReasonCode integer?", "ReasonString string?"),
        "ServiceInfoList ArrayOfServiceInformation?",
    ),
    "ArrayOfServices": ("item string*",),
}
_CONTROL_CENTER: Final = Interface(
    "ControlCenterServices",
    "ControlCenterServices",
    {
        "soapGetServiceStatus": (
            ("ServiceStatus string*",),
            ("soapGetServiceStatusReturn ServiceInformationResponse",),
        ),
        "soapDoControlServices": (
            ("ControlServiceRequest ControlServiceRequest",),
            ("soapDoControlServicesReturn ServiceInformationResponse",),
        ),
        "soapDoServiceDeployment": (
            ("DeploymentServiceRequest DeploymentServiceRequest",),
            ("soapDoServiceDeploymentReturn ServiceInformationResponse",),
        ),
        "getProductInformationList": (
            ("ServiceInfo string?",),
            ("getProductInformationListReturn GetProductInformationListResponse",),
        ),
        "soapGetStaticServiceList": (
            ("ServiceInformationResponse string?",),
            ("soapGetStaticServiceListReturn StaticServiceList",),
        ),
    },
    {
        **_INFORMATION,
        "ControlServiceRequest": ("NodeName string?", "ControlType string?", "ServiceList ArrayOfServices?"),
        "DeploymentServiceRequest": ("NodeName string?", "DeployType string?", "ServiceList ArrayOfServices?"),
        "InstalledProduct": (
            *("ProductName string?", "ProductVersion string?", "ProductDescription string?", "ProductID string?"),
            "ShortName string?",
        ),
        "ArrayOfInstalledProduct": ("item InstalledProduct*",),
        "DependentServices": ("Service string*",),
        "ProductServiceSpecification": (
            *("ServiceName string?", "ServiceType string?", "Deployable boolean", "GroupName string?"),
            *("ProductID string?", "DependentServices DependentServices?"),
        ),
        "ArrayOfProductServiceSpecification": ("item ProductServiceSpecification*",),
        "GetProductInformationListResponse": (
            *("ActiveServerVersion string?", "PrimaryNode string?", "SecondaryNode string?"),
            *("Products ArrayOfInstalledProduct?", "Services ArrayOfProductServiceSpecification?"),
        ),
        "ServiceSpecification": (
            *("ServiceName string?", "ServiceType string?", "Deployable boolean", "GroupName string?"),
            "DependentServices DependentServices?",
        ),
        "ArrayOfServiceSpecification": ("item ServiceSpecification*",),
        "StaticServiceList": ("Services ArrayOfServiceSpecification?",),
    },
)
_CONTROL_CENTER_EX: Final = Interface(
    "ControlCenterServicesEx",
    "ControlCenterServicesEx",
    {
        "getStaticServiceListExtended": (
            ("ServiceInformationResponse string?",),
            ("getStaticServiceListExtendedReturn StaticServiceListExtended",),
        ),
        "soapDoServiceDeploymentNoDbUpdate": (
            ("DeploymentServiceRequestEx DeploymentServiceRequestEx",),
            ("soapDoServiceDeploymentNoDbUpdateReturn ServiceInformationResponse",),
        ),
        "soapDoControlServicesEx": (
            ("ControlServiceRequestEx ControlServiceRequestEx",),
            ("soapDoControlServicesExReturn ServiceInformationResponse",),
        ),
    },
    {
        **_INFORMATION,
        "ControlServiceRequestEx": (
            *("ProductId string?", "DependencyType string?", "ControlType string?", "ServiceList ArrayOfServices?"),
        ),
        "DeploymentServiceRequestEx": ("ProductId string?", "DeployType string?", "ServiceList ArrayOfServices?"),
        "ServiceSpecificationExtended": (
            *("ServiceName string?", "DependentServices ArrayOfServices?", "ProductID string?", "ServiceType string?"),
            *("RestrictServer string?", "Restrict string?", "SetDefault string?", "SequenceNumber string?"),
            *("ServiceEnum string?", "GroupName string?", "Deployable boolean"),
        ),
        "ArrayOfServiceSpecificationExtended": ("item ServiceSpecificationExtended*",),
        "StaticServiceListExtended": (
            *("PrimaryNode boolean", "SecondaryNode boolean", "Services ArrayOfServiceSpecificationExtended?"),
        ),
    },
)
_PERFMON: Final = Interface(
    "PerfmonService",
    "Perfmon",
    {
        "perfmonOpenSession": ((), ("perfmonOpenSessionReturn string",)),
        "perfmonAddCounter": (("SessionHandle string", "ArrayOfCounter RequestArrayOfCounterType"), ()),
        "perfmonRemoveCounter": (("SessionHandle string", "ArrayOfCounter RequestArrayOfCounterType"), ()),
        "perfmonCollectSessionData": (("SessionHandle string",), ("perfmonCollectSessionDataReturn CounterInfoType*",)),
        "perfmonCloseSession": (("SessionHandle string",), ()),
        "perfmonListInstance": (("Host string", "Object string"), ("perfmonListInstanceReturn InstanceType*",)),
        "perfmonListCounter": (("Host string",), ("perfmonListCounterReturn ObjectInfoType*",)),
        "perfmonCollectCounterData": (
            ("Host string", "Object string"),
            ("perfmonCollectCounterDataReturn CounterInfoType*",),
        ),
        "perfmonQueryCounterDescription": (("Counter string",), ("perfmonQueryCounterDescriptionReturn string",)),
    },
    {
        "CounterType": ("Name string",),
        "RequestArrayOfCounterType": ("Counter CounterType*",),
        "ArrayOfCounterType": ("item CounterType*",),
        "CounterInfoType": ("Name string", "Value long", "CStatus unsignedInt"),
        "InstanceType": ("Name string",),
        "ObjectInfoType": ("Name string", "MultiInstance boolean", "ArrayOfCounter ArrayOfCounterType"),
    },
)
INTERFACES: Final[Mapping[str, Interface]] = {
    "/controlcenterservice2/services/ControlCenterServices": _CONTROL_CENTER,
    "/controlcenterservice2/services/ControlCenterServicesEx": _CONTROL_CENTER_EX,
    "/perfmonservice2/services/PerfmonService": _PERFMON,
}


def document(interface: Interface, location: str) -> bytes:
    """The WSDL of a service that is reached at this URL."""
    names = f'xmlns:wsdl="{_WSDL}" xmlns:soap="{_SOAP}" xmlns:xsd="{_SCHEMA}" xmlns:tns="{NAMESPACE}"'
    port, binding = f"{interface.stem}Port", f"{interface.stem}Binding"
    at = escape(location, {'"': "&quot;"})
    operations = interface.operations
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<wsdl:definitions targetNamespace="{NAMESPACE}" {names}>\n'
        f'<wsdl:types><xsd:schema elementFormDefault="qualified" targetNamespace="{NAMESPACE}">\n'
        f"{_lines(_schema(interface))}</xsd:schema></wsdl:types>\n"
        f"{_lines(_messages(operations))}"
        f'<wsdl:portType name="{port}">\n{_lines(map(_abstract, operations))}</wsdl:portType>\n'
        f'<wsdl:binding name="{binding}" type="tns:{port}"><soap:binding style="document" transport="{_HTTP}"/>\n'
        f"{_lines(map(_bound, operations))}</wsdl:binding>\n"
        f'<wsdl:service name="{interface.name}"><wsdl:port name="{port}" binding="tns:{binding}">'
        f'<soap:address location="{at}"/></wsdl:port></wsdl:service>\n</wsdl:definitions>\n'
    )
    return text.encode()


def _lines(parts: Iterator[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


def _schema(interface: Interface) -> Iterator[str]:
    for name, fields in interface.types.items():
        yield f'<xsd:complexType name="{name}">{_sequence(fields)}</xsd:complexType>'
    for name, (request, answer) in interface.operations.items():
        yield f'<xsd:element name="{name}"><xsd:complexType>{_sequence(request)}</xsd:complexType></xsd:element>'
        inner = f"<xsd:complexType>{_sequence(answer)}</xsd:complexType>"
        yield f'<xsd:element name="{name}Response">{inner}</xsd:element>'


def _sequence(fields: Fields) -> str:
    return f"<xsd:sequence>{''.join(map(_element, fields))}</xsd:sequence>"


def _element(field: str) -> str:
    name, _, kind = field.partition(" ")
    bare = kind.rstrip("?*")
    space = "xsd" if bare in _SIMPLE else "tns"
    return f'<xsd:element name="{name}" type="{space}:{bare}"{_OCCURS[kind.removeprefix(bare)]}/>'


def _messages(operations: Mapping[str, tuple[Fields, Fields]]) -> Iterator[str]:
    for name in operations:
        for message, element in ((f"{name}Request", name), (f"{name}Response", f"{name}Response")):
            part = f'<wsdl:part name="parameters" element="tns:{element}"/>'
            yield f'<wsdl:message name="{message}">{part}</wsdl:message>'


def _abstract(name: str) -> str:
    ways = f'<wsdl:input message="tns:{name}Request"/><wsdl:output message="tns:{name}Response"/>'
    return f'<wsdl:operation name="{name}">{ways}</wsdl:operation>'


def _bound(name: str) -> str:
    literal = '<soap:body use="literal"/>'
    ways = f"<wsdl:input>{literal}</wsdl:input><wsdl:output>{literal}</wsdl:output>"
    return f'<wsdl:operation name="{name}"><soap:operation soapAction="{name}"/>{ways}</wsdl:operation>'
