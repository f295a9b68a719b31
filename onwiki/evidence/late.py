# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers whose finding is written once the authors' central ids are there."""

from collections.abc import Callable, Mapping
from datetime import datetime

from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.findings import Finding, NotAsked, NotChecked, NotVisible, Uncheckable
from onwiki.links import Reference

CentralIds = Mapping[int, int]
"""Local account id → central id."""

Late = Callable[[CentralIds, datetime], Finding]
"""Writes a finding at the end of a check."""


def not_asked(reference: Reference, asker: Asker, reason: Unavailable | None = None) -> Late:
    """The wiki failed on the way, or `reason` says how this one question did."""
    fault = asker.fault
    why = reason or (fault.reason if fault else Unavailable.INCOMPLETE)
    retry_after_s = fault.retry_after_s if fault else None
    return lambda _, now: NotAsked(reference, now, why, retry_after_s)


def not_visible(reference: Reference) -> Late:
    return lambda _, now: NotVisible(reference, now)


def not_checked(reference: Reference, why: Uncheckable) -> Late:
    return lambda _, now: NotChecked(reference, now, why)
