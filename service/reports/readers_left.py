# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether enough people can read a report, as its reporter may know it. Pure.

Recusal always wins, so it may leave too few; the reporter is told, and can turn elsewhere. It
follows from what is public, as the form does: a reader who is recused for an account that he
declared in private still counts. Otherwise anybody could find out such accounts by naming them.
"""

from __future__ import annotations

from collections.abc import Collection

from service.desks.desk import FEWEST_READERS
from service.reports.record import Report


def few_readers(report: Report, reporter: int, readers: Collection[int]) -> bool:
    """``reporter`` has a box, too, and is not counted; ``readers`` are the desk's, central ids."""
    could = report.meta.boxes | report.meta.recused_silently
    return len((could & frozenset(readers)) - {reporter}) < FEWEST_READERS
