# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sealing.parts import (
    BOX_STEP,
    PART_STEP,
    NotAFrame,
    PartContext,
    PartError,
    WrongContext,
    frame,
    unframe,
)

NARRATIVE = PartContext("4mT0xQk2", "narrative")
NAMES = st.text(st.characters(codec="utf-8"), max_size=30)
CONTEXTS = st.builds(PartContext, NAMES, NAMES)


@given(context=CONTEXTS, body=st.binary(max_size=9000))
def test_body_comes_back_from_its_own_context(context: PartContext, body: bytes) -> None:
    framed = frame(context, body)
    assert unframe(context, framed) == body
    assert len(framed) % PART_STEP == 0


@given(ours=CONTEXTS, theirs=CONTEXTS, body=st.binary(max_size=50))
def test_another_report_or_part_is_refused(
    ours: PartContext, theirs: PartContext, body: bytes
) -> None:
    if ours != theirs:
        with pytest.raises(WrongContext):
            unframe(theirs, frame(ours, body))


def test_frame_is_one_json_line_the_body_and_zeros() -> None:
    line, _, rest = frame(NARRATIVE, b"two\nlines\0").partition(b"\n")
    assert line == b'{"report":"4mT0xQk2","part":"narrative","length":10}'
    assert rest.startswith(b"two\nlines\0")
    assert rest.strip(b"\0") == b"two\nlines"


def test_sizes_tell_steps_only() -> None:
    assert {len(frame(NARRATIVE, bytes(size))) for size in range(0, 4000, 7)} == {PART_STEP}
    assert len(frame(NARRATIVE, bytes(4096))) == 2 * PART_STEP


def test_every_box_has_one_size() -> None:
    identity = b"AGE-SECRET-KEY-PQ-1" + b"Q" * 58
    framed = frame(PartContext("x" * 22, "box"), identity, BOX_STEP)
    assert len(framed) == BOX_STEP
    assert unframe(PartContext("x" * 22, "box"), framed) == identity


def test_a_frame_that_could_not_be_read_again_is_not_made() -> None:
    with pytest.raises(PartError, match="too long"):
        frame(PartContext("x" * 500, "narrative"), b"")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 400,
        b'{"report":"4mT0xQk2","part":"narrative"}',
        b'{"report":"4mT0xQk2","part":"narrative","length":-1}',
        b'{"report":"4mT0xQk2","part":"narrative","length":true}',
        b'{"report":"4mT0xQk2","part":"narrative","length":1.0}',
        b'{"report":"4mT0xQk2","part":"narrative","length":"1"}',
        b'{"report":"4mT0xQk2","part":1,"length":1}',
        b'{"report":"4mT0xQk2","part":"narrative","length":1,"extra":0}',
        b'{"report":"4mT0xQk2","part":"narrative","length":4}',  # longer than what follows
        b'{"report":"4mT0xQk2","part":"narrative","length":1}',  # then the padding is no zeros
        b" " * 600,
    ],
)
def test_a_malformed_frame_is_refused(line: bytes) -> None:
    with pytest.raises(NotAFrame):
        unframe(NARRATIVE, line + b"\nabc")


@given(st.binary(max_size=200) | st.binary(max_size=60).map(b'{"report":'.__add__))
def test_noise_is_refused_by_name(noise: bytes) -> None:
    with pytest.raises(PartError):
        unframe(NARRATIVE, noise)


def test_errors_quote_nothing() -> None:
    with pytest.raises(WrongContext) as caught:
        unframe(PartContext("4mT0xQk2", "facts"), frame(NARRATIVE, b"secret words"))
    assert "4mT0xQk2" not in str(caught.value)
    assert json.dumps("secret words") not in str(caught.value)
