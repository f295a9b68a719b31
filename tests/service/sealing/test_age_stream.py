# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing what is longer than the memory: the same files, however the plaintext is cut."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sealing import age
from service.sealing.envelope import CHUNK_SIZE
from tests.service.sealing.age_opener import open_file
from tests.service.sealing.age_peer import AgePeer

IDENTITY, RECIPIENT = age.new_identity()
NEAR_A_CHUNK = st.integers(0, 3) | st.integers(CHUNK_SIZE - 2, CHUNK_SIZE + 2)


@given(sizes=st.lists(NEAR_A_CHUNK, max_size=6))
@settings(max_examples=60, deadline=None)
def test_pieces_of_any_length_open_as_one(sizes: list[int]) -> None:
    pieces = [bytes([65 + number]) * size for number, size in enumerate(sizes)]

    sealed = b"".join(age.seal_stream(pieces, [RECIPIENT]))

    assert open_file(sealed, [IDENTITY]) == b"".join(pieces)
    assert age.inspect(sealed).payload_size == sum(sizes)


def test_typage_opens_a_stream(typage: AgePeer) -> None:
    pieces = [b"a" * CHUNK_SIZE, b"b" * CHUNK_SIZE, b"c"]
    sealed = b"".join(age.seal_stream(pieces, [RECIPIENT]))
    assert typage.open(sealed, IDENTITY) == b"".join(pieces)


def test_memory_does_not_grow_with_what_is_sealed() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(1000):
            yield bytes(50_000)

    tracemalloc.start()
    size = sum(len(chunk) for chunk in age.seal_stream(pieces(), [RECIPIENT]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 50_000_000
    assert peak < 2_000_000


def test_stream_to_nobody_is_refused() -> None:
    with pytest.raises(age.NoRecipients):
        next(age.seal_stream([b"x"], []))
