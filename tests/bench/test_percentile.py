# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figure that the load's bound is about."""

from __future__ import annotations

import pytest

from tests.bench.crowd import percentile


@pytest.mark.parametrize(
    ("times", "share", "expected"),
    [
        (range(1, 101), 0.95, 95),
        (range(1, 101), 0.5, 50),
        (range(100, 0, -1), 0.95, 95),
        ([7.0], 0.95, 7.0),
        ([1.0, 2.0, 3.0], 0.5, 2.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 2.0),
        ([1.0] * 18 + [9.0] * 2, 0.95, 9.0),
        ([1.0] * 19 + [9.0], 0.95, 1.0),
    ],
)
def test_so_many_of_the_times_are_not_longer(
    times: list[float], share: float, expected: float
) -> None:
    assert percentile(times, share) == expected
