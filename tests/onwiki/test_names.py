# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names as MediaWiki would file them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.names import account_in, may_be_account, mentions, normalise


@pytest.mark.parametrize(
    ("typed", "filed"),
    [
        ("alice", "Alice"),
        (" Alice_B  smith_ ", "Alice B smith"),
        ("user:mallory", "Mallory"),
        ("User talk:Mallory", "Mallory"),
        ("user_talk:mallory", "Mallory"),
        ("[[User:Mallory]]", "Mallory"),
        ("[[User:Mallory|that one]]", "Mallory"),
        ("\u200eMallory\u200e", "Mallory"),
        ("Mallory\u00a0\u3000Two", "Mallory Two"),
        ("éva", "Éva"),
        ("e\u0301va", "Éva"),
        ("ßeta", "ßeta"),
        ("ქეთი", "ქეთი"),
        ("ǆemal", "Ǆemal"),
        ("~2026-1", "~2026-1"),
        ("", ""),
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.02.007", "192.0.2.7"),
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("2001:db8::1", "2001:DB8:0:0:0:0:0:0/64"),
        ("2001:0DB8:0:0:ffff::", "2001:DB8:0:0:0:0:0:0/64"),
        ("2001:db8:1:2::/64", "2001:DB8:1:2:0:0:0:0/64"),
        ("2001:db8::/32", "2001:DB8:0:0:0:0:0:0/32"),
    ],
)
def test_name_is_filed_as_mediawiki_files_it(typed: str, filed: str) -> None:
    assert normalise(typed) == filed


@pytest.mark.parametrize(
    "name",
    ["", "192.0.2.7", "2001:DB8:0:0:0:0:0:0/64", "A#b", "A/b", "A|b", "x" * 256, "A@b", "A\ud800"],
)
def test_these_are_no_accounts(name: str) -> None:
    assert not may_be_account(name)


@pytest.mark.parametrize("name", ["Alice", "~2026-1", "Ǆemal", "O'Brien (work)", "1.2.3"])
def test_these_may_be_accounts(name: str) -> None:
    assert may_be_account(name)


@given(st.text(max_size=60))
def test_normal_form_is_total_and_nfc(name: str) -> None:
    assert unicodedata.is_normalized("NFC", normalise(name))


@given(st.text(alphabet="abzABZ _.:1/é", max_size=30))
def test_spelling_of_spaces_and_first_letter_does_not_matter(name: str) -> None:
    assert normalise(name) == normalise(f" {name.replace(' ', '_')}_")


NAMED_WAYS = (
    "@Thornbury",
    "thornbury",
    "http://127.0.0.1:8051/wiki/User:Thornbury",
    "https://en.wikipedia.org/wiki/Special:Contributions/Thornbury",
    "https://en.wikipedia.org/w/index.php?title=User%3AThornbury&action=history",
    "Special:Contributions/Thornbury",
    "Thornbury, Brackenridge",
    "Thornbury/sandbox",
    "{{ping|Thornbury}}",
    "{{u|Thornbury|the one}}",
    "User:Thornbury/sub",
    "Benutzer:Thornbury",
    '"Thornbury"',
    "Thornbury (steward)",
    "* Thornbury",
    "Thorn\u200bbury",
    "Thorn\u00adbury",
    "[[User talk:Thornbury|T]]",
)
"""How people write whom they mean; all of it is about Thornbury."""

OTHER_NAMES = ("Thornburys", "Old Thornbury2", "thorn bury", "", "%", "%FF%20", "Thörnbury")


@pytest.mark.parametrize("text", NAMED_WAYS)
def test_a_name_is_found_however_it_was_written(text: str) -> None:
    assert mentions(text, "Thornbury")


@pytest.mark.parametrize("text", OTHER_NAMES)
def test_another_name_is_not_taken_for_it(text: str) -> None:
    assert not mentions(text, "Thornbury")


@pytest.mark.parametrize("text", [one for one in NAMED_WAYS if ", " not in one and "(" not in one])
def test_what_is_meant_is_read_out_of_it(text: str) -> None:
    assert account_in(text) == "Thornbury"


@given(st.text(max_size=40), st.text(max_size=12))
def test_looking_for_names_never_raises(text: str, name: str) -> None:
    mentions(text, name)
    account_in(text)
