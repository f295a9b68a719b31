# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who meets which rule."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauth.membership import GlobalGroup, Listed, LocalGroup, Rule, holds
from tests.oauth.people import account, local

TODAY = date(2026, 11, 22)
RULES: list[Rule] = [
    LocalGroup("enwiki", "suppress"),
    GlobalGroup("steward"),
    Listed(7, "arbitrator, elected", date(2027, 12, 31)),
]


def test_a_local_group_holds_on_its_wiki_only() -> None:
    rule = LocalGroup("enwiki", "suppress")

    assert holds(rule, account(local("enwiki", "sysop", "suppress")), TODAY)
    assert not holds(rule, account(local("enwiki", "sysop")), TODAY)
    assert not holds(rule, account(local("dewiki", "suppress")), TODAY)
    assert not holds(rule, account(), TODAY)


def test_a_global_group_is_not_a_local_one_of_the_same_name() -> None:
    steward = account(groups=frozenset({"steward"}))
    pretender = account(local("enwiki", "steward"))

    assert holds(GlobalGroup("steward"), steward, TODAY)
    assert not holds(GlobalGroup("steward"), pretender, TODAY)
    assert not holds(LocalGroup("enwiki", "steward"), steward, TODAY)


def test_a_listed_account_holds_to_the_end_of_its_last_day() -> None:
    rule = Listed(7, "arbitrator, elected", TODAY)

    assert holds(rule, account(central_id=7), TODAY)
    assert not holds(rule, account(central_id=7), TODAY + timedelta(days=1))
    assert not holds(rule, account(central_id=8), TODAY)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_locked_or_hidden_functionary_meets_no_rule(rule: Rule) -> None:
    functionary = account(local("enwiki", "suppress"), groups=frozenset({"steward"}))

    assert holds(rule, functionary, TODAY)
    assert not holds(rule, replace(functionary, locked=True), TODAY)
    assert not holds(rule, replace(functionary, hidden=True), TODAY)


@given(
    groups=st.frozensets(st.sampled_from(["suppress", "checkuser", "sysop"])),
    wanted=st.sampled_from(["suppress", "checkuser", "sysop"]),
    blocked=st.booleans(),
    edits=st.integers(0, 10),
)
def test_only_the_group_decides(
    groups: frozenset[str], wanted: str, blocked: bool, edits: int
) -> None:
    person = account(local("enwiki", *groups, edit_count=edits, blocked=blocked))

    assert holds(LocalGroup("enwiki", wanted), person, TODAY) == (wanted in groups)
