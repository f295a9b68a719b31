# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sealing.at_rest import (
    OVERHEAD,
    AtRest,
    AtRestError,
    KeyRing,
    TooLarge,
    UnknownKey,
    Unopenable,
)
from service.sealing.keyring import generate_key

OLD, NEW, FOREIGN = generate_key(), generate_key(), generate_key()
BEFORE = AtRest(KeyRing.parse(OLD))
AFTER = AtRest(KeyRing.parse(f"{NEW},{OLD}"))
LATER = AtRest(KeyRing.parse(NEW))
STRANGER = AtRest(KeyRing.parse(FOREIGN))
NAMES = st.text(max_size=12)


@given(table=NAMES, row=st.binary(max_size=32), column=NAMES, value=st.binary(max_size=64))
def test_value_comes_back_at_its_own_place(
    table: str, row: bytes, column: str, value: bytes
) -> None:
    blob = AFTER.seal(table, row, column, value, 64)
    assert len(blob) == 64 + OVERHEAD
    assert AFTER.open(table, row, column, blob) == value


@given(here=st.tuples(NAMES, st.binary(), NAMES), there=st.tuples(NAMES, st.binary(), NAMES))
def test_a_blob_that_was_moved_is_refused(
    here: tuple[str, bytes, str], there: tuple[str, bytes, str]
) -> None:
    blob = AFTER.seal(*here, b"case state", 64)
    if here != there:
        with pytest.raises(Unopenable):
            AFTER.open(*there, blob)


@pytest.mark.parametrize(
    "place",
    [("report", b"1", "meta"), ("case", b"2", "meta"), ("case", b"1", "code"), ("cas", b"e1", "m")],
)
def test_another_table_row_or_column_is_refused(place: tuple[str, bytes, str]) -> None:
    blob = AFTER.seal("case", b"1", "meta", b"value", 16)
    with pytest.raises(Unopenable):
        AFTER.open(*place, blob)


@given(bit=st.integers(0, (16 + OVERHEAD) * 8 - 1))
def test_a_flipped_bit_is_refused(bit: int) -> None:
    blob = bytearray(AFTER.seal("case", b"1", "meta", b"value", 16))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(AtRestError):
        AFTER.open("case", b"1", "meta", bytes(blob))


@given(blob=st.binary(max_size=100))
def test_noise_is_refused_by_name(blob: bytes) -> None:
    with pytest.raises(AtRestError):
        AFTER.open("case", b"1", "meta", blob)
    with pytest.raises(AtRestError):
        AFTER.needs_rotation(blob)


@given(kept=st.integers(0, 15 + OVERHEAD), tail=st.binary(min_size=1, max_size=9))
def test_a_truncated_or_extended_blob_is_refused(kept: int, tail: bytes) -> None:
    blob = AFTER.seal("case", b"1", "meta", b"value", 16)
    for changed in (blob[:kept], blob + tail):
        with pytest.raises(AtRestError):
            AFTER.open("case", b"1", "meta", changed)


def test_older_keys_are_read_and_the_newest_is_written() -> None:
    old = BEFORE.seal("case", b"1", "meta", b"value", 16)
    assert AFTER.open("case", b"1", "meta", old) == b"value"
    assert AFTER.needs_rotation(old)
    new = AFTER.seal("case", b"1", "meta", b"value", 16)
    assert not AFTER.needs_rotation(new)
    assert LATER.open("case", b"1", "meta", new) == b"value"


def test_a_dropped_key_ends_old_copies() -> None:
    old = BEFORE.seal("case", b"1", "meta", b"value", 16)
    with pytest.raises(UnknownKey):
        LATER.open("case", b"1", "meta", old)
    with pytest.raises(UnknownKey):
        STRANGER.needs_rotation(old)


def test_a_value_beyond_the_column_is_refused() -> None:
    assert AFTER.open("t", b"", "c", AFTER.seal("t", b"", "c", bytes(16), 16)) == bytes(16)
    with pytest.raises(TooLarge, match="17 bytes do not fit a column of 16"):
        AFTER.seal("t", b"", "c", bytes(17), 16)


def test_equal_values_look_different_and_have_one_size() -> None:
    blobs = {AFTER.seal("case", b"1", "meta", b"value", 64) for _ in range(20)}
    assert len(blobs) == 20
    assert {len(AFTER.seal("t", b"", "c", bytes(size), 64)) for size in range(65)} == {
        64 + OVERHEAD
    }


def test_key_is_in_no_repr_and_no_error() -> None:
    assert OLD not in repr(KeyRing.parse(OLD))
    assert "secret" not in repr(KeyRing.parse(OLD).newest)
