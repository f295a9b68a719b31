# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reader of the desk whom both reports name: a world without these reports."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, expect

from service.ids import to_text
from tests.demo.driver import QUEUE, ROSTER, card_of, share_backlog
from tests.demo.story import Opened, Story

pytestmark = pytest.mark.browser

_VARIES = (
    re.compile(r'name="csrf(?:-token|_token)" (?:content|value)="[^"]+"'),
    re.compile(r"give this number: [0-9a-f]{16}"),
    re.compile(r'"request":\s*"[0-9a-f]{16}"'),
    re.compile(r'data-person="[^"]+"'),
)
"""What differs between any two answers: tokens and the number of the request."""


@pytest.fixture
def page(story: Story, thornbury_reads: Page, case: Opened) -> Page:
    return thornbury_reads


def answer_of(response: APIResponse, case: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, without the case's own address and without what always varies."""
    body = response.text().replace(case, "CASE")
    for pattern in _VARIES:
        body = pattern.sub("", body)
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in {"date", "x-request-id", "set-cookie"}
    }
    return response.status, headers, body


def asked(page: Page, method: str, path: str, **more: Any) -> APIResponse:
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    return page.context.request.fetch(
        page.url.partition("/desk")[0] + path,
        method=method,
        headers={"X-CSRFToken": str(token), "Referer": page.url},
        max_redirects=0,
        **more,
    )


def test_reads_for_the_desk_like_any_colleague(page: Page) -> None:
    page.goto(ROSTER)
    expect(card_of(page, "Thornbury")).to_contain_text("Rowanbark vouched for this key")


def test_list_of_cases_is_empty_however_it_is_asked_for(
    lists_of_thornbury: dict[str, str],
) -> None:
    assert len(lists_of_thornbury) == 4
    for query, text in lists_of_thornbury.items():
        assert ("No case fits these filters." if query else "Nothing waits for you.") in text


@pytest.mark.parametrize(
    ("method", "address", "more"),
    [
        ("GET", "/cases/{}", {}),
        ("GET", "/previews?case={}", {}),
        ("POST", "/cases/{}/sealed", {"data": {"reports": []}}),
        ("POST", "/cases/{}/state", {"form": {"state": "closed"}}),
        ("POST", "/cases/{}/assignee", {"form": {"assignee": "me"}}),
    ],
    ids=["case", "preview", "sealed", "state", "assignee"],
)
def test_address_of_the_case_answers_like_one_that_is_not_there(
    page: Page, case: Opened, method: str, address: str, more: dict[str, Any]
) -> None:
    page.goto(QUEUE)
    real, absent = case.path.rpartition("/")[2], to_text(secrets.token_bytes(32))
    answers = [
        answer_of(asked(page, method, QUEUE + address.format(one), **more), one)
        for one in (real, absent)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == (200 if "previews" in address else 404)


def test_colleague_is_told_that_there_is_nothing_to_share(story: Story, page: Page) -> None:
    """Nor does the colleague's browser ever get to seal one of these reports to this key."""
    colleague = story.people.tab("Rowanbark")
    colleague.goto(ROSTER)
    share_backlog(colleague, "Thornbury")
    expect(card_of(colleague, "Thornbury")).to_contain_text("There is nothing to share")


def test_no_page_of_the_desk_names_a_case(page: Page, case: Opened) -> None:
    for path in (QUEUE, ROSTER, "/key", "/reports"):
        page.goto(path)
        assert case.path.rpartition("/")[2] not in page.content()
