# SPDX-License-Identifier: AGPL-3.0-or-later
"""What index.php's parameters mean: each row of EVIDENCE.md, "What MediaWiki does"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Read = Callable[..., str]


@pytest.mark.parametrize(
    "oldid", ["", "&oldid", "&oldid=", "&oldid=0", "&oldid=000", "&oldid=prev", "&oldid=abc"]
)
def test_a_diff_against_nothing_numeric_is_the_edit_itself(index: Read, oldid: str) -> None:
    assert index(f"diff=200{oldid}") == "rev:enwiki:200"


@pytest.mark.parametrize("oldid", ["next", "cur", "100abc", "\uff12\uff10\uff10", "1_000"])
def test_an_oldid_that_php_does_not_take_for_a_number_is_ignored(index: Read, oldid: str) -> None:
    assert index(f"diff=200&oldid={oldid}") == "rev:enwiki:200"


@pytest.mark.parametrize("oldid", ["-5", "1e3", "5.0", ".5", "99999999999999999999"])
def test_an_oldid_that_php_takes_for_another_number_is_refused(index: Read, oldid: str) -> None:
    assert index(f"diff=200&oldid={oldid}") == "reject:bad-id"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("diff=prev&oldid=100", "rev:enwiki:100"),
        ("diff=next&oldid=100", "rel:enwiki:100:next"),
        ("oldid=100&direction=next", "rel:enwiki:100:next"),
        ("direction=prev&oldid=100", "rel:enwiki:100:prev"),
        ("oldid=100&direction=sideways", "rev:enwiki:100"),
        ("diff=cur&oldid=100", "rel:enwiki:100:cur"),
        ("diff=0&oldid=100", "rel:enwiki:100:cur"),
        ("diff=&oldid=100", "rel:enwiki:100:cur"),
        ("diff&oldid=100", "rel:enwiki:100:cur"),
        ("diff=200&oldid=100", "diff:enwiki:100:200"),
        ("diff=100&oldid=200", "diff:enwiki:200:100"),
        ("diff=100&oldid=100", "diff:enwiki:100:100"),
        ("oldid=100", "rev:enwiki:100"),
        ("title=Foo&action=edit&undo=200", "rev:enwiki:200"),
        ("title=Foo&action=edit&undoafter=100&undo=200", "rev:enwiki:200"),
        ("title=Foo&action=raw&oldid=100", "rev:enwiki:100"),
        ("title=Foo&action=edit&oldid=100", "rev:enwiki:100"),
        ("curid=42", "page:enwiki:42"),
        ("title=Foo&curid=42&diff=200&oldid=100", "diff:enwiki:100:200"),
    ],
)
def test_the_table_of_parameters(index: Read, query: str, expected: str) -> None:
    assert index(query) == expected


@pytest.mark.parametrize("query", ["diff=prev", "diff=cur", "diff=next", "diff=prev&oldid=0"])
def test_a_keyword_without_a_revision_is_a_moving_target(index: Read, query: str) -> None:
    assert index(f"title=Foo&{query}") == "reject:moving-target"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("diff=0", "reject:bad-id"),
        ("diff=", "reject:no-id"),
        ("diff=&oldid=", "reject:no-id"),
        ("diff=abc&oldid=100", "reject:bad-id"),
        ("diff=-5&oldid=100", "reject:bad-id"),
        ("diff=PREV&oldid=100", "reject:bad-id"),
        ("diff=prev&oldid=99999999999999999999", "reject:bad-id"),
        ("oldid=0", "reject:bad-id"),
        ("title=Foo&oldid=abc", "reject:bad-id"),
        ("curid=0", "reject:bad-id"),
        ("curid=x", "reject:bad-id"),
        ("undo=0", "reject:bad-id"),
        ("uselang=de", "reject:no-id"),
        ("", "reject:no-id"),
    ],
)
def test_ids_that_are_none(index: Read, query: str, expected: str) -> None:
    assert index(query) == expected


@pytest.mark.parametrize("query", ["oldid=", "curid=", "undo=", "oldid=&curid="])
def test_an_empty_parameter_is_no_parameter(index: Read, query: str) -> None:
    assert index(f"title=Foo&{query}") == "title:enwiki:Foo"


def test_the_ids_win_over_the_title(read: Read) -> None:
    assert read("https://en.wikipedia.org/wiki/Forged_title?diff=200") == "rev:enwiki:200"
    assert read("https://en.wikipedia.org/wiki/de:Foo?oldid=5") == "rev:enwiki:5"


def test_a_special_page_keeps_these_parameters_for_itself(index: Read) -> None:
    assert index("title=Special:Watchlist&diff=200") == "title:enwiki:Special:Watchlist"


@pytest.mark.parametrize(
    "query",
    [
        "diff=100&diff=200",
        "diff=200&diff=200",
        "oldid=1&diff=5&oldid=2",
        "title=Foo&title=Bar&diff=200",
        "diff=100&%64iff=200",
        "diff=100&+diff=200",
        "diff=1&diff=2&oldid[]=3",
    ],
)
def test_a_parameter_given_twice_is_refused(index: Read, query: str) -> None:
    assert index(query) == "reject:duplicate-param"


@pytest.mark.parametrize(
    "query",
    [
        "diff[]=200",
        "diff[0]=200",
        "diff%5B%5D=200",
        "diff[=200",
        "title=Foo&oldid[]=200",
        "title[]=Foo",
        "diff=200&oldid[x][y]=1",
    ],
)
def test_an_array_is_refused(index: Read, query: str) -> None:
    assert index(query) == "reject:malformed"


def test_parameters_that_mediawiki_ignores_are_ignored(index: Read) -> None:
    assert index("diff=200&rcid=5&rcid=6&foo[]=1&Diff=9&diffonly=1") == "rev:enwiki:200"


def test_a_crowd_of_parameters_is_refused(index: Read) -> None:
    assert index("diff=200&" + "a=1&" * 100) == "reject:malformed"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title=Foo&action=history", "history:enwiki:Foo"),
        ("title=A+b%20c&action=history", "history:enwiki:A_b_c"),
        ("title=Foo&action=info", "title:enwiki:Foo"),
        ("title=Foo&action=edit", "title:enwiki:Foo"),
        ("title=Foo&action=historysubmit&diff=200&oldid=100", "diff:enwiki:100:200"),
        ("title=Foo&action=revisiondelete&ids[100]=1", "rev:enwiki:100"),
        ("title=Foo&action=historysubmit&revisiondelete=1&ids%5B100%5D=1", "rev:enwiki:100"),
    ],
)
def test_actions(index: Read, query: str, expected: str) -> None:
    assert index(query) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://en.wikipedia.org/w/index.php?diff=200",
        "https://en.wikipedia.org/w/?diff=200",
        "https://en.wikipedia.org/?diff=200",
        "https://en.wikipedia.org?diff=200",
        "https://en.wikipedia.org/wiki/?diff=200",
        "https://en.wikipedia.org/wiki?diff=200",
        "https://en.wikipedia.org/wiki/Foo?diff=200",
        "https://en.wikipedia.org/w/index.php/Foo?diff=200",
        "https://en.wikipedia.org/w/index.php/Special:Diff/200",
        "https://en.wikipedia.org//w/index.php?diff=200",
        "https://en.wikipedia.org///wiki/Special:Diff/200",
    ],
)
def test_every_path_of_a_wiki_takes_the_parameters(read: Read, address: str) -> None:
    assert read(address) == "rev:enwiki:200"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://zh.wikipedia.org/zh-cn/Foo?oldid=100", "rev:zhwiki:100"),
        ("https://zh.wikipedia.org/zh-hant/Special:Diff/100", "rev:zhwiki:100"),
        ("https://zh.wiktionary.org/zh-hans/foo", "title:zhwiktionary:foo"),
        ("https://sr.wikipedia.org/sr-el/Foo?diff=200", "rev:srwiki:200"),
        ("https://kk.wikipedia.org/kk-arab/Foo", "title:kkwiki:Foo"),
        ("https://mni.wikipedia.org/mni-beng/Special:Diff/5", "rev:mniwiki:5"),
        ("https://zgh.wikipedia.org/zgh-latn/Special:Diff/5", "rev:zghwiki:5"),
        ("https://en.wikipedia.org/zh-cn/Foo", "title:enwiki:Zh-cn/Foo"),
    ],
)
def test_language_variants_are_paths_of_their_wikis_only(
    read: Read, address: str, expected: str
) -> None:
    assert read(address) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://en.wikipedia.org/w/index.php?title=Foo&amp;diff=200", "rev:enwiki:200"),
        ("https://en.wikipedia.org/w/index.php?title=Foo&amp;action=history", "history:enwiki:Foo"),
        ("https://en.wikipedia.org/w/index.php?title=Foo&amp;diff=prev", "reject:moving-target"),
        ("https://en.wikipedia.org/wiki/AT&amp;T", "title:enwiki:AT&T"),
        # This one can be read as it stands, and the wiki would read it so.
        ("https://en.wikipedia.org/w/index.php?diff=200&amp;oldid=100", "rev:enwiki:200"),
        # Once only.
        ("https://en.wikipedia.org/w/index.php?title=A&amp;amp;diff=200", "title:enwiki:A"),
    ],
)
def test_an_ampersand_of_html_is_decoded_once_if_nothing_else_parses(
    read: Read, address: str, expected: str
) -> None:
    assert read(address) == expected
