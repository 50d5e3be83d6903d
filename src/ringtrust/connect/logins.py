"""Which platform login is sent to which node: none before it is known which one is right there (docs/clusters.md)."""

from collections.abc import Mapping, Sequence

from ringtrust.errors import RefusedError
from ringtrust.settings import ClusterSettings, Login, place_of


class PlatformLogins:
    """Those of one cluster. Where nodes have logins of their own, only the publisher is logged in to before `named`.

    Whoever would get the login of another node would take it for a wrong password: three of those lock an account
    (interfaces.md §1.1).
    """

    def __init__(self, settings: ClusterSettings) -> None:
        self._settings = settings
        self._places = {settings.publisher: settings.place_for(settings.publisher)}

    def place(self, address: str) -> str:
        """Where the login of a node stands in the entry. Raises RefusedError for a node that nobody has named yet."""
        if address not in self._places and self._settings.nodes:
            raise RefusedError(
                f"Nobody knows yet which login is that of {address}, so nothing was sent to it.",
                advice="The cluster does not name it: see `show network cluster`.",
            )
        return self._places.get(address, self._settings.place_for(address))

    def login(self, place: str) -> Login:
        """The login that stands there."""
        return self._settings.logins()[place]

    def named(self, nodes: Mapping[str, Sequence[str]]) -> None:
        """From now on these are the nodes: all other names of each address.

        Raises RefusedError when a login of a node fits none of them or several, or when two fit one.
        """
        settings = self._settings
        for key in settings.nodes:
            self._refuse_unless_one(key, [each for each, names in nodes.items() if settings.fits(key, each, *names)])
        places = {address: settings.place_for(address, *names) for address, names in nodes.items()}
        self._refuse_another_at_publisher(nodes, places)
        self._places |= places

    def _refuse_unless_one(self, key: str, fitting: Sequence[str]) -> None:
        if len(fitting) == 1:
            return
        what = f"it fits {' and '.join(fitting)}" if fitting else "no node has that name or address"
        raise RefusedError(
            f"{place_of(key)} has a login of its own, and {what}.",
            advice="See `show network cluster`, and write the address of the node (docs/clusters.md).",
        )

    def _refuse_another_at_publisher(self, nodes: Mapping[str, Sequence[str]], places: Mapping[str, str]) -> None:
        """Its names are known only after somebody has logged in to it."""
        publisher = self._settings.publisher
        for address, names in nodes.items():
            called = {each.lower() for each in (address, *names)}
            if publisher.lower() in called and places[address] != self._places[publisher]:
                raise RefusedError(
                    f"{places[address]} is the publisher, which was logged in to before its other names were known.",
                    advice=f'Add address = "{publisher}" to it.',
                )
