"""Shapes are remembered, forgotten and bounded."""

from ringtrust.trust.header_layout import HEADER_LENGTH_AT, header_layout
from ringtrust.trust.shapes import Place, Placed, Shapes
from ringtrust.trust.tlv import Layout, encode
from tests.support.identities import itl


class _Walks:
    """A walk over headers that counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, data: bytes) -> tuple[Layout, Placed]:
        self.count += 1
        layout = header_layout(data)
        return layout, (Place(0, layout, HEADER_LENGTH_AT),)


def test_a_shape_is_walked_once_until_it_is_forgotten() -> None:
    walks = _Walks()
    shapes = Shapes(walks)
    layouts = [shapes.of(itl().data, "key") for _ in range(3)]
    assert walks.count == 1
    assert layouts[0] is layouts[2]
    shapes.forget()
    shapes.of(itl().data, "key")
    assert walks.count == 2


def test_another_layout_under_the_same_key_is_walked_and_remembered_instead() -> None:
    walks = _Walks()
    shapes = Shapes(walks)
    raw = itl().header.raw
    other = raw[:5] + encode(2, (len(raw) + 3).to_bytes(2, "big")) + encode(99, b"") + raw[10:]
    first, second = shapes.of(raw, "key"), shapes.of(other, "key")
    assert first.tags != second.tags
    assert walks.count == 2
    shapes.of(other, "key")
    assert walks.count == 2


def test_data_that_end_before_the_shape_are_walked() -> None:
    walks = _Walks()
    shapes = Shapes(walks)
    longer = itl().header.raw
    shapes.of(longer, "key")
    shorter = longer[:5] + encode(2, (len(longer) - 1).to_bytes(2, "big")) + longer[10:-1]
    assert shapes.of(shorter, "key").size == len(longer) - 1
    assert walks.count == 2


def test_the_memory_for_shapes_is_bounded() -> None:
    walks = _Walks()
    shapes = Shapes(walks)
    for key in range(200):
        shapes.of(itl().header.raw, key)
    assert walks.count == 200
    for key in reversed(range(200)):
        shapes.of(itl().header.raw, key)
    assert walks.count > 200 + 100
