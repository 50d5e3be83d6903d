"""`utils service list|start|stop|restart` (interfaces.md §1.10)."""

from typing import Final

from ringtrust.cluster.node import Service
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable
from ringtrust.trust import names

_LIST: Final = "utils service list"
_RETURN_CODE: Final = ">> return code ="
_SERVICES_BEGIN: Final = "getting list of all services"
STARTED: Final = "STARTED"


def read_services(text: str) -> tuple[Service, ...]:
    """The rows of `utils service list`, in their order. Raises UnreadableError and RefusedError.

    What the operating system runs stands above the list of the Service Manager, and is no service of CUCM: Control
    Center does not know it either. A service that is listed twice has to be listed alike.
    """
    lines = answer_lines(text, _LIST)
    found: dict[str, Service] = {}
    for line in lines:
        _check_return_code(line)
        if line.strip().lower().startswith(_SERVICES_BEGIN):
            found.clear()
        service = _service(line)
        if service is None:
            _refuse_half_a_row(line)
        elif found.setdefault(service.name, service) != service:
            raise unreadable(_LIST, "it lists one service in two states", line)
    if not found:
        raise unreadable(_LIST, "it lists no service", first_told(lines))
    return tuple(found.values())


def read_start(text: str, name: str) -> Service:
    """What `utils service start|stop|restart NAME` says of the service at its end.

    A start is a success when that is STARTED. Raises UnreadableError and RefusedError.
    """
    command = f"utils service … {name}"
    lines = answer_lines(text, command)
    for line in reversed(lines):
        service = _service(line)
        if service is not None and _same(service.name, name):
            return service
    raise unreadable(command, f"it shows no state of {names.brief(name)}", first_told(lines))


def _service(line: str) -> Service | None:
    """The service of a row; None for the lines around the rows."""
    name, _, behind = line.partition("[")
    state, bracket, detail = behind.partition("]")
    if not (name.strip() and bracket and _is_state(state)):
        return None
    return Service(" ".join(name.split()), state.strip(), " ".join(detail.split()))


def _is_state(text: str) -> bool:
    """NOTRUNNING is the longest that documents show."""
    return text.isascii() and text.isupper() and text.strip().replace("_", "").replace(" ", "").isalpha()


def _refuse_half_a_row(line: str) -> None:
    """A row that is cut short would hide its service."""
    if "[" in line or "]" in line:
        raise unreadable(_LIST, "this is no row of a service", line)


def _check_return_code(line: str) -> None:
    """The CLI asks the Service Manager, and tells what that answered."""
    told = line.strip().lower()
    if told.startswith(_RETURN_CODE) and told.removeprefix(_RETURN_CODE).strip() != "0":
        raise unreadable(_LIST, "the Service Manager did not answer", line)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).lower() == " ".join(other.split()).lower()
