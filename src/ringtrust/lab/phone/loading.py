"""How a phone loads its trust lists and its configuration, from the first TFTP node that answers (§6.1 to §6.4)."""

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Final

from ringtrust.errors import FormatError, RefusedError
from ringtrust.lab.phone import enrolment, events
from ringtrust.lab.phone.acceptance import Accepted, file_opinion, list_opinion
from ringtrust.lab.phone.asking import Deciding, Doing, opinion_of
from ringtrust.lab.phone.configuration import Configuration, read_configuration
from ringtrust.lab.phone.keys import Key
from ringtrust.lab.phone.states import State
from ringtrust.trust.encrypted import Opened, open_encrypted
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.roles import MAY_SIGN_FILES
from ringtrust.trust.signed import SignedFile

if TYPE_CHECKING:
    from ringtrust.lab.phone.phone import Phone

# A device without Security by Default asks for no ITL, and nobody vouches for it (trust-formats.md §6.2 point 6).
_LISTS: Final = (ListKind.CTL, ListKind.ITL)
_LISTS_WITHOUT_TVS: Final = (ListKind.CTL,)
# Status messages are those of trust-formats.md §6.5; no source shows these two [U].
_AUTH_ERROR: Final = "File auth error"
_NOT_VALID: Final = "File not valid"

Loading = Generator[events.Order, events.Happening, Configuration | None]


def load(phone: "Phone") -> Doing:
    """Lists and configuration; then CAPF, where the configuration says so."""
    phone.state = State.LOADING
    for address in phone.traits.tftp:
        if (yield from _load_lists(phone, address)):
            yield from _configure(phone, address)
            return
    phone.note("TFTP timeout")


def _load_lists(phone: "Phone", address: str) -> Deciding:
    """Whether the node answered at all; a list that is refused leaves the old one in its place."""
    for kind in _LISTS if phone.traits.kind.tvs else _LISTS_WITHOUT_TVS:
        got = yield _fetch(phone, address, f"{kind.value}{phone.traits.device}.tlv")
        if isinstance(got, events.Missing) and kind is ListKind.ITL:
            got = yield _fetch(phone, address, kind.filename)
        if isinstance(got, events.Fetched):
            yield from _consider(phone, kind, got.data)
        elif isinstance(got, events.Unreachable):
            return False
        elif kind is ListKind.ITL:
            phone.note(f"File Not Found {kind.filename}")
    return True


def _fetch(phone: "Phone", address: str, name: str) -> events.Fetch:
    return events.Fetch(phone.turn(), address, name)


def _consider(phone: "Phone", kind: ListKind, data: bytes) -> Doing:
    held = phone.held.get(kind)
    if held is not None and held.data == data:
        phone.note_trust(f"{kind.value} installed")
        return
    opinion = yield from opinion_of(phone, list_opinion(kind, data, tuple(phone.held.values())))
    if isinstance(opinion, Accepted) and isinstance(opinion.what, TrustList):
        phone.held[kind] = opinion.what
        phone.note_trust("Trust List updated" if held else f"{kind.value} installed")
    else:
        phone.note_trust("Trust List update failed")


def _configure(phone: "Phone", address: str) -> Doing:
    """With any list installed files must be signed; with an emptied one, or none, they need not be (§6.3)."""
    plain = f"{phone.traits.device}.cnf.xml"
    offered = yield from _configuration(phone, address, plain)
    if offered is not None and enrolment.due(phone, offered):
        yield from enrolment.enrol(phone, offered)
        phone.state = State.LOADING
        if offered.encrypted:  # for the certificate that it has now
            offered = yield from _configuration(phone, address, plain)
    if offered is not None and offered.encrypted and not offered.managers:
        offered = yield from _encrypted(phone, address, f"{plain}.enc.sgn", offered)
    if offered is not None:
        phone.configuration = offered


def _encrypted(phone: "Phone", address: str, name: str, offered: Configuration) -> Loading:
    """The whole configuration out of the file that is for this phone alone (§3); None where it is not to be had."""
    shown = phone.papers.shown
    if shown is None or not enrolment.owns(phone, offered):
        phone.note(f"{name} is for another certificate")
        return None
    sealed = yield from _file(phone, address, name, signed=True)
    if not isinstance(sealed, SignedFile):
        return None
    clear = _opened(sealed, shown.key)
    if clear is None:
        phone.note(f"{_NOT_VALID} {name}")
        return None
    return _read(phone, name, clear)


def _opened(sealed: SignedFile, key: Key) -> bytes | None:
    try:
        opened = open_encrypted(sealed, key)
    except (FormatError, RefusedError):
        return None
    return opened.clear if isinstance(opened, Opened) else None


def _configuration(phone: "Phone", address: str, plain: str) -> Loading:
    name = f"{plain}.sgn" if _wants_signatures(phone.held.values()) else plain
    found = yield from _file(phone, address, name, signed=name != plain)
    return None if found is None else _read(phone, name, found if isinstance(found, bytes) else found.body)


def _read(phone: "Phone", name: str, body: bytes) -> Configuration | None:
    try:
        offered = read_configuration(body)
    except FormatError:
        phone.note(f"{_NOT_VALID} {name}")
        return None
    phone.note(f"{name}(HTTP)")
    return offered


def _file(
    phone: "Phone", address: str, name: str, *, signed: bool
) -> Generator[events.Order, events.Happening, SignedFile | bytes | None]:
    """A file, once its signature was checked; None where it is not to be had."""
    got = yield _fetch(phone, address, name)
    if not isinstance(got, events.Fetched):
        phone.note(f"File not found {name}" if isinstance(got, events.Missing) else "TFTP timeout")
        return None
    if not signed:
        return got.data
    opinion = yield from opinion_of(phone, file_opinion(got.data, tuple(phone.held.values())))
    if not isinstance(opinion, Accepted) or not isinstance(opinion.what, SignedFile):
        phone.note(f"{_AUTH_ERROR} {name}")
        return None
    return opinion.what


def _wants_signatures(held: Iterable[TrustList]) -> bool:
    """By the CTL, where there is one: with an emptied one files are not signed (118892). Else by the ITL (§6.3)."""
    lists = {each.kind: each for each in held}
    ctl = lists.get(ListKind.CTL)
    if ctl is not None:
        return any(record.certificate_digest for record in ctl.records if record.function in MAY_SIGN_FILES)
    return bool(lists) and not any(each.emptied for each in lists.values())
