# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a request to an answer: the work of MediaWiki's ApiMain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onwiki.sandbox.api import (
    compare,
    edit,
    emailuser,
    findcomment,
    login,
    paraminfo,
    query,
    sitematrix,
)
from onwiki.sandbox.api.answer import Element, in_format
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.titles import user_name

Action = Callable[[ApiRequest], dict[str, Any]]

ACTIONS: dict[str, Action] = {
    "query": query.execute,
    "compare": compare.execute,
    "edit": edit.execute,
    "emailuser": emailuser.execute,
    "discussiontoolsfindcomment": findcomment.execute,
    "login": login.execute_login,
    "logout": login.execute_logout,
    "paraminfo": paraminfo.execute,
    "sitematrix": sitematrix.execute,
}
MUST_POST = frozenset({"edit", "emailuser", "login", "logout"})
NEEDS_TOKEN = frozenset({"edit", "emailuser", "logout"})
_IGNORED = (
    "action", "format", "formatversion", "utf8", "ascii", "uselang", "errorformat", "errorlang",
    "errorsuselocal", "origin", "crossorigin", "smaxage", "maxage", "variant", "centralauthtoken",
)  # fmt: skip


def answer(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """Run the request. Gives the result in the client's format and the headers that go with it."""
    try:
        body = _run(request)
        _warn_of_unread(request)
    except ApiError as error:
        return refuse(request, error)
    if request.warnings:
        body = {"warnings": _warnings(request), **body}
    return in_format(body, _version(request)), {}


def refuse(request: ApiRequest, error: ApiError) -> tuple[dict[str, Any], dict[str, str]]:
    """The answer to a request that failed, with its headers."""
    body = _error(request, error)
    if request.warnings:
        body = {"warnings": _warnings(request), **body}
    headers = {"MediaWiki-API-Error": error.code, **error.headers}
    return in_format(body, _version(request)), headers


def _version(request: ApiRequest) -> int:
    return 2 if request.params.text("formatversion") in {"2", "latest"} else 1


def _run(request: ApiRequest) -> dict[str, Any]:
    params = request.params
    params.ignore(*_IGNORED)
    name = params.text("action") or "help"
    action = ACTIONS.get(name)
    if action is None:
        raise ApiError("badvalue", f'Unrecognized value for parameter "action": {name}.')
    if name in MUST_POST and not request.posted and name not in NEEDS_TOKEN:
        raise ApiError("mustbeposted", f'The "{name}" module requires a POST request.')
    _check_lag(request)
    _check_assertions(request)
    if name in NEEDS_TOKEN:
        _check_token(request)
    body = action(request)
    return body | _stamps(request)


def _check_token(request: ApiRequest) -> None:
    token = request.params.required("token")
    if not request.posted or "token" in request.in_query_string:
        raise ApiError(
            "mustpostparams",
            "The following parameter was found in the query string, but must be in the POST body:"
            " token.",
        )
    if not request.caller.session.accepts("csrf", token):
        raise ApiError("badtoken", "Invalid CSRF token.")


def _check_lag(request: ApiRequest) -> None:
    """The sandbox is never behind: only a negative ``maxlag``, the usual probe, is refused."""
    wanted = request.params.integer("maxlag")
    if wanted is not None and wanted < 0:
        raise lagged(-1)


def lagged(seconds: int) -> ApiError:
    """The error of a database that is ``seconds`` behind [126]."""
    return ApiError(
        "maxlag",
        f"Waiting for a database server: {seconds} seconds lagged.",
        extra={"host": "", "lag": seconds, "type": "db"},
        headers={"Retry-After": "5", "X-Database-Lag": str(seconds)},
    )


def _check_assertions(request: ApiRequest) -> None:
    caller = request.caller
    wanted = request.params.text("assert")
    if wanted == "anon" and caller.account:
        raise ApiError("assertanonfailed", "You are no longer logged out, so the action could not"
                       " be completed.")  # fmt: skip
    if wanted in {"user", "bot"} and not caller.account:
        raise ApiError(
            "assertuserfailed",
            "You are no longer logged in, so the action could not be completed.",
        )
    if wanted == "bot" and not caller.may("bot"):
        raise ApiError(
            "assertbotfailed",
            'You do not have the "bot" right, so the action could not be completed.',
        )
    named = request.params.text("assertuser")
    if named is not None and (not caller.account or caller.name != user_name(named)):
        raise ApiError(
            "assertnameduserfailed",
            f'You are no longer logged in as "{named}", so the action could not be completed.',
        )


def _stamps(request: ApiRequest) -> dict[str, Any]:
    stamps: dict[str, Any] = {}
    if request.params.flag("curtimestamp"):
        stamps["curtimestamp"] = request.now
    if "requestid" in request.params:
        stamps["requestid"] = request.params.text("requestid")
    if request.params.flag("servedby"):
        stamps["servedby"] = "sandbox"
    return stamps


def _warn_of_unread(request: ApiRequest) -> None:
    unread = request.params.unread()
    if unread:
        plural = "s" if len(unread) > 1 else ""
        request.warn("main", f"Unrecognized parameter{plural}: {', '.join(unread)}.")


def _warnings(request: ApiRequest) -> dict[str, Any]:
    return {
        module: Element("warnings", {"warnings": "\n".join(sentences)})
        for module, sentences in request.warnings.items()
    }


def _error(request: ApiRequest, error: ApiError) -> dict[str, Any]:
    fields: dict[str, Any] = {"code": error.code, "info": error.info, **error.extra}
    if error.code.startswith("internal_api_error"):
        return {"error": fields}
    where = f"{request.base_url}{request.wiki.script_path}/api.php"
    return {"error": Element("docref", fields | {"docref": f"See {where} for API usage."})}
