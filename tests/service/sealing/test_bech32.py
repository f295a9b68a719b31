# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sealing import bech32
from service.sealing.bech32 import BadBech32

PREFIXES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)


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
