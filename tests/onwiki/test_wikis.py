# SPDX-License-Identifier: AGPL-3.0-or-later
"""The allow-list and what it knows about each wiki."""

from __future__ import annotations

import pytest

from onwiki.links import recognise, render
from onwiki.wikis import Wiki, WikiList


@pytest.fixture(scope="module")
def wikis() -> WikiList:
    return WikiList.snapshot()


def wiki(wikis: WikiList, dbname: str) -> Wiki:
    found = wikis.by_dbname(dbname)
    assert found is not None
    return found


def test_the_snapshot_holds_every_wiki_once(wikis: WikiList) -> None:
    assert len(wikis) == 1072
    assert len({entry.dbname for entry in wikis}) == len({entry.host for entry in wikis}) == 1072


def test_the_snapshot_is_read_once(wikis: WikiList) -> None:
    assert WikiList.snapshot() is wikis


def test_addresses_are_built_from_the_entry(wikis: WikiList) -> None:
    english = wiki(wikis, "enwiki")
    assert english.origin == "https://en.wikipedia.org"
    assert english.api_url == "https://en.wikipedia.org/w/api.php"
    assert english.index_url == "https://en.wikipedia.org/w/index.php"
    assert english.page_url("User talk:A/B?") == "https://en.wikipedia.org/wiki/User_talk:A/B%3F"


@pytest.mark.parametrize(
    ("dbname", "lang"),
    [
        ("enwiki", "en"),
        ("zh_min_nanwiki", "zh-min-nan"),
        ("be_x_oldwiki", "be-tarask"),
        ("simplewiki", "en"),
        ("frwiktionary", "fr"),
        ("commonswiki", None),
        ("etwikimedia", None),
        ("testwiki", None),
    ],
)
def test_a_wikis_language_is_its_hosts_where_that_is_one(
    wikis: WikiList, dbname: str, lang: str | None
) -> None:
    assert wiki(wikis, dbname).lang == lang


def test_flags_come_from_the_snapshot(wikis: WikiList) -> None:
    assert wiki(wikis, "officewiki").private
    assert wiki(wikis, "aawiki").closed
    assert wiki(wikis, "arwiki").rtl
    assert wiki(wikis, "mediawikiwiki").flow
    assert wiki(wikis, "votewiki").fishbowl
    assert not wiki(wikis, "enwiki").case_sensitive


def test_all_wiktionaries_and_only_they_are_case_sensitive(wikis: WikiList) -> None:
    for entry in wikis:
        assert entry.case_sensitive == (".wiktionary.org" in entry.host)


def test_a_host_is_looked_up_exactly(wikis: WikiList) -> None:
    found = wikis.at("en.wikipedia.org", None, "/wiki/Foo")
    assert found is not None
    assert found.dbname == "enwiki"
    for host in ("EN.wikipedia.org", "en.wikipedia.org.", "xen.wikipedia.org", ""):
        assert wikis.at(host, None, "/wiki/Foo") is None
    assert wikis.at("en.wikipedia.org", 8443, "/wiki/Foo") is None


@pytest.mark.parametrize(
    ("context", "prefix", "expected"),
    [
        ("enwiki", "de", "dewiki"),
        ("enwiki", "wikt", "enwiktionary"),
        ("dewiki", "wikt", "dewiktionary"),  # the wiki's own table comes first
        ("frwiktionary", "de", "dewiktionary"),  # then its project's
        ("frwiktionary", "d", "wikidatawiki"),  # then the one for all
        ("metawiki", "w", "enwiki"),
        ("enwiki", "nosuch", None),
        ("nosuchwiki", "de", None),
    ],
)
def test_interwiki_prefixes_are_seen_from_a_wiki(
    wikis: WikiList, context: str, prefix: str, expected: str | None
) -> None:
    found = wikis.interwiki(context, prefix)
    assert (found.dbname if found else None) == expected


def test_a_link_read_on_an_empty_list_is_refused() -> None:
    snapshot = WikiList.snapshot()
    empty = WikiList([], snapshot._interwiki, snapshot.special_names)
    assert render(recognise("https://en.wikipedia.org/wiki/X", empty)) == "reject:host"
