"""The encryption block in the header of an .enc.sgn file: how its body is encrypted, and for which key (§3).

16 { 17 { 18 cipher, 19 IV, 20 filler }, 21 { 22 key cipher, 23 key size, 24 key algorithm, 25 key } }, 26, 27
"""

from typing import Final

import msgspec

from ringtrust.errors import FormatError
from ringtrust.trust import choices
from ringtrust.trust.digests import DIGEST_OF_CODE, Digest
from ringtrust.trust.header import Header
from ringtrust.trust.tags import HeaderTag as Tag
from ringtrust.trust.tlv import HEAD, Layout, encode, scan

BLOCK: Final = 16
"""Bytes of an AES block, of the IV and of the AES-128 key."""

_SIZES: Final = (
    (Tag.CIPHER, 1),
    (Tag.IV, BLOCK),
    (Tag.FILLER, 2),
    (Tag.KEY_CIPHER, 1),
    (Tag.KEY_SIZE, 2),
    (Tag.KEY_ALGORITHM, 1),
    (Tag.CLEAR_DIGEST_ALGORITHM, 1),
)
_IV_PARTS: Final = (Tag.CIPHER, Tag.IV, Tag.FILLER)
_KEY_PARTS: Final = (Tag.KEY_CIPHER, Tag.KEY_SIZE, Tag.KEY_ALGORITHM, Tag.KEY)


class Encryption(msgspec.Struct, frozen=True):
    """How a body is encrypted. The codes have one known value each, see choices; a reader keeps any other.

    `filler` counts the bytes behind the clear text. `wrapped_key` is the AES key, encrypted for the phone. `digest`
    is that of the clear text without the filler, by the algorithm `digest_code` (digests.Digest).
    """

    iv: bytes
    filler: int
    wrapped_key: bytes
    digest: bytes
    digest_code: int
    cipher_code: int = choices.CIPHER_AES_128_CBC
    key_cipher_code: int = choices.KEY_CIPHER_RSA
    key_algorithm_code: int = choices.KEY_ALGORITHM

    @property
    def key_bits(self) -> int:
        """How many bits the phone's RSA key has."""
        return len(self.wrapped_key) * 8

    @property
    def digest_algorithm(self) -> Digest | None:
        """The digest of the clear text; None for a code that nobody knows."""
        return DIGEST_OF_CODE.get(self.digest_code)

    @property
    def unknown(self) -> str:
        """What of it nobody knows, as in "cipher 7"; empty when it is of the one known kind."""
        said = (
            ("cipher", self.cipher_code, choices.CIPHER_AES_128_CBC),
            ("key cipher", self.key_cipher_code, choices.KEY_CIPHER_RSA),
            ("key algorithm", self.key_algorithm_code, choices.KEY_ALGORITHM),
        )
        odd = [f"{what} {code}" for what, code, known in said if code != known]
        odd += [] if self.digest_algorithm else [f"digest algorithm {self.digest_code}"]
        return ", ".join(odd)

    def to_bytes(self) -> bytes:
        """The items of the block, in the order of files seen. Raises RefusedError."""
        iv = _item(Tag.CIPHER, self.cipher_code) + encode(Tag.IV, self.iv) + _item(Tag.FILLER, self.filler, 2)
        key = _item(Tag.KEY_CIPHER, self.key_cipher_code) + _item(Tag.KEY_SIZE, self.key_bits, 2)
        key += _item(Tag.KEY_ALGORITHM, self.key_algorithm_code) + encode(Tag.KEY, self.wrapped_key)
        info = encode(Tag.IV_INFO, iv) + encode(Tag.KEY_INFO, key)
        return (
            encode(Tag.ENCRYPTION_INFO, info)
            + _item(Tag.CLEAR_DIGEST_ALGORITHM, self.digest_code)
            + encode(Tag.CLEAR_DIGEST, self.digest)
        )


def _item(tag: int, number: int, size: int = 1) -> bytes:
    return encode(tag, number.to_bytes(size, "big"))


class _Part(msgspec.Struct, frozen=True):
    """A run of items in the header: where it begins there, its bytes, and its layout."""

    begin: int
    raw: bytes
    layout: Layout

    def value(self, tag: int) -> bytes:
        return self.raw[self.layout.spans[tag]]

    def number(self, tag: int) -> int:
        return int.from_bytes(self.value(tag), "big")

    def at(self, tag: int) -> int:
        return self.begin + self.layout.head(self.layout.tags.index(tag)) + HEAD

    def inside(self, tag: int, due: tuple[int, ...]) -> "_Part":
        """The items in the value of this one. Raises FormatError unless those that are due stand there once."""
        begin, raw = self.at(tag), self.value(tag)
        try:
            return _part(begin, raw, scan(raw), due)
        except FormatError as error:
            raise error.shifted(begin) from None


def _part(begin: int, raw: bytes, layout: Layout, due: tuple[int, ...]) -> _Part:
    """Raises FormatError, with the offset within this part."""
    for tag in due:
        if layout.tags.count(tag) != 1:
            what = "more than one" if tag in layout.tags else "no"
            raise FormatError(f"The encryption block has {what} tag {tag}", 0)
    for tag, size in _SIZES:
        layout.expect(tag, size)
    return _Part(begin, raw, layout)


def read_encryption(header: Header) -> Encryption:
    """The encryption block of a header. Raises FormatError when it has none, or one that is damaged."""
    due = (Tag.ENCRYPTION_INFO, Tag.CLEAR_DIGEST_ALGORITHM, Tag.CLEAR_DIGEST)
    if not header.has(Tag.ENCRYPTION_INFO):
        raise FormatError("This file is signed, not encrypted: its header has no encryption block", header.length)
    whole = _part(0, header.raw, header.layout, due)
    info = whole.inside(Tag.ENCRYPTION_INFO, (Tag.IV_INFO, Tag.KEY_INFO))
    iv, key = info.inside(Tag.IV_INFO, _IV_PARTS), info.inside(Tag.KEY_INFO, _KEY_PARTS)
    _check_numbers(whole, iv, key)
    return Encryption(
        iv=iv.value(Tag.IV),
        filler=iv.number(Tag.FILLER),
        wrapped_key=key.value(Tag.KEY),
        digest=whole.value(Tag.CLEAR_DIGEST),
        digest_code=whole.number(Tag.CLEAR_DIGEST_ALGORITHM),
        cipher_code=iv.number(Tag.CIPHER),
        key_cipher_code=key.number(Tag.KEY_CIPHER),
        key_algorithm_code=key.number(Tag.KEY_ALGORITHM),
    )


def _check_numbers(whole: _Part, iv: _Part, key: _Part) -> None:
    bits, due = key.number(Tag.KEY_SIZE), len(key.value(Tag.KEY)) * 8
    if bits != due:
        raise FormatError(f"The encrypted key is said to have {bits} bits, but it has {due}", key.at(Tag.KEY_SIZE))
    if iv.number(Tag.FILLER) > BLOCK:
        raise FormatError(f"{iv.number(Tag.FILLER)} bytes of filler are more than a block", iv.at(Tag.FILLER))
    digest = DIGEST_OF_CODE.get(whole.number(Tag.CLEAR_DIGEST_ALGORITHM))
    size = len(whole.value(Tag.CLEAR_DIGEST))
    if digest is not None and size != len(digest.of(b"")):
        raise FormatError(f"{size} bytes are no {digest.text} digest", whole.at(Tag.CLEAR_DIGEST))
