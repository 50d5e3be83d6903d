"""Whether a phone holds what is served now."""

from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state.cluster import Cluster
from ringtrust.trust.lists import ListKind


class Current:
    """The lists that the TFTP nodes of a cluster serve at this moment."""

    def __init__(self, cluster: Cluster) -> None:
        nodes = cluster.tftp_order
        self._served = {
            ListKind.ITL: {node.tftp.itl.data for node in nodes if node.tftp is not None},
            ListKind.CTL: {node.ctl.data for node in nodes if node.ctl is not None},
        }

    def holds(self, phone: Phone) -> bool:
        """Whether it holds, byte for byte, a list of every kind that it asks for and that is served.

        A device without Security by Default asks for a CTL alone, and where none is served it needs none.
        """
        asked = (ListKind.ITL, ListKind.CTL) if phone.traits.kind.tvs else (ListKind.CTL,)
        wanted = [kind for kind in asked if kind is ListKind.ITL or self._served[kind]]
        held = {kind: each.data for kind, each in phone.held.items()}
        return all(held.get(kind) in self._served[kind] for kind in wanted)
