# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where reminders go: home, or else the wiki that people sign in on."""

from __future__ import annotations

import pytest

from onwiki.wikis import WikiList
from service.notices.recipients import recipient_of, reminder_wiki
from service.sessions.person import Person

META = "https://meta.wikimedia.org/w/index.php"
WIKIS = WikiList.snapshot()


@pytest.mark.parametrize(
    ("home", "goes_to"),
    [
        ("dewiki", "dewiki"),
        (None, "metawiki"),
        ("nowhere", "metawiki"),
        ("officewiki", "metawiki"),  # private: the bot cannot write there
        ("aawiki", "metawiki"),  # closed: nobody can
    ],
)
def test_reminders_go_home_or_to_the_wiki_of_the_sign_in(home: str | None, goes_to: str) -> None:
    wiki = reminder_wiki(Person(1, "Somebody", home=home), WIKIS, META)

    assert wiki is not None
    assert wiki.dbname == goes_to


def test_without_a_wiki_on_the_list_there_is_none() -> None:
    person = Person(1, "Somebody", home="nowhere")

    assert reminder_wiki(person, WIKIS, "https://wiki.example/w/index.php") is None


@pytest.mark.parametrize(("asked", "lang"), [("de", "de"), ("de-at", "de"), ("qqx", "en")])
def test_language_is_one_that_the_notice_has(asked: str, lang: str) -> None:
    wiki = WIKIS.by_dbname("dewiki")
    assert wiki is not None

    assert recipient_of(Person(1, "Somebody"), wiki, asked).lang == lang


def test_home_stays_with_the_session() -> None:
    person = Person(1, "Somebody", home="dewiki")

    assert Person.from_json(person.to_json()) == person


def test_session_from_before_there_was_a_home_opens() -> None:
    old = {key: value for key, value in Person(1, "Somebody").to_json().items() if key != "home"}

    assert Person.from_json(old).home is None
