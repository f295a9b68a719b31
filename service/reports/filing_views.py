# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of the reporter up to the filing: choose a desk, write, in one of two ways.

The pages of one's own reports are in own_views.py. A desk that is not configured is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from onwiki.notices.text import preview as reminder_preview
from service.attachments.sizes import MOST_FILES
from service.desks.desk import FEWEST_READERS, Desk
from service.desks.offer import Offer, offer_of
from service.i18n import current_messages, msg
from service.i18n.request import catalogue
from service.ids import to_text
from service.limits.limits import counting
from service.notices.recipients import reminder_wiki
from service.quota.quota import Allowance
from service.reports.acts import Filer
from service.reports.blueprint import JUST_FILED, blueprint
from service.reports.browser_messages import WRITE_MESSAGES
from service.reports.form import LONGEST_NARRATIVE, FilingRefused, Wish
from service.reports.form_ids import FormIds
from service.reports.hold import CHOICES
from service.reports.intake import Typed, context_of, errors_by_field, typed_of
from service.reports.link_preview import LARGEST_TEXT, preview
from service.reports.posting import error_json as _error
from service.reports.posting import posted_file as _posted_file
from service.reports.record import MOST_ACCOUNTS, MOST_LINKS, Contact
from service.reports.wiki_names import label_of
from service.services import current_services
from service.sessions.interface import current_session
from service.web.access import current_person, signed_in

_MOST_JUST_FILED: Final = 20
_REFUSED: Final = 422


@blueprint.get("/report")
@signed_in
def choose() -> ResponseReturnValue:
    """The desks, with who reads there and whether they take reports."""
    services = current_services()
    with services.database.read() as database:
        offers = [_offer_of(database, desk) for desk in services.desks]
    offers.sort(key=lambda offer: offer.closed is not None)
    return render_template("reports/choose.html", offers=offers, full=_full())


@blueprint.get("/report/<desk>")
@signed_in
def write(desk: str) -> ResponseReturnValue:
    """The form that seals in the browser."""
    offer, full = _offer(desk), _full()
    if offer.closed or full:
        return render_template("reports/closed.html", offer=offer, full=full)
    roster = [
        {"id": str(one.central_id), "name": one.name, "also": one.names[1:]}
        for one in offer.readers
    ]
    return render_template(
        "reports/write.html", roster=roster, write_messages=WRITE_MESSAGES, **_form(offer)
    )


@blueprint.post("/report/<desk>")
@signed_in
def file(desk: str) -> ResponseReturnValue:
    """File what the browser sealed. JSON: ``location``, or ``errors`` at fields."""
    person = current_person()
    try:
        with counting(person.central_id) as count:
            filer = Filer(current_services(), _desk(desk), person, _language, _remember, count)
            filed = filer.file_sealed(
                request.form, _posted_file("narrative"), _posted_file("attachments")
            )
    except FilingRefused as refused:
        return jsonify(errors=[_error(error) for error in refused.errors]), _REFUSED
    return jsonify(location=url_for("reports.sent", report=to_text(filed)))


@blueprint.get("/report/<desk>/readers")
@signed_in
def readers(desk: str) -> ResponseReturnValue:
    """Asked when a report is about to be sealed: who reads now, and their recipients. JSON:
    ``readers``, ``own`` (the reporter's recipient or null), and a CSRF token of this session.
    """
    services, person = current_services(), current_person()
    offer = _offer(desk)
    with services.database.read() as database:
        own = services.domain.keys.of(database, person.central_id)
    return jsonify(
        readers=[
            {
                "id": str(one.central_id),
                "name": one.name,
                "also": one.names[1:],
                "recipient": one.recipient,
            }
            for one in offer.readers
        ],
        own=None if own is None else own.recipient,
        csrf=generate_csrf(),  # type: ignore[no-untyped-call]
    )


@blueprint.get("/report/<desk>/plain")
@signed_in
def plain(desk: str) -> ResponseReturnValue:
    """The form for browsers without JavaScript: the server seals, and says so."""
    offer, full = _offer(desk), _full()
    if offer.closed or full:
        return render_template("reports/closed.html", offer=offer, full=full)
    return render_template("reports/plain.html", typed=Typed(), errors={}, **_form(offer))


@blueprint.post("/report/<desk>/plain")
@signed_in
def file_plain(desk: str) -> ResponseReturnValue:
    """Seal and file what was typed, or show it again with what needs another look."""
    services, person = current_services(), current_person()
    typed = typed_of(request.form)
    filer = Filer(services, _desk(desk), person, _language, _remember)
    try:
        filed = filer.file_plain(request.form, typed)
    except FilingRefused as refused:
        errors = {name: _error(error) for name, error in errors_by_field(refused).items()}
        form = _form(_offer(desk), request.form.get("form_id", "") if "form" not in errors else "")
        return render_template("reports/plain.html", typed=typed, errors=errors, **form), _REFUSED
    return redirect(url_for("reports.sent", report=to_text(filed)), 303)


@blueprint.post("/links")
@signed_in
def links() -> ResponseReturnValue:
    """What each link in a pasted text was recognised as. Nothing is stored or asked.

    JSON ``text``, ``context`` (a wiki's host or dbname, or nothing) in; ``found`` and
    ``errors`` (at ``context``) out.
    """
    asked = request.get_json()
    text, context = _text(asked, "text"), _text(asked, "context")
    if len(text) > LARGEST_TEXT:
        abort(413)
    wikis = current_services().wikis
    errors: list[dict[str, str]] = []
    dbname: str | None = None
    try:
        dbname = context_of(context, wikis)
    except FilingRefused as refused:
        errors = [_error(error) for error in refused.errors]
    found = [
        {
            "pasted": row.pasted,
            "understood": row.understood,
            "wiki": row.wiki,
            "what": str(msg(row.message_key).unescape()),
            "caption": row.caption,
            "address": row.address,
        }
        for row in preview(text, wikis, dbname)
    ]
    return jsonify(found=found, errors=errors)


def _desk(key: str) -> Desk:
    return current_services().desk(key) or abort(404)


def _offer(key: str) -> Offer:
    services = current_services()
    with services.database.read() as database:
        return _offer_of(database, _desk(key))


def _offer_of(database: Session, desk: Desk) -> Offer:
    domain = current_services().domain
    return offer_of(database, domain.roster, domain.intake, desk)


@dataclass(frozen=True)
class Full:
    """Somebody who has filed as many reports as may be; ``again``: the first day for another."""

    allowance: Allowance
    again: date


def _full() -> Full | None:
    """Told before a word is written; None while another report may be filed."""
    services, person = current_services(), current_person()
    allowance = Allowance.of(services.config)
    with services.database.read() as database:
        again = services.domain.quota.again(
            database, person.central_id, allowance, services.today()
        )
    return None if again is None else Full(allowance, again)


def _form(offer: Offer, form_id: str = "") -> dict[str, Any]:
    """What both forms show. ``form_id`` is kept when a form comes back with errors."""
    services, person = current_services(), current_person()
    issued = FormIds(services.config.secret_key).issue(person.central_id, offer.desk.key)
    wiki = reminder_wiki(person, services.wikis, services.config.oauth_wiki)
    with services.database.read() as database:
        key = services.domain.keys.of(database, person.central_id)
        subscribed = services.domain.subscriptions.of(database, person.central_id)
    return {
        "offer": offer,
        "desk": offer.desk,
        "operators": services.operators,
        "form_id": form_id or issued.signed,
        "report_id": issued.report,
        "own_id": person.central_id,
        "has_key": key is not None,
        "wishes": list(Wish),
        "contacts": list(Contact),
        "holds": CHOICES,
        "reminder_wiki": None if wiki is None else wiki.dbname,
        "reminder_preview": reminder_preview(current_messages().code),
        "subscribed": subscribed,
        "most_accounts": MOST_ACCOUNTS,
        "most_links": MOST_LINKS,
        "longest_narrative": LONGEST_NARRATIVE,
        "fewest_readers": FEWEST_READERS,
        "most_files": MOST_FILES,
    }


@blueprint.app_template_filter("wiki_name")
def _wiki_name(dbname: str) -> str:
    """What people call the wiki with that dbname."""
    return label_of(dbname, current_services().wikis)


@blueprint.app_template_filter("language_name")
def _language_name(code: str) -> str:
    """What its speakers call the language; the code where that is not known."""
    language = catalogue().languages.get(code)
    return code if language is None else language.name


def _text(value: object, key: str) -> str:
    """A text of a JSON object that was posted; 400 for anything else."""
    text = value.get(key, "") if isinstance(value, dict) else None
    if not isinstance(text, str):
        abort(400)
    return text


def _language() -> str:
    return current_messages().code


def _remember(database: Session, filed: bytes) -> None:
    report = to_text(filed)

    def with_it(known: list[str] | None) -> list[str]:
        others = [one for one in known or () if one != report]
        return [*others, report][-_MOST_JUST_FILED:]

    current_session().write(database, JUST_FILED, with_it)
