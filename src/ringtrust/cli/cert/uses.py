"""Who lives by a certificate of a trust store, and what one that is put there takes the place of.

The identities of every node are looked at (S151, S152, 217138).
"""

from collections.abc import Iterator, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from ringtrust.cli.cert.look import NodeRows, Shown, all_rows, trusted
from ringtrust.cli.cert.place import Place
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.certificates import public_key
from ringtrust.connect.platform.certificates import Listed
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.stores import file_start
from ringtrust.plan.deletions import Entry, Uses
from ringtrust.trust import names


async def entry_for(place: Place, row: Listed) -> Entry:
    """Which certificate it is, and who uses it anywhere in the cluster, as far as that can be read."""
    try:
        found = await trusted(place.desk, row.path)
        uses = await _uses(place, row, found)
    except (UnreadableError, RefusedError) as error:
        return Entry(row.folder, row.file, "", Unread(f"{row.path} cannot be read. {error.what}"), place.publisher)
    return Entry(row.folder, row.file, found.common_name, uses, place.publisher)


async def _uses(place: Place, row: Listed, found: Shown) -> Known[Uses] | Unread:
    """Raises UnreadableError, RefusedError."""
    nodes = await all_rows(place.desks, place.eyes.sites, trust=False)
    if any(not each.self_signed and not _same(found, each) for _, each in _identities(nodes)):
        return uses_of(found, nodes, await _others(place, row))
    return uses_of(found, nodes)


async def _others(place: Place, row: Listed) -> tuple[Shown, ...]:
    """What else is in its store: CAs among them may stand between it and an identity. May raise as `_uses` does."""
    rows = [each for each in await place.desk.trust_listing() if each.folder == row.folder and each != row]
    found = []
    for each in rows:
        try:
            found.append(await trusted(place.desk, each.path))
        except UnreadableError:
            continue  # a store holds odd ones too: what cannot be read has signed nothing that is read
    return tuple(found)


def uses_of(found: Shown, nodes: Sequence[NodeRows], between: Sequence[Shown] = ()) -> Known[Uses] | Unread:
    """Who uses a certificate. Where nobody is seen to, every identity of every node must have been read."""
    identities, unread = tuple(_identities(nodes)), tuple(_unread(nodes))
    serves = tuple(who for who, each in identities if _same(found, each))
    signed = tuple(who for who, each in identities if who not in serves and _is_above(found, each, between))
    if unread and not serves and not signed:
        return Unread(names.some(unread))
    return Known(Uses(serves, signed))


def _is_above(authority: Shown, leaf: Shown, between: Sequence[Shown]) -> bool:
    """Whether it is the issuer, or that of a CA between."""
    at, left = [leaf], list(between)
    while at:
        if any(_may_have_signed(authority, each) for each in at):
            return True
        above = [ca for ca in left if any(_may_have_signed(ca, each) for each in at)]
        left = [ca for ca in left if ca not in above]
        at = above
    return False


def _identities(nodes: Sequence[NodeRows]) -> Iterator[tuple[str, Shown]]:
    for node in nodes:
        for row in node.rows.value if isinstance(node.rows, Known) else ():
            if isinstance(row.found, Known):
                yield f"{row.folder} of {node.node}", row.found.value


def _unread(nodes: Sequence[NodeRows]) -> Iterator[str]:
    for node in nodes:
        if not isinstance(node.rows, Known):
            yield f"{node.node} could not be asked ({node.rows.reason})"
            continue
        for row in node.rows.value:
            if not isinstance(row.found, Known):
                yield f"{row.folder} of {node.node} could not be read ({row.found.reason})"


def _same(one: Shown, other: Shown) -> bool:
    """By content; by its serial number where the node prints no PEM."""
    return one.sha256 == other.sha256 if one.sha256 and other.sha256 else one.serial == other.serial


def _may_have_signed(authority: Shown, leaf: Shown) -> bool:
    """Whether it is the issuer. What cannot be checked to be another of the same name is taken for it."""
    if leaf.self_signed or names.common_name(leaf.issuer) != names.common_name(authority.subject):
        return False
    if not authority.pem or not leaf.pem:
        return True
    try:
        signer, signed = (x509.load_pem_x509_certificate(each.pem.encode()) for each in (authority, leaf))
        signed.verify_directly_issued_by(signer)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return names.attributes(leaf.issuer) == names.attributes(authority.subject)
    return True


async def rivals_of(place: Place, store: str, wanted: Certificate) -> Known[tuple[str, ...]] | Unread:
    """The files of a store that bear the name of a certificate, and have another key (210541)."""
    start, rivals = file_start(wanted), []
    try:
        for row in await place.desk.trust_listing():
            if row.folder == store and row.file.startswith(start):
                rivals += [row.file] if _is_rival(await trusted(place.desk, row.path), wanted) else []
    except (UnreadableError, RefusedError) as error:
        return Unread(error.what)
    return Known(tuple(rivals))


def _is_rival(there: Shown, wanted: Certificate) -> bool:
    """Where the node prints no PEM, its key cannot be seen, and is taken for another one."""
    if not there.pem:
        return names.common_name(there.subject) == names.common_name(wanted.subject) and there.serial != wanted.serial
    same_name = names.attributes(there.subject) == names.attributes(wanted.subject)
    return same_name and public_key(there.pem) != public_key(wanted.pem)
