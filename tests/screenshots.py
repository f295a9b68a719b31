# SPDX-License-Identifier: AGPL-3.0-or-later
"""``make screenshots``: every page of the first report's story, to be looked at by a person.

Each page in four pictures: 1280 and 320 px wide, left to right and right to left, into
``screenshots/``. The case goes to ``docs/case.png`` as well, for the README. Names are invented.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import FloatRect, Page, sync_playwright

from tests.demo.looking import NARROW, WIDE, resized, turned
from tests.demo.people import People
from tests.demo.process import Demo
from tests.demo.story import Story
from tests.demo.wire import Wire
from tests.fixtures_chromium import CHROMIUM, FLAGS
from tests.service.reports.live import free_port

REPOSITORY: Final = Path(__file__).parents[1]
PICTURES: Final = REPOSITORY / "screenshots"
FOR_README: Final = REPOSITORY / "docs" / "case.png"
_README_WIDTH: Final = 1120
_README_HEIGHT: Final = 880


class Photographer:
    """Takes the pictures of each page that the story shows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def __call__(self, name: str, page: Page) -> None:
        self.count += 1
        page.evaluate("scrollTo(0, 0)")  # else the bar at the top stands where one had scrolled
        for width in (WIDE, NARROW):
            resized(page, width)
            for direction in ("ltr", "rtl"):
                turned(page, direction)
                file = f"{self.count:02d}-{name}-{width}-{direction}.png"
                page.screenshot(path=self.folder / file, full_page=True)
            turned(page, "ltr")
        resized(page, WIDE)
        if name == "case":
            self._for_readme(page)

    def _for_readme(self, page: Page) -> None:
        """The upper part of the case: small enough to be carried by every clone."""
        resized(page, _README_WIDTH)
        clip: FloatRect = {"x": 0, "y": 0, "width": _README_WIDTH, "height": _README_HEIGHT}
        page.screenshot(path=FOR_README, clip=clip, full_page=True)
        resized(page, WIDE)


def take_all(story: Story) -> None:
    """The whole story, in its order."""
    story.visit_unknown()
    story.thornbury_becomes_reader()
    story.larkspur_cancels_then_signs_in()
    first = story.larkspur_files()
    story.second_wiki_answers_again()
    story.quillfeather_files()
    passphrase = story.marlowick_joins()
    story.reports_are_checked()
    story.marlowick_opens_case(passphrase)
    story.willowmere_subscribes()
    story.dewberry_files_without_script()
    story.look_at_the_rest(first)


def main() -> None:
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    photographer = Photographer(PICTURES)
    with (
        tempfile.TemporaryDirectory() as folder,
        Demo(Path(folder), free_port(), free_port()) as demo,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS)) as chromium,
        Wire() as wire,
        People(chromium, demo.base_url, wire) as people,
    ):
        take_all(Story(demo, people, photographer))
    sys.stdout.write(f"{photographer.count} pages, four pictures each, in {PICTURES.name}/\n")


if __name__ == "__main__":
    main()
