# SPDX-License-Identifier: AGPL-3.0-or-later
"""Special pages, in English and in other languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from onwiki.special_names import fold
from onwiki.wikis import WikiList

Read = Callable[..., str]
DATA = Path(__file__).parents[3] / "onwiki" / "data"
ALIASES = json.loads((DATA / "special_aliases.json").read_text("utf-8"))
LATER = json.loads((DATA / "special_aliases_later.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("subpage", "expected"),
    [
        ("", "reject:no-id"),
        ("/", "reject:no-id"),
        ("/200", "rev:enwiki:200"),
        ("/100/200", "diff:enwiki:100:200"),
        ("/200/100", "diff:enwiki:200:100"),
        ("/prev/200", "rev:enwiki:200"),
        ("/200/prev", "rev:enwiki:200"),
        ("/0/200", "rev:enwiki:200"),
        ("//200", "rev:enwiki:200"),
        ("/100/next", "rel:enwiki:100:next"),
        ("/100/cur", "rel:enwiki:100:cur"),
        ("/100/0", "rel:enwiki:100:cur"),
        ("/100/", "rel:enwiki:100:cur"),
        ("/cur", "reject:moving-target"),
        ("/prev", "reject:moving-target"),
        ("/0", "reject:bad-id"),
        ("/abc", "reject:bad-id"),
        ("/100...200", "reject:bad-id"),
        ("/1/2/3", "reject:malformed"),
        ("/1/2/3/4", "reject:malformed"),
        ("?diff=200&oldid=100", "diff:enwiki:100:200"),
        ("/200?diff=5&oldid=4", "rev:enwiki:200"),
    ],
)
def test_special_diff(page: Read, subpage: str, expected: str) -> None:
    assert page(f"Special:Diff{subpage}") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Special:MobileDiff/200", "rev:enwiki:200"),
        ("Special:MobileDiff/100...200", "diff:enwiki:100:200"),
        ("Special:MobileDiff/1...2...3", "reject:malformed"),
        ("Special:MobileDiff", "reject:no-id"),
        ("Special:PermanentLink/100", "rev:enwiki:100"),
        ("Special:PermaLink/100/", "rev:enwiki:100"),
        ("Special:PermanentLink/100/200", "reject:malformed"),
        ("Special:PermanentLink/100abc", "reject:bad-id"),
        ("Special:PermanentLink", "reject:no-id"),
        ("Special:PermanentLink?oldid=100", "rev:enwiki:100"),
        ("Special:Redirect/revision/100", "rev:enwiki:100"),
        ("Special:Redirect/logid/55", "log:enwiki:55"),
        ("Special:Redirect/page/42", "page:enwiki:42"),
        ("Special:Redirect/user/7", "other:enwiki:user-id"),
        ("Special:Redirect/user/Foo", "reject:bad-id"),
        ("Special:Redirect/file/x.jpg", "title:enwiki:File:X.jpg"),
        ("Special:Redirect/file/File:x.jpg", "title:enwiki:File:X.jpg"),
        ("Special:Redirect?wptype=revision&wpvalue=100", "rev:enwiki:100"),
        ("Special:Redirect?wptype=file&wpvalue=A+b.jpg", "title:enwiki:File:A_b.jpg"),
        ("Special:Redirect/revision", "reject:no-id"),
        ("Special:Redirect", "reject:no-id"),
        ("Special:Redirect/planet/5", "reject:malformed"),
        ("Special:ComparePages?rev1=100&rev2=200", "diff:enwiki:100:200"),
        ("Special:ComparePages?page1=A&rev1=100&page2=B&rev2=200", "diff:enwiki:100:200"),
        ("Special:ComparePages?page1=A&page2=B", "reject:moving-target"),
        ("Special:ComparePages?rev1=100&page2=B", "reject:moving-target"),
        ("Special:ComparePages?rev1=100", "reject:no-id"),
        ("Special:ComparePages?rev1=100&rev2=x", "reject:bad-id"),
        ("Special:History/user_talk:foo", "history:enwiki:User_talk:Foo"),
        ("Special:PageHistory/Foo/Bar", "history:enwiki:Foo/Bar"),
        ("Special:History", "reject:no-id"),
    ],
)
def test_pages_that_name_a_revision_or_a_page(page: Read, path: str, expected: str) -> None:
    assert page(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Special:Log?logid=55", "log:enwiki:55"),
        ("Special:Log/block?logid=55&page=X", "log:enwiki:55"),
        ("Special:Log?logid=0", "reject:bad-id"),
        ("Special:Log?logid=1&logid=2", "reject:duplicate-param"),
        ("Special:Log?logid=", "other:enwiki:log-search"),
        ("Special:Log", "other:enwiki:log-search"),
        ("Special:Log?type=block&wpfilters[]=x", "other:enwiki:log-search"),
        ("Special:AbuseLog/66", "afl:enwiki:66"),
        ("Special:AbuseLog/private/66", "afl:enwiki:66"),
        ("Special:AbuseLog", "other:enwiki:log-search"),
        ("Special:AbuseLog?wpSearchUser=Foo", "other:enwiki:log-search"),
        ("Special:AbuseLog/66x", "reject:bad-id"),
        ("Special:Contributions/Foo", "other:enwiki:contributions"),
        ("Special:Contribs/Foo", "other:enwiki:contributions"),
        ("Special:Contributions?target=Foo&oldid=5", "other:enwiki:contributions"),
        ("Special:DeletedContributions/Foo", "other:enwiki:contributions"),
        ("Special:MyContributions", "other:enwiki:contributions"),
    ],
)
def test_logs_and_contributions(page: Read, path: str, expected: str) -> None:
    assert page(path) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("target=Foo&timestamp=20240102030405", "deleted:enwiki:Foo:20240102030405"),
        ("target=user:a+b&timestamp=20240102030405", "deleted:enwiki:User:A_b:20240102030405"),
        ("target=Foo&timestamp=2024-01-02", "reject:bad-id"),
        (
            "target=Foo&timestamp=\uff12\uff10\uff12\uff14\uff10\uff11\uff10\uff12\uff10\uff13\uff10\uff14\uff10\uff15",
            "reject:bad-id",
        ),
        ("target=Foo", "reject:no-id"),
        ("timestamp=20240102030405", "reject:no-id"),
    ],
)
def test_undelete_needs_a_title_and_a_time(index: Read, query: str, expected: str) -> None:
    assert index(f"title=Special:Undelete&{query}") == expected


def test_undelete_takes_its_title_from_the_path_first(page: Read) -> None:
    expected = "deleted:enwiki:Foo/Bar:20240102030405"
    assert page("Special:Undelete/Foo/Bar?target=X&timestamp=20240102030405") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=revision&ids=100", "rev:enwiki:100"),
        ("type=revision&ids[100]=1", "rev:enwiki:100"),
        ("type=revision&ids%5B100%5D=1", "rev:enwiki:100"),
        ("type=oldid&ids=100", "rev:enwiki:100"),
        ("type=logging&ids=55", "log:enwiki:55"),
        ("type=archive&target=Foo&ids=20240102030405", "deleted:enwiki:Foo:20240102030405"),
        ("type=filearchive&target=Foo&ids=5", "title:enwiki:Special:RevisionDelete"),
        ("type=revision&ids=100,200", "reject:malformed"),
        ("type=revision&ids[100]=1&ids[200]=1", "reject:malformed"),
        ("type=revision&ids[]=100", "reject:malformed"),
        ("type=revision", "reject:no-id"),
        ("type=revision&ids[x]=1", "reject:bad-id"),
    ],
)
def test_revision_delete(index: Read, query: str, expected: str) -> None:
    assert index(f"title=Special:RevisionDelete&{query}") == expected


@pytest.mark.parametrize("canonical", sorted(ALIASES["aliases"]))
def test_every_alias_in_every_language_is_known(wikis: WikiList, canonical: str) -> None:
    english = {"Edit"}  # the English name of another page
    for alias in set(ALIASES["aliases"][canonical]) - english:
        assert wikis.special_names.page(alias) == canonical, alias


def test_every_name_of_the_special_namespace_is_known(read: Read) -> None:
    for namespace in ALIASES["special_namespace"] + LATER["special_namespace"]:
        if "\\" in namespace:  # cut short at an apostrophe; whole in the later snapshot
            assert f"{namespace[:-1]}'" in "\n".join(LATER["special_namespace"])
            continue
        link = f"https://en.wikipedia.org/wiki/{quote(namespace)}:Diff/200"
        assert read(link) == "rev:enwiki:200", namespace


def test_what_a_newer_mediawiki_calls_them_is_known_too(wikis: WikiList, read: Read) -> None:
    for canonical, aliases in LATER["aliases"].items():
        for alias in aliases:
            assert wikis.special_names.page(alias) == canonical, alias
    assert read("https://gn.wikipedia.org/wiki/Mba'echĩchĩ:Diff/5") == "rev:gnwiki:5"
    assert read("https://gn.wikipedia.org/wiki/Mba%27ech%C4%A9ch%C4%A9:Diff/5") == "rev:gnwiki:5"
    assert read("[[Especial:Diferencia/5]]", "eswiki") == "rev:eswiki:5"


def test_no_alias_means_two_pages() -> None:
    pages: dict[str, str] = {}
    for snapshot in (ALIASES, LATER):
        for canonical, aliases in snapshot["aliases"].items():
            for alias in aliases:
                assert pages.setdefault(fold(alias), canonical) == canonical, alias


def test_no_name_of_the_special_namespace_hides_an_interwiki_prefix(wikis: WikiList) -> None:
    for context in ("enwiki", "metawiki", "frwiktionary", "commonswiki"):
        for namespace in wikis.special_names.namespaces:
            assert wikis.interwiki(context, namespace) is None, namespace


@pytest.mark.parametrize(
    "spelling",
    [
        "special:diff/200",
        "SPECIAL:DIFF/200",
        "Special:_Diff/200",
        "_Special_:Diff/200",
        ":Special:Diff/200",
        "Special%3ADiff%2F200",
        "Spezial:Unterschied/200",
        "%D0%A1%D0%BB%D1%83%D0%B6%D0%B5%D0%B1%D0%BD%D0%B0%D1%8F:Diff/200",
        "Special:Diff/200%E2%80%8E",
        "Special:Diff/%E2%80%8E200",
        "Special:Diff/200%20",
    ],
)
def test_spellings_of_one_page(page: Read, spelling: str) -> None:
    assert page(spelling) == "rev:enwiki:200"


def test_decomposed_letters_name_the_same_page(read: Read) -> None:
    composed = "https://fr.wikipedia.org/wiki/Sp%C3%A9cial:Diff/200"
    decomposed = "https://fr.wikipedia.org/wiki/Spe%CC%81cial:Diff/200"
    assert read(composed) == read(decomposed) == "rev:frwiki:200"


def test_english_names_win_where_a_translation_hides_them(page: Read) -> None:
    assert page("Special:Edit/Foo") == "title:enwiki:Special:Edit/Foo"


def test_percent_encoding_is_undone_once(page: Read) -> None:
    assert page("Special%253ADiff/200") == "title:enwiki:Special%3ADiff/200"


def test_a_special_page_that_shows_no_edit_is_a_title(page: Read) -> None:
    assert page("special:recentChanges") == "title:enwiki:Special:RecentChanges"
