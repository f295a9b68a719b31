# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts that only move in steps, so that no scrape shows what one person did.

A counter that goes from 0 to 1 says that somebody was there, and when. Everything that counts
people's acts is rounded down to a multiple of STEP and absent below it, label values included; sums
and times of creation are left out, because they move with each act.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

STEP: Final = 20

_EXACT_SUFFIXES: Final = ("_sum", "_created", "_gsum")


def coarse(count: float) -> int:
    """The largest multiple of STEP that ``count`` reaches."""
    return int(count // STEP) * STEP


class Coarse(Collector):
    """What another collector has, in steps."""

    def __init__(self, exact: Collector) -> None:
        self._exact = exact

    def collect(self) -> Iterator[Metric]:
        for metric in self._exact.collect():
            if shown := _in_steps(metric):
                yield shown


def _in_steps(metric: Metric) -> Metric | None:
    """The metric with rounded samples; None when nothing of it may be shown yet."""
    shown = Metric(metric.name, metric.documentation, metric.type, metric.unit)
    for sample in metric.samples:
        if sample.name.endswith(_EXACT_SUFFIXES):
            continue
        value = coarse(sample.value)
        if value or _is_bucket_of_shown(sample.name, metric):
            shown.add_sample(sample.name, sample.labels, value)
    return shown if shown.samples else None


def _is_bucket_of_shown(name: str, metric: Metric) -> bool:
    """Buckets of a histogram stay together: an empty one says nothing once the whole is shown."""
    if not name.endswith("_bucket"):
        return False
    return any(one.name.endswith("_count") and coarse(one.value) for one in metric.samples)
