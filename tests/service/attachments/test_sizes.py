# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the browser takes, the server takes: both sides' numbers, and padding to classes."""

from __future__ import annotations

import itertools
import json
import re
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from service.attachments.browser_messages import ATTACHING_MESSAGES, READING_MESSAGES
from service.attachments.sizes import (
    CHUNK,
    CLASSES,
    LARGEST_FILE,
    LARGEST_TOGETHER,
    MOST_CHUNKS,
    MOST_FILES,
    MOST_NUMBERS,
    surely,
    too_large_together,
)
from service.attachments.uploads import MOST_FORMS, Uploads
from service.desks.desk import MOST_READERS
from service.ids import new_id
from service.matching.tokens import Kind
from service.reports.models import ReportRow
from service.reports.record import (
    MOST_ACCOUNTS,
    MOST_LINKS,
    Attachment,
    Link,
    LinkState,
    Membership,
    Meta,
)
from service.sealing import age
from tests.service.attachments.sealed import room

BROWSER = Path(__file__).parents[3] / "service/web/browser/attachments"
RECIPIENT = age.new_identity()[1]
LINES = 1024
"""Bytes that a file's frame and its name take at most."""

ROOM = [room(chunks, RECIPIENT) for chunks in CLASSES]


def padded(size: int) -> int:
    """Chunks of a file of ``size`` bytes, by what a sealed file really takes."""
    return next(c for c, fits in zip(CLASSES, ROOM, strict=True) if size + LINES <= fits)


def test_both_sides_have_the_same_numbers() -> None:
    text = (BROWSER / "sizes.ts").read_text("utf-8")
    found = dict(re.findall(r"^(?:export )?const (\w+) = ([^;]+?)(?: as const)?;", text, re.M))
    largest = eval(found["LARGEST_FILE"])  # noqa: S307 - arithmetic of our own source
    assert eval(found["CHUNK"]) == CHUNK  # noqa: S307
    assert tuple(eval(found["CLASSES"])) == CLASSES  # noqa: S307
    assert largest == LARGEST_FILE
    assert found["LARGEST_TOGETHER"] == "5 * LARGEST_FILE"
    assert largest * 5 == LARGEST_TOGETHER
    assert int(found["MOST_FILES"]) == MOST_FILES


def test_header_that_the_browser_reckons_with_is_the_one_that_files_have() -> None:
    text = (BROWSER / "sizes.ts").read_text("utf-8")
    header = re.search(r"HEADER = (\d+);", text)
    assert header is not None
    assert len(age.seal(b"", [RECIPIENT])) == int(header[1]) + 16 + 16


def test_the_largest_file_fits_the_largest_class() -> None:
    assert padded(LARGEST_FILE) == CLASSES[-1]


def test_a_class_is_at_most_half_as_large_again_as_the_one_before() -> None:
    for smaller, larger in itertools.pairwise(CLASSES[1:]):
        assert larger <= 1.5 * smaller


@given(st.lists(st.integers(1, LARGEST_FILE), max_size=MOST_FILES))
def test_what_the_browser_takes_is_never_too_much_for_the_server(sizes: list[int]) -> None:
    while sum(sizes) > LARGEST_TOGETHER:
        sizes.pop()
    counts = [padded(size) for size in sizes]

    assert not too_large_together(counts)
    assert sum(counts) <= MOST_CHUNKS


def test_no_files_of_50_mb_have_more_chunks_than_are_taken() -> None:
    """The worst of all: as many chunks as any sum of sizes under the limit can make."""
    most = [0] * (LARGEST_TOGETHER // CHUNK + 1)
    for _ in range(MOST_FILES):
        most = [
            max(
                most[budget],
                *(most[budget - surely(c)] + c for c in CLASSES if surely(c) <= budget),
            )
            for budget in range(len(most))
        ]

    assert most[-1] <= MOST_CHUNKS


def test_a_full_record_of_uploads_fits_its_column() -> None:
    numbers = range(MOST_NUMBERS - MOST_FILES, MOST_NUMBERS)
    full = Uploads({new_id(): dict.fromkeys(numbers, 16) for _ in range(MOST_FORMS)})
    assert len(str(full.to_json())) < 2048
    assert Uploads.from_json(full.to_json()) == full


def test_both_sides_list_the_same_messages() -> None:
    for name, keys in (("form.ts", ATTACHING_MESSAGES), ("reading.ts", READING_MESSAGES)):
        text = (BROWSER / name).read_text("utf-8")
        kinds = (BROWSER / "attached.ts").read_text("utf-8")
        listed = re.search(r"_MESSAGES = \[(.*?)\] as const", text, re.DOTALL)
        assert listed is not None
        own = set(re.findall(r'"([a-z0-9-]+)"', listed[1]))
        assert own | set(re.findall(r'"(attachments-kind-[a-z]+)"', kinds)) == set(keys)


def test_the_fullest_report_there_can_be_fits_its_column() -> None:
    """With the most files, links, accounts, and readers with the longest ids that there are."""
    ids = [2**31 + n for n in range(MOST_READERS + 1)]
    token = bytes(32)
    meta = Meta(
        reporter=token,
        folded_at=10**6,
        memberships=(Membership(Kind.REVISION, token),) * (MOST_LINKS + MOST_ACCOUNTS + 1),
        boxes=frozenset(ids),
        opened_by=frozenset(ids),
        read_on=date(2026, 11, 24),
        findings=99,
        links=(Link("zh_min_nanwiktionary", LinkState.NOT_EVIDENCE),) * MOST_LINKS,
        attachments=tuple(
            Attachment(MOST_NUMBERS - one, CLASSES[-1]) for one in range(1, MOST_FILES + 1)
        ),
    )
    assert Meta.from_json(meta.to_json()) == meta
    text = json.dumps(meta.to_json(), ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) <= ReportRow.__table__.c.meta.info["sealed"]


def test_report_from_before_there_were_files_has_none() -> None:
    value = Meta(reporter=bytes(32)).to_json()
    del value["attachments"]
    assert Meta.from_json(value).attachments == ()
    assert "attachments" not in Meta.from_json(value).parts
