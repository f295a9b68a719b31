# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole pasted text: every reference in it, in order, with a caption offered."""

from __future__ import annotations

import pytest

from onwiki.links import Found, recognise_all, render
from onwiki.wikis import WikiList

EMAIL = """\
Dear stewards,

> He threatened me on my page: https://en.wikipedia.org/w/index.php?title=X&diff=200&oldid=100, and
> again (https://de.wikipedia.org/wiki/Spezial:Diff/5).
This is the worst of it:
  <https://en.m.wikipedia.org/wiki/Special:MobileDiff/7>
Also w.wiki/3Ab and/or https://lists.wikimedia.org/hyperkitty/x on 1/2/2024.
"""

TALK = """\
== Threats ==
* [https://en.wikipedia.org/wiki/Special:Diff/11 the first edit], [[Special:Diff/12|the second]]
* {{diff|User talk:Foo|14|13|the third}} and {{oldid2|15}}
: See [[Help:Contents]]. [[User:Foo|Foo]] ([[User talk:Foo|talk]]) 03:04, 2 January 2024 (UTC)
[[#c-Bar-20240102030400|this comment]] [[:de:Spezial:Diff/16]]
"""


def lines(found: list[Found]) -> list[str]:
    return [render(link.result) for link in found]


def captions(found: list[Found]) -> list[str]:
    return [link.caption for link in found]


def test_an_email_yields_its_links_in_order(wikis: WikiList) -> None:
    found = recognise_all(EMAIL, wikis)
    assert lines(found) == [
        "diff:enwiki:100:200",
        "rev:dewiki:5",
        "rev:enwiki:7",
        "short:3Ab",
        "reject:not-a-wiki",
    ]
    assert captions(found)[:3] == [
        "He threatened me on my page",
        "again",
        "This is the worst of it",
    ]


def test_a_talk_page_section_yields_citations_not_signatures(wikis: WikiList) -> None:
    found = recognise_all(TALK, wikis, "enwiki")
    assert lines(found) == [
        "rev:enwiki:11",
        "rev:enwiki:12",
        "diff:enwiki:13:14",
        "rev:enwiki:15",
        "comment:enwiki:c-Bar-20240102030400",
        "rev:dewiki:16",
    ]
    assert captions(found)[:3] == ["the first edit", "the second", "the third"]
    assert captions(found)[4] == "this comment"


def test_wikitext_without_its_wiki_is_found_and_says_what_is_missing(wikis: WikiList) -> None:
    found = recognise_all(TALK, wikis)
    assert lines(found) == ["rev:enwiki:11", *["reject:ambiguous"] * 5]


def test_each_find_says_where_it_stands(wikis: WikiList) -> None:
    for text in (EMAIL, TALK):
        found = recognise_all(text, wikis, "enwiki")
        assert all(text[link.start : link.end] == link.pasted for link in found)
        assert sorted(found, key=lambda link: link.start) == found


def test_punctuation_and_markup_end_an_address(wikis: WikiList) -> None:
    start = "https://en.wikipedia.org/wiki/Special:Diff"
    text = (
        f"{start}/1. {start}/2, ({start}/3) [{start}/4] {{{{cite|url={start}/5|title=x}}}} "
        f"{start}/6。次 {start}/7」 “{start}/8”"
    )
    assert lines(recognise_all(text, wikis))[:7] == [f"rev:enwiki:{n}" for n in range(1, 8)]


def test_brackets_and_parentheses_within_an_address_stay(wikis: WikiList) -> None:
    text = (
        "https://en.wikipedia.org/wiki/Foo_(bar), "
        "https://en.wikipedia.org/w/index.php?title=Special:RevisionDelete&type=revision&ids[9]=1"
    )
    assert lines(recognise_all(text, wikis)) == ["title:enwiki:Foo_(bar)", "rev:enwiki:9"]


def test_words_that_look_like_an_address_are_left_alone(wikis: WikiList) -> None:
    words = "and/or, e.g. foo.bar/baz, 1/2, a.b@example.org/x, en.wikipedia.org/, Special:Diff/5"
    text = f"{'x.' * 3000}/y {words}, [[Foo]], {{{{tl|diff}}}}"
    assert recognise_all(text, wikis, "enwiki") == []


def test_an_address_that_cannot_be_used_is_shown_with_its_reason(wikis: WikiList) -> None:
    text = "https://evil.example/x https://en.wikipedia.org/w/index.php?title=A&diff=cur"
    assert lines(recognise_all(text, wikis)) == ["reject:host", "reject:moving-target"]


def test_a_link_alone_has_no_caption(wikis: WikiList) -> None:
    [found] = recognise_all("https://en.wikipedia.org/wiki/Special:Diff/5", wikis)
    assert found.caption == ""


def test_a_caption_is_one_line_and_short(wikis: WikiList) -> None:
    text = "word " * 200 + "https://en.wikipedia.org/wiki/Special:Diff/5"
    [found] = recognise_all(text, wikis)
    assert found.caption.startswith("word word")
    assert len(found.caption) <= 160


def test_a_long_label_is_cut_at_a_word(wikis: WikiList) -> None:
    [found] = recognise_all(f"[https://w.wiki/3Ab {'word ' * 100}]", wikis)
    assert found.caption.endswith("word")
    assert len(found.caption) <= 160


def test_text_before_a_template_parameter_is_no_caption(wikis: WikiList) -> None:
    text = "{{cite|url=https://en.wikipedia.org/wiki/Special:Diff/5|title=x}}"
    [found] = recognise_all(text, wikis)
    assert "cite" not in found.caption


def test_html_yields_its_links_with_the_words_that_they_show(wikis: WikiList) -> None:
    text = (
        '<p>He wrote <a href="https://en.wikipedia.org/w/index.php?diff=2&amp;oldid=1">this'
        " threat</a> on 3&nbsp;May.</p><ul><li><a class='x' href='//de.wikipedia.org/wiki/"
        "Spezial:Diff/5'>the <b>second</b></a></li><li>the third: "
        "https://en.wikipedia.org/wiki/Special:Diff/7<br/>the fourth "
        "https://en.wikipedia.org/wiki/Special:Diff/8</li></ul>"
        "&lt;https://en.wikipedia.org/wiki/Special:Diff/9&gt;"
    )
    found = recognise_all(text, wikis)
    assert lines(found) == ["diff:enwiki:1:2", "rev:dewiki:5", *(f"rev:enwiki:{n}" for n in "789")]
    assert captions(found) == ["this threat", "the second", "the third", "the fourth", ""]


def test_markdown_and_numbered_lists_offer_their_words(wikis: WikiList) -> None:
    start = "https://en.wikipedia.org/wiki"
    text = (
        f"He did it: [the insult]({start}/Special:Diff/1), [again]({start}/Foo_(x)?diff=2).\n"
        f"1. {start}/Special:Diff/3 - called me names\n"
        f'2) "Go away" <{start}/Special:Diff/4>\n'
        f"\u200e{start}/Special:Diff/5\u200f\n"
    )
    found = recognise_all(text, wikis)
    assert lines(found) == [f"rev:enwiki:{n}" for n in range(1, 6)]
    assert captions(found) == ["the insult", "again", "called me names", "Go away", ""]


@pytest.mark.parametrize(
    "end", ["!", "?", "??", ":", "…", "!).", "**", "_", "~~~~", "”", " »", "»", "&gt;", "—"]
)
def test_what_ends_a_sentence_is_no_part_of_an_address(wikis: WikiList, end: str) -> None:
    text = f"Look: https://en.wikipedia.org/wiki/Special:Diff/5{end}\nand more"
    assert lines(recognise_all(text, wikis)) == ["rev:enwiki:5"]


@pytest.mark.parametrize("between", [", ", ",", ";", " | ", "|", ")(", "&lt;", "\t", "\r\n", "'"])
def test_addresses_that_stand_together_are_told_apart(wikis: WikiList, between: str) -> None:
    start = "https://en.wikipedia.org/wiki/Special:Diff"
    text = f"{start}/1{between}{start}/2{between}{start}/3"
    assert lines(recognise_all(text, wikis)) == [f"rev:enwiki:{n}" for n in (1, 2, 3)]


def test_an_address_without_its_scheme_is_found(wikis: WikiList) -> None:
    text = "//en.wikipedia.org/wiki/Special:Diff/1 and de.wikipedia.org/wiki/Spezial:Diff/2"
    assert lines(recognise_all(text, wikis)) == ["rev:enwiki:1", "rev:dewiki:2"]


def test_a_template_that_nobody_closed_hides_no_link(wikis: WikiList) -> None:
    text = "{{diff|Foo|5|4\nand https://en.wikipedia.org/wiki/Special:Diff/6 {{x}} }}\n{{oldid2|7}}"
    assert lines(recognise_all(text, wikis, "enwiki")) == ["rev:enwiki:6", "rev:enwiki:7"]


def test_templates_on_several_lines_and_with_others_in_them_are_found(wikis: WikiList) -> None:
    text = (
        "{{diff\r\n | title = Foo\r\n | diff = 3\r\n | oldid = 2\r\n | label = the words\r\n}}\n"
        "{{diff|Foo|5|4|a {{tq|bad}} word}} {{Diff2|6|what [[User:A|A]] wrote}} {{subst:oldid2|7}}"
    )
    found = recognise_all(text, wikis, "enwiki")
    assert lines(found) == ["diff:enwiki:2:3", "diff:enwiki:4:5", "rev:enwiki:6", "rev:enwiki:7"]
    assert captions(found)[0] == "the words"
    assert captions(found)[2] == "what A wrote"
