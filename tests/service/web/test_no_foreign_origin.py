# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nothing on any page is loaded from anywhere else: pages, templates, style sheet and script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.services import Services
from service.sessions.person import Person
from service.web.assets import DIST
from tests.service.reports.desk import add_reader

ROOT = Path(__file__).parents[3]
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
"""Names, not addresses: nothing is asked for them."""

_LOADING = {
    "a": (),
    "link": ("href",),
    **dict.fromkeys(("script", "img", "iframe", "frame", "embed", "source", "track"), ("src",)),
    **dict.fromkeys(("audio", "input"), ("src",)),
    "video": ("src", "poster"),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
    "base": ("href",),
}
_ADDRESS = re.compile(r"(?:\bhttps?:|\bwss?:)?//[a-z0-9.-]+\.[a-z]{2,}[a-z0-9/._-]*", re.IGNORECASE)


class Loaded(HTMLParser):
    """What a browser would load for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in _LOADING.get(tag, ("src",)) or name in {"srcset", "background", "ping"}:
                self.addresses.append(value or "")
            if name == "style":
                self.addresses += re.findall(r"url\(([^)]*)\)", value or "")


def foreign_in(page: str) -> list[str]:
    loaded = Loaded()
    loaded.feed(page)
    return [one for one in loaded.addresses if not one.startswith(("/static/", "data:,"))]


def addresses_in(code: str) -> set[str]:
    """Addresses with a host in a script or style sheet."""
    return set(_ADDRESS.findall(code)) - NAMESPACES


def simple_pages(app: Flask) -> list[str]:
    """Pages without anything to fill in but the desk."""
    adapter = app.url_map.bind("localhost:8000")
    return [
        adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "stewards"))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments <= {"desk"}
    ]


def test_pages_load_from_here_only(
    app: Flask,
    client: FlaskClient,
    services: Services,
    functionary: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    add_reader(services, "stewards", functionary.central_id, functionary.name)
    looked_at = 0
    for signed in (False, True):
        if signed:
            sign_in(client, functionary)
        for path in simple_pages(app):
            answer = client.get(path)
            if answer.mimetype == "text/html":
                looked_at += answer.status_code == 200
                assert foreign_in(answer.text) == [], path

    assert looked_at > 12


def test_bundle_names_no_other_host() -> None:
    files = [DIST / name for name in json.loads((DIST / "manifest.json").read_text()).values()]
    code = [path for path in files if path.suffix in {".js", ".css"}]
    assert len(code) >= 2
    for path in code:
        text = path.read_text("utf-8")
        assert addresses_in(text) == set(), path.name
        assert "@import" not in text
        assert set(re.findall(r"url\(['\"]?([a-z]*:?)", text)) <= {"data:"}


def test_templates_load_nothing_foreign() -> None:
    templates = list((ROOT / "service").rglob("templates/**/*.html"))
    assert len(templates) > 20
    for path in templates:
        text = path.read_text("utf-8")
        found = re.findall(r"<(?:script|img|link|iframe|source)\b[^>]*(?:https?:)?//[^>]*>", text)
        assert found == [], path


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example.org/a.js"></script>',
        '<link rel="stylesheet" href="//cdn.example.org/a.css">',
        '<p style="background: url(https://cdn.example.org/a.png)">',
        '<img srcset="https://cdn.example.org/a.png 2x" alt="">',
        '<svg><use href="https://cdn.example.org/a.svg#x"></use></svg>',
    ],
)
def test_something_foreign_would_be_found_in_a_page(page: str) -> None:
    assert foreign_in(page)


@pytest.mark.parametrize(
    "code",
    ['fetch("https://stats.example.org/x")', "url(//fonts.example.org/f.woff2)", "wss://a.example"],
)
def test_something_foreign_would_be_found_in_the_bundle(code: str) -> None:
    assert addresses_in(code)
