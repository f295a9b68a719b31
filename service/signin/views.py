# SPDX-License-Identifier: AGPL-3.0-or-later
"""Begin, come back, sign out. Every failure leads to a calm page that offers to start again.

Whatever happens at the callback ends in a redirect: the verifier does not stay in the address bar.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from typing import Final, cast

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from oauth.errors import (
    ClockSkew,
    ForgedCallback,
    HiddenAccount,
    IdentityInvalid,
    LockedAccount,
    NoLocalAccount,
    RequestExpired,
    SignInError,
    TemporaryAccount,
    WikiRefused,
    WikiUnreachable,
)
from service.sessions.interface import current_session
from service.sessions.store import PERSON
from service.signin.flow import Pending, SignIn
from service.signin.returning import address_of, route_of
from service.web.access import current_person, open_to_all, person_or_none, signed_in
from service.web.headers import FORGET

blueprint = Blueprint("signin", __name__, template_folder="templates")

PENDING: Final = "pending_sign_in"
"""Key in the session under which a begun sign-in waits for its callback."""

UNFINISHED: Final = "unfinished"


@dataclass(frozen=True)
class Problem:
    """A sign-in that ended without a person: what happened, and how to go on (message keys)."""

    happened: str
    advice: str


_AGAIN: Final = "signin-advice-again"
_LATER: Final = "signin-advice-later"
_OPERATOR: Final = "signin-advice-operator"
_ACCOUNT: Final = "signin-advice-account"

PROBLEMS: Final = {
    UNFINISHED: Problem("signin-error-unfinished", _AGAIN),
    "unreachable": Problem(WikiUnreachable.message_key, _LATER),
    "refused": Problem(WikiRefused.message_key, _OPERATOR),
    "expired": Problem(RequestExpired.message_key, _AGAIN),
    "forged": Problem(ForgedCallback.message_key, _AGAIN),
    "clock": Problem(ClockSkew.message_key, _OPERATOR),
    "hidden": Problem(HiddenAccount.message_key, _ACCOUNT),
    "locked": Problem(LockedAccount.message_key, _ACCOUNT),
    "temporary": Problem(TemporaryAccount.message_key, "signin-advice-temporary"),
    "no-account": Problem(NoLocalAccount.message_key, "signin-advice-visit"),
    "identity": Problem(IdentityInvalid.message_key, _AGAIN),
}
"""By the word that stands in the address of the problem page."""

_RETURN_TO: Final = "return_to"
_EXTENSION: Final = "community_support_signin"
_WORDS: Final = {problem.happened: word for word, problem in PROBLEMS.items()}

_logger = logging.getLogger(__name__)


def init_app(app: Flask, sign_in: SignIn) -> None:
    app.extensions[_EXTENSION] = sign_in


def _sign_in() -> SignIn:
    return cast(SignIn, current_app.extensions[_EXTENSION])


@blueprint.post("/signin")
@open_to_all
def begin() -> ResponseReturnValue:
    """Ask the wiki for a request token and send the browser there."""
    try:
        begun, pending = _sign_in().begin()
    except SignInError as error:
        return _problem(error)
    values = {PENDING: pending.to_json(), _RETURN_TO: route_of(request.form.get("next", ""))}
    if person_or_none() is None:
        current_session().renew(**values)
    else:
        session.update(values)
    return redirect(begun.authorize_url, 303)


@blueprint.get("/oauth/callback")
@open_to_all
def callback() -> ResponseReturnValue:
    """The wiki sends the browser back here."""
    waiting = session.get(PENDING)
    if waiting is None:
        return _to_problem(UNFINISHED)
    # A callback that somebody else made up must not use up the real one's request token.
    token = Pending.from_json(waiting).request_token.key
    if not hmac.compare_digest(request.args.get("oauth_token", "").encode(), token.encode()):
        return _to_problem("forged")
    taken = current_session().take(PENDING)
    if taken is None:
        return _to_problem("expired")
    return_to = session.get(_RETURN_TO)
    try:
        person = _sign_in().finish(Pending.from_json(taken), request.args)
    except SignInError as error:
        return _problem(error)
    current_session().renew(**{PERSON: person.to_json()})
    return redirect(address_of(return_to), 303)


@blueprint.post("/signout")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session, or all of the person's.

    Functionaries' browsers keep what they remember of a desk's roster and record: a server that
    wiped it at every sign-out would have nothing to fear from it. What stays unlocked is forgotten
    by the script, at the latest by the page that this leads to (browser/keys/unlocked.ts).
    """
    is_functionary = bool(current_person().desks)
    if request.form.get("everywhere") == "1":
        current_session().end_everywhere()
    else:
        current_session().end()
    response = redirect(url_for("web.home"), 303)
    if not is_functionary:
        response.headers.update(FORGET)
    return response


@blueprint.get("/signin/problem")
@open_to_all
def problem() -> ResponseReturnValue:
    """What went wrong, whether it was the person's doing, and how to go on."""
    what = PROBLEMS.get(request.args.get("what", ""), PROBLEMS[UNFINISHED])
    return render_template("signin/problem.html", problem=what)


def _problem(error: SignInError) -> ResponseReturnValue:
    _logger.warning("sign-in ended: %s: %s", type(error).__name__, error)
    return _to_problem(_WORDS[error.message_key])


def _to_problem(word: str) -> ResponseReturnValue:
    return redirect(url_for("signin.problem", what=word), 303)
