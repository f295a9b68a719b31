# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wikilinks and templates: they need the wiki on which they were written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Read = Callable[..., str]


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("[[Special:Diff/5]]", "enwiki", "rev:enwiki:5"),
        ("[[Special:Diff/5|x]]", "dewiki", "rev:dewiki:5"),
        ("[[ Special: Diff/5 | x | y ]].", "enwiki", "rev:enwiki:5"),
        ("[[Spezial:Permanenter Link/5#top|x]]", "dewiki", "rev:dewiki:5"),
        ("[[:de:Spezial:Diff/5]]", "enwiki", "rev:dewiki:5"),
        ("[[de:Special:Diff/4/5]]", "frwiki", "diff:dewiki:4:5"),
        ("[[D:Special:Diff/5]]", "enwiki", "rev:wikidatawiki:5"),
        ("[[:w:de:Special:Diff/5]]", "metawiki", "rev:dewiki:5"),
        ("[[w:Special:Diff/5]]", "dewiktionary", "rev:dewiki:5"),
        ("[[w:Special:Diff/5]]", "metawiki", "rev:enwiki:5"),
        ("[[wikt:fr:Special:Diff/5]]", "enwiki", "rev:frwiktionary:5"),
        ("[[:en:Special:Diff/5]]", "enwiki", "rev:enwiki:5"),
        ("[[Special:Redirect/logid/55]]", "enwiki", "log:enwiki:55"),
        ("[[Special%3ADiff/5]]", "enwiki", "rev:enwiki:5"),
        ("[[User talk:X y#c-A b-20240102030400]]", "enwiki", "comment:enwiki:c-A_b-20240102030400"),
        ("[[:de:Foo#h-A-20240102030400]]", "enwiki", "comment:dewiki:h-A-20240102030400"),
        ("[[#c-A-20240102030400]]", "enwiki", "comment:enwiki:c-A-20240102030400"),
        ("[[foo bar]]", "enwiki", "title:enwiki:Foo_bar"),
        ("[[nosuch:Foo]]", "enwiki", "title:enwiki:Nosuch:Foo"),
        ("[[nosuch:Foo]]", "enwiktionary", "title:enwiktionary:nosuch:Foo"),
        ("[[arbcom-zh:Special:Diff/5]]", "enwiki", "reject:private-wiki"),
        ("[[Special:Diff/abc]]", "enwiki", "reject:bad-id"),
        ("[[Special:Diff]]", "enwiki", "reject:no-id"),
        ("[[de:]]", "enwiki", "reject:no-id"),
    ],
)  # fmt: skip
def test_wikilinks(read: Read, text: str, context: str, expected: str) -> None:
    assert read(text, context) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{diff|Foo|200|100|label}}", "diff:enwiki:100:200"),
        ("{{Diff|Foo|200|100}}", "diff:enwiki:100:200"),
        ("{{Template:diff|Foo|200|100}}", "diff:enwiki:100:200"),
        ("{{ diff | Foo | 200 | 100 }}", "diff:enwiki:100:200"),
        ("{{diff||200|100}}", "diff:enwiki:100:200"),
        ("{{diff|Foo|200}}", "rev:enwiki:200"),
        ("{{diff|Foo|200|prev}}", "rev:enwiki:200"),
        ("{{diff|Foo|prev|200}}", "rev:enwiki:200"),
        ("{{diff|Foo|next|200}}", "rel:enwiki:200:next"),
        ("{{diff|Foo|cur|200}}", "rel:enwiki:200:cur"),
        ("{{diff|Foo||200}}", "rel:enwiki:200:cur"),
        ("{{diff|page=Foo|oldid=100|diff=200}}", "diff:enwiki:100:200"),
        ("{{diff|1=Foo|2=200|3=100}}", "diff:enwiki:100:200"),
        ("{{diff|Foo|200|100|a {{tq|quoted}} label}}", "diff:enwiki:100:200"),
        ("{{diff|:de:Foo|200|100}}", "diff:dewiki:100:200"),
        ("{{subst:diff|Foo|200|100}}", "diff:enwiki:100:200"),
        ("{{diff|[[Foo|x]]|200|100|label}}", "diff:enwiki:100:200"),
        ("{{diff|{{PAGENAME|a=b}}|200|100}}", "diff:enwiki:100:200"),
        ("{{diff|Foo|200|100|see [[X|1=2]] and {{y|diff=3}}}}", "diff:enwiki:100:200"),
        ("{{diff|a]]|200|100}}", "diff:enwiki:100:200"),
        ("{{diff2|200}}", "rev:enwiki:200"),
        ("{{diff2|200|label}}.", "rev:enwiki:200"),
        ("{{diff2|oldid=200}}", "rev:enwiki:200"),
        ("{{oldid|Foo|100|label}}", "rev:enwiki:100"),
        ("{{oldid|title=Foo|oldid=100}}", "rev:enwiki:100"),
        ("{{oldid2|100}}", "rev:enwiki:100"),
        ("{{oldid2|100|Section|label}}", "rev:enwiki:100"),
        ("{{diff|Foo|prev}}", "reject:moving-target"),
        ("{{diff|Foo}}", "reject:no-id"),
        ("{{diff2}}", "reject:no-id"),
        ("{{oldid|Foo}}", "reject:no-id"),
        ("{{oldid2|abc}}", "reject:bad-id"),
        ("{{diff|Foo|200|100|diff=300}}", "reject:duplicate-param"),
        ("{{oldid|Foo|1|oldid=2}}", "reject:duplicate-param"),
        ("{{diff" + "|x=1" * 50 + "}}", "reject:malformed"),
        ("{{diff|Foo|[[a" + "|b" * 100 + "]]}}", "reject:malformed"),
        ("{{tq|200}}", "reject:ambiguous"),
        ("{{Special:Diff/200}}", "reject:ambiguous"),
    ],
)
def test_templates(read: Read, text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["[[Special:Diff/5]]", "[[:de:Special:Diff/5]]", "{{diff2|5}}", "{{diff2|5|1=6}}"]
)
@pytest.mark.parametrize("context", [None, "", "nosuchwiki"])
def test_wikitext_without_its_wiki_is_ambiguous(read: Read, text: str, context: str | None) -> None:
    assert read(text, context) == "reject:ambiguous"


def test_wikitext_of_a_private_wiki_is_refused(read: Read) -> None:
    assert read("[[Special:Diff/5]]", "officewiki") == "reject:private-wiki"
    assert read("{{diff2|5}}", "officewiki") == "reject:private-wiki"


def test_an_address_in_full_needs_no_context(read: Read) -> None:
    assert read("https://de.wikipedia.org/wiki/Spezial:Diff/5", None) == "rev:dewiki:5"
