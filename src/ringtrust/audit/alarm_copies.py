"""What lies in a trust store: by its name the copy of an identity, which may still be in use (S26, S119, S152, S153).

Nothing here ever leads to a deletion by the name of a file alone: a renewed copy has the name of the old one. What may
go, `ringtrust audit` says, which sees the certificates themselves (audit/trusted.py).
"""

from collections.abc import Iterator
from typing import Final

from ringtrust.audit.alarm_meaning import Asked, Meaning, may_be_typed, node_of, target_of
from ringtrust.audit.expiry import CAVEAT
from ringtrust.audit.seen import cited, said
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.stores import Store
from ringtrust.catalog.units import Unit
from ringtrust.change.finding import Severity
from ringtrust.cluster.alarm import Notice
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CAPF, ITLRECOVERY
from ringtrust.cluster.trust_files import NamedAfter, TrustFile, read_trust_file, same_node
from ringtrust.trust.names import brief, quoted

_BY_MARK: Final = {NamedAfter.ITLRECOVERY: ITLRECOVERY, NamedAfter.CAPF: CAPF}
_LOCKED_OUT: Final = (
    "Phones that use an LSC of this CAPF cannot register once it has expired: CUCM refuses their certificate."
)
_TOLD_APART: Final = (
    "`ringtrust audit CLUSTER` sees the certificate itself and says whose it is: a copy of an identity follows that "
    "one; nothing is urgent about an older one, and phones with an older list may lean on it still."
)
_NOBODYS: Final = (
    "Only what `ringtrust stores` says may go, or leaves to a person, is left to you. If it belongs to a server "
    "outside this cluster, CUCM cannot renew it: see there whether it is valid, renew it there, and import the new "
    "one here. "
    "Delete it only when nothing uses it any more (a CA that signed a certificate in use is used), in a maintenance "
    "window"
)


def a_copy(asked: Asked, notice: Notice) -> Meaning:
    """A certificate in a trust store that was not there from installation on."""
    file, unit = read_trust_file(notice.stem), original(asked.catalog, notice)
    store = next((each for each in asked.catalog.stores if each.name.lower() == notice.unit.lower()), None)
    effects = store.breaks if store is not None else ()
    return Meaning(
        where=in_store(asked, notice),
        notes=tuple(_whose(asked, notice, file, unit)),
        breaks=(*said(effects), *_of_original(file, unit), CAVEAT),
        steps=(*_renewal(asked, file, unit), _TOLD_APART, *_nobodys(asked, notice, store)),
        sources=(
            *("S17", "S26", "S28", "S29", *cited(effects), "S109", "S119", "S151", "S152", "S153", "S167", "S168"),
        ),
        usual=Severity.MINOR,
    )


def in_store(asked: Asked, notice: Notice) -> str:
    """Where it lies, for a sentence."""
    return f"{brief(notice.certificate) or 'a certificate'} in {brief(notice.unit)} of {node_of(asked.alarm)}"


def original(catalog: Catalog, notice: Notice) -> Unit | None:
    """The unit that it is a copy of, by its name and by what the store holds copies of; None where neither tells."""
    file = read_trust_file(notice.stem)
    if name := _BY_MARK.get(file.after):
        return catalog.unit(name)
    units = [each for each in catalog.units if _is_copied(each, notice.unit) and each.name not in _BY_MARK.values()]
    return next((each for each in units if (each.key == "EC") == file.curved), units[0] if units else None)


def _is_copied(unit: Unit, store: str) -> bool:
    stores = {unit.trust_store, *(copy.store for copy in unit.copies)}
    return store.lower() in {each.lower() for each in stores}


def owner_of(catalog: Catalog, notice: Notice) -> str:
    """The node whose identity it is a copy of, by its name; empty where the name does not tell.

    -EC is a mark only where the store holds copies of an elliptic curve; else it belongs to the name of the node.
    """
    file, unit = read_trust_file(notice.stem), original(catalog, notice)
    unmarked = file.after is NamedAfter.NODE and (unit is None or (file.curved and unit.key != "EC"))
    return file.common_name if unmarked else file.node


def _whose(asked: Asked, notice: Notice, file: TrustFile, unit: Unit | None) -> Iterator[str]:
    reporter, owner = asked.alarm.node, owner_of(asked.catalog, notice)
    named = f"the {unit.name} certificate" if unit is not None else "a certificate"
    yield f"It lies in a trust store ({brief(notice.unit)}): it cannot be regenerated there, only where it comes from."
    if file.after is NamedAfter.CAPF:
        yield (
            f"By its name, {brief(file.common_name)}, it is a CAPF certificate, of now or of before; a new CAPF has a "
            "new name. Which node's it is does not stand in the name."
        )
    elif not owner:
        yield "Whose it is the text does not tell."
    elif reporter and same_node(owner, reporter):
        yield f"By its name it is a copy of {named} of {brief(reporter)}, which reports it: of now or of before."
    elif not reporter:
        yield f"By its name it is {named} of {brief(owner)}. Which node holds this copy the text does not tell."
    else:
        yield (
            f"By its name it is {named} of {brief(owner)}; {node_of(asked.alarm)} only reports the copy that it holds. "
            f"The Type {quoted(notice.kind)} does not mean that it is {node_of(asked.alarm)}'s own."
        )
    if file.multi_server:
        yield "The -ms in its name is the mark of a multi-server certificate: a CA signed it, for several nodes."
    yield from _of_publisher_only(asked, unit)


def _of_publisher_only(asked: Asked, unit: Unit | None) -> Iterator[str]:
    release = asked.release
    if unit is None or unit.name not in _BY_MARK.values() or not isinstance(release, Known):
        return
    if unit in release.value.units and release.value.owners(unit.name) == "publisher":
        yield f"In CUCM {release.value.release.name} only the publisher has a {unit.name} that counts."


def _of_original(file: TrustFile, unit: Unit | None) -> Iterator[str]:
    if unit is None:
        return
    if file.after is NamedAfter.CAPF:
        yield _LOCKED_OUT
        yield "If it is a CAPF of now:"
    else:
        yield f"It breaks nothing once there is a new {unit.name} and the copy of that is here. Until then:"
    yield from said(unit.breaks)


def _renewal(asked: Asked, file: TrustFile, unit: Unit | None) -> Iterator[str]:
    """The identity first: its copies follow (S152, S153)."""
    if unit is None:
        yield "Delete nothing: find out first whose it is, and whether anything uses it still."
    elif file.after is NamedAfter.CAPF:
        yield (
            f"Delete nothing: every LSC that it signed needs it. See whose it is: `ringtrust audit CLUSTER`, or `show "
            f"cert own CAPF` on {_holders_of_capf(asked, unit)}."
        )
        yield "If it is a CAPF of now, renew that, and its copies follow: `ringtrust plan CLUSTER --renew CAPF@NODE`."
        yield "An older one still vouches for the LSCs that it signed: keep it until every phone has a new LSC."
    else:
        notice = asked.alarm.notice
        owner = owner_of(asked.catalog, notice.value) if isinstance(notice, Known) else ""
        yield (
            "Delete nothing: where the identity is the one that ends, renew that, and its copies follow: "
            f"`ringtrust plan CLUSTER --renew {target_of(unit, owner)}`."
        )
        there = f"`show cert own {unit.name}` on {brief(owner) or 'every node'}"
        yield f"Whether it has been renewed since, {there} tells: then only the old copy alarms, and nothing is urgent."


def _holders_of_capf(asked: Asked, unit: Unit) -> str:
    only = any(True for _ in _of_publisher_only(asked, unit))
    return "the publisher" if only else "every node"


def _nobodys(asked: Asked, notice: Notice, store: Store | None) -> Iterator[str]:
    before = f" Before that: {store.deletion_note}" if store is not None and store.deletion_note else ""
    yield f"{_NOBODYS}{_reach(asked, notice)}{before}"


def deletion(asked: Asked, notice: Notice, lead: str) -> Iterator[str]:
    """How one from installation on goes: the command is written without -trust (S141); its reach is the release's."""
    units = [each for each in asked.catalog.units if each.trust_store.lower() == notice.unit.lower()]
    command = units[0].delete_command if units else ""
    typed = f": `{command.replace('<name>', notice.stem)}`" if command and may_be_typed(notice.stem) else ""
    yield f"{lead}{typed}{_reach(asked, notice)}"


def _reach(asked: Asked, notice: Notice) -> str:
    """How far a deletion reaches is up to the release (S112)."""
    if not isinstance(asked.release, Known):
        return ". How far that reaches differs between releases: add --release, such as --release 12.5."
    rows = asked.release.value.deletions
    row = next((each for each in rows if notice.unit.lower() in {store.lower() for store in each.stores}), None)
    if row is None:
        return "."
    stop = f" Stop {', '.join(row.stop)} on every node before." if row.stop else ""
    far = {"own node": "on every node", "every node": "on one node", "publisher": "on the publisher"}[row.reach]
    return f", {far}.{stop}{f' {row.note}' if row.note else ''}"
