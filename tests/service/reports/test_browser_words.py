# SPDX-License-Identifier: AGPL-3.0-or-later
"""What TypeScript and Python both know: messages of the pages, findings, names. They must agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from onwiki.errors import Unavailable
from onwiki.evidence.findings import (
    AuthorKind,
    Finding,
    Hidden,
    LeadsNowhere,
    NoNeighbour,
    NotAsked,
    NotChecked,
    NotVisible,
    Suppressed,
    Uncheckable,
)
from onwiki.evidence.found import (
    AcrossPages,
    CommentFound,
    Deleted,
    Exists,
    FilterHit,
    LogFound,
    PageFound,
    RangeAuthor,
    RangeFound,
)
from onwiki.evidence.wire import KINDS, to_json
from onwiki.links import LogEntry, Neighbour, Range, RejectReason, Relative, Revision, ShortLink
from onwiki.names import mentions, normalise
from service.i18n import Catalogue
from service.reports.browser_messages import (
    FINDING_MESSAGES,
    FINDING_PAGE_MESSAGES,
    OWN_MESSAGES,
    WRITE_MESSAGES,
)
from tests.onwiki.test_names import NAMED_WAYS, OTHER_NAMES
from tests.service.web.browser.node import run_node

pytestmark = pytest.mark.browser

AT = datetime(2026, 5, 3, 14, 2, tzinfo=UTC)
MODULES = ("findings.ts", "names.ts", "pages/report-form.ts", "pages/my-report.ts")

EXISTS = Exists(
    reference=Revision("dewiki", 310_000_005),
    checked_at=AT,
    revid=310_000_005,
    parentid=310_000_004,
    pageid=7,
    namespace=3,
    title="User talk:Larkspur",
    author="Thornbury",
    author_id=6,
    central_id=9006,
    author_kind=AuthorKind.REGISTERED,
    timestamp=AT,
    size=1000,
    size_change=312,
    minor=False,
)
THORNBURY = RangeAuthor("Thornbury", 6, 9006, AuthorKind.REGISTERED, 2)
FENNELWOOD = RangeAuthor("Fennelwood", 4, 9004, AuthorKind.REGISTERED, 1)
RANGE = RangeFound(
    reference=Range("dewiki", 1, 3),
    checked_at=AT,
    pageid=7,
    namespace=3,
    title="River stones",
    older=1,
    newer=3,
    first=AT,
    last=AT,
    edits=2,
    at_least=False,
    authors=(THORNBURY,),
    hidden_authors=0,
    reversed=False,
)
REFERENCE = EXISTS.reference
LOG = LogFound(
    reference=LogEntry("dewiki", 5),
    checked_at=AT,
    logid=5,
    log_type="block",
    action="reblock",
    title="User:Larkspur",
    author="Thornbury",
    author_id=6,
    central_id=9006,
    author_kind=AuthorKind.REGISTERED,
    timestamp=AT,
)
COMMENT = CommentFound(REFERENCE, AT, ("User talk:Larkspur",), "Thornbury", (EXISTS,))
SAMPLES: dict[str, Finding] = {
    "exists": EXISTS,
    "creation": replace(EXISTS, parentid=0),
    "imported": replace(EXISTS, author="w>Thornbury", author_kind=AuthorKind.IMPORTED),
    "text hidden": replace(EXISTS, hidden=frozenset({Hidden.TEXT, Hidden.COMMENT})),
    "author hidden": replace(
        EXISTS, author=None, author_id=None, central_id=None, hidden=frozenset({Hidden.USER})
    ),
    "range": RANGE,
    "reversed": replace(RANGE, reversed=True),
    "several authors": replace(RANGE, authors=(THORNBURY, FENNELWOOD)),
    "one author and a hidden one": replace(RANGE, hidden_authors=1),
    "only hidden authors": replace(RANGE, authors=(), hidden_authors=2),
    "across pages": AcrossPages(REFERENCE, AT, EXISTS, replace(EXISTS, title="Elsewhere")),
    "page": PageFound(REFERENCE, AT, 7, 0, "River stones", 5, redirect=False),
    "page that moved": PageFound(REFERENCE, AT, 7, 0, "River stones", 5, redirect=True),
    "log": LOG,
    "log, author hidden": replace(LOG, author=None, hidden=frozenset({Hidden.USER})),
    "log, action hidden": replace(LOG, title=None, hidden=frozenset({Hidden.ACTION})),
    "filter hit": FilterHit(REFERENCE, AT, 5, "X", "Thornbury", "edit", "disallow", None, AT),
    "comment": COMMENT,
    "heading": replace(COMMENT, signed=None),
    "comment, several edits": replace(COMMENT, edits=(EXISTS, replace(EXISTS, revid=9))),
    "comment, forged": replace(COMMENT, signed="Larkspur"),
    "comment, author hidden": replace(COMMENT, edits=(replace(EXISTS, author=None),)),
    "comment, no edit": replace(COMMENT, edits=()),
    "suppressed": Suppressed(REFERENCE, AT),
    "not visible": NotVisible(REFERENCE, AT),
    "no neighbour": NoNeighbour(REFERENCE, AT),
    "not asked": NotAsked(REFERENCE, AT, Unavailable.TIMEOUT),
    "deleted": Deleted(REFERENCE, AT, "River stones", AT),
    "short link to nowhere": LeadsNowhere(ShortLink("3Ab"), AT, RejectReason.HOST),
    **{f"{why.value} not checked": NotChecked(REFERENCE, AT, why) for why in Uncheckable},
}


@pytest.fixture(scope="module")
def script() -> str:
    return run_node(Path(__file__).with_name("as_script.mjs"), *MODULES)


@pytest.fixture(scope="module")
def lib(chromium: Browser, script: str) -> Iterator[Page]:
    """A page with the English messages, and our modules in ``lib`` (m0 … as in MODULES)."""
    texts = Catalogue().texts["en"]
    listed = {key: texts[key] for key in {*FINDING_PAGE_MESSAGES, *OWN_MESSAGES}}
    block = json.dumps(listed).replace("<", "\\u003c")
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(
        f'<html lang="en"><script type="application/json" id="messages">{block}</script></html>'
    )
    page.evaluate(f"{script}\nglobalThis.lib = lib;")
    yield page
    context.close()


def describe(
    lib: Page, finding: Finding, named: list[dict[str, Any]], audience: str = "reporter"
) -> list[str]:
    found: list[str] = lib.evaluate(
        "([finding, named, audience]) => lib.m0.describe(finding, named, audience)",
        [to_json(finding), named, audience],
    )
    return found


def test_samples_cover_every_class_of_finding() -> None:
    assert {type(one) for one in SAMPLES.values()} == set(KINDS.values())


def test_python_lists_exactly_what_findings_can_say() -> None:
    assert {one.message_key for one in SAMPLES.values()} == set(FINDING_MESSAGES)


@pytest.mark.parametrize("sample", SAMPLES)
def test_browser_chooses_the_sentence_that_python_chooses(lib: Page, sample: str) -> None:
    finding = SAMPLES[sample]

    key = lib.evaluate("finding => lib.m0.messageKey(finding)", to_json(finding))

    assert key == finding.message_key


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_finding_is_said_in_full(lib: Page, sample: str) -> None:
    for audience in ("reporter", "reader"):
        named = [{"name": "Somebody", "central_id": 1}]
        text = " ".join(describe(lib, SAMPLES[sample], named, audience))
        assert not {"$", "{", "⧼", "undefined", "null"} & set(text.split())
        assert "⧼" not in text
        assert "$" not in text


def test_edit_is_told_with_author_page_time_and_size(lib: Page) -> None:
    assert describe(lib, EXISTS, []) == [
        "Edit by Thornbury on “User talk:Larkspur”, 3 May 2026 at 14:02 UTC.",
        "+312 bytes.",
    ]
    smaller = describe(lib, replace(EXISTS, size_change=-1), [])
    assert smaller[1] == "-1 byte."


@pytest.mark.parametrize(
    ("name", "central_id", "same"),
    [
        ("Thornbury", None, True),
        ("user:thornbury", None, True),
        ("An old name", 9006, True),
        ("An old name", None, False),
        ("Thornbury", 17, False),  # somebody else has that name by now
        ("Brackenridge", 9007, False),
    ],
)
def test_author_is_compared_by_central_id_and_by_normalised_name(
    lib: Page, name: str, central_id: int | None, same: bool
) -> None:
    said = describe(lib, EXISTS, [{"name": name, "central_id": central_id}])

    assert ("Made by Thornbury, not by an account that you named." not in said) is same


def test_readers_are_told_of_an_account_that_was_named(lib: Page) -> None:
    said = describe(lib, EXISTS, [{"name": "Fennelwood", "central_id": 9004}], "reader")

    assert said[-1] == "Made by Thornbury, not by an account that was named."


def test_range_without_any_named_author_says_so(lib: Page) -> None:
    named = [{"name": "Brackenridge", "central_id": 9007}]

    said = "Made by Thornbury, not by an account that you named."
    assert describe(lib, RANGE, named)[-1] == said
    several = replace(RANGE, authors=(THORNBURY, FENNELWOOD))
    assert describe(lib, several, named)[-1].startswith("None of its authors")
    partly = describe(lib, several, [{"name": "Fennelwood", "central_id": None}])
    assert partly[-1] == "Made by several accounts, not all of which you named."
    hidden = replace(RANGE, hidden_authors=1)
    assert "None of its authors" not in " ".join(describe(lib, hidden, named))


def test_moving_target_says_that_it_was_pinned(lib: Page) -> None:
    pinned = replace(EXISTS, reference=Relative("dewiki", 310_000_004, Neighbour.NEXT))

    assert "this is the edit that it meant when we asked" in describe(lib, pinned, [])[-1]


@pytest.mark.parametrize("kind", [AuthorKind.TEMPORARY, AuthorKind.ADDRESS])
def test_author_without_an_account_is_explained(lib: Page, kind: AuthorKind) -> None:
    (remark,) = replace(EXISTS, author_kind=kind).remarks

    said = describe(lib, replace(EXISTS, author_kind=kind), [])

    assert Catalogue().texts["en"][remark] in said
    assert not any(Catalogue().texts["en"][remark] == one for one in describe(lib, EXISTS, []))


def test_parts_that_were_hidden_are_listed_in_words(lib: Page) -> None:
    said = describe(lib, SAMPLES["text hidden"], [])

    assert said[0].endswith("Parts of it were hidden since.")
    assert "Hidden: the summary and the text." in said


@pytest.mark.parametrize(
    ("module", "name", "keys"),
    [
        ("m0", "FINDING_PAGE_MESSAGES", FINDING_PAGE_MESSAGES),
        ("m2", "MESSAGES", WRITE_MESSAGES),
        ("m3", "MESSAGES", OWN_MESSAGES),
    ],
)
def test_page_lists_what_its_script_says(
    lib: Page, module: str, name: str, keys: tuple[str, ...]
) -> None:
    assert set(lib.evaluate(f"[...lib.{module}.{name}]")) == set(keys)


@pytest.mark.parametrize(
    "name",
    [
        "thornbury",
        " Thornbury ",
        "User:Thornbury",
        "user_talk: thornbury",
        ":User:Thornbury",
        "[[User:Thornbury]]",
        "[[:User talk:thornbury|T]]",
        "Two  words_and\u00a0more",
        "\u200eThornbury\u202c",
        "e\u0301milie",
        "ßharp",
        "ǆungla",
        "\u10d2\u10d8\u10d0",
        "𐐨deseret",
        "192.0.2.7",
        "2001:db8::1",
        "2001:0DB8:0:0:1:2:3:4",
        "2001:db8:1:2:3:4:5:6",
        "::1",
        "2001:db8::1::2",
        "12:34",
        "~2026-1",
        "",
        "[[",
        "User:",
    ],
)
def test_names_are_normalised_as_in_python(lib: Page, name: str) -> None:
    assert lib.evaluate("name => lib.m1.normalise(name)", name) == normalise(name)


@pytest.mark.parametrize("text", [*NAMED_WAYS, *OTHER_NAMES])
def test_a_reader_is_found_in_a_text_as_in_python(lib: Page, text: str) -> None:
    said = lib.evaluate("text => lib.m1.mentions(text, 'Thornbury')", text)
    assert said == mentions(text, "Thornbury")
