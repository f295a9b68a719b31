# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an address on a wiki to a page: index.php and the short paths."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request

from onwiki.sandbox import accounts, sessions
from onwiki.sandbox.oauth_server import consumers, endpoints
from onwiki.sandbox.oauth_server.endpoints import Step
from onwiki.sandbox.oauth_server.signed import Signed
from onwiki.sandbox.pages import consent, reading, visitor
from onwiki.sandbox.pages.consent import Dialogue, Refused
from onwiki.sandbox.pages.visitor import LogInRefused, Visitor
from onwiki.sandbox.store import Store
from onwiki.sandbox.wikis import WIKIS, SandboxWiki

_LOG_IN = "Special:UserLogin"


class Site:
    """Both wikis' pages. Every view opens the store once and answers from it."""

    def __init__(self, store: Store, base_url: str) -> None:
        self._store = store
        self.base_url = base_url

    def index(self, wiki: SandboxWiki) -> Response:
        """``index.php``: the title is in the query or the form."""
        return self.article(wiki, request.values.get("title") or "Main Page")

    def article(self, wiki: SandboxWiki, title: str) -> Response:
        """A page by its title in an address; special pages first."""
        name = request.values.get("title", title).replace("_", " ")
        match name:
            case "Special:OAuth/initiate" | "Special:OAuth/token" | "Special:OAuth/identify":
                return self._signed_step(wiki, name.rpartition("/")[2])
            case "Special:OAuth/authorize" | "Special:OAuth/authenticate":
                return self._consent(wiki, name)
            case "Special:UserLogin":
                return self._log_in(wiki)
            case "Special:UserLogout":
                return self._log_out(wiki)
            case _:
                return self._read(wiki, name)

    def _read(self, wiki: SandboxWiki, name: str) -> Response:
        with self._store.reading() as db:
            found = reading.find(db, wiki, name, request.args)
            if found.raw is not None:
                return Response(found.raw, mimetype="text/x-wiki")
            return self._page(db, wiki, found.template, found.status, **found.values)

    def _signed_step(self, wiki: SandboxWiki, step: str) -> Response:
        now, signed = self._store.clock(), signed_request(self.base_url)
        with self._store.writing() as db:
            answer: Step
            match step:
                case "initiate":
                    answer = endpoints.initiate(db, now, signed)
                case "token":
                    answer = endpoints.token(db, now, signed)
                case _:
                    answer = endpoints.identify(db, now, signed, wiki.dbname, self.base_url)
        response = Response(answer.body, mimetype=answer.mimetype)
        response.headers["Cache-Control"] = "no-cache, no-store, max-age=0, must-revalidate"
        return response

    def _consent(self, wiki: SandboxWiki, name: str) -> Response:
        with self._store.writing() as db:
            who = visitor.current(db)
            if who.person is None or accounts.local_of(db, wiki.dbname, who.person) is None:
                return self._to_log_in(wiki, name)
            try:
                return self._ask(db, wiki, name, who, who.person)
            except Refused as refusal:
                return self._page(db, wiki, "refused.html", 200, refusal=refusal)

    def _ask(
        self,
        db: sqlite3.Connection,
        wiki: SandboxWiki,
        name: str,
        who: Visitor,
        person: accounts.CentralAccount,
    ) -> Response:
        values = request.values
        posted = request.method == "POST"
        dialogue = consent.open_dialogue(
            db,
            self._store.clock(),
            values.get("requestToken" if posted else "oauth_token"),
            values.get("consumerKey" if posted else "oauth_consumer_key"),
            person,
        )
        authenticate = name.endswith("/authenticate")
        if not posted:
            if consent.needs_no_question(db, dialogue, person, authenticate=authenticate):
                return self._hand_over(db, who, consent.allow(db, dialogue, person))
            return self._question(db, wiki, name, who, dialogue)
        if not who.session.accepts("csrf", values.get("wpEditToken", "")):
            return self._question(db, wiki, name, who, dialogue)
        if "cancel" in values:
            return self._page(db, wiki, "cancelled.html", 200, consumer=dialogue.consumer)
        return self._hand_over(db, who, consent.allow(db, dialogue, person))

    def _question(
        self,
        db: sqlite3.Connection,
        wiki: SandboxWiki,
        name: str,
        who: Visitor,
        dialogue: Dialogue,
    ) -> Response:
        again = urlencode({"returnto": name, "returntoquery": request.query_string.decode()})
        response = self._page(
            db,
            wiki,
            "consent.html",
            200,
            dialogue=dialogue,
            action=wiki.article(name),
            title_field=name,
            edit_token=who.session.token("csrf"),
            other_account=f"{wiki.index}?title={_LOG_IN}&{again}",
        )
        # A form's target includes the redirect that follows: the application's own address.
        allowed = " ".join(filter(None, ["'self'", dialogue.callback_origin]))
        response.headers["Content-Security-Policy"] = _policy(allowed)
        return response

    def _hand_over(self, db: sqlite3.Connection, who: Visitor, address: str) -> Response:
        """Back to the application. The log-in ends here unless it was to be kept: the next
        person at the same browser chooses again."""
        response = make_response(redirect(address))
        if not who.session.remember:
            sessions.end(db, who.session)
            visitor.drop_cookie(response)
        return response

    def _to_log_in(self, wiki: SandboxWiki, name: str) -> Response:
        fields = {"returnto": name, "returntoquery": request.query_string.decode()}
        return make_response(
            redirect(
                f"{self.base_url}{wiki.index}?title={_LOG_IN}&{urlencode(fields)}"
                "&warning=mwoauth-named-account-required-reason"
            )
        )

    def _log_in(self, wiki: SandboxWiki) -> Response:
        with self._store.writing() as db:
            session = visitor.current(db).session
            if not session.id:
                session = sessions.start(db)
            error = ""
            if request.method == "POST":
                try:
                    return self._logged_in(db, wiki, session)
                except LogInRefused as refusal:
                    error = str(refusal)
            values = request.values
            response = self._page(
                db,
                wiki,
                "login.html",
                200,
                people=accounts.everyone(db),
                login_token=session.token("login"),
                error=error,
                returnto=values.get("returnto", ""),
                returntoquery=values.get("returntoquery", ""),
                action=wiki.article(_LOG_IN),
            )
            visitor.set_cookie(response, session)
            return response

    def _logged_in(
        self, db: sqlite3.Connection, wiki: SandboxWiki, session: sessions.Session
    ) -> Response:
        form = request.form
        if not session.accepts("login", form.get("wpLoginToken", "")):
            raise LogInRefused("There seems to be a problem with your login session. Try again.")
        started = visitor.log_in(
            db,
            wiki.dbname,
            form.get("wpName", ""),
            self._store.now(),
            remember="wpRemember" in form,
        )
        sessions.end(db, session)
        goal = wiki.article(form.get("returnto") or "Main Page")
        query = form.get("returntoquery", "")
        if form.get("returnto"):
            fields = urlencode({"title": form["returnto"]})
            goal = f"{wiki.index}?{fields}" + (f"&{_without_title(query)}" if query else "")
        response = make_response(redirect(self.base_url + goal))
        visitor.set_cookie(response, started)
        return response

    def _log_out(self, wiki: SandboxWiki) -> Response:
        with self._store.writing() as db:
            session = visitor.current(db).session
            valid = session.accepts("csrf", request.form.get("wpEditToken", ""))
            if request.method == "POST" and valid:
                sessions.end(db, session)
                response = make_response(redirect(self.base_url + wiki.article("Main Page")))
                visitor.drop_cookie(response)
                return response
            return self._page(
                db,
                wiki,
                "logout.html",
                200,
                edit_token=session.token("csrf"),
                action=wiki.article("Special:UserLogout"),
            )

    def _page(
        self,
        db: sqlite3.Connection,
        wiki: SandboxWiki,
        template: str,
        status: int,
        **values: Any,
    ) -> Response:
        body = render_template(
            f"sandbox/{template}",
            wiki=wiki,
            wikis=WIKIS,
            person=visitor.current(db).person,
            **values,
        )
        response = make_response(body, status)
        response.headers["X-Frame-Options"] = "DENY"
        # The log-in form may lead on to the application at once, when it was allowed before.
        onward = consumers.callback_origins(db)
        response.headers["Content-Security-Policy"] = _policy(" ".join(["'self'", *onward]))
        response.headers["Cache-Control"] = "private, must-revalidate, max-age=0"
        return response


def _policy(form_targets: str) -> str:
    return (
        f"default-src 'none'; style-src 'self'; form-action {form_targets};"
        " base-uri 'none'; frame-ancestors 'none'"
    )


def _without_title(query: str) -> str:
    return "&".join(part for part in query.split("&") if not part.startswith("title="))


def signed_request(base_url: str) -> Signed:
    """The current request as its client signed it, on the canonical server."""
    query = request.query_string.decode()
    uri = base_url + request.path + (f"?{query}" if query else "")
    form = request.mimetype == "application/x-www-form-urlencoded"
    body = request.get_data(as_text=True) if form else ""
    return Signed(uri, request.method, body, dict(request.headers))
