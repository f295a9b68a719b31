# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reminders page: subscribe, change, end, and read the exact words first."""

from __future__ import annotations

import html
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onwiki.notices.text import preview
from service.notices.subscriptions import Subscription
from service.services import Services
from service.sessions.person import Person


@pytest.fixture
def subscriber() -> Person:
    return Person(central_id=77, name="Juniper Hill", home="dewiki")


@pytest.fixture
def csrf(
    client: FlaskClient, subscriber: Person, sign_in: Callable[[FlaskClient, Person], str]
) -> str:
    return sign_in(client, subscriber)


def of(services: Services, person: Person) -> Subscription | None:
    with services.database.read() as session:
        return services.domain.subscriptions.of(session, person.central_id)


def test_preview_is_what_the_bot_posts_letter_by_letter(client: FlaskClient, csrf: str) -> None:
    page = client.get("/reminders").get_data(as_text=True)

    assert preview("en") in html.unescape(page)


def test_subscription_goes_to_the_home_wikis_talk_page(
    client: FlaskClient, csrf: str, services: Services, subscriber: Person
) -> None:
    client.post("/reminders", data={"csrf_token": csrf, "rhythm": "weekly"})

    found = of(services, subscriber)
    assert found is not None
    assert found.recipient.wiki == "dewiki"
    assert found.recipient.name == "Juniper Hill"
    page = client.get("/reminders").get_data(as_text=True)
    assert "You get reminders: every week." in page
    assert "https://de.wikipedia.org/wiki/User_talk:Juniper_Hill" in page


def test_saving_twice_does_not_move_the_slots(
    client: FlaskClient, csrf: str, services: Services, subscriber: Person
) -> None:
    for _ in range(2):
        client.post("/reminders", data={"csrf_token": csrf, "rhythm": "monthly"})
        first = of(services, subscriber)
    client.post("/reminders", data={"csrf_token": csrf, "rhythm": "monthly"})

    assert of(services, subscriber) == first


def test_changes_from_several_tabs_at_once_all_go_through(
    app: Flask,
    services: Services,
    subscriber: Person,
    sign_in: Callable[[FlaskClient, Person], str],
) -> None:
    """Beginning and ending, on both databases: the last one counts, whichever that is."""
    tabs = [app.test_client() for _ in range(6)]
    tokens = [sign_in(tab, subscriber) for tab in tabs]
    rhythms = ("weekly", "monthly", "") * 2

    def change(tab: FlaskClient, csrf: str, rhythm: str) -> int:
        return tab.post("/reminders", data={"csrf_token": csrf, "rhythm": rhythm}).status_code

    for _ in range(10):
        with ThreadPoolExecutor(len(tabs)) as pool:
            assert list(pool.map(change, tabs, tokens, rhythms)) == [303] * 6


def test_reminders_end_when_one_says_so(
    client: FlaskClient, csrf: str, services: Services, subscriber: Person
) -> None:
    client.post("/reminders", data={"csrf_token": csrf, "rhythm": "weekly"})
    client.post("/reminders", data={"csrf_token": csrf, "rhythm": ""})

    assert of(services, subscriber) is None
    assert "You get no reminders." in client.get("/reminders").get_data(as_text=True)


def test_unknown_rhythm_changes_nothing(
    client: FlaskClient, csrf: str, services: Services, subscriber: Person
) -> None:
    answer = client.post("/reminders", data={"csrf_token": csrf, "rhythm": "hourly"})

    assert answer.status_code == 422
    assert of(services, subscriber) is None


def test_without_a_wiki_that_we_know_there_are_no_reminders(
    client: FlaskClient, services: Services, sign_in: Callable[[FlaskClient, Person], str]
) -> None:
    """Home unknown, and the wiki of the sign-in is not on the list of wikis."""
    person = Person(central_id=78, name="Nowhere", home=None)
    csrf = sign_in(client, person)

    page = client.get("/reminders").get_data(as_text=True)
    client.post("/reminders", data={"csrf_token": csrf, "rhythm": "weekly"})

    assert "reminders are not possible" in page
    assert of(services, person) is None
