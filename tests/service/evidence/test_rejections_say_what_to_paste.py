# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each reason for refusing a link is a sentence that somebody in distress can act on."""

from __future__ import annotations

import pytest

from onwiki.links import RejectReason
from service.i18n.catalogue import SOURCE, Catalogue

# What the reader does next
ACTIONS = ("Paste ", "paste ", "Copy it once more", "copy its address", "Describe it in your own")
# Words of parsers, and words that blame
UNWANTED = ("port", "parameter", "host", "URL", "invalid", "error", "wrong", "you must", "!")


@pytest.mark.parametrize("reason", RejectReason)
def test_a_rejection_says_what_is_the_matter_and_what_to_paste(reason: RejectReason) -> None:
    sentence = Catalogue().messages(SOURCE).text(reason.message_key).unescape()
    matter, _, what_to_do = sentence.partition(". ")
    assert matter
    assert any(action in what_to_do for action in ACTIONS), sentence
    assert not [word for word in UNWANTED if word in sentence]
    assert sentence.endswith(".")


def test_no_two_reasons_read_the_same() -> None:
    messages = Catalogue().messages(SOURCE)
    texts = [messages.text(reason.message_key) for reason in RejectReason]
    assert len(set(texts)) == len(texts)
