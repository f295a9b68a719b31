# SPDX-License-Identifier: AGPL-3.0-or-later
"""The privacy statement and the terms have every element that the hosting's terms ask for."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.services import Services
from service.web.policies import PRIVACY_POLICIES, TERMS_POLICIES

META = "https://meta.wikimedia.org/w/index.php"
ELEMENTS = {
    "who runs it": "web-privacy-who",
    "contact": "web-privacy-contact",
    "purpose": "web-privacy-use",
    "what is sealed": "web-privacy-sealed-1",
    "what the server sees": "web-privacy-server",
    "addresses of visitors": "web-privacy-server-address",
    "the log": "web-privacy-server-log",
    "cookies": "web-privacy-cookies",
    "sharing": "web-privacy-share-1",
    "legal orders": "web-privacy-share-2",
    "what the wikis see": "web-privacy-wikis",
    "how long": "web-privacy-time",
    "what a person can do": "web-privacy-you-1",
    "hosting": "web-privacy-host-1",
    "changes": "web-privacy-changes-1",
    "limits": "web-privacy-limits-1",
    "day": "web-privacy-since",
}
"""Element → its message."""


def hosted(services: Services, bundle: Path, **changes: object) -> FlaskClient:
    """A client of the app on Wikimedia's farm."""
    config = dataclasses.replace(services.config, oauth_wiki=META, **changes)  # type: ignore[arg-type]
    app = create_app(config, services=dataclasses.replace(services, config=config), bundle=bundle)
    app.config["SERVER_NAME"] = config.host
    return app.test_client()


@pytest.mark.parametrize("element", ELEMENTS)
def test_statement_has_every_element(services: Services, bundle: Path, element: str) -> None:
    page = hosted(services, bundle).get("/privacy?uselang=qqx").text

    assert f"({ELEMENTS[element]}" in page


def test_texts_of_the_host_are_linked_where_it_hosts(
    services: Services, bundle: Path, client: FlaskClient
) -> None:
    for path, policies in (("/privacy", PRIVACY_POLICIES), ("/terms", TERMS_POLICIES)):
        page, elsewhere = hosted(services, bundle).get(path).text, client.get(path).text
        for policy in policies:
            assert f'href="{policy.url}" rel="noreferrer"' in page
            assert policy.url not in elsewhere


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("support@example.org", 'href="mailto:support@example.org"'),
        (
            "https://meta.wikimedia.org/wiki/Support",
            'href="https://meta.wikimedia.org/wiki/Support"',
        ),
        ("", "/-/issues"),
    ],
)
def test_there_is_always_a_way_to_ask(
    services: Services, bundle: Path, contact: str, link: str
) -> None:
    client = hosted(services, bundle, contact=contact)

    for path in ("/privacy", "/terms"):
        content = client.get(path).text.split("<main")[1].split("</main>")[0]
        assert link in content


def test_operators_are_named(services: Services, bundle: Path, client: FlaskClient) -> None:
    named = dataclasses.replace(services, operators=("Hedgerow", "Millstone"))

    assert "Hedgerow, Millstone run this server" in hosted(named, bundle).get("/privacy").text
    assert "Volunteers of the Wikimedia movement run" in client.get("/privacy").text
