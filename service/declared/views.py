# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which a functionary declares other accounts. Only the person ever sees it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onwiki.accounts import resolve
from onwiki.errors import WikiUnavailable
from service.declared.declaring import ENDS_AFTER, DeclarationRefused, declare, end, require_name
from service.declared.store import MOST_DECLARED, Declared, DeclaredKind
from service.desks.here import Here
from service.desks.permitted import permitted
from service.rights.permissions import DeskAct

blueprint = Blueprint("declared", __name__, template_folder="templates")

RESOLVE_TIMEOUT_S: Final = 5.0

_REFUSED: Final = 422


@blueprint.get("/desk/<desk>/accounts")
@permitted(DeskAct.SEE_DECLARED)
def mine(here: Here) -> ResponseReturnValue:
    """What the functionary declared; it counts at every desk."""
    return _page(here)


@blueprint.post("/desk/<desk>/accounts")
@permitted(DeskAct.DECLARE)
def add(here: Here) -> ResponseReturnValue:
    """Declare the account ``name``, which the central wiki is asked about, as ``kind``."""
    services = here.services
    typed, kind = request.form.get("name", ""), request.form.get("kind", "")
    if kind not in set(DeclaredKind):
        return _page(here, "declared-error-kind", typed), _REFUSED
    try:
        found = resolve(services.config.meta_api, require_name(typed), RESOLVE_TIMEOUT_S)
        account = Declared(found.name, found.central_id, DeclaredKind(kind), services.today())
        with services.database.write() as database:
            declare(services.domain, database, _desks(here), here.own.member, account)
    except WikiUnavailable:
        return _page(here, "declared-error-unreachable", typed, kind), _REFUSED
    except DeclarationRefused as refused:
        return _page(here, refused.message_key, typed, kind), _REFUSED
    return redirect(url_for("declared.mine", desk=here.desk.key), 303)


@blueprint.post("/desk/<desk>/accounts/end")
@permitted(DeskAct.DECLARE)
def stop(here: Here) -> ResponseReturnValue:
    """Let the declaration of the account ``name`` end in 90 days."""
    services, name = here.services, request.form.get("name", "")
    try:
        with services.database.write() as database:
            end(services.domain, database, _desks(here), here.own.member, name, services.today())
    except DeclarationRefused as refused:
        return _page(here, refused.message_key), _REFUSED
    return redirect(url_for("declared.mine", desk=here.desk.key), 303)


def _desks(here: Here) -> list[str]:
    return [desk.key for desk in here.services.desks]


def _page(here: Here, error: str | None = None, typed: str = "", kind: str = "") -> str:
    with here.services.database.read() as database:
        accounts = here.services.domain.declared.of(database, here.central_id)
    return render_template(
        "declared/mine.html",
        desk=here.desk,
        accounts=accounts,
        kinds=list(DeclaredKind),
        error=error,
        typed=typed,
        chosen=kind or DeclaredKind.PRIVATE.value,
        most=MOST_DECLARED,
        days=ENDS_AFTER.days,
    )
