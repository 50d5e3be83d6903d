"""A certificate as a snapshot holds it: the PEM, and decoded beside it what audits and plans ask for."""

from typing import Final

import msgspec

from ringtrust.cluster.facts import Fact, Moment

SOON_DAYS: Final = 60
"""How soon a certificate expires soon, unless somebody says otherwise."""


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate. Names are RFC 4514 text, dates in UTC, `serial` and `sha256` upper-case hexadecimal.

    `sha1` is what trust lists and phones compare; `bits` is the size of the key; `digest` that of the signature.
    `key_id` and `issuer_key_id` are the key identifiers by which chains are built, in upper-case hexadecimal, and empty
    where it carries none. `purposes` are those of its extended key usage, such as `serverAuth`; none where it has none.
    """

    subject: str
    common_name: str
    issuer: str
    serial: str
    not_before: Moment
    not_after: Moment
    key: str
    bits: int
    digest: str
    names: tuple[str, ...]
    self_signed: bool
    authority: bool
    key_id: str
    issuer_key_id: str
    purposes: tuple[str, ...]
    sha1: str
    sha256: str
    pem: str


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An identity certificate of a node: `unit` as in `show cert list own`."""

    unit: str
    certificate: Fact[Certificate]


class Trusted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate in a trust store of a node, by the name of its file.

    The database holds no names of files: where nothing else told, `file` is how Cisco names one of this subject.
    """

    store: str
    file: str
    certificate: Fact[Certificate]


class Registered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """What the database says that a node has: `name` is a unit or a store, `serial` upper-case hexadecimal (210541)."""

    name: str
    serial: str
    subject: str
