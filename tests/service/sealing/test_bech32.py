# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.sealing import age, bech32
from service.sealing.bech32 import BadBech32

PREFIXES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz1"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def bip173_polymod(values: Iterable[int]) -> int:
    """As the reference of BIP 173 has it: one value at a time."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit in range(5):
            check ^= GENERATOR[bit] if top >> bit & 1 else 0
    return check


def bip173_encode(prefix: str, data: bytes) -> str:
    """The same for the whole text."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[start : start + 5], 2) for start in range(0, len(bits), 5)]
    letters = prefix.encode()
    expanded = [*(one >> 5 for one in letters), 0, *(one & 31 for one in letters)]
    checksum = bip173_polymod([*expanded, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [checksum >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1" + "".join(LETTERS[word] for word in words)


@given(prefix=PREFIXES, data=st.binary(max_size=60) | st.binary(min_size=1200, max_size=1230))
@example(prefix="a", data=b"")
@example(prefix="age1pq", data=bytes(1216))
@example(prefix="age1pq", data=b"\xff" * 1216)
def test_checksum_is_that_of_the_reference(prefix: str, data: bytes) -> None:
    """Six values at a time come to the same as one at a time, however many there are."""
    assert bech32.encode(prefix, data) == bip173_encode(prefix, data)


def test_checksum_is_that_of_the_reference_at_every_length() -> None:
    for size in range(200):
        assert bech32.encode("a", bytes(range(size))) == bip173_encode("a", bytes(range(size)))


def test_no_wrong_letter_and_no_two_that_changed_places_pass_in_a_long_recipient() -> None:
    """Every letter that may stand in each of the 2,000 places, and every pair of neighbours."""
    _identity, recipient = age.new_identity()
    assert recipient.startswith("age1pq1")
    assert len(recipient) > 1900
    payload_at = recipient.rindex("1") + 1
    wrong = [
        recipient[:at] + letter + recipient[at + 1 :]
        for at in range(len(recipient))
        for letter in (LETTERS if at >= payload_at else PREFIX_LETTERS)
    ]
    wrong += [
        recipient[:at] + recipient[at + 1] + recipient[at] + recipient[at + 2 :]
        for at in range(len(recipient) - 1)
    ]
    for text in wrong:
        if text != recipient:
            with pytest.raises(BadBech32):
                bech32.decode(text)


@given(prefix=PREFIXES, data=st.binary(max_size=1500))
def test_what_is_encoded_decodes(prefix: str, data: bytes) -> None:
    text = bech32.encode(prefix, data)
    assert bech32.decode(text) == (prefix, data)
    assert bech32.decode(text.upper()) == (prefix, data)


@pytest.mark.parametrize(
    ("text", "prefix", "size"),
    [
        # BIP 173, "Test vectors": the valid ones without superfluous bits.
        ("A12UEL5L", "a", 0),
        ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", 20),
        # C2SP age: the classic and the post-quantum example identity.
        ("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", None, 32),
        (
            "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR",
            "age-secret-key-pq-",
            32,
        ),
    ],
)
def test_published_examples_decode(text: str, prefix: str | None, size: int) -> None:
    found, data = bech32.decode(text)
    assert found == (prefix or "age-secret-key-")
    assert len(data) == size
    assert bech32.encode(found, data) in (text, text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "A1G7SGD8",  # BIP 173: checksum calculated with upper case prefix
        "pzry9x0s0muk",  # BIP 173: no separator
        "1pzry9x0s0muk",  # BIP 173: empty prefix
        "x1b4n0q5v",  # BIP 173: invalid data character
        "li1dgmt3",  # BIP 173: too short a checksum
        "de1lg7wt\xff",  # BIP 173: invalid character in the checksum
        "a12UEL5L",  # mixed case
        "",
        "1",
    ],
)
def test_invalid_bech32_is_refused(text: str) -> None:
    with pytest.raises(BadBech32):
        bech32.decode(text)


@given(st.text(max_size=60))
def test_any_text_decodes_or_is_a_named_error(text: str) -> None:
    try:
        prefix, data = bech32.decode(text)
    except BadBech32:
        return
    assert bech32.encode(prefix, data) == text.lower()
