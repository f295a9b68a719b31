# SPDX-License-Identifier: AGPL-3.0-or-later
"""One running demo for all of these tests, and each step of the story as a fixture.

A test asks for the last step that it needs; the steps before come with it, in their order.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.demo.driver import QUEUE
from tests.demo.looking import Inspector
from tests.demo.people import People
from tests.demo.process import Demo
from tests.demo.story import Filed, Opened, Story
from tests.demo.wire import Wire
from tests.service.reports.live import free_port


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with Demo(folder, free_port(), free_port()) as running:
        yield running


@pytest.fixture(scope="session")
def people(chromium: Browser, demo: Demo) -> Iterator[People]:
    with Wire() as wire, People(chromium, demo.base_url, wire) as everybody:
        yield everybody


@pytest.fixture(scope="session")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture(scope="session")
def story(demo: Demo, people: People, inspector: Inspector) -> Story:
    return Story(demo, people, inspector)


@pytest.fixture(scope="session")
def thornbury_reads(story: Story) -> Page:
    """The tab of the functionary who is going to be reported, while nothing is filed yet."""
    story.thornbury_becomes_reader()
    return story.people.tab("Thornbury")


@pytest.fixture(scope="session")
def signed_in(story: Story) -> Page:
    """Larkspur's tab, after having cancelled first."""
    return story.larkspur_cancels_then_signs_in()


@pytest.fixture(scope="session")
def first_report(story: Story, thornbury_reads: Page, signed_in: Page) -> Filed:
    """Filed and opened while the second wiki does not answer."""
    return story.larkspur_files()


@pytest.fixture(scope="session")
def second_report(story: Story, first_report: Filed) -> Filed:
    story.second_wiki_answers_again()
    return story.quillfeather_files()


@pytest.fixture(scope="session")
def case(story: Story, second_report: Filed) -> Opened:
    """Opened by a functionary whose key is younger than both reports, with all findings there."""
    passphrase = story.marlowick_joins()
    story.reports_are_checked()
    return story.marlowick_opens_case(passphrase)


@pytest.fixture(scope="session")
def preview(story: Story, case: Opened) -> str:
    """What Willowmere, who has no report, was told would be posted."""
    return story.willowmere_subscribes()


@pytest.fixture(scope="session")
def lists_of_thornbury(thornbury_reads: Page, case: Opened) -> dict[str, str]:
    """What the reported functionary saw in the list of cases, by query, while all reports of the
    desk were about that very person.
    """
    seen = {}
    for query in ("", "?state=all", "?assignee=nobody", "?state=all&page=2"):
        thornbury_reads.goto(QUEUE + query)
        seen[query] = thornbury_reads.locator("main").inner_text()
    return seen


@pytest.fixture(scope="session")
def plain_report(story: Story, lists_of_thornbury: dict[str, str]) -> Filed:
    """Filed without JavaScript, about another account, after everything about the first."""
    return story.dewberry_files_without_script()
