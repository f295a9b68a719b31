# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recognising never raises, never hangs, and always answers in one line."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.links import parse_notation, recognise, recognise_all, render
from onwiki.wikis import WikiList

START = "https://en.wikipedia.org"
# What a regular expression or a parser may stumble over when it is repeated.
UNITS = [
    "a", "a&", "a=&", "&", "%61&", "a[]&", "ids[1]&", "+&", "&amp;", "%D0%B0", "%FF", "%", "ф",
    "\u0316\u0301", "w:", "c:m:", ":", "/", ")", "()", ").", "-12345678901234", "a.", "a@", "1",
    "{{", "{{}}", "|x", "|1=x", "[[", "[", "]", " ", "_", "1,", "1...", "O", "%C2%A0", "\u200b",
    "(\"", "//", "https://", "[http://", "://", "?", "#", "\ud800", "😀", "ŉ",
    "{{diff|", "{{diff|{{x}}", "[[a|", "](", "https://a&lt;", "https://a,", "!*)", '="', "&#",
    "<a ",
]  # fmt: skip
PREFIXES = [
    "", START, f"{START}/wiki/", f"{START}/w/index.php?", f"{START}/w/index.php?diff=5&oldid=",
    f"{START}/wiki/Special:Diff/", f"{START}/wiki/X#c-", f"{START}/w/rest.php/", "https://",
    "https://w.wiki/", "[[", "{{diff|", "[https://",
]  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_two_kib_of_anything_are_answered_in_one_line(
    prefix: str, read: Callable[..., str]
) -> None:
    for unit in UNITS:
        for end in ("", "x", "]]", "}}"):
            room = 2048 - len(prefix.encode()) - len(end)
            text = prefix + unit * (room // len(unit.encode("utf-8", "surrogatepass"))) + end
            line = read(text)
            assert render(parse_notation(line)) == line


@pytest.mark.parametrize("unit", UNITS)
def test_a_pasted_book_is_scanned_in_one_go(unit: str, wikis: WikiList) -> None:
    # Quadratic work on this would be minutes.
    text = unit * (200_000 // len(unit))
    for found in recognise_all(text, wikis, "enwiki"):
        assert text[found.start : found.end] == found.pasted


# Pieces of which texts with links are made, and what stands between them
PIECES = [
    f"{START}/wiki/Special:Diff/5", f"{START}/w/index.php?diff=5&oldid=4", "&amp;oldid=3",
    "w.wiki/3Ab", "//de.wikipedia.org/wiki/X", "[[Special:Diff/5|", "]]", "{{diff|Foo|",
    "{{oldid2|5}}", "{{", "}}", "|", "5", "[", "]", "](", ")", '<a href="', "'>", "</a>", "&gt;",
    "!", "**", ".", ",", " ", "\n", "\r\n", "c-A-20240102030400", "#", "/", "ids[5]=1", "words",
    "\u200e", "»",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_what_is_found_in_a_text_reads_the_same_alone(text: str) -> None:
    end = 0
    for found in recognise_all(text, WikiList.snapshot(), "enwiki"):
        assert end <= found.start < found.end, "in order, and none within another"
        end = found.end
        assert "\n" not in found.pasted
        assert recognise(found.pasted, WikiList.snapshot(), "enwiki") == found.result


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    wikis = WikiList.snapshot()
    line = render(recognise(text, wikis, "enwiki"))
    assert "\n" not in line
    assert render(parse_notation(line)) == line


@given(
    scheme=st.sampled_from(["https://", "http://", "//", ""]),
    host=st.sampled_from(["en.wikipedia.org", "zh.wikipedia.org", "w.wiki", "www.wikidata.org"]),
    rest=st.text(
        alphabet=st.one_of(st.sampled_from("/?&=%#:[]{}|.+-_0159wikSpecialDf"), st.characters()),
        max_size=120,
    ),
)
def test_any_address_on_a_listed_host_gets_an_answer(scheme: str, host: str, rest: str) -> None:
    wikis = WikiList.snapshot()
    line = render(recognise(f"{scheme}{host}/{rest}", wikis, "enwiki"))
    assert render(parse_notation(line)) == line


@given(st.text(max_size=500))
def test_any_text_can_be_scanned(text: str) -> None:
    for found in recognise_all(text, WikiList.snapshot(), "enwiki"):
        assert text[found.start : found.end] == found.pasted


def test_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, wikis: WikiList) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("recognising opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for link in (f"{START}/wiki/Special:Diff/5", "https://evil.example/", "https://w.wiki/3Ab"):
        recognise(link, wikis, "enwiki")
        recognise_all(link, wikis, "enwiki")
