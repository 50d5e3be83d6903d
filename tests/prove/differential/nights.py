"""A night in the lab, deed by deed, in any weather; and what each phone held and became at every moment of it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ringtrust.change import night
from ringtrust.change.ground import MIC, Ground, item, token
from ringtrust.change.proof import Holding
from ringtrust.cluster.names import CAPF
from ringtrust.lab.barred import Bars
from ringtrust.lab.phone.events import PowerOff, PowerOn
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state.directory import extensions
from ringtrust.lab.state.parameters import ROLLBACK
from ringtrust.lab.state.services import TFTP
from ringtrust.lab.stranded import Fate, Fates
from ringtrust.prove.frame import Ctl
from ringtrust.prove.runbook import read_runbook
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from tests.prove.differential.worlds import Shape, ground, world
from tests.support.clusters import BOOT, SYNC, Bench

DATABASE = 10.0
"""Until what the publisher writes is in every database."""


class Off(NamedTuple):
    """Somebody pulls the plug of a phone."""

    phone: int


class On(NamedTuple):
    """And plugs it in again."""

    phone: int


class Down(NamedTuple):
    """A node is gone, the only one."""

    node: int


class Up(NamedTuple):
    """The node that was gone is back, its services freshly started."""


class Cut(NamedTuple):
    """Replication to a node stands still."""

    node: int


class Mend(NamedTuple):
    """It goes on."""

    node: int


class Pass(NamedTuple):
    """So many seconds go by."""

    seconds: float


Weather = Off | On | Down | Up | Cut | Mend | Pass
Happening = str | Weather
"""A line of a runbook, or what nobody has written down."""


class Seen(NamedTuple):
    """A phone after so many deeds: its CM group and kind, what it holds, and what becomes of it as the lab counts.

    `ctl` is its CTL as the proof tells of one, where it has one; `bar` is why it could not register, if it could not.
    """

    deeds: int
    phone: int
    group: str
    kind: PhoneKind
    holding: Holding
    fate: Fate
    ctl: Ctl | None = None
    bar: str = ""


class Told(NamedTuple):
    """The deeds that were done, and all that was seen after each and in between."""

    stages: tuple[night.Stage, ...]
    seen: tuple[Seen, ...]


def play(shape: Shape, phones: int, program: tuple[Happening, ...]) -> Told:
    """The night. It ends where a gate does not pass, or where a deed meets a node that is gone."""
    return _Night(shape, phones).through(program)


class _Night:
    def __init__(self, shape: Shape, phones: int) -> None:
        self.ground: Ground = ground(shape)
        self.bench: Bench = world(shape, phones)
        self.cluster = self.bench.cluster
        self._groups = [extension.group for extension in extensions(self.cluster.topology)]
        self._members = {group.name: set(group.members) for group in self.cluster.topology.groups}
        self._names: dict[bytes, str] = {}
        self._made: dict[str, int] = {}
        self._down = ""
        self._was_running: list[str] = []
        self._cut: set[str] = set()
        self._stages: list[night.Stage] = []
        self._seen: dict[Seen, None] = {}
        self._mixed = shape.mixed
        self._capfs: dict[str, str] = {}
        for (node, unit), certificate in self.cluster.identities().items():
            if unit in self.ground.node(node).units:
                self._name(certificate, unit, node, 0)
        for each in self.cluster.tokens:
            self._names[_digest(each.certificate)] = each.name.strip()

    def through(self, program: tuple[Happening, ...]) -> Told:
        self._look()
        for number, happening in enumerate(program, 1):
            if isinstance(happening, str):
                if not all(self._done(stage) for stage in self._read(number, happening)):
                    break
            else:
                self._weather(happening)
                self._look()
        return Told(tuple(self._stages), tuple(self._seen))

    def _read(self, number: int, line: str) -> tuple[night.Stage, ...]:
        """Its deeds. A complete round of LSCs is ordered first, and then waited for: it may be in vain."""
        padded = "\n" * (number - 1) + line
        read = read_runbook(padded, self.ground, frozenset())
        return tuple(each for stage in read for each in (*_ordered(stage), stage))

    def _done(self, stage: night.Stage) -> bool:
        """Whether a deed could be done, or a gate passed."""
        passed = self._deed(stage.deed)
        if passed:
            self._stages.append(stage)
        self._look()
        return passed

    def _deed(self, deed: night.Deed) -> bool:  # noqa: C901, PLR0912 - a closed family
        match deed:
            case night.Renew(node=node) | night.Stop(node=node) | night.Start(node=node) | night.Delete(node=node) if (
                node == self._down
            ):
                return False
            case night.Renew(unit=unit, node=node):
                self._renew(unit, node)
            case night.Stop(service=service, node=node):
                self.bench.stop(service, node)
            case night.Start(service=service, node=node):
                self._start(service, node)
            case night.Wave(complete=complete):
                self.bench.wave()
                return not complete or self._all_current()
            case night.Synchronise():
                return self._synchronised()
            case night.SetRollback(value=value):
                self.cluster.set_parameter(ROLLBACK, "T" if value else "F")
            case night.ResetItl():
                self.cluster.reset_lists()
            case night.UpdateCtl() | night.ResetCtl():
                self._new_ctl(deed)
            case night.IssueLscs(complete=True):
                return self._all_issued()
            case night.IssueLscs():
                self._issue()
            case night.Delete(store=store, name=name, node=node):
                self.cluster.delete(self.cluster.node(node), store, name)
            case night.BackUp():
                self.cluster.back_up()
            case _:
                raise TypeError(deed)
        return True

    def _renew(self, unit: str, node: str) -> None:
        found = self.cluster.release.unit(unit)
        assert found is not None
        identity = self.cluster.regenerate(self.cluster.node(node), found)
        place = item(unit, node)
        self._made[place] = self._made.get(place, 0) + 1
        self._name(identity.certificate, unit, node, self._made[place])

    def _name(self, certificate: bytes, unit: str, node: str, number: int) -> None:
        self._names[_digest(certificate)] = token(item(unit, node), number)
        if unit == CAPF and node == self.cluster.publisher.name:
            self._capfs[names.text(CertificateFacts.of(certificate).subject)] = token(item(unit, node), number)

    def _new_ctl(self, deed: night.UpdateCtl | night.ResetCtl) -> None:
        """With eTokens the CTL client makes it, and the first of them signs (S72, S79)."""
        if isinstance(deed, night.ResetCtl):
            self.cluster.ctl.reset_localkey()
        elif self.cluster.tokens:
            token = self.cluster.tokens[0]
            self.cluster.client_ctl(token, token.password)
        else:
            self.cluster.ctl.update()

    def _issue(self) -> None:
        """Install/Upgrade by null string for every phone that has a certificate to show, and apply (S173, S174)."""
        wanted = [phone.traits.device for phone in self.bench.phones if phone.traits.kind.secure]
        listed = ", ".join(f"'{name}'" for name in wanted)
        change = "update device set tkcertificateoperation = 2, tkcertificatestatus = 2, tkauthenticationmode = 2"
        self.cluster.database.update(f"{change} where name in ({listed})")
        self.bench.time.advance(DATABASE)
        self.bench.wave()

    def _all_issued(self) -> bool:
        now = CertificateFacts.of(self.cluster.publisher.identities["CAPF"].certificate)
        return all(
            phone.papers.lsc is not None and CertificateFacts.of(phone.papers.lsc.certificate).issuer == now.subject
            for phone in self.bench.phones
            if phone.traits.kind.secure
        )

    def _start(self, service: str, node: str) -> None:
        found = self.cluster.node(node).services.find(service)
        assert found is not None
        self.cluster.node(node).services.start(found)
        self.bench.time.advance(self.cluster.topology.delays.service_start)

    def _synchronised(self) -> bool:
        if self._down or self._cut:
            return False
        self.bench.time.advance(SYNC)
        return True

    def _all_current(self) -> bool:
        lists = {
            node.tftp.itl.data
            for node in self.cluster.tftp_order
            if node.tftp is not None and node.services.running(TFTP)
        }
        serving = [node for node in self.cluster.tftp_order if node.services.running(TFTP)]
        ctls = {node.ctl.data for node in serving if node.ctl is not None}
        return all(_is_current(phone, lists, ctls) for phone in self.bench.phones)

    def _weather(self, what: Weather) -> None:
        match what:
            case Off(phone=number):
                self._happen(number, PowerOff())
            case On(phone=number):
                self._happen(number, PowerOn())
                self.bench.time.advance(BOOT)
            case Down(node=number) if not self._down:
                self._go(self._node(number))
            case Up() if self._down:
                self._come_back()
            case Cut(node=number) if number:
                self.cluster.database.stop_replication(self._node(number))
                self._cut.add(self._node(number))
            case Mend(node=number) if self._node(number) in self._cut and self._node(number) != self._down:
                self._cut.discard(self._node(number))
                self.cluster.database.resume_replication(self._node(number))
            case Pass(seconds=seconds):
                self.bench.time.advance(seconds)
            case _:
                pass

    def _happen(self, number: int, event: PowerOff | PowerOn) -> None:
        self.bench.exchange.happen(self._phone(number), event)

    def _phone(self, number: int) -> Phone:
        return self.bench.phones[number % len(self.bench.phones)]

    def _node(self, number: int) -> str:
        return self.cluster.nodes[number % len(self.cluster.nodes)].name

    def _go(self, name: str) -> None:
        """Nobody answers there any more, and nothing gets there."""
        self._down = name
        services = self.cluster.node(name).services
        self._was_running = [service.name for service in services if services.running(service.name)]
        self._each(self._was_running, services.stop)
        if name != self.cluster.publisher.name:
            self.cluster.database.stop_replication(name)

    def _come_back(self) -> None:
        services = self.cluster.node(self._down).services
        if self._down not in self._cut and self._down != self.cluster.publisher.name:
            self.cluster.database.resume_replication(self._down)
        self._each(self._was_running, services.start)
        self._down = ""
        self.bench.time.advance(self.cluster.topology.delays.service_start)

    def _each(self, names: list[str], act: Callable[..., None]) -> None:
        services = self.cluster.node(self._down).services
        for name in names:
            act(services.find(name))

    def _look(self) -> None:
        fates, bars = Fates(self.cluster), Bars(self.cluster)
        for number, phone in enumerate(self.bench.phones):
            held, group, kind = tuple(phone.held.values()), self._groups[number], phone.traits.kind
            members = next(each.members for each in self.cluster.topology.groups if each.name == group)
            if not held or (kind.tvs and phone.itl is None):
                continue
            fate = fates.of(held, members, tvs=kind.tvs)
            bar = bars.of(phone, members).reason if self._mixed else ""
            about = (self._holding(phone, self._members[group]), fate, self._ctl(phone), bar)
            self._seen[Seen(len(self._stages), number, group, kind, *about)] = None

    def _ctl(self, phone: Phone) -> Ctl | None:
        found = phone.held.get(ListKind.CTL)
        if found is None:
            return None
        named = {role: frozenset(self._of(found, role)) for role in (Role.SAST, Role.CCM_TFTP, Role.CAPF)}
        signer = next(iter(self._signers(found)))
        return Ctl(signer, named[Role.SAST], named[Role.CCM_TFTP], named[Role.CAPF])

    def _of(self, found: TrustList, role: Role) -> Iterator[str]:
        return (self._names[record.certificate_digest] for record in found.with_role(role))

    def _signers(self, found: TrustList) -> Iterator[str]:
        signer = found.header.signer
        for record in found.with_role(Role.SAST):
            if record.owner.serial == signer.serial.lstrip(b"\0"):
                yield self._names[record.certificate_digest]

    def _holding(self, phone: Phone, members: set[str]) -> Holding:
        lsc = self._lsc(phone) if self._mixed and phone.traits.kind.secure else ""
        if phone.itl is None:
            return Holding("", frozenset(), frozenset(), emptied=True, lsc=lsc)
        sasts = frozenset(self._of(phone.itl, Role.SAST))
        known = frozenset(self._tvs(phone.itl))
        tvs = frozenset(each for each in known if each.partition("@")[2].partition("#")[0] in members)
        return Holding("", sasts, tvs, emptied=phone.itl.emptied, lsc=lsc)

    def _lsc(self, phone: Phone) -> str:
        if phone.papers.lsc is None:
            return MIC
        issuer = CertificateFacts.of(phone.papers.lsc.certificate).issuer
        return self._capfs[names.text(issuer)]

    def _tvs(self, itl: TrustList) -> Iterator[str]:
        for record in itl.with_role(Role.TVS):
            if record.certificate_digest in self._names:
                yield self._names[record.certificate_digest]


def _digest(certificate: bytes) -> bytes:
    return build_record(Role.SAST, certificate).certificate_digest


def _is_current(phone: Phone, lists: set[bytes], ctls: set[bytes]) -> bool:
    itl, ctl = phone.itl, phone.held.get(ListKind.CTL)
    has_itl = not phone.traits.kind.tvs or (itl is not None and itl.data in lists)
    return has_itl and (not ctls or (ctl is not None and ctl.data in ctls))


def _ordered(stage: night.Stage) -> Iterator[night.Stage]:
    if isinstance(stage.deed, night.IssueLscs) and stage.deed.complete:
        yield night.Stage(stage.where, stage.text, night.IssueLscs(stage.deed.group))
