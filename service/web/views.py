# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages for everybody: home, what we promise, leaving; health and static files."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, redirect, render_template, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from service.desks.offer import offer_of
from service.services import current_services
from service.sessions.interface import current_session
from service.signin.views import PENDING
from service.web.access import open_to_all, person_or_none
from service.web.assets import current_assets
from service.web.headers import FORGET
from service.web.health import current_health
from service.web.layout import SOURCE_URL
from service.web.policies import CONDUCT_URL, PRIVACY_POLICIES, STATEMENT_SINCE, TERMS_POLICIES

blueprint = Blueprint("web", __name__, template_folder="templates")

_logger = logging.getLogger(__name__)


@blueprint.get("/")
@open_to_all
def home() -> ResponseReturnValue:
    """What this is, three doors, which desks take no reports, what to know before signing in."""
    unfinished = person_or_none() is None and PENDING in session
    services = current_services()
    domain = services.domain
    with services.database.read() as database:
        offers = [offer_of(database, domain.roster, domain.intake, desk) for desk in services.desks]
    closed = [offer for offer in offers if offer.closed is not None]
    return render_template(
        "web/home.html", unfinished=unfinished, closed=closed, some_open=len(closed) < len(offers)
    )


@blueprint.get("/privacy")
@open_to_all
def privacy() -> ResponseReturnValue:
    return render_template(
        "web/privacy.html",
        operators=current_services().operators,
        policies=PRIVACY_POLICIES,
        since=STATEMENT_SINCE,
    )


@blueprint.get("/terms")
@open_to_all
def terms() -> ResponseReturnValue:
    return render_template(
        "web/terms.html",
        policies=TERMS_POLICIES,
        conduct_url=CONDUCT_URL,
        since=STATEMENT_SINCE,
    )


@blueprint.get("/source")
@open_to_all
def source() -> ResponseReturnValue:
    """The AGPL asks for a way to the source from the running tool."""
    return redirect(SOURCE_URL)


@blueprint.post("/leave")
@open_to_all
def leave() -> ResponseReturnValue:
    """Sign out and go to a neutral page. It asks for no CSRF token: leaving must work from a page
    whose session is over. Another site gains nothing: SameSite=Lax keeps the cookie out
    of its POST, and without the cookie nothing ends and none is deleted.
    """
    left = current_session()
    response = redirect(current_services().config.leave_url, 303)
    if left.cookie is not None:
        response.headers.update(FORGET)
    try:
        left.end()
    except SQLAlchemyError:
        # Whoever leaves is led away all the same. The cookie goes; the session ends by its time.
        _logger.warning("a session could not be ended")
    return response


@blueprint.get("/healthz")
@open_to_all
def healthz() -> ResponseReturnValue:
    """For monitoring: whether this process could serve, without details."""
    state = current_health().state()
    return Response(f"{state}", 200 if state.fine else 503, mimetype="text/plain")


@blueprint.get("/healthz/alive")
@open_to_all
def alive() -> ResponseReturnValue:
    """For the platform, which restarts what is not: this process answers. The database is not
    asked: a restart of the web process would not mend it.
    """
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/static/<name>")
@open_to_all
def static(name: str) -> ResponseReturnValue:
    return current_assets().response(name)
