# SPDX-License-Identifier: AGPL-3.0-or-later
"""The word list and the passphrases that are drawn from it."""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.service.web.browser.node import REPOSITORY

LIST: Path = REPOSITORY / "service/web/browser/words/english.txt"
WORDS = LIST.read_text("ascii").splitlines()


def test_six_words_are_at_least_66_bits() -> None:
    assert 6 * math.log2(len(WORDS)) >= 66


def test_words_are_short_plain_and_sorted() -> None:
    assert sorted(set(WORDS)) == WORDS
    assert all(re.fullmatch(r"[a-z]{3,9}", word) for word in WORDS)


def test_no_two_words_are_one_slip_apart() -> None:
    """One letter changed, left out, added, or two neighbours swapped never gives another word."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    for word in WORDS:
        for at in range(len(word)):
            near[f"{word[:at]}*{word[at + 1 :]}"].add(word)
            near[word[:at] + word[at + 1 :]].add(word)
            swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
            near[swapped].add(word)
        near[word].add(word)
    # Two words that only share what remains when each loses a letter are two slips apart.
    alike = {
        pair
        for gap, words in near.items()
        for pair in itertools.combinations(sorted(words), 2)
        if "*" in gap or gap in pair
    }
    assert alike == set()


def test_no_word_begins_with_another_of_four_letters_or_more() -> None:
    known = {word for word in WORDS if len(word) >= 4}
    longer = [word for word in WORDS if any(word[:end] in known for end in range(4, len(word)))]
    assert longer == []


@pytest.mark.browser
def test_the_browser_fetches_the_list_that_was_committed(pure: Page) -> None:
    assert pure.evaluate("probe.words.loadWords()") == WORDS


@pytest.mark.browser
def test_a_passphrase_is_six_words_of_the_list(pure: Page) -> None:
    script = "(words) => Array.from({ length: 200 }, () => probe.words.newPassphrase(words))"
    phrases = pure.evaluate(script, WORDS)
    assert len(set(phrases)) == 200
    assert all(len(phrase.split(" ")) == 6 for phrase in phrases)
    assert {word for phrase in phrases for word in phrase.split(" ")} <= set(WORDS)


@pytest.mark.browser
def test_each_word_is_as_likely_as_the_others(pure: Page) -> None:
    """Numbers past the last whole multiple of the list's length are drawn again, not folded."""
    whole = 2**32 - 2**32 % len(WORDS)
    drawn = [2**32 - 1, whole, whole - 1, 0, 1, 2, 3, len(WORDS)]
    script = """([words, drawn]) => {
        crypto.getRandomValues = (into) => into.fill(drawn.shift());
        try {
            return probe.words.newPassphrase(words).split(" ");
        } finally {
            delete crypto.getRandomValues;
        }
    }"""
    places = [WORDS.index(word) for word in pure.evaluate(script, [WORDS, drawn])]
    assert places == [len(WORDS) - 1, 0, 1, 2, 3, 0]


@pytest.mark.browser
def test_no_passphrase_is_made_from_a_short_list(pure: Page) -> None:
    script = "(words) => probe.outcome(() => probe.words.newPassphrase(words))"
    assert pure.evaluate(script, WORDS[:2047])["name"] == "NoWordList"


@pytest.mark.browser
@pytest.mark.parametrize(
    "typed",
    ["amber otter quill", "  Amber  OTTER\nquill ", "amber-otter-quill", "amber, otter, quill"],
)
def test_a_passphrase_is_read_however_it_was_typed(pure: Page, typed: str) -> None:
    assert pure.evaluate("probe.words.readPassphrase", typed) == "amber otter quill"
