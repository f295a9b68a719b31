# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counters of windows: shared by all processes, one person's apart from another's, soon gone."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.config import Config
from service.limits.counting import Limit, LimitReached
from service.limits.models import CountRow
from service.migrations.tables import all_tables
from service.services import Services, build_services
from tests.fixtures_mariadb import MariaDB

NOW = datetime(2026, 5, 3, 12, 20, tzinfo=UTC)
THREE = Limit("three", 3)
FOUR = Limit("four", 4)


@pytest.fixture
def count(services: Services) -> Callable[..., bool]:
    """Whether the act was counted."""

    def count(central_id: int | None = 101, limit: Limit = THREE, now: datetime = NOW) -> bool:
        try:
            services.domain.counters.count(services.database, [limit], central_id, now)
        except LimitReached:
            return False
        return True

    return count


def test_as_many_as_the_limit_are_counted_and_no_more(count: Callable[..., bool]) -> None:
    assert [count() for _ in range(5)] == [True, True, True, False, False]


def test_others_other_acts_and_everybody_have_counters_of_their_own(
    count: Callable[..., bool],
) -> None:
    for _ in range(3):
        count()

    assert count(102)
    assert count(None)
    assert count(limit=Limit("other", 3))
    assert not count()


def test_next_window_begins_anew(count: Callable[..., bool]) -> None:
    for _ in range(4):
        count()
    assert not count(now=NOW + timedelta(minutes=39, seconds=59))
    assert count(now=NOW + timedelta(minutes=40))


def test_who_waits_is_told_how_long_and_trying_does_not_make_it_longer(
    services: Services,
) -> None:
    def seconds(now: datetime) -> int:
        with pytest.raises(LimitReached) as reached:
            services.domain.counters.count(services.database, [Limit("none", 1)], 101, now)
        return reached.value.seconds

    services.domain.counters.count(services.database, [Limit("none", 1)], 101, NOW)
    assert seconds(NOW) == 40 * 60
    assert seconds(NOW + timedelta(minutes=39, seconds=59)) == 1


def test_many_at_once_are_counted_one_by_one(
    services: Services, count: Callable[..., bool]
) -> None:
    """Several threads, as several processes: nobody slips through, and nobody is turned away."""
    limit = Limit("at once", 10)
    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(lambda _: count(limit=limit), range(30)))

    assert counted.count(True) == 10


def test_different_acts_at_once_begin_their_windows_together(services: Services) -> None:
    """Rows that are missing are made by whoever is first; the others count into them."""
    both, acts = Limit("both", 1000), [Limit("one", 1000), Limit("another", 1000)]
    counters, database = services.domain.counters, services.database

    def count(person: int, together: threading.Barrier, limits: list[Limit]) -> None:
        together.wait()
        counters.count(database, limits, person, NOW)

    wanted = [[both], [both, acts[0]], *[[both, acts[1]] for _ in range(4)]]
    with ThreadPoolExecutor(len(wanted)) as pool:
        for person in range(1, 51):
            together = threading.Barrier(len(wanted))
            for counted in [pool.submit(count, person, together, one) for one in wanted]:
                counted.result()
    with database.read() as session:
        counts = Counter(session.scalars(select(CountRow.count)))
    assert counts == {6: 50, 4: 50, 1: 50}


def test_act_over_one_limit_counts_for_none(services: Services) -> None:
    wide, narrow = Limit("wide", 3), Limit("narrow", 1)
    counters = services.domain.counters
    counters.count(services.database, [wide, narrow], 101, NOW)
    for _ in range(3):
        with pytest.raises(LimitReached):
            counters.count(services.database, [wide, narrow], 101, NOW)

    for _ in range(2):
        counters.count(services.database, [wide], 101, NOW)
    with pytest.raises(LimitReached):
        counters.count(services.database, [wide], 101, NOW)


def test_row_tells_neither_whose_it_is_nor_which_rows_belong_together(
    services: Services, count: Callable[..., bool]
) -> None:
    for hour in range(3):
        count(101, now=NOW + timedelta(hours=hour))
    with services.database.read() as session:
        rows = list(session.scalars(select(CountRow)))

    assert len({row.label for row in rows}) == 3
    assert {(row.day, row.count) for row in rows} == {(date(2026, 5, 3), 1)}


def test_rows_are_gone_after_a_day(services: Services, count: Callable[..., bool]) -> None:
    def left(today: date) -> int:
        with services.database.write() as session:
            services.domain.counters.forget(session, today)
            return len(list(session.scalars(select(CountRow))))

    count()
    assert left(date(2026, 5, 4)) == 1
    assert left(date(2026, 5, 5)) == 0


@pytest.mark.mariadb
def test_act_whose_counting_was_ended_to_untie_a_deadlock_is_counted(
    config: Config, mariadb: MariaDB
) -> None:
    """Another of the person's acts begins the second window, and waits for the first."""
    url = mariadb.emptied(all_tables()).render_as_string(hide_password=False)
    services = build_services(replace(config, database_url=url))
    database, counters = services.database, services.domain.counters
    windows = {counters._label(one, 101, int(NOW.timestamp())): one for one in (THREE, FOUR)}
    (first, one), (second, other) = sorted(windows.items())
    counters.count(database, [one], 101, NOW)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            # MariaDB ends the one of two that wrote less.
            for label in (second, *(bytes([one]) * 32 for one in range(20))):
                session.add(CountRow(label=label, day=NOW.date(), count=1))
            session.flush()
            counted = pool.submit(counters.count, database, [one, other], 101, NOW)
            until_one_waits(session)
            session.get_one(CountRow, first, with_for_update=True)
        counted.result(60)

    with database.read() as session:
        rows = {row.label: row.count for row in session.scalars(select(CountRow))}
    database.dispose()
    assert (rows[first], rows[second]) == (2, 2)


def until_one_waits(session: Session) -> None:
    """Until a transaction waits for a lock."""
    waiting = text("SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state='LOCK WAIT'")
    end = time.monotonic() + 60
    while not session.scalar(waiting):
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.15)  # the table is read anew only after a tenth of a second
