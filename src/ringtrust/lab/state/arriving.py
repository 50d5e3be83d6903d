"""What TVS of a node knows once everything that is under way has arrived, and every service runs."""

from collections.abc import Iterator

from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.releases import Release
from ringtrust.lab.state import records
from ringtrust.lab.state.database import Replica
from ringtrust.lab.state.node import Node

Place = tuple[str, bytes]


def known_in_the_end(node: Node, written: Replica, release: Release) -> Iterator[Place]:
    """Units and stores, each with a certificate (DER). `written` is the publisher's database, which all others follow.

    What Change Notification carries comes to every node as the database has it, in the place of an older one of that
    name. What is in a store and no longer in the database is about to go where deletions reach every node (S112).
    """
    yield from ((unit, identity.certificate) for unit, identity in node.identities.items())
    there = {(found.store, file_name(found.certificate)): found.certificate for found in records.trusted_in(written)}
    for (store, _), certificate in there.items():
        if store in release.change_notification:
            yield store, certificate
    for store, files in node.trusts.items():
        for name, certificate in files.items():
            comes = (store, name) in there and store in release.change_notification
            goes = (store, name) not in there and store in release.deletes_everywhere
            if not comes and not goes:
                yield store, certificate
