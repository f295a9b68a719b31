# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows by key, past the ORM: the same rows as the ORM's, on both databases, in one session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from service.database import Database
from service.desks.models import DeskRow, RosterRow
from service.keys.models import PersonalKeyRow
from service.limits.models import CountRow
from service.quota.models import QuotaRow
from service.retention.models import ErasureRow
from service.rows import (
    Wanted,
    ask,
    ask_ahead,
    change,
    count_up,
    find,
    find_alone,
    put,
    swap,
)

DAY = date(2026, 5, 3)


def label(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_what_was_put_is_found_by_key_and_the_rest_is_not(database: Database) -> None:
    with database.write() as session:
        put(session, ErasureRow, *({"label": label(one), "day": DAY} for one in range(3)))
    with database.read() as session:
        found = find(session, ErasureRow, label(1))
        assert found is not None
        assert (found.label, found.day) == (label(1), DAY)
        assert find(session, ErasureRow, label(3)) is None


def test_many_are_put_and_asked_for_however_many(database: Database) -> None:
    with database.write() as session:
        put(session, QuotaRow, *({"label": label(one), "blob": b"q"} for one in range(450)))
        put(session, PersonalKeyRow, {"owner": label(7), "blob": b"key"})
        put(session, RosterRow, {"label": label(1), "desk": "oversight", "blob": b"one"})
        put(session, RosterRow, {"label": label(2), "desk": "arbcom", "blob": b"other"})
        put(session, DeskRow, {"key": "closed", "version": 0, "paused_on": DAY})
        put(session, DeskRow, {"key": "open", "version": 0, "paused_on": None})
    with database.read() as session:
        quotas, keys, nothing, roster, *closed = ask(
            session,
            Wanted(QuotaRow, tuple(label(one) for one in range(0, 900, 2))),
            Wanted(PersonalKeyRow, (label(7), label(8))),
            Wanted(PersonalKeyRow, ()),
            Wanted(RosterRow, ("oversight",), by="desk"),
            Wanted(DeskRow, ("closed",), filled="paused_on", blob=False),
            Wanted(DeskRow, ("open",), filled="paused_on", blob=False),
        )
    assert sorted(quotas) == [(label(one), b"q") for one in range(0, 450, 2)]
    assert keys == [(label(7), b"key")]
    assert nothing == []
    assert roster == [(label(1), b"one")]
    assert [len(rows) for rows in closed] == [1, 0]


def test_what_was_asked_ahead_is_answered_once_and_then_asked_anew(database: Database) -> None:
    erased = Wanted(ErasureRow, (label(1),), blob=False)
    quota = Wanted(QuotaRow, (label(1),))
    with database.write() as session:
        ask_ahead(session, erased, quota)
        put(session, QuotaRow, {"label": label(1), "blob": b"by now"})
        put(session, ErasureRow, {"label": label(1), "day": DAY})
        assert ask(session, quota) == [[]], "as it was then"
        assert ask(session, quota, erased) == [[(label(1), b"by now")], []], (
            "one of now, one of then"
        )
        assert [len(rows) for rows in ask(session, erased, quota)] == [1, 1]


def test_one_column_of_a_row_is_found_alone(database: Database) -> None:
    with database.write() as session:
        put(session, QuotaRow, {"label": label(1), "blob": b"here"})
    assert find_alone(database, QuotaRow.blob, label(1)) == b"here"
    assert find_alone(database, QuotaRow.blob, label(2)) is None


def test_of_two_who_swap_what_both_have_seen_one_does(database: Database) -> None:
    seen = bytes(range(40))
    with database.write() as session:
        put(session, QuotaRow, {"label": label(1), "blob": seen})
    together = Barrier(2)

    def take(new: bytes) -> bool:
        together.wait(timeout=20)
        with database.write() as session:
            return swap(session, QuotaRow, label(1), "blob", seen, new * 40)

    with ThreadPoolExecutor(2) as both:
        taken = [one.result(timeout=60) for one in [both.submit(take, it) for it in (b"a", b"b")]]
    assert sorted(taken) == [False, True]
    assert find_alone(database, QuotaRow.blob, label(1)) == (b"a" if taken[0] else b"b") * 40


def test_everybody_who_counts_at_once_is_counted(database: Database) -> None:
    """Rows that nobody has begun, and rows that are there, in one go."""
    together = Barrier(4)

    def count() -> list[int]:
        together.wait(timeout=20)
        return [one for number in range(5) for one in more(number)]

    def more(number: int) -> list[int]:
        rows = [{"label": label(one), "day": DAY, "count": 1} for one in (0, number + 1)]
        return database.write_anew(lambda session: count_up(session, CountRow, *rows))

    with ThreadPoolExecutor(4) as all_four:
        found = [one.result(timeout=60) for one in [all_four.submit(count) for _ in range(4)]]
    assert sorted(one for those in found for one in those[::2]) == list(range(1, 21))
    assert sorted(one for those in found for one in those[1::2]) == sorted([1, 2, 3, 4] * 5)


def test_a_row_is_changed_and_one_that_is_not_there_is_an_error(database: Database) -> None:
    with database.write() as session:
        put(session, QuotaRow, {"label": label(1), "blob": b"as it was"})
        change(session, QuotaRow, label(1), {"blob": b"as it was"})
        change(session, QuotaRow, label(1), {"blob": b"another"})
        with pytest.raises(NoResultFound):
            change(session, QuotaRow, label(2), {"blob": b"another"})
    with database.read() as session:
        found = find(session, QuotaRow, label(1))
        assert found is not None
        assert found.blob == b"another"


def test_a_row_that_is_there_is_not_put_again(database: Database) -> None:
    with database.write() as session:
        put(session, QuotaRow, {"label": label(1), "blob": b"first"})
    with pytest.raises(IntegrityError), database.write() as session:
        put(session, QuotaRow, {"label": label(1), "blob": b"second"})
    with database.read() as session:
        found = find(session, QuotaRow, label(1))
        assert found is not None
        assert found.blob == b"first"


def test_what_the_orm_has_still_to_write_is_seen_and_both_go_together(database: Database) -> None:
    with database.write() as session:
        session.add(QuotaRow(label=label(1), blob=b"by the ORM"))
        assert find(session, QuotaRow, label(1)) is not None
        put(session, QuotaRow, {"label": label(2), "blob": b"past it"})
        assert session.get_one(QuotaRow, label(2)).blob == b"past it"
    with suppress(RuntimeError), database.write() as session:
        session.add(QuotaRow(label=label(3), blob=b"by the ORM"))
        put(session, QuotaRow, {"label": label(4), "blob": b"past it"})
        raise RuntimeError
    with database.read() as session:
        there = [find(session, QuotaRow, label(number)) is not None for number in range(1, 5)]
        assert there == [True, True, False, False]


def test_whoever_has_a_row_locked_is_waited_for(database: Database) -> None:
    """Two who count the same row at once lose nothing of it."""
    with database.write() as session:
        put(session, QuotaRow, {"label": label(1), "blob": b"0"})
    together = Barrier(2)

    def count() -> None:
        together.wait(timeout=20)
        for _ in range(10):
            with database.write() as session:
                row = find(session, QuotaRow, label(1), lock=True)
                assert row is not None
                more = str(int(row.blob) + 1).encode()
                change(session, QuotaRow, label(1), {"blob": more})

    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(count) for _ in range(2)]:
            done.result(timeout=60)
    with database.read() as session:
        found = find(session, QuotaRow, label(1))
        assert found is not None
        assert found.blob == b"20"


def test_row_with_a_column_more_or_less_than_the_first_is_an_error(database: Database) -> None:
    """A desk that was closed would be open."""
    short = {"key": "one", "version": 0}
    whole = {"key": "other", "version": 0, "paused_on": DAY}
    with pytest.raises(ValueError, match="no place"), database.write() as session:
        put(session, DeskRow, short, whole)
    with pytest.raises(KeyError), database.write() as session:
        put(session, DeskRow, whole, short)
