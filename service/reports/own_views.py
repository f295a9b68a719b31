# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of one's own reports, and only those: a report that is another person's is answered like
one that is not there.
"""

from __future__ import annotations

from flask import abort, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from service.i18n.request import write_day
from service.ids import to_bytes, to_text
from service.reports.asked import own_report
from service.reports.blueprint import JUST_FILED, blueprint
from service.reports.browser_messages import OWN_MESSAGES
from service.reports.progress import progress_of, shown_stage
from service.reports.readers_left import few_readers
from service.reports.record import Report
from service.services import current_services
from service.thread.own_page import adding_context, story_of
from service.thread.telling import told
from service.web.access import current_person, signed_in


@blueprint.get("/reports")
@signed_in
def mine() -> ResponseReturnValue:
    """One's own reports, newest first."""
    services, person = current_services(), current_person()
    just_filed = [to_bytes(one) for one in session.get(JUST_FILED, [])]
    with services.database.read() as database:
        reports = services.domain.own.all(database, person.central_id, just_filed)
    rows = [(to_text(one.id), one, services.desk(one.desk)) for one in reports]
    return render_template("reports/mine.html", rows=rows)


@blueprint.get("/reports/<report>")
@signed_in
def own(report: str) -> ResponseReturnValue:
    """One own report: how far it is; with the key, what is in it."""
    return _own_page("reports/own.html", own_report(report))


@blueprint.get("/reports/<report>/sent")
@signed_in
def sent(report: str) -> ResponseReturnValue:
    """Right after filing: it has arrived, and what happens next."""
    return _own_page("reports/sent.html", own_report(report))


@blueprint.get("/reports/<report>/sealed")
@signed_in
def sealed(report: str) -> ResponseReturnValue:
    """The reporter's own box and the parts that it opens, as JSON."""
    services, person = current_services(), current_person()
    found = own_report(report)
    with services.database.read() as database:
        sealed = services.domain.own.sealed(database, person.central_id, found)
    parts = [{"name": name, "sealed": to_text(part)} for name, part in sealed.parts.items()]
    body = {
        "id": report,
        "recipient": found.recipient,
        "day": found.day.isoformat(),
        "box": None if sealed.box is None else to_text(sealed.box),
        "parts": parts,
    }
    return jsonify(recipient=found.recipient, reports=[body])


@blueprint.get("/reports/<report>/progress")
@signed_in
def progress(report: str) -> ResponseReturnValue:
    """How far it is, as JSON; 304 while nothing changed."""
    services = current_services()
    found = own_report(report)
    events = story_of(found)
    known = progress_of(found, services.desk(found.desk), services.wikis, events)
    steps = [
        {
            "stage": step.stage.value,
            "place": step.place.value,
            "day": None if step.day is None else write_day(step.day).unescape(),
        }
        for step in known.steps
    ]
    states = [link.state.value for link in known.links]
    response = jsonify(
        steps=steps,
        links=states,
        findings=known.findings,
        **told(events, silent=found.meta.silent).to_json(),
    )
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/reports/<report>/end-hold")
@signed_in
def end_hold(report: str) -> ResponseReturnValue:
    """The reporter does not wait for others any more: the desk gets the report in the coming night.

    The answer is the same whether it was released before.
    """
    services, found = current_services(), own_report(report)
    if found.meta.hold is None:
        abort(404)
    with services.database.write() as database:
        services.domain.own.end_hold(database, found.id, services.today())
    return redirect(url_for("reports.own", report=report), 303)


@blueprint.app_template_filter("shown_stage")
def _shown_stage(report: Report) -> str:
    """The stage of a report that its reporter may see."""
    return shown_stage(report.meta).value


def _own_page(template: str, report: Report) -> str:
    services, person = current_services(), current_person()
    desk = services.desk(report.desk)
    with services.database.read() as database:
        has_box = services.domain.own.opens(database, person.central_id, report)
        readers = [one.central_id for one in services.domain.roster.readers(database, report.desk)]
    events = story_of(report)
    return render_template(
        template,
        report=report,
        address=to_text(report.id),
        desk=desk,
        progress=progress_of(report, desk, services.wikis, events),
        told=told(events, silent=report.meta.silent),
        own_messages=OWN_MESSAGES,
        has_box=has_box,
        lost_box=not has_box and person.central_id in report.meta.boxes,
        few_readers=few_readers(report, person.central_id, readers),
        **adding_context(report),
    )
