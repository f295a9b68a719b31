# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reminders page: subscribe, change, end; with the exact text. For everybody who is signed in.

Nothing here knows of reports: the page is the same for those who filed and those who never did.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onwiki.notices.text import language_for, preview
from onwiki.notices.timetable import Rhythm
from service.i18n import current_messages
from service.notices.recipients import recipient_of, reminder_wiki
from service.services import current_services
from service.web.access import current_person, signed_in

blueprint = Blueprint("notices", __name__, template_folder="templates")


@blueprint.get("/reminders")
@signed_in
def reminders() -> ResponseReturnValue:
    """What one gets now, and the form to change it."""
    return _page()


@blueprint.post("/reminders")
@signed_in
def change() -> ResponseReturnValue:
    """Begin, change or end: ``rhythm`` is a Rhythm, or nothing to end."""
    services, person = current_services(), current_person()
    chosen = request.form.get("rhythm", "")
    if chosen and chosen not in set(Rhythm):
        return _page(refused=True), 422
    wiki = reminder_wiki(person, services.wikis, services.config.oauth_wiki)
    subscriptions, now = services.domain.subscriptions, services.clock()
    if not chosen:
        services.database.write_anew(lambda session: subscriptions.end(session, person.central_id))
    elif wiki is not None:
        recipient = recipient_of(person, wiki, current_messages().code)
        services.database.write_anew(
            lambda session: subscriptions.subscribe(session, recipient, Rhythm(chosen), now)
        )
    return redirect(url_for("notices.reminders"), 303)


def _page(*, refused: bool = False) -> str:
    services, person = current_services(), current_person()
    with services.database.read() as session:
        subscription = services.domain.subscriptions.of(session, person.central_id)
    wiki = reminder_wiki(person, services.wikis, services.config.oauth_wiki)
    lang = language_for(current_messages().code)
    if subscription is not None:
        wiki = services.wikis.by_dbname(subscription.recipient.wiki) or wiki
        lang = subscription.recipient.lang
    return render_template(
        "notices/reminders.html",
        subscription=subscription,
        wiki=wiki,
        talk_page=None if wiki is None else wiki.page_url(f"User talk:{person.name}"),
        rhythms=list(Rhythm),
        preview=preview(lang),
        refused=refused,
    )
