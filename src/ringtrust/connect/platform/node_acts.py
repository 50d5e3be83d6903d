"""What one tells a node to do over its CLI. One attempt; whether it is done, the node says (S130)."""

from typing import Final

from ringtrust.cluster.names import TRUST_SUFFIX, is_store
from ringtrust.cluster.node import Service
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.acts import (
    Accepted,
    NotAccepted,
    NotRegenerated,
    Regenerated,
    read_act,
    read_regeneration,
    read_reset,
)
from ringtrust.connect.platform.services import read_start
from ringtrust.connect.platform.speaking import Speaker, word
from ringtrust.errors import RefusedError
from ringtrust.trust import names

REGENERATION_SECONDS: Final = 300.0
_RESTART_SECONDS: Final = 900.0
_STORE_SECONDS: Final = 300.0
_OPEN_RESET_SECONDS: Final = 600.0
_CTL_SECONDS: Final = 600.0
_BACKUP_SECONDS: Final = 300.0


class NodeActs(Speaker):
    """The acts. Each raises UnreadableError when the answer does not come or cannot be understood: look, then decide.

    RefusedError says that nothing was sent.
    """

    async def regenerate(self, unit: str, *, for_client: bool = False) -> Regenerated | NotRegenerated:
        """`set cert regen UNIT`, its question answered with yes (S128, S130).

        From 15SU5 on the node asks whether the unit for clients shall have the same certificate: `for_client` says.
        """
        answers = {"regenerate": True, "client": for_client}
        shown = await self._act("regenerate", word(unit), seconds=REGENERATION_SECONDS, answers=answers)
        return read_regeneration(shown, unit)

    async def delete(self, unit: str, file: str) -> Accepted | NotAccepted:
        """`set cert delete UNIT FILE`: the unit is written without -trust, and its store is what is meant (S141)."""
        bare = without_trust(word(unit))
        answers = {"delete": True}
        shown = await self._act("delete", bare, word(file), seconds=_STORE_SECONDS, answers=answers)
        return read_act(shown, "delete", f"set cert delete {bare} {file}")

    async def import_own(self, unit: str, pem: str, *, for_client: bool = False) -> Accepted | NotAccepted:
        """`set cert import own UNIT`: one certificate, which a CA has made of the unit's own request.

        What has signed it must be in the trust store before. Raises FormatError for what is no certificate.
        """
        if is_store(unit):
            raise RefusedError(f"{names.quoted(unit)} is a trust store, no unit. Nothing was sent.")
        return await self._import("import own", word(unit), pem, for_client=for_client)

    async def import_trust(self, unit: str, pem: str) -> Accepted | NotAccepted:
        """`set cert import trust UNIT`: one certificate into the trust store of a unit, written without -trust.

        Raises FormatError for what is no certificate.
        """
        return await self._import("import trust", without_trust(word(unit)), pem, for_client=False)

    async def _import(self, name: str, unit: str, pem: str, *, for_client: bool) -> Accepted | NotAccepted:
        paste = certificate_of(pem).pem  # written anew: nothing but the certificate is typed
        answers = {"import": True, "client": for_client, "client copy": for_client}
        shown = await self._act(name, unit, seconds=_STORE_SECONDS, answers=answers, paste=paste)
        return read_act(shown, name, f"set cert {name} {unit}", unit)

    async def new_csr(self, unit: str, *, organizational_unit: bool = False) -> Accepted | NotAccepted:
        """`set csr gen UNIT`: a new request, in the place of one that waits (217138).

        From 14SU1 on the node asks whether it shall name the organizational unit.
        """
        answers = {"organizational unit": organizational_unit, "new csr": True}
        shown = await self._act("new csr", word(unit), seconds=REGENERATION_SECONDS, answers=answers)
        return read_act(shown, "new csr", f"set csr gen {unit}", unit)

    async def back_up(self, features: str, device: str) -> Accepted | NotAccepted:
        """`utils disaster_recovery backup network FEATURES DEVICE`, on the publisher (TAC 214287).

        The device has its account, so that no password goes over this line. It begins, and goes on by itself.
        """
        typed = f"utils disaster_recovery backup network {features} {device}"
        shown = await self._act("back up", word(features), word(device), seconds=_BACKUP_SECONDS)
        return read_act(shown, "back up", typed)

    async def reset_list(self) -> Accepted | NotAccepted:
        """`utils itl reset localkey`, on the publisher: every ITL signed by the other key (domain.md P9)."""
        shown = await self._act("reset list", seconds=_OPEN_RESET_SECONDS, answers={"reset list": True})
        return read_reset(shown)

    async def update_ctl(self) -> Accepted | NotAccepted:
        """`utils ctl update CTLFile`, on the publisher: the CTL of now, from then on without tokens (S69, S78)."""
        shown = await self._act("update ctl", seconds=_CTL_SECONDS, answers={"update ctl": True})
        return read_act(shown, "update ctl", "utils ctl update CTLFile")

    async def reset_ctl(self) -> Accepted | NotAccepted:
        """`utils ctl reset localkey`, on the publisher: the CTL signed by its other key (domain.md P9, R3)."""
        shown = await self._act("reset ctl", seconds=_CTL_SECONDS, answers={"reset ctl": True})
        return read_act(shown, "reset ctl", "utils ctl reset localkey")

    async def set_mode(self, *, mixed: bool) -> Accepted | NotAccepted:
        """`utils ctl set-cluster mixed-mode|non-secure-mode`, on the publisher (S70; 118892, 118893)."""
        act = "mixed mode" if mixed else "non-secure mode"
        shown = await self._act(act, seconds=_CTL_SECONDS, answers={act: True})
        return read_act(shown, act, f"utils ctl set-cluster {act.replace(' ', '-')}")

    async def set_default_ca(self, name: str, *, enabled: bool) -> Accepted | NotAccepted:
        """`set cert default-ca-list enable|disable common-name`, on the publisher, for one Cisco CA certificate."""
        act = "enable default ca" if enabled else "disable default ca"
        shown = await self._act(act, seconds=_STORE_SECONDS, answers={"default ca": name, "default cas": True})
        return read_act(shown, act, f"set cert default-ca-list {act.partition(' ')[0]} common-name")

    async def restart_ipsec(self) -> Accepted | NotAccepted:
        """`utils ipsec restart`."""
        shown = await self._act("restart ipsec", seconds=_RESTART_SECONDS, answers={"ipsec": True})
        return read_act(shown, "restart ipsec", "utils ipsec restart")

    async def restart(self, service: str) -> Service:
        """`utils service restart SERVICE`; the state in which it then is."""
        return read_start(await self._act("restart service", service, seconds=_RESTART_SECONDS), service)

    async def stop(self, service: str) -> Service:
        """`utils service stop SERVICE`; the state in which it then is."""
        return read_start(await self._act("stop service", service, seconds=_RESTART_SECONDS), service)

    async def start(self, service: str) -> Service:
        """`utils service start SERVICE`; the state in which it then is."""
        return read_start(await self._act("start service", service, seconds=_RESTART_SECONDS), service)


def without_trust(unit: str) -> str:
    """The unit as `set cert delete` and `set cert import trust` want it, whatever somebody has typed (S141)."""
    return unit[: -len(TRUST_SUFFIX)] if is_store(unit) else unit
