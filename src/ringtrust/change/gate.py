"""Conditions between steps (domain.md §6): a closed family, each with the name that Cisco's people would know it by."""

import msgspec

from ringtrust.cluster.facts import Moment


class Halted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service of a node that does not run."""

    service: str
    node: str


class _Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    pass


class ReplicationGood(_Condition, frozen=True, tag="G-DBR"):
    """The database of every node follows the publisher's."""


class NodesAuthenticated(_Condition, frozen=True, tag="G-NET"):
    """The nodes have authenticated each other."""


class ClocksFollow(_Condition, frozen=True, tag="G-NTP"):
    """The clock of every node follows a server: certificates are made with its dates (domain.md §6a, H31)."""


class ServicesRun(_Condition, frozen=True, tag="G-SVC"):
    """What is activated runs, on every node, as far as phones and certificates need it.

    `but` are services that may be down. `stopped` are those that the plan has stopped itself (S97), and that may not
    run: a node that boots meanwhile starts them again.
    """

    but: tuple[Halted, ...] = ()
    stopped: tuple[Halted, ...] = ()


class BackedUp(_Condition, frozen=True, tag="G-DRS"):
    """The last backup succeeded, at most so many hours ago (S58).

    `whole`: each of its components did, and every node has some. `file` is the one that is meant, where it is known.
    """

    hours: int
    whole: bool = False
    file: str = ""


class NoBackupRuns(_Condition, frozen=True, tag="G-DRS-RUN"):
    """No backup and no restore is under way: it would hold half of the old and half of the new (domain.md §6a)."""


class NoUpgradeRuns(_Condition, frozen=True, tag="G-UPG"):
    """No upgrade is under way on any node: then no certificate may be regenerated (CLI15)."""


class NoAlarms(_Condition, frozen=True, tag="G-ALM"):
    """No node has noted an alarm of TVS, Cisco Tftp or CAPF, of severity 3 (error) or worse, after `since`.

    Nor that a certificate was revoked. That one expires is no news to a plan that renews it.
    """

    since: Moment


class PhoneInteractionIs(_Condition, frozen=True, tag="G-PAR"):
    """The enterprise parameter Phone Interaction on Certificate Update is as it was scanned (14.0 and later; SG15).

    `name` is what the database calls it, which no document tells; `value` as the database has it.
    """

    name: str
    value: str


class SsoIs(_Condition, frozen=True, tag="G-SSO"):
    """Single sign-on is on at these nodes and at no other, as it was scanned: restarts of Tomcat concern it (L01)."""

    nodes: tuple[str, ...]


class SecurityModeIs(_Condition, frozen=True, tag="G-MODE"):
    """The cluster is in this security mode: what a plan does about a CTL hangs on it (S62, S63)."""

    mixed: bool


class RollbackOff(_Condition, frozen=True, tag="G-RB"):
    """The rollback parameter, "Prepare Cluster for Rollback to pre 8.0", is False (H11)."""


class RollbackIs(_Condition, frozen=True, tag="G-RB-SET"):
    """The database of every node has this value of the rollback parameter: Cisco Tftp goes by that of its own."""

    value: bool


class ResetsByHand(_Condition, frozen=True, tag="G-PAR-MANUAL"):
    """Phones do not reset by themselves when a certificate changes: the enterprise parameter of 14 on says so (SG15).

    Where the database does not tell, it counts that somebody has `said` so when the plan was made.
    """

    said: bool


class GroupsRedundant(_Condition, frozen=True, tag="G-CMG"):
    """Every CM group that has phones has two members or more: one can vouch while the other changes (H09)."""


class CertificateIs(_Condition, frozen=True, tag="G-CERT"):
    """The identity on the disk of a node has this serial number: nobody else has renewed it meanwhile."""

    unit: str
    node: str
    serial: str


class CertificateIsNew(_Condition, frozen=True, tag="G-CERT-NEW"):
    """The identity on the disk of a node has another serial number than this one, and is valid today.

    It was made after `since`, when the cluster was scanned: else it is of another cluster, or clocks are wrong (H31).
    """

    unit: str
    node: str
    serial: str
    since: Moment


class OnDisk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An identity certificate, by its unit and its node."""

    unit: str
    node: str


class DatabaseMatches(_Condition, frozen=True, tag="G-DBFS"):
    """Of each of these, the database has the serial number of the certificate that lies on the disk of its node.

    The file system counts, and TVS goes by the database (210541): apart, phones are told of what is not there.
    """

    certificates: tuple[OnDisk, ...]


class Synchronised(_Condition, frozen=True, tag="G-SYNC"):
    """The new certificate of a unit has reached the database, and the stores that the system fills, of every node."""

    unit: str
    node: str
    stores: tuple[str, ...]
    everywhere: tuple[str, ...]


class Voucher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """TVS of a node, by the serial number of the certificate that phones know it by.

    An empty one means the certificate that this very plan has made before, and phones have a list with.
    """

    node: str
    serial: str


class Vouched(_Condition, frozen=True, tag="G-TVS"):
    """TVS of every node runs with the certificate on its disk, and vouches for the signer of every list served (I1).

    `known` are those that phones know: an answer from any other certificate is none to them (H01).
    """

    known: tuple[Voucher, ...] = ()


class TvsLoadable(_Condition, frozen=True, tag="G-TVS-LOAD"):
    """What TVS of a node would load at a restart is known to phones: it runs already, or is in the list that all hold.

    Restarted too early, a TVS that somebody has renewed is a stranger to every phone (H01).
    """

    node: str


class ServedIs(_Condition, frozen=True, tag="G-SERVED"):
    """The service has loaded the certificate that is on the disk of its node."""

    unit: str
    node: str


class ListsMatch(_Condition, frozen=True, tag="G-ITL"):
    """Every TFTP node serves a valid list that holds the certificates of now, signed by the signer of the release.

    `but` are nodes whose Cisco Tftp the plan has stopped: they serve none.
    """

    but: tuple[str, ...] = ()


class CertificatesFit(_Condition, frozen=True, tag="G-CAP"):
    """No list that is served has more certificates, or more bytes, than a phone loads (H19, SG15)."""


class ListsEmptied(_Condition, frozen=True, tag="G-ITL-EMPTY"):
    """Every TFTP node serves a list that is emptied, as the rollback parameter makes it (S89; IPC)."""


class ListsResigned(_Condition, frozen=True, tag="G-ITL-RESET"):
    """Every TFTP node serves a list with the certificates of now, signed by this unit of the publisher (R1, P9)."""

    unit: str


class CtlMatches(_Condition, frozen=True, tag="G-CTL"):
    """Every node serves the same valid CTL, with the certificates of now, signed by `signer` (P7, P9).

    That is a unit of the publisher, or an eToken by the CN of its certificate.
    """

    signer: str


class TokenAtHand(_Condition, frozen=True, tag="G-TOKEN"):
    """A person has said that one of these eTokens is at hand, and its password known (S66, S67): nobody can see it."""

    tokens: tuple[str, ...]


class LscIssuersTrusted(_Condition, frozen=True, tag="G-LSC-CA"):
    """Whoever signed an LSC that is in use stands in CallManager-trust of every node, and in CAPF-trust (H17, I7)."""


class LscsRenewed(_Condition, frozen=True, tag="G-LSC"):
    """Each of these phones has an LSC of the CAPF of now, with nothing pending, and is registered (S169, P10)."""

    phones: tuple[str, ...]


class PartnersTold(_Condition, frozen=True, tag="G-PARTNER"):
    """A person has said that whoever checks phones by their LSC holds the new CAPF certificate (H18).

    That is RADIUS, ASA, SRST: nobody can see it from here. `serial` is that of the certificate which takes a new one's
    place, on `node`.
    """

    node: str
    serial: str


class PhonesBack(_Condition, frozen=True, tag="G-REG"):
    """Every phone that was registered when the plan was made is registered.

    `besides` are phones that were locked out then, by an expired certificate, and come back by the plan (S120, S122).
    Where there are `only` some, it asks for these and for no other.
    """

    besides: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


class PhonesCurrent(_Condition, frozen=True, tag="G-ITL0"):
    """Every phone that was registered when the plan was made holds a list that is served now (I4).

    `node` is the TFTP node whose list it has to be (S104); empty where phones have different ones. `without` are those
    whose Cisco Tftp the plan has stopped: they serve none (S99). `ctl`: it has to hold the CTL that is served, too.
    Where there are `only` some, it asks for these and for no other.
    """

    node: str = ""
    without: tuple[str, ...] = ()
    ctl: bool = False
    only: tuple[str, ...] = ()


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """A certificate in a trust store of a node: its file there, and its SHA-256."""

    node: str
    store: str
    file: str
    sha256: str


class CopyIs(_Condition, frozen=True, tag="G-COPY"):
    """The file of a trust store is this certificate still: names are reused, and a deletion goes by the name (S141)."""

    copy: Copy


class CopiesGone(_Condition, frozen=True, tag="G-GONE"):
    """None of these is in its trust store any more, nor has come back there (S112, CSCto86463)."""

    copies: tuple[Copy, ...]


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """The files that a trust store of a node has to have."""

    node: str
    store: str
    files: tuple[str, ...]


class CopiesKept(_Condition, frozen=True, tag="G-KEPT"):
    """Everything else is in the trust stores still: a deletion has taken what was meant, and no more."""

    kept: tuple[Kept, ...]


AboutStores = CopyIs | CopiesGone | CopiesKept
AboutCluster = ReplicationGood | NodesAuthenticated | ServicesRun | BackedUp
AboutSettings = SecurityModeIs | RollbackOff | RollbackIs | GroupsRedundant | ResetsByHand
AboutCertificate = CertificateIs | CertificateIsNew | Synchronised | ServedIs | DatabaseMatches
AboutLists = ListsMatch | CertificatesFit | ListsEmptied | ListsResigned | Vouched | TvsLoadable
AboutPhones = PhonesBack | PhonesCurrent
AboutSurroundings = ClocksFollow | NoBackupRuns | NoUpgradeRuns | NoAlarms | PhoneInteractionIs | SsoIs
"""What not every cluster tells: a plan asks for what its scan could read."""
BySomebody = TokenAtHand | PartnersTold
"""What only a person can say."""
AboutSecurity = CtlMatches | LscIssuersTrusted | LscsRenewed | BySomebody
"""CTL, and the phones' own certificates."""
Condition = (
    AboutCluster
    | AboutSettings
    | AboutSurroundings
    | AboutCertificate
    | AboutStores
    | AboutLists
    | AboutPhones
    | AboutSecurity
)


def code_of(condition: Condition) -> str:
    """Its name, such as G-DBR."""
    return str(type(condition).__struct_config__.tag)


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition, for how many seconds of waiting it may be unfulfilled, and how often it is looked at meanwhile.

    `patience` 0 looks once. Seconds are those of the wall clock.
    """

    condition: Condition
    what: str
    patience: int = 0
    interval: int = 10
    sources: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Its name, such as G-DBR."""
        return code_of(self.condition)
