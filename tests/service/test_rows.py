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
from service.quota.models import QuotaRow
from service.retention.models import ErasureRow
from service.rows import change, find, find_many, put

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


def test_many_are_found_however_many_are_asked_for(database: Database) -> None:
    with database.write() as session:
        put(session, ErasureRow, *({"label": label(one), "day": DAY} for one in range(450)))
    with database.read() as session:
        wanted = [label(one) for one in range(0, 900, 2)]
        found = {row.label for row in find_many(session, ErasureRow, wanted)}
        assert found == {label(one) for one in range(0, 450, 2)}
        assert find_many(session, ErasureRow, []) == []


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
