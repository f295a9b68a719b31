# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages for what went wrong: what happened, that nothing was lost, what to do.

Scripts that ask for JSON get the same as ``{"error", "message", "request"}``. Every code has one
page, without detail: two things that must look alike cannot differ here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, TooManyRequests

from service.i18n import msg
from service.services import current_services
from service.web.access import RightsGone, RightsUnknown
from service.web.layout import EMERGENCY_ADDRESS, visitor


@dataclass(frozen=True)
class Trouble:
    """What a person reads about one status code; ``word`` is what scripts compare."""

    word: str
    title: str
    text: str


TROUBLES: Final = {
    400: Trouble("unclear", "web-error-unclear-title", "web-error-unclear-text"),
    401: Trouble("signed-out", "web-error-signed-out-title", "web-error-signed-out-text"),
    403: Trouble("refused", "web-error-refused-title", "web-error-refused-text"),
    404: Trouble("absent", "web-error-absent-title", "web-error-absent-text"),
    405: Trouble("method", "web-error-method-title", "web-error-method-text"),
    413: Trouble("too-large", "web-error-too-large-title", "web-error-too-large-text"),
    500: Trouble("broken", "web-error-broken-title", "web-error-broken-text"),
}
SESSION_ENDED: Final = Trouble("session-ended", "web-error-session-title", "web-error-session-text")
RIGHTS_UNKNOWN: Final = Trouble(
    "rights-unknown", "web-rights-unknown-title", "web-rights-unknown-text"
)
RIGHTS_GONE: Final = Trouble("rights-gone", "web-rights-gone-title", "web-rights-gone-text")
_STATUS_OF_OTHERS: Final = 400
_WAIT_S: Final = 60


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(RightsUnknown, _rights_unknown)
    app.register_error_handler(RightsGone, _rights_gone)


def wants_json() -> bool:
    """Whether a script asks, and not a person's browser."""
    return request.accept_mimetypes.best == "application/json"


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, TooManyRequests):
        return _too_many(error)
    if status < 400:
        return error.get_response()
    known = status if status in TROUBLES else 500 if status >= 500 else _STATUS_OF_OTHERS
    headers = dict(error.get_headers()) if status == 405 else {}
    kept = {name: value for name, value in headers.items() if name == "Allow"}
    if status == 401:
        kept["WWW-Authenticate"] = "Session"
    return _answer(TROUBLES[known], status, kept)


def _too_many(error: TooManyRequests) -> ResponseReturnValue:
    """A limit is reached (service.limits): until when, where else to turn, and what was typed."""
    seconds = error.retry_after if isinstance(error.retry_after, int) else _WAIT_S
    headers = {"Retry-After": str(seconds)}
    minutes = -(-seconds // 60)
    if wants_json():
        wait, elsewhere = (
            msg("web-error-too-many-text", count=minutes),
            msg("web-error-too-many-elsewhere"),
        )
        message = f"{wait.unescape()} {elsewhere.unescape()} {EMERGENCY_ADDRESS}."
        body = {"error": "too-many", "errors": [{"field": "form", "message": message}]}
        return jsonify(body), 429, headers
    services = current_services()
    page = render_template(
        "web/too_many.html",
        minutes=minutes,
        desk=services.desk((request.view_args or {}).get("desk", "")),
        kept=_posted_words(),
        posted=posted_fields() if request.method == "POST" else None,
        request_id=g.get("request_id", ""),
    )
    return page, 429, headers


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    """A form whose token is not the session's: most often the session is over by now."""
    return _answer(SESSION_ENDED, 400, {})


def _rights_unknown(_error: RightsUnknown) -> ResponseReturnValue:
    return _rights(RIGHTS_UNKNOWN, 503)


def _rights_gone(_error: RightsGone) -> ResponseReturnValue:
    return _rights(RIGHTS_GONE, 403)


def _rights(trouble: Trouble, status: int) -> ResponseReturnValue:
    """Scripts show the message where they show what is wrong with a field."""
    if wants_json():
        message = msg(trouble.text).unescape()
        errors = [{"field": "rights", "message": message}]
        return jsonify(error=trouble.word, message=message, errors=errors), status
    page = render_template(
        "web/rights.html",
        trouble=trouble,
        unknown=trouble is RIGHTS_UNKNOWN,
        return_to=request.path if request.method == "GET" else "",
    )
    return page, status


def _answer(trouble: Trouble, status: int, headers: dict[str, str]) -> ResponseReturnValue:
    g.broken = status >= 500
    if wants_json():
        body = {
            "error": trouble.word,
            "message": str(msg(trouble.text)),
            "request": g.get("request_id", ""),
        }
        return jsonify(body), status, headers
    if status == 401 and request.method == "POST":
        trouble = SESSION_ENDED
    # What was posted is on no page of the browser any more: it is given back to be copied.
    gives_back = trouble is SESSION_ENDED or status >= 500
    offers_sign_in = trouble.word in {"signed-out", "session-ended"} and visitor() is None
    page = render_template(
        "web/error.html",
        trouble=trouble,
        request_id=g.get("request_id", ""),
        offers_sign_in=offers_sign_in,
        return_to=request.path,
        kept=_posted_words() if gives_back else [],
    )
    return page, status, headers


def posted_fields() -> list[tuple[str, str]]:
    """What a form had posted (its token was checked), to be posted again from a page of ours."""
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if name != "csrf_token"]


def _posted_words() -> list[str]:
    """What a person typed into the form that was refused, field by field."""
    fields = ("narrative", "accounts", "links", "reason", "name")
    words = ("\n".join(request.form.getlist(field)).strip() for field in fields)
    return [text for text in words if text]
