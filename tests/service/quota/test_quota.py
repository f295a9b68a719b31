# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting reports by days: never more than allowed in any window, and nothing kept for longer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.quota.forgetting import forget_counters
from service.quota.models import QuotaRow
from service.quota.quota import Allowance, QuotaUsed
from service.services import Services
from service.worker.building import build_context
from tests.service.conftest import ManualClock

FIVE = Allowance(5, 30)
DAY = date(2026, 5, 3)


@given(
    st.lists(st.integers(0, 6), max_size=60),
    st.builds(Allowance, st.integers(1, 6), st.integers(1, 20)),
)
def test_no_window_holds_more_than_is_allowed_and_nobody_waits_without_need(
    pauses: list[int], allowance: Allowance
) -> None:
    taken: list[date] = []
    today = DAY
    for pause in pauses:
        today += timedelta(days=pause)
        again = allowance.again(taken, today)
        if again is None:
            taken.append(today)
        else:
            assert again > today
            assert allowance.again(taken, again) is None
            assert allowance.again(taken, again - timedelta(days=1)) is not None
    for first in taken:
        window = [day for day in taken if 0 <= (day - first).days < allowance.days]
        assert len(window) <= allowance.reports


def take(services: Services, central_id: int, today: date, allowance: Allowance = FIVE) -> None:
    quota = services.domain.quota
    services.database.write_anew(lambda session: quota.count(session, central_id, allowance, today))


def takes(services: Services, central_id: int, days: Iterable[date]) -> list[bool]:
    found = []
    for day in days:
        try:
            take(services, central_id, day)
            found.append(True)
        except QuotaUsed:
            found.append(False)
    return found


def test_the_sixth_in_thirty_days_is_one_too_many_and_others_do_not_notice(
    services: Services,
) -> None:
    assert takes(services, 101, [DAY] * 6) == [True] * 5 + [False]
    assert takes(services, 102, [DAY]) == [True]
    assert takes(services, 101, [DAY + timedelta(days=n) for n in (29, 30)]) == [False, True]


def test_a_refusal_says_from_when_on(services: Services) -> None:
    takes(services, 101, [DAY, *[DAY + timedelta(days=9)] * 4])
    with services.database.read() as session:
        again = services.domain.quota.again(session, 101, FIVE, DAY + timedelta(days=10))
    assert again == DAY + timedelta(days=30)


@pytest.mark.parametrize(
    ("tabs", "allowance"),
    [(7, FIVE), (12, Allowance(50, 365))],
    ids=["more than there are", "as many as are left"],
)
def test_several_at_once_take_what_there_is_and_no_more(
    services: Services, tabs: int, allowance: Allowance
) -> None:
    """On both databases; the person's first row is made by one of them. However often the others
    were faster, a report that is allowed is counted.
    """
    start = threading.Barrier(tabs, timeout=30)

    def tab(_number: int) -> str:
        start.wait()
        try:
            take(services, 101, DAY, allowance)
        except QuotaUsed:
            return "refused"
        return "taken"

    with ThreadPoolExecutor(tabs) as pool:
        outcomes = Counter(pool.map(tab, range(tabs)))

    taken = min(tabs, allowance.reports)
    assert outcomes == Counter(taken=taken, refused=tabs - taken)


def counters(services: Services) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(QuotaRow)) or 0


def test_counters_are_forgotten_when_nothing_in_them_counts(
    services: Services, clock: ManualClock
) -> None:
    context = build_context(services)
    today = services.today()
    takes(services, 101, [today])
    takes(services, 102, [today, today + timedelta(days=1)])
    for days, left in ((0, 2), (29, 2), (1, 1), (1, 0)):
        clock.advance(days=days)
        forget_counters(context)
        assert counters(services) == left


def test_a_counter_says_neither_who_nor_how_many(services: Services) -> None:
    takes(services, 101, [DAY])
    takes(services, 102, [DAY] * 5)
    with services.database.read() as session:
        rows = session.scalars(select(QuotaRow)).all()
    assert len({len(row.blob) for row in rows}) == 1
    assert len({row.label for row in rows}) == 2


def test_the_largest_quota_fits_its_row(services: Services) -> None:
    for _ in range(50):
        take(services, 101, date(2999, 12, 31), Allowance(50, 365))
