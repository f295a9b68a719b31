# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bech32 without a length limit, the spelling of age's recipients and identities.

Source of the rules: BIP 173; C2SP age ("Bech32 is as specified in BIP173, but without length
limits on the data part"). A post-quantum recipient has 1,216 bytes, 1,959 characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE: Final = {character: value for value, character in enumerate(_CHARSET)}
_CHECKSUM_LENGTH: Final = 6
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _feedback(top: int) -> int:
    feedback = 0
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            feedback ^= generator
    return feedback


# What the five bits that leave the register feed back, for each of their 32 values: a long
# recipient takes 2,000 steps, and boxes are made for fifty readers at a time.
_FEEDBACK: Final = tuple(_feedback(top) for top in range(32))


class BadBech32(Exception):
    """The text is not Bech32; ``str`` says what is wrong, never what was given."""


def encode(prefix: str, data: bytes) -> str:
    """Return ``data`` in lower-case Bech32 under a lower-case human-readable ``prefix``."""
    words = _regroup(data, 8, 5)
    if (rest := len(data) * 8 % 5) != 0:
        words.append(data[-1] << (5 - rest) & 31)
    checksum = _polymod([*_expand(prefix), *words, *[0] * _CHECKSUM_LENGTH]) ^ 1
    words += [checksum >> 5 * (5 - i) & 31 for i in range(_CHECKSUM_LENGTH)]
    return f"{prefix}1" + "".join(_CHARSET[word] for word in words)


def decode(text: str) -> tuple[str, bytes]:
    """Return (lower-case prefix, data). Raises ``BadBech32``."""
    if not text.isascii() or text not in (text.lower(), text.upper()):
        raise BadBech32("mixed case or letters outside of ASCII")
    prefix, separator, payload = text.lower().rpartition("1")
    if not separator or not prefix or len(payload) < _CHECKSUM_LENGTH:
        raise BadBech32("no prefix, separator or checksum")
    try:
        words = [_VALUE[character] for character in payload]
    except KeyError:
        raise BadBech32("a character that Bech32 does not have") from None
    if _polymod([*_expand(prefix), *words]) != 1:
        raise BadBech32("the checksum does not match")
    del words[-_CHECKSUM_LENGTH:]
    rest = len(words) * 5 % 8
    if rest >= 5 or (words and words[-1] & ((1 << rest) - 1)):
        raise BadBech32("superfluous bits at the end")
    return prefix, bytes(_regroup(words, 5, 8))


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _FEEDBACK[check >> 25]
    return check


def _regroup(values: Iterable[int], width: int, new_width: int) -> list[int]:
    """Cut a row of ``width``-bit values into full ``new_width``-bit ones; a rest is dropped."""
    groups: list[int] = []
    pending = bits = 0
    mask = (1 << new_width) - 1
    for value in values:
        pending = pending << width | value
        bits += width
        while bits >= new_width:
            bits -= new_width
            groups.append(pending >> bits & mask)
        pending &= (1 << bits) - 1
    return groups
