# SPDX-License-Identifier: AGPL-3.0-or-later
"""Elements are made of text nodes; messages are filled in as the server does it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page

from service.i18n.catalogue import Catalogue
from tests.service.web.browser.conftest import html, loaded
from tests.service.web.browser.node import REPOSITORY
from tests.service.web.browser.served import Site

SOURCE: Final = REPOSITORY / "service/web/browser"
HOSTILE: Final = "<img src=x onerror=alert(1)><script>alert(1)</script>&amp;"

browser = pytest.mark.browser


@browser
def test_hostile_text_stays_text(pure: Page) -> None:
    script = """(text) => {
        const made = probe.dom.h("p", { title: text, class: text }, text);
        return [made.childElementCount, made.textContent, made.title, made.className];
    }"""
    assert pure.evaluate(script, HOSTILE) == [0, HOSTILE, HOSTILE, HOSTILE]


@browser
@pytest.mark.parametrize(
    "attributes",
    [
        {"onerror": "alert(1)"},
        {"ONLOAD": "alert(1)"},
        {"onclick": "alert(1)"},
        {"style": "color:red"},
        {"srcdoc": "<p>"},
        {"formaction": "/elsewhere"},
        {"href": "javascript:alert(1)"},
        {"href": " java\nscript:alert(1)"},
        {"href": "data:text/html,<p>"},
        {"src": "blob:x"},
    ],
)
def test_attributes_that_run_something_are_not_set(pure: Page, attributes: dict[str, str]) -> None:
    script = "(attributes) => probe.outcome(() => probe.dom.h('a', attributes))"
    assert pure.evaluate(script, attributes)["name"] == "TypeError"


@browser
def test_links_out_tell_nothing_of_where_they_are(pure: Page) -> None:
    rel = "(href) => probe.dom.h('a', { href }).rel"
    assert pure.evaluate(rel, "https://wiki.example/w/index.php?diff=1") == "noreferrer"
    assert pure.evaluate(rel, "/reports/abc") == ""


@browser
def test_an_element_that_a_template_forgot_has_a_name(pure: Page) -> None:
    found = pure.evaluate("probe.outcome(() => probe.dom.find('#not-there'))")
    assert found["name"] == "MissingElement"


MESSAGES: Final = {
    "plain": "No parameters, but $unknown and {braces}",
    "name": "By $name on $day, $name",
    "count": "{{PLURAL:$count|one report|$count reports}}",
    "tied": "{{PLURAL:$count|0=no report|one report|$count reports}}",
    "three": "{{PLURAL:$count|first|second|third}}",
}
PARAMETERS: Final[dict[str, Any]] = {"name": "$day <b>", "day": "3 May", "word": "many"}


class Texts(Catalogue):
    """The server's way, with our messages in each language."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.texts = {"en": {**MESSAGES, "web-digit-separator": ","}}
        self.texts[lang] = self.texts["en"]


@browser
@pytest.mark.parametrize("lang", ["en", "fr", "ar", "cs", "ru", "pl", "he", "ja", "fa"])
def test_browser_and_server_fill_in_a_message_alike(
    context: BrowserContext, site: Site, lang: str
) -> None:
    site.page("/messages", html(lang=lang, messages=MESSAGES))
    page = context.new_page()
    page.goto("/messages")
    loaded(page)
    server = Texts(lang).messages(lang)
    script = """([keys, parameters]) => keys.map((key) => probe.messages.msg(key, parameters))"""
    for count in (0, 1, 2, 3, 5, 11, 21, 22, 100, 101):
        parameters = {**PARAMETERS, "count": count}
        expected = [str(server.text(key, **parameters)).replace("&lt;", "<") for key in MESSAGES]
        expected = [text.replace("&gt;", ">") for text in expected]
        found = page.evaluate(script, [list(MESSAGES), parameters])
        assert [western(text) for text in found] == expected


def western(text: str) -> str:
    """Digits of the language as ASCII: the browser writes those, the server does not."""
    return re.sub(r"\d", lambda digit: str(int(digit[0])), text)


@browser
def test_a_message_that_the_page_does_not_list_shows_its_key(pure: Page) -> None:
    assert pure.evaluate("probe.messages.msg('web-no-such')") == "⧼web-no-such⧽"


@browser
def test_days_and_moments_are_utc_wherever_the_reader_is(
    context: BrowserContext, site: Site
) -> None:
    site.page("/messages", html())
    page = context.new_page()
    page.goto("/messages")
    loaded(page)
    assert page.evaluate("probe.messages.day('2026-05-03')") == "3 May 2026"
    assert page.evaluate("probe.messages.moment('2026-05-03T14:02:00Z')").endswith("14:02 UTC")


def test_the_source_makes_no_html_no_style_and_no_code_from_text() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|createContextualFragment|DOMParser|\.style\b|setHTML|localStorage"
    )
    found = {
        f"{path.name}: {match[0]}"
        for path in sorted(SOURCE.rglob("*.ts"))
        for match in forbidden.finditer(path.read_text("utf-8"))
    }
    # The download writes the page as text; what a desk's browser remembers of roster and record
    # outlives the tab, and is public parts of keys.
    assert found == {"download.ts: outerHTML", "memory.ts: localStorage"}


def test_every_message_that_the_source_names_exists() -> None:
    texts = json.loads((REPOSITORY / "service/i18n/en.json").read_text("utf-8"))
    named = {
        (path.name, key)
        for path in sorted(SOURCE.rglob("*.ts"))
        for key in re.findall(
            r'"((?:keys|web|reports|desks|notices|links)-[a-z0-9-]+)"', path.read_text("utf-8")
        )
    }
    assert {(name, key) for name, key in named if key not in texts} == set()
