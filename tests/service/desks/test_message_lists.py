# SPDX-License-Identifier: AGPL-3.0-or-later
"""Python and TypeScript list the same messages for a page: all that its code asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.desks.browser_messages import CASE_MESSAGES, QUEUE_MESSAGES, ROSTER_MESSAGES
from service.keys.browser_messages import KEY_MESSAGES, STEP_UP_MESSAGES

BROWSER = Path(__file__).parents[3] / "service/web/browser"
ON_EVERY_PAGE = {"keys-unlocked-until"}

LIST = re.compile(r"export const (\w+) = \[(.*?)\] as const;", re.DOTALL)
IMPORT = re.compile(r'^import (?!type)(?:\{[^}]*\}|\w+) from "(\.[^"]+\.ts)";', re.MULTILINE)
ASKED = re.compile(r'\bmsg\(\s*"([a-z0-9-]+)"')

PAGES = {
    "key": KEY_MESSAGES,
    "queue": QUEUE_MESSAGES,
    "case": CASE_MESSAGES,
    "roster": ROSTER_MESSAGES,
    "step-up": STEP_UP_MESSAGES,
}


def modules_of(module: Path, found: dict[Path, str]) -> dict[Path, str]:
    """The module and everything that it imports, with their texts."""
    if module not in found:
        found[module] = text = module.read_text("utf-8")
        for address in IMPORT.findall(text):
            modules_of((module.parent / address).resolve(), found)
    return found


def listed(name: str, module: Path, modules: dict[Path, str]) -> set[str]:
    """The keys of one list, with the lists that it takes in; those are named once."""
    home = (
        module
        if name == "MESSAGES"
        else next(path for path, text in modules.items() if f"export const {name} = [" in text)
    )
    body = dict(LIST.findall(modules[home]))[name]
    taken = re.findall(r"\.\.\.(\w+)", body)
    own = set(re.findall(r'"([a-z0-9-]+)"', body))
    return own.union(*(listed(one, module, modules) for one in taken))


@pytest.mark.parametrize("page", sorted(PAGES))
def test_both_sides_list_the_same_messages(page: str) -> None:
    module = BROWSER / f"pages/{page}.ts"

    assert listed("MESSAGES", module, modules_of(module, {})) == set(PAGES[page])


@pytest.mark.parametrize("page", sorted(PAGES))
def test_page_lists_every_message_that_its_code_asks_for(page: str) -> None:
    modules = modules_of(BROWSER / f"pages/{page}.ts", {})
    asked = {key for text in modules.values() for key in ASKED.findall(text)}

    assert asked - set(PAGES[page]) - ON_EVERY_PAGE == set()
