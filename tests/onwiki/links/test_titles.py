# SPDX-License-Identifier: AGPL-3.0-or-later
"""Titles in the notation, and prefixes that lead to another wiki."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Read = Callable[..., str]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("foo_bar", "Foo_bar"),
        ("foo%20bar", "Foo_bar"),
        ("foo__bar_", "Foo_bar"),
        ("foo%C2%A0bar", "Foo_bar"),
        ("%D1%84%D1%83", "Фу"),
        ("фу", "Фу"),
        ("C%2B%2B", "C++"),
        ("A+B", "A+B"),
        ("AC%5CDC", "AC\\DC"),
        ("Foo%3F", "Foo?"),
        ("Foo%23Section", "Foo"),
        ("Foo#Section", "Foo"),
        ("user_talk:foo", "User_talk:Foo"),
        ("Benutzer:foo", "Benutzer:foo"),
        ("File:X.jpg", "File:X.jpg"),
        ("Foo:Bar", "Foo:Bar"),
        ("100%25", "100%"),
        ("100%", "100%"),
        ("%C3%9Fa", "ßa"),
    ],
)
def test_a_title_is_the_database_key_in_the_links_own_spelling(
    page: Read, path: str, expected: str
) -> None:
    assert page(path) == f"title:enwiki:{expected}"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://en.wiktionary.org/wiki/foo", "title:enwiktionary:foo"),
        ("https://en.wiktionary.org/wiki/Foo", "title:enwiktionary:Foo"),
        ("https://en.wiktionary.org/wiki/talk:foo", "title:enwiktionary:Talk:foo"),
        ("https://en.wiktionary.org/wiki/user_talk:foo", "title:enwiktionary:User_talk:Foo"),
        ("https://en.wiktionary.org/wiki/special:foo", "title:enwiktionary:Special:Foo"),
        ("https://de.wiktionary.org/wiki/special:diff/5", "rev:dewiktionary:5"),
        ("https://tr.wikipedia.org/wiki/istanbul", "title:trwiki:İstanbul"),
        ("https://ka.wikipedia.org/wiki/თბილისი", "title:kawiki:თბილისი"),
    ],
)
def test_the_first_letter_is_as_the_wiki_has_it(read: Read, link: str, expected: str) -> None:
    assert read(link) == expected


@pytest.mark.parametrize("path", ["", "#Foo", ":", "_", "%20", "de:"])
def test_no_title_is_no_id(page: Read, path: str) -> None:
    assert page(path) == "reject:no-id"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://en.wikipedia.org/wiki/d:Special:Diff/5", "rev:wikidatawiki:5"),
        ("https://meta.wikimedia.org/wiki/w:de:Spezial:Diff/5", "rev:dewiki:5"),
        ("https://en.wikipedia.org/w/index.php?title=c:File:X.jpg", "title:commonswiki:File:X.jpg"),
        ("https://en.wikipedia.org/wiki/en:Foo", "title:enwiki:Foo"),
        ("https://en.wikipedia.org/wiki/DE:foo", "title:dewiki:Foo"),
    ],
)
def test_a_prefix_in_an_address_leads_where_the_wiki_would_redirect(
    read: Read, link: str, expected: str
) -> None:
    assert read(link) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://en.wikipedia.org/wiki/Wikipedia:Foo", "title:enwiki:Wikipedia:Foo"),
        ("https://de.wikipedia.org/wiki/Wikipedia:Foo", "title:dewiki:Wikipedia:Foo"),
        ("https://meta.wikimedia.org/wiki/Meta:Babel", "title:metawiki:Meta:Babel"),
        ("https://commons.wikimedia.org/wiki/Commons:Foo", "title:commonswiki:Commons:Foo"),
        ("https://www.wikidata.org/wiki/Wikidata:Foo", "title:wikidatawiki:Wikidata:Foo"),
        ("https://pl.wikimedia.org/wiki/Wikimedia:Foo", "title:plwikimedia:Wikimedia:Foo"),
        ("https://meta.wikimedia.org/wiki/meta_talk:foo", "title:metawiki:Meta_talk:Foo"),
        ("https://en.wikipedia.org/wiki/Wiktionary:Foo", "title:enwiktionary:Foo"),
        ("https://en.wikipedia.org/wiki/MOS:foo", "title:enwiki:MOS:Foo"),
        ("https://de.wikipedia.org/wiki/mos:foo", "title:moswiki:Foo"),
    ],
)
def test_a_wikis_own_project_namespace_is_no_prefix(read: Read, link: str, expected: str) -> None:
    assert read(link) == expected


def test_an_endless_chain_of_prefixes_is_malformed(page: Read) -> None:
    assert page("c:m:" * 20 + "Special:Diff/5") == "reject:malformed"


def test_a_control_character_behind_percent_signs_is_refused(page: Read) -> None:
    assert page("Foo%0Abar") == "reject:bad-char"
    assert page("Special:Diff/200%00") == "reject:bad-char"
    assert page("Foo?oldid=5%0D") == "reject:bad-char"


def test_bytes_that_are_no_utf8_do_not_stop_the_reading(page: Read) -> None:
    assert page("Caf%E9?oldid=5") == "rev:enwiki:5"
    assert page("Caf%E9") == "title:enwiki:Caf\ufffd"
