"""What is known besides: orders, hazards, defects, hand-offs, and statements of the seed."""

from ringtrust.catalog.row import Ranged, Row


class Order(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order between types as a source gives it. `followed` marks the one that ringtrust keeps to."""

    name: str
    units: tuple[str, ...]
    rule: str
    followed: bool = False


class Hazard(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A forbidden combination: the act, and how phones lose trust by it. `when` narrows down where it bites."""

    id: str
    act: str
    text: str
    when: str = ""


class Defect(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A defect of CUCM. The range is the cautious one; `known` is what the sources say about releases."""

    id: str
    text: str
    known: str
    workaround: str


class HandOff(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another procedure takes over. `document` is Cisco's number, or what to look for."""

    topic: str
    document: str
    when: str


class Statement(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A statement of the seed. `note` says where newer sources differ."""

    topic: str
    text: str
    note: str = ""
