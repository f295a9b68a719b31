# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser's frame is service.sealing.parts's, byte for byte, and is read as strictly."""

from __future__ import annotations

import base64
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from service.sealing import parts
from service.sealing.parts import PartContext

pytestmark = pytest.mark.browser

CONTEXT: Final = PartContext("AAAAAAAAAAAAAAAAAAAAAA", "narrative")
URL_SAFE: Final = st.text("ABCXYZabcxyz0189-_", max_size=40)

FRAME: Final = """([context, body, step]) => probe.bytes.toBase64Url(
    probe.frames.frame(context, probe.bytes.fromBase64Url(body), step))"""
UNFRAME: Final = """([context, framed]) => probe.outcome(() => probe.bytes.toBase64Url(
    probe.frames.unframe(context, probe.bytes.fromBase64Url(framed))))"""


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def fields(context: PartContext) -> dict[str, str]:
    return {"report": context.report, "part": context.part}


def read(pure: Page, framed: bytes, context: PartContext = CONTEXT) -> dict[str, Any]:
    found: dict[str, Any] = pure.evaluate(UNFRAME, [fields(context), text(framed)])
    return found


@given(
    context=st.builds(PartContext, report=URL_SAFE, part=URL_SAFE),
    body=st.binary(max_size=9000) | st.just(bytes(4096 - 60)),
    step=st.sampled_from([parts.PART_STEP, parts.BOX_STEP]),
)
@settings(max_examples=40)
def test_browser_and_server_write_the_same_frame_and_read_it(
    pure: Page, context: PartContext, body: bytes, step: int
) -> None:
    framed = parts.frame(context, body, step)
    assert pure.evaluate(FRAME, [fields(context), text(body), step]) == text(framed)
    assert read(pure, framed, context) == {"value": text(body)}


def test_the_steps_are_the_servers(pure: Page) -> None:
    steps = pure.evaluate("[probe.frames.PART_STEP, probe.frames.BOX_STEP]")
    assert steps == [parts.PART_STEP, parts.BOX_STEP]


@pytest.mark.parametrize(
    "other",
    [PartContext("BAAAAAAAAAAAAAAAAAAAAA", "narrative"), PartContext(CONTEXT.report, "facts")],
)
def test_a_part_of_elsewhere_is_refused(pure: Page, other: PartContext) -> None:
    assert read(pure, parts.frame(other, b"words"))["failure"] == "wrong-context"


LINE: Final = b'{"report":"AAAAAAAAAAAAAAAAAAAAAA","part":"narrative","length":5}\n'


@pytest.mark.parametrize(
    "framed",
    [
        b"",
        b"words",
        b"\n" + bytes(99),
        LINE + b"word",
        LINE + b"words" + bytes(20) + b"hidden",
        LINE.replace(b":5}", b":-5}") + b"words",
        LINE.replace(b":5}", b":5.5}") + b"words.",
        LINE.replace(b":5}", b':"5"}') + b"words",
        LINE.replace(b":5}", b':5,"more":1}') + b"words",
        LINE.replace(b"narrative", b"\xff") + b"words",
        b"null\n",
        b" " * 512 + LINE + b"words",
    ],
)
def test_what_is_no_frame_is_damaged_on_both_sides(pure: Page, framed: bytes) -> None:
    assert read(pure, framed)["failure"] == "damaged"
    with pytest.raises(parts.NotAFrame):
        parts.unframe(CONTEXT, framed)


def test_an_over_long_context_is_refused(pure: Page) -> None:
    script = "(part) => probe.outcome(() => probe.frames.frame({ report: '', part }, []))"
    assert pure.evaluate(script, "x" * 500)["name"] == "RangeError"
