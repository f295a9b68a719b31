# SPDX-License-Identifier: AGPL-3.0-or-later
"""No scrape shows what one person did: counts move in steps, and are absent below the first."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from service.metrics.coarse import STEP, Coarse, coarse


def shown(registry: CollectorRegistry) -> str:
    around = CollectorRegistry()
    around.register(Coarse(registry))
    return generate_latest(around).decode()


@given(st.integers(min_value=0, max_value=10 * STEP))
def test_what_is_shown_is_the_step_below(count: int) -> None:
    assert coarse(count) % STEP == 0
    assert 0 <= count - coarse(count) < STEP


@given(st.integers(min_value=0, max_value=3 * STEP), st.integers(min_value=1, max_value=STEP - 1))
def test_numbers_within_a_step_look_the_same(whole: int, more: int) -> None:
    registry = CollectorRegistry()
    counter = Counter("cs_things", "things", ["room"], registry=registry)
    counter.labels("reports").inc(coarse(whole))
    before = shown(registry)
    counter.labels("reports").inc(more)

    assert shown(registry) == before


def test_room_is_not_even_named_below_the_first_step() -> None:
    registry = CollectorRegistry()
    counter = Counter("cs_things", "things", ["room"], registry=registry)
    counter.labels("reports").inc(STEP - 1)
    assert shown(registry) == ""

    counter.labels("web").inc(STEP)
    assert 'cs_things_total{room="web"} 20.0' in shown(registry)
    assert "reports" not in shown(registry)
    counter.labels("reports").inc()
    assert 'cs_things_total{room="reports"} 20.0' in shown(registry)
    assert "created" not in shown(registry)


def test_histogram_is_whole_in_steps_and_has_no_sum() -> None:
    registry = CollectorRegistry()
    seconds = Histogram("cs_seconds", "seconds", buckets=(1, 2), registry=registry)
    for _ in range(STEP - 1):
        seconds.observe(1.5)
    assert shown(registry) == ""

    seconds.observe(1.5)
    lines = [line for line in shown(registry).splitlines() if not line.startswith("#")]
    assert lines == [
        'cs_seconds_bucket{le="1.0"} 0.0',
        'cs_seconds_bucket{le="2.0"} 20.0',
        'cs_seconds_bucket{le="+Inf"} 20.0',
        "cs_seconds_count 20.0",
    ]
