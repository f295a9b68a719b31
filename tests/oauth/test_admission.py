# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may sign in, and whose lane is marked."""

from datetime import UTC, datetime, timedelta

import pytest

from oauth.account import GlobalAccount
from oauth.admission import NEW_BELOW_EDITS, NEW_FOR, Mark, admit, marks
from oauth.errors import HiddenAccount, IdentityInvalid, LockedAccount, SignInError
from tests.oauth.people import account, identity, local
from tests.oauth.secrecy import Secrets

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_ordinary_account_is_admitted() -> None:
    person = account()

    assert admit(identity(), person) is person


@pytest.mark.parametrize(
    ("person", "kind"),
    [
        (None, HiddenAccount),
        (account(hidden=True), HiddenAccount),
        (account(hidden=True, locked=True), HiddenAccount),
        (account(locked=True), LockedAccount),
        (account(central_id=8), IdentityInvalid),
    ],
    ids=["not shown", "hidden", "hidden and locked", "locked", "somebody else"],
)
def test_locked_hidden_and_foreign_accounts_are_not(
    person: GlobalAccount | None, kind: type[SignInError], secrets: Secrets
) -> None:
    secrets.add("Ordinary Person")

    with pytest.raises(kind) as caught:
        admit(identity(), person)

    secrets.assert_kept(caught.value)


def test_an_account_of_long_standing_has_the_ordinary_lane() -> None:
    assert marks(identity(), account(local("enwiki")), NOW) == frozenset()
    assert marks(identity(), account(registered=None), NOW) == frozenset()


def test_a_block_anywhere_marks_the_lane() -> None:
    assert marks(identity(blocked=True), account(), NOW) == {Mark.BLOCKED}
    assert marks(identity(), account(local("dewiki", blocked=True)), NOW) == {Mark.BLOCKED}


def test_a_young_account_or_one_with_few_edits_is_new() -> None:
    def marked(age: timedelta, edits: int) -> frozenset[Mark]:
        return marks(identity(), account(registered=NOW - age, edit_count=edits), NOW)

    second = timedelta(seconds=1)
    assert marked(NEW_FOR, NEW_BELOW_EDITS) == frozenset()
    assert marked(NEW_FOR - second, NEW_BELOW_EDITS) == {Mark.NEW}
    assert marked(NEW_FOR, NEW_BELOW_EDITS - 1) == {Mark.NEW}


def test_a_blocked_newcomer_has_both_marks() -> None:
    newcomer = account(local("enwiki", blocked=True), edit_count=0)

    assert marks(identity(), newcomer, NOW) == {Mark.BLOCKED, Mark.NEW}
