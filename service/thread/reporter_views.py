# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adding to one's own report, in two ways, and taking along what is there.

A report that is another person's is answered like one that is not there.
"""

from __future__ import annotations

from typing import Any, Final

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from onwiki.links import recognise_all
from service.ids import to_text
from service.reports.asked import own_report
from service.reports.form import FieldError, FilingRefused
from service.reports.form_ids import BadFormId, FormIds
from service.reports.intake import context_of, errors_by_field, first
from service.reports.link_preview import LARGEST_TEXT
from service.reports.posting import count_of, error_json, posted_file
from service.reports.progress import progress_of
from service.reports.record import Report
from service.services import current_services
from service.thread.adding import Addition, SealedWords, additions_left
from service.thread.blueprint import blueprint
from service.thread.own_page import adding_context, story_of
from service.thread.telling import told
from service.web.access import current_person, signed_in

_REFUSED: Final = 422


@blueprint.get("/reports/<report>/adding")
@signed_in
def adding(report: str) -> ResponseReturnValue:
    """Asked when an addition is about to be sealed. JSON: ``form_id``, ``number`` of the part that
    it will be, and a CSRF token of this session.
    """
    found = own_report(report)
    return jsonify(
        form_id=_issue(found),
        number=found.meta.added,
        csrf=generate_csrf(),  # type: ignore[no-untyped-call]
    )


@blueprint.post("/reports/<report>/adding")
@signed_in
def add(report: str) -> ResponseReturnValue:
    """Add what the browser sealed. JSON: nothing, or ``errors`` at fields."""
    found, services = own_report(report), current_services()
    number = first(request.form, "number")
    try:
        addition = Addition(
            form=_form_id(found),
            words=SealedWords(count_of(number), posted_file("words")),
            links=tuple(request.form.getlist("links")),
            captions=tuple(request.form.getlist("captions")),
            context=context_of(first(request.form, "context"), services.wikis),
        )
        _add(found, addition)
    except FilingRefused as refused:
        return jsonify(errors=[error_json(error) for error in refused.errors]), _REFUSED
    return jsonify({})


@blueprint.get("/reports/<report>/add")
@signed_in
def plain(report: str) -> ResponseReturnValue:
    """The form for browsers without JavaScript: the server seals, and says so."""
    found = own_report(report)
    return _plain_page(found, form_id=_issue(found), typed={}, errors={})


@blueprint.post("/reports/<report>/add")
@signed_in
def add_plain(report: str) -> ResponseReturnValue:
    """Seal and add what was typed, or show it again with what needs another look."""
    found = own_report(report)
    typed = {name: first(request.form, name) for name in ("narrative", "links", "context")}
    try:
        _add(found, _typed_addition(found, typed))
    except FilingRefused as refused:
        errors = {name: error_json(error) for name, error in errors_by_field(refused).items()}
        kept = first(request.form, "form_id")
        form_id = _issue(found) if "form" in errors else kept
        return _plain_page(found, form_id=form_id, typed=typed, errors=errors), _REFUSED
    return redirect(url_for("reports.own", report=report, _anchor="thread"), 303)


@blueprint.get("/reports/<report>/download")
@signed_in
def download(report: str) -> ResponseReturnValue:
    """What the server can say about a report without a key, as a JSON file."""
    found, services = own_report(report), current_services()
    desk, events = services.desk(found.desk), story_of(found)
    known = progress_of(found, desk, services.wikis, events)
    response = jsonify(
        desk=found.desk if desk is None else desk.name,
        filed=found.day.isoformat(),
        steps=[
            {
                "stage": step.stage.value,
                "place": step.place.value,
                "day": None if step.day is None else step.day.isoformat(),
            }
            for step in known.steps
        ],
        links=[{"wiki": link.wiki, "state": link.state.value} for link in known.links],
        files=len(found.meta.attachments),
        **told(events, silent=found.meta.silent).to_json(),
    )
    response.headers["Content-Disposition"] = 'attachment; filename="report.json"'
    return response


def _add(report: Report, addition: Addition) -> None:
    services = current_services()
    with services.database.write() as database:
        services.domain.adding.add(database, report.id, addition, services.clock())


def _typed_addition(report: Report, typed: dict[str, str]) -> Addition:
    """Raises FilingRefused."""
    form_id, wikis = _form_id(report), current_services().wikis
    if len(typed["links"]) > LARGEST_TEXT:
        raise FilingRefused([FieldError("links", "reports-error-links-long")])
    context = context_of(typed["context"], wikis)
    found = recognise_all(typed["links"], wikis, context)
    return Addition(
        form=form_id,
        words=typed["narrative"].replace("\r\n", "\n").strip(),
        links=tuple(one.pasted for one in found),
        captions=tuple(one.caption for one in found),
        context=context,
    )


def _plain_page(report: Report, form_id: str, typed: dict[str, str], errors: dict[str, Any]) -> str:
    desk = current_services().desk(report.desk)
    return render_template(
        "thread/plain.html",
        report=report,
        address=to_text(report.id),
        desk=desk,
        form_id=form_id,
        typed={"narrative": "", "links": "", "context": ""} | typed,
        errors=errors,
        left=additions_left(report.meta),
        has_box=current_person().central_id in report.meta.boxes,
        **adding_context(report),
    )


def _issue(report: Report) -> str:
    ids = FormIds(current_services().config.secret_key)
    return ids.issue(current_person().central_id, _purpose(report)).signed


def _form_id(report: Report) -> bytes:
    """The id of the form that was posted. Raises FilingRefused."""
    ids = FormIds(current_services().config.secret_key)
    try:
        return ids.read(
            first(request.form, "form_id"), current_person().central_id, _purpose(report)
        )
    except BadFormId:
        raise FilingRefused([FieldError("form", "reports-error-form")]) from None


def _purpose(report: Report) -> str:
    return f"addition to {to_text(report.id)}"
