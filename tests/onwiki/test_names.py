# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names as MediaWiki would file them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.names import may_be_account, normalise


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
    "name", ["", "192.0.2.7", "2001:DB8:0:0:0:0:0:0/64", "A#b", "A/b", "A|b", "x" * 256, "A@b"]
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
