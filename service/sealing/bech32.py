# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bech32 without a length limit, the spelling of age's recipients and identities.

Source of the rules: BIP 173; C2SP age ("Bech32 is as specified in BIP173, but without length
limits on the data part"). A post-quantum recipient has 1,216 bytes, 1,959 characters.
"""

from __future__ import annotations

from typing import Final

_CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CHECKSUM_LENGTH: Final = 6
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)

# A long recipient has 2,000 letters, and boxes are made for fifty readers at a time: letters are
# put into numbers by tables, bits regrouped by one number of that many bits.
_NONE: Final = 32
_VALUE: Final = bytes(
    _CHARSET.index(chr(code)) if chr(code) in _CHARSET else _NONE for code in range(256)
)
_DIGITS: Final = bytes.maketrans(bytes(range(32)), b"0123456789abcdefghijklmnopqrstuv")


def _step(check: int, value: int) -> int:
    """Let five bits enter the register of BIP 173."""
    for bit, generator in enumerate(_GENERATOR):
        if check >> (25 + bit) & 1:
            value ^= generator
    return (check & 0x1FFFFFF) << 5 ^ value


def _after_six(check: int) -> int:
    for _ in range(6):
        check = _step(check, 0)
    return check


# What six steps make of a register's upper, middle and lower ten bits. The steps are linear, so the
# rest of the register after six values is the values themselves.
_UPPER: Final = tuple(_after_six(bits << 20) for bits in range(1024))
_MIDDLE: Final = tuple(_after_six(bits << 10) for bits in range(1024))
_LOWER: Final = tuple(_after_six(bits) for bits in range(1024))
_GROUP: Final = 15
"""Bytes that hold 24 values."""


class BadBech32(Exception):
    """The text is not Bech32; ``str`` says what is wrong, never what was given."""


def encode(prefix: str, data: bytes) -> str:
    """Return ``data`` in lower-case Bech32 under a lower-case human-readable ``prefix``."""
    words = _words(data)
    checksum = _polymod(_expand(prefix) + words + bytes(_CHECKSUM_LENGTH)) ^ 1
    words += bytes(checksum >> 5 * (5 - i) & 31 for i in range(_CHECKSUM_LENGTH))
    return f"{prefix}1" + "".join(_CHARSET[word] for word in words)


def decode(text: str) -> tuple[str, bytes]:
    """Return (lower-case prefix, data). Raises ``BadBech32``."""
    if not text.isascii() or text not in (text.lower(), text.upper()):
        raise BadBech32("mixed case or letters outside of ASCII")
    prefix, separator, payload = text.lower().rpartition("1")
    if not separator or not prefix or len(payload) < _CHECKSUM_LENGTH:
        raise BadBech32("no prefix, separator or checksum")
    words = payload.encode("ascii").translate(_VALUE)
    if _NONE in words:
        raise BadBech32("a character that Bech32 does not have")
    if _polymod(_expand(prefix) + words) != 1:
        raise BadBech32("the checksum does not match")
    return prefix, _data(words[:-_CHECKSUM_LENGTH])


def _expand(prefix: str) -> bytes:
    codes = prefix.encode("ascii")
    return bytes([*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)])


def _polymod(values: bytes) -> int:
    """The register after all ``values``, taken six at a time. The register begins with 1: as if
    that had entered an empty one first, and any number of zeros before.
    """
    number = int(b"1" + values.translate(_DIGITS), 32)
    size = -(-number.bit_length() // (8 * _GROUP)) * _GROUP
    stream, check = number.to_bytes(size, "big"), 0
    for start in range(0, size, _GROUP):
        group = int.from_bytes(stream[start : start + _GROUP], "big")
        for shift in (90, 60, 30, 0):
            check = (
                _UPPER[check >> 20]
                ^ _MIDDLE[check >> 10 & 1023]
                ^ _LOWER[check & 1023]
                ^ (group >> shift & 0x3FFFFFFF)
            )
    return check


def _words(data: bytes) -> bytes:
    """Five bits a word; the last one is filled up with zeros."""
    number, bits = int.from_bytes(data, "big"), len(data) * 8
    number <<= -bits % 5
    return bytes(number >> shift & 31 for shift in range((bits + 4) // 5 * 5 - 5, -1, -5))


def _data(words: bytes) -> bytes:
    """Eight bits a byte. Raises ``BadBech32`` when the filling is too long, or is not zero."""
    size, rest = divmod(len(words) * 5, 8)
    number = int(words.translate(_DIGITS) or b"0", 32)
    if rest >= 5 or number & ((1 << rest) - 1):
        raise BadBech32("superfluous bits at the end")
    return (number >> rest).to_bytes(size, "big")
