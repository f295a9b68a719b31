# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tests/service/sealing/test_tampering.py does to a report, met by the code of browsers in
their Worker; with attached files and wrapped keys besides. Whatever was done has a name.
"""

from __future__ import annotations

import base64
from typing import Any, Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from service.attachments.sizes import CHUNK
from service.ids import to_bytes
from service.sealing import age
from tests.service.attachments.sealed import seal_file
from tests.service.sealing.tampering import (
    BODIES,
    NAMES,
    OTHER,
    REPORT,
    Sealed,
    Tampering,
    changes,
    sealed,
)

pytestmark = pytest.mark.browser

READER, RECIPIENT = age.new_identity()
OURS, THEIRS = sealed(REPORT, RECIPIENT), sealed(OTHER, RECIPIENT)
COLLEAGUES = sealed(REPORT, age.new_identity()[1])
EVERY = [file for one in (OURS, THEIRS, COLLEAGUES) for file in one.files.values()]

NAMED: Final = {
    *("damaged", "not-for-this-key", "wrong-context", "wrong-key"),
    *("wrong-secret", "too-slow-wrap", "invalid-identity"),
}
"""Failures that tampering may have; a fault of the program would have none."""

OPEN: Final = """([identity, report]) => probe.outcome(async () => {
    const bytes = probe.bytes.fromBase64Url;
    const parts = report.parts.map(({ name, sealed }) => ({ name, sealed: bytes(sealed) }));
    const reports = [{ ...report, box: bytes(report.box), parts }];
    const [opened] = await probe.client.run("openReports", { identity, reports });
    return { ...opened, parts: opened.parts?.map((part) => part.body === undefined
        ? part : { name: part.name, body: probe.bytes.fromUtf8(part.body) }) };
})"""
WRAP: Final = """async (secret) => {
    window.wrapped = await probe.client.run(
        "wrap", { identity: (await probe.personal.makeKey()).identity, secret, work: 12 });
    return probe.bytes.toBase64Url(window.wrapped);
}"""
UNWRAP: Final = """([wrapped, secret]) => probe.outcome(() => probe.client.run(
    "unwrap", { wrapped: probe.bytes.fromBase64Url(wrapped), secret }))"""
KEEP: Final = """([chunk, files]) => {
    window.chunks = files.map(probe.bytes.fromBase64Url).map((file) =>
        Array.from({ length: file.length / chunk }, (_, at) =>
            file.slice(at * chunk, (at + 1) * chunk)));
}"""
OPEN_FILE: Final = """([picked, flipped, kept, input]) => probe.outcome(async () => {
    const pieces = picked.map(([file, index]) => chunks[file][index].slice());
    if (flipped && pieces.length) {
        const [place, bit] = flipped;
        const at = Math.floor(place * pieces.length);
        pieces[at][Math.floor((place * pieces.length - at) * pieces[at].length)] ^= 1 << bit;
    }
    const whole = new Blob(pieces);
    const sealed = whole.slice(0, whole.size - kept);
    const box = probe.bytes.fromBase64Url(input.box);
    return (await probe.client.run("openAttachment", { ...input, box, sealed })).kind;
})"""

WHOLE: Final = [[0, 0], [0, 1], [0, 2]]
"""The chunks of the file that is asked for: numbers of file and chunk."""
PICKED: Final = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)).map(list), max_size=4)
PLACE: Final = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)).map(list)


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def opened(pure: Page, report: Sealed) -> dict[str, str | None]:
    """Bodies by name; None for what was refused by name."""
    parts = [{"name": name, "sealed": text(report.files[name])} for name in BODIES]
    asked = {"report": report.report, "recipient": report.recipient, "parts": parts}
    found = pure.evaluate(OPEN, [READER, {**asked, "box": text(report.files["box"])}])
    assert "value" in found, found
    answer: dict[str, Any] = found["value"]
    if "failure" in answer:
        assert answer["failure"] in NAMED
        return dict.fromkeys(NAMES)
    assert {part["failure"] for part in answer["parts"] if "failure" in part} <= NAMED
    return {"box": "opened"} | {part["name"]: part.get("body") for part in answer["parts"]}


def test_untouched_report_opens(pure: Page) -> None:
    found = opened(pure, OURS)
    assert found == {"box": "opened"} | {name: body.decode() for name, body in BODIES.items()}


@given(name=st.sampled_from(NAMES), change=changes(EVERY))
@settings(max_examples=150)
def test_changed_file_is_refused_and_hides_no_other(
    pure: Page, name: str, change: Tampering
) -> None:
    changed = change(OURS.files[name])
    assume(changed != OURS.files[name])

    found = opened(pure, Sealed(REPORT, OURS.recipient, {**OURS.files, name: changed}))

    assert found[name] is None
    if name != "box":
        others = [other for other in BODIES if other != name]
        assert [found[other] for other in others] == [BODIES[one].decode() for one in others]


@given(change=changes(EVERY))
@settings(max_examples=60)
def test_changed_wrap_of_a_key_opens_nothing(pure: Page, change: Tampering) -> None:
    secret = "any words that are kept"
    wrapped = base64.urlsafe_b64decode(pure.evaluate(WRAP, secret) + "==")
    changed = change(wrapped)
    assume(changed != wrapped)

    found = pure.evaluate(UNWRAP, [text(changed), secret])

    assert found.get("failure") in NAMED, found


@pytest.fixture(scope="session")
def files(pure: Page) -> Page:
    """Two files of our report and one of another one, three chunks each, in the page."""
    ours, theirs = to_bytes(REPORT), to_bytes(OTHER)
    made = [
        seal_file(report, number, b"%PDF-1.7 It hurt.", 3, OURS.recipient)
        for report, number in [(ours, 0), (ours, 1), (theirs, 0)]
    ]
    pure.evaluate(KEEP, [CHUNK, [text(one) for one in made]])
    return pure


def opened_file(
    files: Page, picked: list[list[int]], flipped: list[float] | None = None, cut: int = 0
) -> dict[str, Any]:
    asked = {"identity": READER, "report": REPORT, "recipient": OURS.recipient}
    asked |= {"box": text(OURS.files["box"]), "part": "attachment-0"}
    found: dict[str, Any] = files.evaluate(OPEN_FILE, [picked, flipped, cut, asked])
    return found


def test_whole_file_opens(files: Page) -> None:
    assert opened_file(files, WHOLE) == {"value": "pdf"}


@given(
    picked=st.just(WHOLE) | PICKED,
    flipped=st.none() | PLACE,
    cut=st.just(0) | st.integers(0, 3 * CHUNK),
)
@settings(max_examples=60)
def test_file_of_other_chunks_is_refused(
    files: Page, picked: list[list[int]], flipped: list[float] | None, cut: int
) -> None:
    assume(picked != WHOLE or flipped or cut)

    assert opened_file(files, picked, flipped, cut).get("failure") in NAMED
