# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be quick or slow takes one time for whoever waits for it."""

from __future__ import annotations

import pytest

from service.reports.evenly import at_least


class Clock:
    """A clock that only sleeping and work move on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("work", [0.0, 0.1, 0.4999])
def test_quick_and_slower_work_end_at_the_same_time(work: float) -> None:
    clock = Clock()
    with at_least(0.5, clock, clock.sleep):
        clock.now += work
    assert clock.now == pytest.approx(100.5)


def test_work_that_took_longer_is_not_held_up() -> None:
    clock = Clock()
    with at_least(0.5, clock, clock.sleep):
        clock.now += 3
    assert clock.now == 103


def test_work_that_fails_takes_as_long() -> None:
    clock = Clock()
    with pytest.raises(LookupError), at_least(0.5, clock, clock.sleep):
        raise LookupError
    assert clock.now == 100.5
