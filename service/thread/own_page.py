# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of one's own report shows of the thread."""

from __future__ import annotations

from typing import Any

from service.reports.form import LONGEST_NARRATIVE
from service.reports.record import MOST_LINKS, Report
from service.services import current_services
from service.thread.adding import MOST_ADDITIONS, additions_left, links_left
from service.thread.story import Event


def story_of(report: Report) -> tuple[Event, ...]:
    """Everything that happened to a report."""
    services = current_services()
    with services.database.read() as database:
        return services.domain.story.of(database, report)


def adding_context(report: Report) -> dict[str, Any]:
    """For ``render_template``: how much may still be added."""
    return {
        "additions_left": additions_left(report.meta),
        "links_left": links_left(report.meta),
        "most_additions": MOST_ADDITIONS,
        "most_links": MOST_LINKS,
        "longest_narrative": LONGEST_NARRATIVE,
    }
