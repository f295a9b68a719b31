# SPDX-License-Identifier: AGPL-3.0-or-later
"""The own report that an address names."""

from __future__ import annotations

from flask import abort

from service.ids import BadId, to_bytes
from service.reports.record import Report
from service.services import current_services
from service.web.access import current_person


def own_report(text: str) -> Report:
    """The signed-in person's own report of that id, or 404."""
    services, person = current_services(), current_person()
    try:
        report_id = to_bytes(text)
    except BadId:
        abort(404)
    with services.database.read() as database:
        report = services.domain.own.get(database, person.central_id, report_id)
    return report or abort(404)
