"""`show|set key … authz`, `show haproxy client-auth`, `utils haproxy set` (interfaces.md §1.5, §1.7; CLI guide 15)."""

import hashlib
from functools import partial
from typing import Final

from ringtrust.lab.platform import security_texts as texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command

_HAPROXY: Final = "Cisco HAProxy"


async def _regenerate(kind: str, call: Call) -> None:
    """`set key regen authz encryption|signing`: tokens that were given out are worth nothing from then on."""
    call.need_publisher()
    if await call.confirmed(texts.AUTHZ_QUESTION):
        call.cluster.authz_keys[kind] += 1
        call.say(texts.AUTHZ_REGENERATED.format(kind=kind))


async def _show(kind: str, call: Call) -> None:
    """`show key authz encryption|signing`: a checksum that is the same on all nodes."""
    made = f"{call.cluster.topology.name} {call.cluster.topology.seed} {kind} {call.cluster.authz_keys[kind]}"
    call.say(texts.AUTHZ_CHECKSUM.format(kind=kind.capitalize(), checksum=hashlib.sha256(made.encode()).hexdigest()))


async def show_client_authentication(call: Call) -> None:
    """`show haproxy client-auth PORT`."""
    ports = {str(port): state for port, state in call.node.platform.haproxy.items()}
    if call.words[0] not in ports:
        raise CommandFailedError(texts.NO_SUCH_PORT)
    call.say(texts.CLIENT_AUTHENTICATION.format(port=call.words[0], state=ports[call.words[0]]))


async def _set_client_authentication(state: str, call: Call) -> None:
    """`utils haproxy set {required|optional|disable} client-auth PORT`; HAProxy restarts."""
    ports = {str(port): port for port in call.node.platform.haproxy}
    if call.words[0] not in ports:
        raise CommandFailedError(texts.NO_SUCH_PORT_TO_SET)
    port = ports[call.words[0]]
    if call.node.platform.haproxy[port] == state:
        call.write(texts.ALREADY_SET.format(state=state, port=port))
        return
    call.write(texts.HAPROXY_WARNING)
    if await call.confirmed(texts.HAPROXY_QUESTION):
        call.node.platform.haproxy[port] = state
        call.write(texts.HAPROXY_SET.format(state=state))
        service = call.node.services.find(_HAPROXY)
        if service is not None:
            call.node.services.restart(service)


COMMANDS: Final[tuple[Command, ...]] = (
    # OAuth with refresh logins came in 11.5(1)SU3.
    *(
        command(f"set key regen authz {kind}", partial(_regenerate, kind), level=4, since="11.5")
        for kind in ("encryption", "signing")
    ),
    *(
        command(f"show key authz {kind}", partial(_show, kind), level=4, since="11.5")
        for kind in ("encryption", "signing")
    ),
    command("show haproxy client-auth", show_client_authentication, 1, syntax="portnum", since="14.0"),
    *(
        command(
            f"utils haproxy set {state} client-auth",
            partial(_set_client_authentication, state),
            1,
            level=1,
            syntax="portnum",
            since="14.0",
        )
        for state in ("required", "optional", "disable")
    ),
)
