# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a report back: what goes and what stays is said before; afterwards it is not there."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from service.audit.journal import Act
from service.reports.asked import own_report
from service.reports.blueprint import JUST_FILED, blueprint
from service.reports.evenly import at_least
from service.services import current_services
from service.sessions.interface import current_session
from service.web.access import signed_in

_TAKES_S: Final = 0.5
"""More than it takes to leave a case of a thousand reports: how many there are must not be seen by
how long it takes.
"""
_CHUNK_TAKES_S: Final = 0.004
"""More than it takes to erase a chunk of the report's own files."""


@blueprint.get("/reports/<report>/withdraw")
@signed_in
def withdraw(report: str) -> ResponseReturnValue:
    """What goes, what stays, and the button."""
    found = own_report(report)
    services = current_services()
    return render_template(
        "reports/withdraw.html",
        report=found,
        address=report,
        desk=services.desk(found.desk),
        backup_days=services.config.backup_days,
    )


@blueprint.post("/reports/<report>/withdraw")
@signed_in
def withdraw_now(report: str) -> ResponseReturnValue:
    """Erase it. From here on the report is answered like one that never was."""
    services, found = current_services(), own_report(report)
    erasing, today = services.domain.erasing, services.today()
    chunks = sum(one.chunks for one in found.meta.attachments)
    with at_least(_TAKES_S + chunks * _CHUNK_TAKES_S):
        services.database.write_anew(
            lambda database: erasing.erase(database, found.id, Act.WITHDRAWN, today)
        )
        with services.database.write() as database:
            current_session().write(
                database, JUST_FILED, lambda known: [one for one in known or () if one != report]
            )
        services.database.forget_pages()
    return redirect(url_for("reports.withdrawn"), 303)


@blueprint.get("/reports/withdrawn")
@signed_in
def withdrawn() -> ResponseReturnValue:
    """Afterwards. The same for everybody who asks: it knows of no report."""
    return render_template("reports/withdrawn.html")
