# SPDX-License-Identifier: AGPL-3.0-or-later
"""pywikibot itself starts on both wikis, reads revisions and adds a section to a talk page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onwiki.sandbox import demo
from tests.fixtures_sandbox import Sandbox
from tests.realwiki.interface import BOT, BOT_APP, BOT_PASSWORD, Part, WikiUnderTest

Fresh = Callable[[str], str]
CHILD = Path(__file__).with_name("pywikibot_child.py")
CHILD_S = 120


def run(task: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One child with a private folder; it inherits nothing but the search path."""
    done = subprocess.run(
        [sys.executable, str(CHILD)],
        input=json.dumps({**task, "folder": str(folder)}),
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=CHILD_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_visitor_reads_and_bot_writes(wiki: WikiUnderTest, fresh: Fresh, tmp_path: Path) -> None:
    title, name = f"User talk:{fresh('Larkspur')}", fresh("Author")
    wiki.person(name)
    made = [wiki.edit(title, name, text) for text in ("one", "two", "three")]
    wiki.hide(made[1], Part.USER)
    answer = run(
        {
            "api_url": wiki.api_url,
            "dbname": wiki.dbname,
            "revids": [*made, 999_999_999],
            "login": f"{BOT}@{BOT_APP}",
            "password": BOT_PASSWORD,
            "talk_page": title,
        },
        tmp_path,
    )
    (page,) = answer["query"]["pages"]
    assert [revision["revid"] for revision in page["revisions"]] == made
    assert [revision.get("user") for revision in page["revisions"]] == [name, None, name]
    assert list(answer["query"]["badrevids"]) == ["999999999"]
    assert answer["user"] == BOT
    assert answer["text"].startswith("three\n\n== Reminder ==\n\nBody [[User:")


def test_starting_up_costs_at_most_three_requests(sandbox: Sandbox, tmp_path: Path) -> None:
    wiki = sandbox.wiki("sandboxwiki")
    run({"api_url": wiki.api_url, "dbname": wiki.dbname, "revids": [310000005]}, tmp_path)
    asked = [request["labels"] for request in sandbox.requests()]
    questions = [labels for labels in asked if "query+revisions" in labels]
    assert len(questions) == 1
    assert len(asked) - len(questions) <= 3


def test_second_wiki_is_a_wiki_of_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    wiki = sandbox.wiki("sandbox2wiki")
    answer = run(
        {
            "api_url": wiki.api_url,
            "dbname": wiki.dbname,
            "revids": [480000004, 310000005],
            "login": demo.BOT_PASSWORD_LOGIN,
            "password": demo.BOT_PASSWORD,
            "talk_page": "User talk:Quillfeather",
        },
        tmp_path,
    )
    assert answer["query"]["pages"][0]["title"] == "User talk:Quillfeather"
    assert list(answer["query"]["badrevids"]) == ["310000005"]
    assert "== Reminder ==" in answer["text"]
