"""How a cluster gets its CTL and its security mode, and how the CTL comes to the nodes (118892, 118893; S62 to S79).

What no document says [U]: the CTL reaches a node as what is written to the database does, and the node has it as soon
as Cisco CTL Provider runs there, where the release has that; Cisco Tftp serves it from that moment on. A node that
misses it keeps its old one, and gets the last that has reached it. No phone is told to reset (118893).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ringtrust.errors import RefusedError
from ringtrust.lab.state import alarms, parameters
from ringtrust.lab.state.ctl import by_cli, by_client, sast_units
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.tokens import Token, new_token
from ringtrust.trust.lists import TrustList
from ringtrust.trust.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

    from ringtrust.lab.certificates.pki import Authority
    from ringtrust.lab.state.cluster import Cluster
    from ringtrust.lab.state.database import Statement

_RECOVERY: Final = "ITLRecovery"
_OTHERS: Final = "CallManager"
_NOT_IN_CTL: Final = "The Security Token you have inserted does not exist in the CTL File"  # 118893
TOO_SHORT: Final = "The key of the ITLRecovery certificate is shorter than those of the other certificates."  # [U]


class CtlFile:
    """The CTL of a cluster. `written` is the last that was made; what each node serves is its `node.ctl`."""

    def __init__(self, cluster: "Cluster") -> None:
        self._cluster = cluster
        self._on_its_way: dict[str, TrustList] = {}
        self.written: TrustList | None = None
        self.tokens: list[Token] = []
        self.cisco: Authority | None = None
        """The lab's Cisco Manufacturing CA, which signs eTokens."""

    @property
    def mixed(self) -> bool:
        """Whether the cluster is in mixed mode, as its publisher knows (S63)."""
        return parameters.value(self._cluster.publisher.replica, parameters.SECURITY_MODE) == parameters.MIXED

    def in_the_end(self) -> TrustList | None:
        """The CTL that TFTP nodes serve once all has arrived; None where they serve none."""
        nodes = self._cluster.tftp_order
        served = [self._on_its_way.get(node.name, node.ctl) for node in nodes]
        return self.written if any(each is not None for each in served) else None

    def begin(self, now: "datetime") -> None:
        """The CTL of a cluster that was in mixed mode before: every node has it."""
        if self.tokens:
            self.written = by_client(self._cluster, self.tokens, now, emptied=False)
        else:
            self.written = by_cli(self._cluster, now, emptied=False)
        for node in self._cluster.nodes:
            node.ctl = self.written if self._can_take(node) else None

    def set_mode(self, *, mixed: bool) -> None:
        """`utils ctl set-cluster`: the mode, and a CTL that `utils ctl` makes, whoever made the one of before."""
        self._change(by_cli(self._cluster, self._now, emptied=not mixed), mixed=mixed)

    def update(self) -> None:
        """`utils ctl update CTLFile`: eTokens of the CTL of before are not in the new one (118893)."""
        self._change(by_cli(self._cluster, self._now, emptied=False), mixed=True)

    def reset_localkey(self) -> None:
        """`utils ctl reset localkey` (R3). Raises RefusedError when the recovery key is too short (H28)."""
        self.refuse_short_recovery_key()
        units = sast_units(self._cluster, self._cluster.release.ctl.sasts)
        if self._cluster.release.ctl.recovery_signer not in units:
            raise RefusedError("The CTL has no second SAST.", advice="Activate Cisco CTL Provider.")
        self._change(by_cli(self._cluster, self._now, emptied=False, recovery=True), mixed=True)

    def refuse_short_recovery_key(self) -> None:
        """Raises RefusedError when ITLRecovery has a shorter key than the others, as after an upgrade (214231)."""
        publisher = self._cluster.publisher
        if publisher.key_pair(_RECOVERY).key.key_size < publisher.key_pair(_OTHERS).key.key_size:
            raise RefusedError(TOO_SHORT, advice="Regenerate ITLRecovery.")

    def new_token(self) -> Token:
        """An eToken out of its box, which nobody knows yet. Raises RefusedError where there is none to be had."""
        if self.cisco is None or not self._cluster.release.ctl.tokens:
            raise RefusedError("This release knows no eTokens.", advice="Use utils ctl.")
        made = new_token(self._cluster.maker, self.cisco, self._now)
        self.tokens.append(made)
        return made

    def client(self, token: Token, password: str, other: Token | None = None, *, mixed: bool | None = None) -> None:
        """The Windows CTL client: a new CTL, signed by an eToken; the mode too, where `mixed` says one.

        The eToken has to be in the CTL that the publisher has; where there is none, any two do (118892, 118893).
        `other` is one that is to be added; its password is not asked for [U]. Raises RefusedError.
        """
        self._refuse_client()
        present = self._cluster.publisher.ctl
        if present is None and other is None:
            raise RefusedError("The first CTL file needs two Security Tokens.", advice="Insert another one.")
        if present is not None and not _holds(present, token):
            raise RefusedError(_NOT_IN_CTL, advice="Insert another one.")
        token.unlocked(password)
        kept = [each for each in self.tokens if present is not None and _holds(present, each)]
        wanted = list(dict.fromkeys([token, *kept, *([other] if other is not None else [])]))
        self._change(self._by_client(wanted, mixed=mixed), mixed=mixed)

    def _refuse_client(self) -> None:
        facts = self._cluster.release.ctl
        if not facts.tokens:
            raise RefusedError("The CTL client does not work with this release.", advice="Use utils ctl.")
        if not self._cluster.publisher.services.running(facts.provider):
            raise RefusedError(f"{facts.provider} does not run on the publisher.", advice="Start it.")

    def _by_client(self, tokens: Sequence[Token], *, mixed: bool | None) -> TrustList:
        emptied = not (self.mixed if mixed is None else mixed)
        return by_client(self._cluster, tokens, self._now, emptied=emptied)

    @property
    def _now(self) -> "datetime":
        return self._cluster.clock(self._cluster.publisher)

    def _change(self, made: TrustList, *, mixed: bool | None) -> None:
        """The CTL is on its way to every node, and the mode with it where it is another."""
        self.written = made
        statements: tuple[Statement, ...] = ()
        if mixed is not None and mixed != self.mixed:
            statements = (parameters.changed(parameters.SECURITY_MODE, parameters.mode(mixed=mixed)),)
            alarms.security_mode_modified(self._cluster.publisher, self._now, mixed=mixed)

        def arrived(name: str) -> None:
            self._on_its_way[name] = made
            self.take(self._cluster.node(name))

        self._cluster.database.write(statements, arrived)

    def take(self, node: Node) -> None:
        """The node has the CTL that has reached it, if it can take it: else it waits for Cisco CTL Provider."""
        if node.name in self._on_its_way and self._can_take(node):
            node.ctl = self._on_its_way.pop(node.name)

    def _can_take(self, node: Node) -> bool:
        provider = self._cluster.release.ctl.provider
        return not node.down and (not provider or node.services.running(provider))


def _holds(ctl: TrustList, token: Token) -> bool:
    return any(record.certificate == token.certificate for record in ctl.with_role(Role.SAST))
