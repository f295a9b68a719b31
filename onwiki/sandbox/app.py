# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox as a WSGI application: both wikis under one address."""

from __future__ import annotations

import json

from flask import Flask, Response, g, request

from onwiki.sandbox import callers, sessions
from onwiki.sandbox.api import dispatch
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.parameters import Parameters
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.control import RequestLog, Seen, blueprint
from onwiki.sandbox.failures import AFTER_THE_WORK, Failure, Kind, Switchboard, play, spoil
from onwiki.sandbox.pages.site import Site, signed_request
from onwiki.sandbox.short_links import PREFIX, ShortLinks
from onwiki.sandbox.store import Store
from onwiki.sandbox.wikis import CENTRAL, WIKIS, SandboxWiki


def create_app(store: Store, *, base_url: str, control_token: str | None = None) -> Flask:
    """Build the application. ``base_url`` is the canonical server of both wikis, as OAuth
    signatures and ``iss`` use it (``http://127.0.0.1:8001``). Without a control token nobody can
    switch failures."""
    app = Flask(__name__, static_folder="pages/static", static_url_path="/sandbox/static")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    failures, log, short_links = Switchboard(), RequestLog(), ShortLinks(base_url)
    if control_token:
        app.register_blueprint(blueprint(control_token, failures, log, short_links, store.clock))
    app.add_url_rule(
        f"{PREFIX}<code>", f"{CENTRAL.dbname}.short", short_links.answer, methods=["GET"]
    )
    site = Site(store, base_url)
    for wiki in WIKIS:
        _add_wiki(app, wiki, store, site)
    app.before_request(lambda: _before(failures, log))
    app.after_request(_after)
    app.teardown_request(lambda _: _over(log))
    return app


def _add_wiki(app: Flask, wiki: SandboxWiki, store: Store, site: Site) -> None:
    def api() -> Response:
        asked = _other(wiki) if _failure() is Kind.OTHER_WIKI else wiki
        return _api(store, asked, site.base_url)

    def index() -> Response:
        return site.index(wiki)

    def article(title: str) -> Response:
        return site.article(wiki, title)

    def front() -> Response:
        return site.article(wiki, "Main Page")

    both = ["GET", "POST"]
    name = wiki.dbname
    folder = wiki.article_path.removesuffix("$1")
    app.add_url_rule(f"{wiki.script_path}/api.php", f"{name}.api", api, methods=both)
    app.add_url_rule(wiki.index, f"{name}.index", index, methods=both)
    app.add_url_rule(f"{folder}<path:title>", f"{name}.article", article, methods=both)
    app.add_url_rule(folder, f"{name}.front", front)
    if wiki is WIKIS[0]:
        app.add_url_rule("/", "front", front)


def _other(wiki: SandboxWiki) -> SandboxWiki:
    return next(each for each in WIKIS if each is not wiki)


def _wiki_of_request() -> SandboxWiki | None:
    name = (request.endpoint or "").partition(".")[0]
    return next((wiki for wiki in WIKIS if wiki.dbname == name), None)


def _labels() -> frozenset[str]:
    """What a request is, for the switchboard: ``edit``, ``query+revisions``, ``oauth/token`` …"""
    if (request.endpoint or "").endswith(".short"):
        return frozenset({"short"})
    if (request.endpoint or "").endswith(".api"):
        action = request.values.get("action", "")
        parts = [
            f"query+{name}"
            for kind in ("prop", "list", "meta")
            for name in request.values.get(kind, "").split("|")
            if name
        ]
        return frozenset({"api", action, *parts})
    title = request.values.get("title") or (request.view_args or {}).get("title", "")
    if title.startswith("Special:OAuth/"):
        return frozenset({"oauth", title.removeprefix("Special:").lower()})
    return frozenset({"page"})


def _before(failures: Switchboard, log: RequestLog) -> Response | None:
    wiki = _wiki_of_request()
    if wiki is None:
        return None
    request.get_data()  # kept, so that signatures can be checked after the form was read
    labels = _labels()
    log.add(
        Seen(
            wiki=wiki.dbname,
            labels=tuple(sorted(labels)),
            method=request.method,
            query_string=request.query_string.decode(errors="replace"),
            params=request.values.to_dict(),
            user_agent=request.headers.get("User-Agent", ""),
            signed=_is_signed(),
            beside=log.begin(wiki.dbname),
        )
    )
    failure = failures.take(wiki.dbname, labels)
    g.failure = failure
    return play(failure, failures) if failure else None


def _over(log: RequestLog) -> None:
    wiki = _wiki_of_request()
    if wiki is not None:
        log.end(wiki.dbname)


def _after(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Connection"] = "close"
    failure: Failure | None = g.get("failure")
    if failure and failure.kind in AFTER_THE_WORK:
        return spoil(failure, response)
    return response


def _failure() -> Kind | None:
    failure: Failure | None = g.get("failure")
    return failure.kind if failure else None


def _is_signed() -> bool:
    return request.headers.get("Authorization", "").startswith("OAuth ")


def _api(store: Store, wiki: SandboxWiki, base_url: str) -> Response:
    now = store.clock()
    # ApiMain::handleCORS: scripts of every site may read, as somebody who is not logged in.
    anonymous = request.args.get("origin") == "*"
    cookie = None if anonymous else request.cookies.get(sessions.COOKIE)
    with store.writing() as db:
        refusal: ApiError | None = None
        try:
            caller = (
                callers.by_signature(
                    db, wiki.dbname, now, signed_request(base_url), request.remote_addr or ""
                )
                if _is_signed() and not anonymous
                else callers.by_cookie(db, wiki.dbname, cookie, request.remote_addr or "")
            )
        except ApiError as error:
            refusal = error
            caller = callers.by_cookie(db, wiki.dbname, None, request.remote_addr or "")
        params = Parameters(request.values.to_dict(), high_limits=caller.may("apihighlimits"))
        call = ApiRequest(
            wiki=wiki,
            db=db,
            params=params,
            caller=caller,
            base_url=base_url,
            moment=now,
            posted=request.method == "POST",
            in_query_string=frozenset(request.args),
        )
        body, headers = dispatch.refuse(call, refusal) if refusal else dispatch.answer(call)
    response = Response(
        json.dumps(body, separators=(",", ":")), mimetype="application/json", headers=headers
    )
    response.headers["Cache-Control"] = "private, must-revalidate, max-age=0"
    if anonymous:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Credentials"] = "false"
    for name, value in call.cookies.items():
        response.set_cookie(name, value, max_age=10, httponly=True)
    if call.logged_in:
        response.set_cookie(sessions.COOKIE, call.logged_in.id, httponly=True, samesite="Lax")
    return response
