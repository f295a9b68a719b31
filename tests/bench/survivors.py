# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is in the database, and on the wikis, when everything is over: counted, not believed."""

from __future__ import annotations

from sqlalchemy import select

from service.ids import to_text
from service.reports.models import ReportRow
from service.services import Services


def stored(services: Services) -> set[str]:
    """The reports that are there, by their ids in address form."""
    with services.database.read() as session:
        return {to_text(one) for one in session.scalars(select(ReportRow.id))}
