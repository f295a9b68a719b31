# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that is not whole is refused with a line, whatever was done to it."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.backup.framing import DamagedFile, Framed, framed
from service.sealing import age

KIND = "some kind"
LINES = [{"table": "x"}, ["a", 1, None], ["b", 2, "text"]]
FILE = b"".join(framed(KIND, 1, {"made": "2026-05-03"}, LINES))


def read(content: bytes) -> list[object]:
    return list(Framed(io.BytesIO(content), KIND, 1).lines())


def test_what_was_written_is_read() -> None:
    assert read(FILE) == LINES
    assert Framed(io.BytesIO(FILE), KIND, 1).about["made"] == "2026-05-03"


@given(length=st.integers(0, len(FILE) - 1))
def test_file_that_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(DamagedFile):
        read(FILE[:length])


@given(place=st.integers(0, len(FILE) - 1), bit=st.integers(0, 7))
def test_file_with_a_flipped_bit_is_refused(place: int, bit: int) -> None:
    changed = bytearray(FILE)
    changed[place] ^= 1 << bit
    try:
        found = read(bytes(changed))
    except DamagedFile:
        return
    # What may change unnoticed is the spelling of the last line's check: "A" for "a".
    assert found == LINES


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (FILE.replace(b"some kind", b"other kind"), "no “some kind”"),
        (FILE.replace(b'"version":1', b'"version":2'), "another version"),
        (FILE + b"x", "follows the end"),
        (FILE.rsplit(b"\n", 2)[0] + b"\n", "ends too early"),
        (FILE[:-1], "in the middle of a line"),
        (FILE.replace(b'["a",1,null]\n', b""), "missing"),
        (FILE.replace(b'["a",1,null]', b'["a",3,null]'), "changed"),
        (b"[" * 100_000 + b"\n", "cannot be read"),
        (b"nonsense\n", "cannot be read"),
        (b"[]\n", "no “some kind”"),
    ],
)
def test_line_says_what_is_wrong(content: bytes, said: str) -> None:
    with pytest.raises(DamagedFile, match=said):
        read(content)


def test_sealed_file_is_told_how_to_open_it() -> None:
    sealed = age.seal(FILE, [age.new_identity()[1]])
    with pytest.raises(DamagedFile, match=r"age -d -i key\.txt"):
        read(sealed)


def test_file_is_lines_of_json() -> None:
    assert [json.loads(line) for line in FILE.splitlines()][1:-1] == LINES
