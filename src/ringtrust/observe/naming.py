"""What nodes are called: the server table may have an address, a short name or a full one (interfaces.md §1.12)."""

import ipaddress
from collections.abc import Sequence

from ringtrust.observe.eyes import Site


def called(name: str) -> frozenset[str]:
    """A name in lower case, and a full name's first label: `sub1.lab.example` is sub1 too."""
    lower = name.strip().lower()
    return frozenset({lower} if _is_address(lower) else {lower, lower.partition(".")[0]})


def names_of(site: Site, sites: Sequence[Site]) -> frozenset[str]:
    """Everything that a node may be called, less what another one is called as well."""
    others = {name for each in sites if each != site for name in _all(each)}
    return _all(site) - others | {site.address.lower()}


def _all(site: Site) -> frozenset[str]:
    return frozenset(name for each in (site.name, site.address, *site.aliases) if each for name in called(each))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
