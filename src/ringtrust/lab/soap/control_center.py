"""Control Center: the services of a node are looked at, started, stopped, activated (interfaces.md §4).

[U] The return codes, the groups of services, and how it answers for another node: it must be asked itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from lxml import etree

from ringtrust.lab.soap.envelope import FaultError, Operation, envelope, fault, items, not_served, tagged
from ringtrust.lab.soap.wsdl import INTERFACES, NAMESPACE, document
from ringtrust.lab.state import activation
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import TOMCAT, Service, State
from ringtrust.safe_xml import first, text

PATH: Final = "/controlcenterservice2/services/ControlCenterServices"
EXTENDED_PATH: Final = "/controlcenterservice2/services/ControlCenterServicesEx"

REASONS: Final = {
    -1: " ",
    -1010: "No such service",
    -1011: "Component is reserved for platform",
    -1012: "Bad arguments",
    -1029: "Operation is pending",
    -1039: "Component already started",
    -1040: "Component already stopped",
    -1043: "No changes",
    -1045: "Operation not supported",
    -1068: "Service Not Activated",
    -1069: "Commanded Out of Service",
}
"""The reason codes that are answered here, with their texts."""
_DONE: Final = -1

# They host the service itself, or stand in front of it: by CLI only (§1.10, §4).
CLI_ONLY: Final = (TOMCAT, "Cisco SSOSP Tomcat", "Cisco UDS Tomcat", "Cisco AXL Tomcat", "Cisco HAProxy")
_SHOWN: Final = {State.STARTED: "Started", State.STARTING: "Starting", State.STOPPED: "Stopped"}
_PRODUCT: Final = ("CallManager", "Cisco Unified CallManager", "CCM")
_SERVICES_AT_MOST: Final = 1_000
_SUCCESS, _FAILURE = "0", "1"


class Outcome(NamedTuple):
    """What is said of one service: its item, and the code by which what was asked for it failed."""

    item: str
    code: int = _DONE


class _Spoken:
    """One of the two services: what they have in common."""

    name: str

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._cluster = cluster
        self._node = node
        self.operations: dict[str, Callable[[Operation], str]] = {}

    def answer(self, operation: Operation) -> tuple[int, bytes]:
        """The HTTP status and the answer."""
        try:
            if operation.name not in self.operations:
                self._cluster.unknown.note("control-center", operation.name)
                not_served(operation)
            inner = self.operations[operation.name](operation)
        except FaultError as error:
            return 500, fault(error.message)
        returned = f"<{operation.name}Return>{inner}</{operation.name}Return>"
        return 200, envelope(f'<{operation.name}Response xmlns="{NAMESPACE}">{returned}</{operation.name}Response>')

    def _controlled(self, kind: str, names: Iterable[str]) -> str:
        acts = {"Start": self._start, "Stop": self._stop, "Restart": self._restart}
        if kind not in acts:
            return _response(_FAILURE, "", -1012)
        return _collected([self._each(name, acts[kind]) for name in names])

    def _each(self, name: str, act: Callable[[Service], int]) -> Outcome:
        service = self._node.services.find(name)
        if service is None:
            return self._unknown(name)
        code = -1045 if service.name in CLI_ONLY else act(service)
        return Outcome(self._item(service, code), code)

    def _unknown(self, name: str) -> Outcome:
        """The platform's own services cannot be reached from here; others are not there."""
        platform = any(row.name.lower() == name.lower() for row in self._node.release.services.system)
        code = -1011 if platform else -1010
        return Outcome(_service_item(name, "Unknown", code, "", -1), code)

    def _start(self, service: Service) -> int:
        if not service.activated:
            return -1068
        if service.state is not State.STOPPED:
            return -1039 if service.state is State.STARTED else -1029
        self._node.services.start(service)
        return _DONE

    def _stop(self, service: Service) -> int:
        if not service.activated:
            return -1068
        if service.state is State.STOPPED:
            return -1040
        self._node.services.stop(service)
        return _DONE

    def _restart(self, service: Service) -> int:
        if not service.activated:
            return -1068
        if service.state is State.STARTING:
            return -1029
        self._node.services.restart(service)
        return _DONE

    def _deployed(self, kind: str, names: Iterable[str], *, in_database: bool) -> str:
        if kind not in {"Deploy", "UnDeploy"}:
            return _response(_FAILURE, "", -1012)

        def act(service: Service) -> int:
            if service.name not in self._node.release.services.features:
                return -1045
            if service.activated == (kind == "Deploy"):
                return -1043
            change = activation.activate if kind == "Deploy" else activation.deactivate
            change(self._cluster, self._node, service, in_database=in_database)
            return _DONE

        return _collected([self._each(name, act) for name in names])

    def _item(self, service: Service, code: int = _DONE) -> str:
        """Where nothing failed, a service that does not run has the reason for that."""
        if code == _DONE and service.state is State.STOPPED:
            code = -1069 if service.activated else -1068
        if service.state is not State.STARTED:
            return _service_item(service.name, _SHOWN[service.state], code, "", -1)
        up = self._cluster.time.now() - service.since
        since = (self._cluster.clock(self._node) - up).ctime()
        return _service_item(service.name, _SHOWN[service.state], code, since, int(up.total_seconds()))

    def _specified(self) -> Iterator[tuple[Service, str, bool]]:
        """Every service with its group, and whether it can be activated."""
        for service in self._node.services:
            feature = service.name in self._node.release.services.features
            yield service, "CM Services" if feature else "System Services", feature


class ControlCenter(_Spoken):
    """ControlCenterServices of one node."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        super().__init__(cluster, node)
        self.operations = {
            "soapGetServiceStatus": self._status,
            "soapDoControlServices": self._control,
            "soapDoServiceDeployment": self._deploy,
            "getProductInformationList": self._products,
            "soapGetStaticServiceList": self._static,
        }

    @staticmethod
    def description(address: str) -> bytes:
        """Its WSDL. `address`: the URL that it is asked at."""
        return document(INTERFACES[PATH], address)

    def _status(self, operation: Operation) -> str:
        asked = first(operation.parameters, "ServiceStatus")
        names = _bounded(name for name in _texts(operation.parameters) if name) if asked is not None else []
        if not names:
            return _collected([Outcome(self._item(service)) for service in self._node.services])
        return _collected([self._one(name) for name in names])

    def _one(self, name: str) -> Outcome:
        service = self._node.services.find(name)
        return Outcome(self._item(service)) if service is not None else self._unknown(name)

    def _control(self, operation: Operation) -> str:
        request = first(operation.parameters, "ControlServiceRequest")
        if not self._is_here(text(request, "NodeName")):
            return _response(_FAILURE, "", -1012)
        return self._controlled(text(request, "ControlType"), _bounded(items(request, "ServiceList", "item")))

    def _deploy(self, operation: Operation) -> str:
        request = first(operation.parameters, "DeploymentServiceRequest")
        if not self._is_here(text(request, "NodeName")):
            return _response(_FAILURE, "", -1012)
        names = _bounded(items(request, "ServiceList", "item"))
        return self._deployed(text(request, "DeployType"), names, in_database=True)

    def _is_here(self, name: str) -> bool:
        """No name at all is this node [U]."""
        return name.lower() in {"", self._node.name.lower(), self._node.fqdn.lower(), self._node.address}

    def _products(self, _operation: Operation) -> str:
        identifier, name, short = _PRODUCT
        version = self._node.release.version
        fields = (
            *(("ProductName", name), ("ProductVersion", version), ("ProductDescription", name)),
            *(("ProductID", identifier), ("ShortName", short)),
        )
        services = "".join(_specification(*each, product=identifier) for each in self._specified())
        return (
            f"{tagged('ActiveServerVersion', version)}{tagged('PrimaryNode', self._cluster.publisher.name)}"
            f"{tagged('SecondaryNode', '')}<Products><item>{''.join(tagged(*field) for field in fields)}</item>"
            f"</Products><Services>{services}</Services>"
        )

    def _static(self, _operation: Operation) -> str:
        return f"<Services>{''.join(_specification(*each) for each in self._specified())}</Services>"


class ControlCenterEx(_Spoken):
    """ControlCenterServicesEx of one node."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        super().__init__(cluster, node)
        self.operations = {
            "getStaticServiceListExtended": self._static,
            "soapDoServiceDeploymentNoDbUpdate": self._deploy,
            "soapDoControlServicesEx": self._control,
        }

    @staticmethod
    def description(address: str) -> bytes:
        """Its WSDL. `address`: the URL that it is asked at."""
        return document(INTERFACES[EXTENDED_PATH], address)

    def _static(self, _operation: Operation) -> str:
        nodes = tagged("PrimaryNode", _truth(self._node.publisher))
        nodes += tagged("SecondaryNode", _truth(not self._node.publisher))
        rows = "".join(
            _extended(number, service, group, deployable=deployable)
            for number, (service, group, deployable) in enumerate(self._specified())
        )
        return f"{nodes}<Services>{rows}</Services>"

    def _deploy(self, operation: Operation) -> str:
        request = first(operation.parameters, "DeploymentServiceRequestEx")
        names = _bounded(items(request, "ServiceList", "item"))
        return self._deployed(text(request, "DeployType"), names, in_database=False)

    def _control(self, operation: Operation) -> str:
        request = first(operation.parameters, "ControlServiceRequestEx")
        return self._controlled(text(request, "ControlType"), _bounded(items(request, "ServiceList", "item")))


def _texts(element: etree._Element) -> Iterator[str]:
    """All texts below an element: clients put names into elements of several names."""
    return (part.strip() for part in element.itertext("*") if isinstance(part, str) and part.strip())


def _bounded(names: Iterable[str]) -> list[str]:
    found = [name for name in names if name]
    if len(found) > _SERVICES_AT_MOST:
        raise FaultError(f"More than {_SERVICES_AT_MOST} services were named.")  # [U]
    return found


def _truth(value: bool) -> str:  # noqa: FBT001 - the value itself is what is written
    return str(value).lower()


def _service_item(name: str, status: str, code: int, started: str, up: int) -> str:
    fields = (
        *(("ServiceName", name), ("ServiceStatus", status), ("ReasonCode", str(code))),
        *(("ReasonCodeString", REASONS[code]), ("StartTime", started), ("UpTime", str(up))),
    )
    return f"<item>{''.join(tagged(*field) for field in fields)}</item>"


def _collected(outcomes: Sequence[Outcome]) -> str:
    """The answer for several services: it failed where one of them did, with the code of the first that did."""
    code = next((outcome.code for outcome in outcomes if outcome.code != _DONE), _DONE)
    return _response(_SUCCESS if code == _DONE else _FAILURE, "".join(outcome.item for outcome in outcomes), code)


def _response(returned: str, inner: str, code: int) -> str:
    head = tagged("ReturnCode", returned) + tagged("ReasonCode", str(code)) + tagged("ReasonString", REASONS[code])
    return f"{head}<ServiceInfoList>{inner}</ServiceInfoList>"


def _specification(service: Service, group: str, deployable: bool, product: str = "") -> str:  # noqa: FBT001 - a row
    head = tagged("ServiceName", service.name) + tagged("ServiceType", "Service")
    head += tagged("Deployable", _truth(deployable)) + tagged("GroupName", group)
    return f"<item>{head}{tagged('ProductID', product) if product else ''}<DependentServices/></item>"


def _extended(number: int, service: Service, group: str, *, deployable: bool) -> str:
    head = f"{tagged('ServiceName', service.name)}<DependentServices/>{tagged('ProductID', _PRODUCT[0])}"
    fields = (
        *(("ServiceType", "Service"), ("RestrictServer", "no"), ("Restrict", "none"), ("SetDefault", "no")),
        *(("SequenceNumber", str(number)), ("ServiceEnum", str(number)), ("GroupName", group)),
    )
    return f"<item>{head}{''.join(tagged(*field) for field in fields)}{tagged('Deployable', _truth(deployable))}</item>"
