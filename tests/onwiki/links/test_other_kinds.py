# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comments, Structured Discussions, short links, the APIs, entities and files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Read = Callable[..., str]


@pytest.mark.parametrize(
    "comment_id",
    [
        "c-Bar-20240102030400",
        "c-Bar-20240102030400-Heading",
        "c-Bar-Baz-20240102030400-Qux-20240101000000",
        "c-12345678901234-20240102030400",
        "c-A-123456789012345-20240102030400",
        "c-198.51.100.7-20240102030400",
        "c-~2024-1-20240102030400-X",
        "h-Heading-20240102030400",
        "h-A-B-2024-20240102030400",
    ],
)
def test_a_comments_permalink_is_its_id(page: Read, read: Read, comment_id: str) -> None:
    expected = f"comment:enwiki:{comment_id}"
    assert page(f"Talk:Foo#{comment_id}") == expected
    assert page(f"Special:GoToComment/{comment_id}") == expected
    assert page(f"Special:FindComment/{comment_id}") == expected
    assert page(f"Special:FindComment?idorname={comment_id}") == expected
    assert read(f"[[Talk:Foo#{comment_id}]]") == expected


@pytest.mark.parametrize(
    "fragment",
    [
        "Heading",
        "c-Bar",
        "c-Bar-2024010203040",
        "c-Bar-202401020304000",
        "c-Bar-20240102030400x",
        "c-20240102030400",
        "x-Bar-20240102030400",
        "c-Bar-\uff12\uff10\uff12\uff14\uff10\uff11\uff10\uff12\uff10\uff13\uff10\uff14\uff10\uff10",
    ],
)
def test_other_fragments_are_sections(page: Read, fragment: str) -> None:
    assert page(f"Talk:Foo#{fragment}") == "title:enwiki:Talk:Foo"


def test_fragments_are_decoded_once_and_spaces_are_underscores(page: Read) -> None:
    expected = "comment:enwiki:c-Bär_x-20240102030400"
    assert page("Talk:Foo#c-B%C3%A4r%20x-20240102030400") == expected
    assert page("Talk:Foo#c-Bär_x-20240102030400") == expected


def test_a_revision_in_the_same_link_wins_over_the_comment(page: Read) -> None:
    assert page("Talk:Foo?diff=200#c-Bar-20240102030400") == "rev:enwiki:200"
    assert page("Special:Diff/200#c-Bar-20240102030400") == "rev:enwiki:200"


def test_a_comment_is_more_than_its_page(index: Read) -> None:
    assert index("curid=42#c-Bar-20240102030400") == "comment:enwiki:c-Bar-20240102030400"


def test_comment_pages_want_an_id(page: Read) -> None:
    assert page("Special:GoToComment") == "reject:no-id"
    assert page("Special:GoToComment/foo") == "reject:bad-id"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Topic:Tabcdefghij12345678", "flow:mediawikiwiki:tabcdefghij12345678"),
        (
            "Topic:Tabcdefghij12345678?topic_showPostId=tabcdefghij12345679#flow-post-x",
            "flow:mediawikiwiki:tabcdefghij12345679",
        ),
        (
            "Topic:Tabcdefghij12345678#flow-post-tabcdefghij12345679",
            "flow:mediawikiwiki:tabcdefghij12345679",
        ),
        ("Topic:Tabcdefghij12345678#flow-post-x", "flow:mediawikiwiki:tabcdefghij12345678"),
        ("Topic:Tabcdefghij12345678?topic_showPostId=x", "reject:bad-id"),
        ("Topic:Foo", "title:mediawikiwiki:Topic:Foo"),
        ("Special:Flow/post/tabcdefghij12345679", "flow:mediawikiwiki:tabcdefghij12345679"),
        ("Special:Flow/workflow/Tabcdefghij12345", "flow:mediawikiwiki:tabcdefghij12345"),
        (
            "Special:Flow?type=post&uuid=tabcdefghij12345679",
            "flow:mediawikiwiki:tabcdefghij12345679",
        ),
        ("Special:Flow/post/x", "reject:bad-id"),
        ("Special:Flow", "reject:no-id"),
    ],
)
def test_structured_discussions(read: Read, path: str, expected: str) -> None:
    assert read(f"https://www.mediawiki.org/wiki/{path}") == expected


def test_a_wiki_without_structured_discussions_has_pages_of_that_name(page: Read) -> None:
    title = "Topic:Tabcdefghij12345678"
    assert page(title) == f"title:enwiki:{title}"
    assert page("Special:Flow/post/x") == "title:enwiki:Special:Flow/post/x"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("3Ab", "short:3Ab"),
        ("0OI", "short:ooi"),
        ("1Il", "short:iii"),
        ("$a", "short:$a"),
        ("%24a", "short:$a"),
        ("_3Ab", "short:_3Ab"),
        ("3Ab?x=1#y", "short:3Ab"),
        ("a" * 20, "short:" + "a" * 20),
        ("a" * 21, "reject:bad-id"),
        ("a-b", "reject:bad-id"),
        ("a_b", "reject:bad-id"),
        ("_", "reject:bad-id"),
        ("a/b", "reject:bad-id"),
        ("ä", "reject:bad-id"),
        ("", "reject:no-id"),
    ],
)
def test_short_links(read: Read, code: str, expected: str) -> None:
    assert read(f"https://w.wiki/{code}") == expected


def test_the_short_links_host_is_held_to_the_same_rules(read: Read) -> None:
    assert read("w.wiki/3Ab") == "short:3Ab"
    assert read("https://w.wiki:8443/3Ab") == "reject:port"
    assert read("https://x@w.wiki/3Ab") == "reject:userinfo"
    assert read("https://m.w.wiki/3Ab") == "reject:host"


def test_url_redirector_is_a_short_link_on_every_wiki(page: Read) -> None:
    assert page("Special:UrlRedirector/3Ab") == "short:3Ab"
    assert page("Special:UrlRedirector") == "reject:no-id"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/w/api.php", "other:enwiki:api"),
        ("/w/api.php?action=query&revids=200&revids=201", "other:enwiki:api"),
        ("/w/rest.php/v1/revision/100", "rev:enwiki:100"),
        ("/w/rest.php/v1/revision/100/", "rev:enwiki:100"),
        ("/w/rest.php/v1/revision/100/html", "rev:enwiki:100"),
        ("/w/rest.php/v1/revision/100/compare/200", "diff:enwiki:100:200"),
        ("/w/rest.php/v1/revision/abc", "reject:bad-id"),
        ("/w/rest.php/v1/revision/100/compare/x", "reject:bad-id"),
        ("/w/rest.php/v1/page/Foo/history", "other:enwiki:api"),
        ("/w/rest.php", "other:enwiki:api"),
        ("/api/rest_v1/page/html/Foo/200", "rev:enwiki:200"),
        ("/api/rest_v1/page/html/Foo%2FBar/200", "rev:enwiki:200"),
        ("/api/rest_v1/page/html/Foo/0", "reject:bad-id"),
        ("/api/rest_v1/page/html/Foo", "other:enwiki:api"),
        ("/api/rest_v1/page/summary/Foo", "other:enwiki:api"),
        ("/w/load.php?modules=x", "other:enwiki:api"),
    ],
)
def test_the_apis(read: Read, path: str, expected: str) -> None:
    assert read(f"https://en.wikipedia.org{path}") == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.wikidata.org/entity/Q42", "title:wikidatawiki:Q42"),
        ("https://www.wikidata.org/entity/q42.json", "title:wikidatawiki:Q42"),
        ("https://www.wikidata.org/entity/P31", "title:wikidatawiki:Property:P31"),
        ("https://www.wikidata.org/entity/L7", "title:wikidatawiki:Lexeme:L7"),
        ("https://commons.wikimedia.org/entity/M42", "page:commonswiki:42"),
        ("https://www.wikidata.org/entity/", "reject:no-id"),
        ("https://www.wikidata.org/wiki/Q42#P31", "title:wikidatawiki:Q42"),
        ("https://commons.wikimedia.org/wiki/File:x.jpg", "title:commonswiki:File:X.jpg"),
    ],
)
def test_entities_and_files_are_pages(read: Read, link: str, expected: str) -> None:
    assert read(link) == expected
