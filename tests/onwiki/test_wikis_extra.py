# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wikis that an operator adds: CS_EXTRA_WIKIS."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onwiki import extra_wikis
from onwiki.extra_wikis import ExtraWiki, load_extra_wikis, parse_extra_wikis
from onwiki.links import address, recognise, render
from onwiki.wikis import WikiList

SANDBOX = [
    {"dbname": "sandboxwiki", "url": "http://127.0.0.1:8001/w", "lang": "en"},
    {"dbname": "sandbox2wiki", "url": "http://127.0.0.1:8001/w2", "lang": "he"},
]


@pytest.fixture(scope="module")
def wikis() -> WikiList:
    return WikiList.snapshot().with_extra(parse_extra_wikis(SANDBOX))


def read(link: str, wikis: WikiList, context: str | None = None) -> str:
    return render(recognise(link, wikis, context))


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wikis.json"
    path.write_text(json.dumps(SANDBOX))
    assert load_extra_wikis(path) == [
        ExtraWiki("sandboxwiki", "http", "127.0.0.1", 8001, "/w", "/wiki/$1", "en"),
        ExtraWiki("sandbox2wiki", "http", "127.0.0.1", 8001, "/w2", "/wiki2/$1", "he"),
    ]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("http://127.0.0.1:8001/wiki/Special:Diff/5", "rev:sandboxwiki:5"),
        ("http://127.0.0.1:8001/w/index.php?diff=5", "rev:sandboxwiki:5"),
        ("http://127.0.0.1:8001/w/index.php/Foo", "title:sandboxwiki:Foo"),
        ("127.0.0.1:8001/wiki/Foo", "title:sandboxwiki:Foo"),
        ("http://127.0.0.1:8001/wiki2/Special:Diff/5", "rev:sandbox2wiki:5"),
        ("http://127.0.0.1:8001/w2/index.php?oldid=5", "rev:sandbox2wiki:5"),
        ("http://127.0.0.1:8001/w2/api.php", "other:sandbox2wiki:api"),
        ("http://127.0.0.1:8001/w2?oldid=5", "rev:sandbox2wiki:5"),
        ("http://127.0.0.1:8001/?diff=5", "reject:host"),  # whose revision 5?
        ("http://127.0.0.1:8001/w3/index.php?diff=5", "reject:host"),
        ("http://127.0.0.1:8001/wiki3/Foo", "reject:host"),
        ("http://127.0.0.1:8002/wiki/Foo", "reject:port"),
        ("http://127.0.0.1/wiki/Foo", "reject:host"),
        ("http://localhost:8001/wiki/Foo", "reject:port"),
        ("http://en.wikipedia.org:8001/wiki/Foo", "reject:port"),
        ("http://x@127.0.0.1:8001/wiki/Foo", "reject:userinfo"),
        ("https://en.wikipedia.org/wiki/Special:Diff/5", "rev:enwiki:5"),
    ],
)
def test_two_wikis_on_one_port_are_told_apart_by_path(
    wikis: WikiList, link: str, expected: str
) -> None:
    assert read(link, wikis) == expected


def test_wikitext_of_an_added_wiki_stays_on_it(wikis: WikiList) -> None:
    assert read("[[Special:Diff/5]]", wikis, "sandbox2wiki") == "rev:sandbox2wiki:5"
    assert read("[[:de:Special:Diff/5]]", wikis, "sandbox2wiki") == (
        "title:sandbox2wiki:De:Special:Diff/5"
    )


def test_an_added_wikis_address_is_built_from_its_entry(wikis: WikiList) -> None:
    reference = recognise("http://127.0.0.1:8001/wiki2/Special:Diff/5", wikis)
    assert address(reference, wikis) == "http://127.0.0.1:8001/wiki2/Special:Diff/5"  # type: ignore[arg-type]
    second = wikis.by_dbname("sandbox2wiki")
    assert second is not None
    assert second.api_url == "http://127.0.0.1:8001/w2/api.php"
    assert second.rtl


def test_a_wiki_alone_on_its_port_takes_links_to_the_root() -> None:
    extra = parse_extra_wikis([{"dbname": "w1", "url": "http://wiki.test:81/mediawiki"}])
    wikis = WikiList.snapshot().with_extra(extra)
    assert read("http://wiki.test:81/?diff=5", wikis) == "rev:w1:5"
    assert read("http://wiki.test:81/mediawiki/index.php/Special:Diff/5", wikis) == "rev:w1:5"


@pytest.mark.parametrize(
    ("url", "articlepath", "page"),
    [
        ("https://wiki.test", None, "https://wiki.test/index.php/A_b"),
        ("https://wiki.test/", None, "https://wiki.test/index.php/A_b"),
        ("https://wiki.test:443/w", None, "https://wiki.test/wiki/A_b"),
        ("https://wiki.test/wiki", None, "https://wiki.test/wiki/index.php/A_b"),
        ("https://wiki.test/w", "/$1", "https://wiki.test/A_b"),
        ("http://[::1]:82/w", "/p/$1", "http://[::1]:82/p/A_b"),
        ("http://wiki.test/w", "/w/index.php?title=$1", "http://wiki.test/w/index.php?title=A_b"),
    ],
)
def test_script_and_article_paths(url: str, articlepath: str | None, page: str) -> None:
    entry = {"dbname": "w1", "url": url}
    if articlepath:
        entry["articlepath"] = articlepath
    wikis = WikiList.snapshot().with_extra(parse_extra_wikis([entry]))
    wiki = wikis.by_dbname("w1")
    assert wiki is not None
    assert wiki.page_url("A b") == page
    assert read(page, wikis) == "title:w1:A_b"
    assert read(f"{wiki.index_url}?diff=5", wikis) == "rev:w1:5"


GOOD = {"dbname": "w1", "url": "https://wiki.test/w"}


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        ({}, extra_wikis.ExtraWikisNotAList, "list"),
        (["x"], extra_wikis.ExtraWikisNotAList, "entry 1"),
        ([{"dbname": "w1"}], extra_wikis.ExtraWikiFieldMissing, "'url'"),
        ([GOOD, {"url": "https://b.test/w"}], extra_wikis.ExtraWikiFieldMissing, "entry 2"),
        ([GOOD | {"dbname": 5}], extra_wikis.ExtraWikiFieldMissing, "'dbname'"),
        ([GOOD | {"article_path": "/x/$1"}], extra_wikis.ExtraWikiFieldUnknown, "article_path"),
        ([GOOD | {"dbname": "W 1"}], extra_wikis.ExtraWikiBadDbname, "a-z"),
        ([GOOD | {"url": "ftp://wiki.test/w"}], extra_wikis.ExtraWikiBadUrl, "http"),
        ([GOOD | {"url": "https://a@wiki.test/w"}], extra_wikis.ExtraWikiBadUrl, "more than"),
        ([GOOD | {"url": "https://wiki.test/w?x=1"}], extra_wikis.ExtraWikiBadUrl, "more than"),
        ([GOOD | {"url": "https://wiki.test/api.php"}], extra_wikis.ExtraWikiBadUrl, "odd"),
        ([GOOD | {"url": "https:///w"}], extra_wikis.ExtraWikiBadUrl, "odd"),
        ([GOOD | {"url": "https://wikí.test/w"}], extra_wikis.ExtraWikiBadUrl, "odd"),
        ([GOOD | {"url": "https://wiki.test:x/w"}], extra_wikis.ExtraWikiBadUrl, "port"),
        ([GOOD | {"articlepath": "wiki"}], extra_wikis.ExtraWikiBadArticlePath, "$1"),
        ([GOOD | {"lang": "Hebrew!"}], extra_wikis.ExtraWikiBadLang, "language"),
        ([GOOD, GOOD], extra_wikis.ExtraWikiDuplicate, "twice"),
        ([GOOD, GOOD | {"dbname": "w2"}], extra_wikis.ExtraWikiDuplicate, "script paths"),
    ],
)
def test_each_mistake_has_its_own_clear_error(
    data: object, error: type[extra_wikis.ExtraWikisError], says: str
) -> None:
    with pytest.raises(error) as raised:
        parse_extra_wikis(data)
    assert says in str(raised.value)
    assert "CS_EXTRA_WIKIS" in str(raised.value)


def test_a_file_that_cannot_be_read_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(extra_wikis.ExtraWikisUnreadable, match="No such file"):
        load_extra_wikis(tmp_path / "missing.json")
    broken = tmp_path / "broken.json"
    broken.write_bytes(b"[\xff")
    with pytest.raises(extra_wikis.ExtraWikisUnreadable, match="JSON"):
        load_extra_wikis(broken)


@pytest.mark.parametrize(
    "entry",
    [
        {"dbname": "enwiki", "url": "https://wiki.test/w"},
        {"dbname": "w1", "url": "https://en.wikipedia.org/w"},
    ],
)
def test_a_listed_wiki_cannot_be_taken_over(entry: dict[str, str]) -> None:
    with pytest.raises(extra_wikis.ExtraWikiDuplicate):
        WikiList.snapshot().with_extra(parse_extra_wikis([entry]))
