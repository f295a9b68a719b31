# SPDX-License-Identifier: AGPL-3.0-or-later
"""Flask's session, kept by ``SessionStore``.

Nothing is read before something asks for it (static files and health requests never do), and a
visitor who only reads gets no row. A signed-out page with a form needs a CSRF token all the same:
then the cookie is set and the token is an HMAC of it. An id that came from a browser never
becomes a row's id: rows are only made under fresh ones, so nobody can plant a session.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.orm import Session

from service.sessions.store import DELETED, PERSON, Open, SessionStore, Stored

CSRF_FIELD: Final = "csrf_token"
"""Where Flask-WTF looks for the session's token."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class ServerSession(SessionMixin):
    """A mapping of JSON values. ``csrf_token`` is always there and cannot be set."""

    def __init__(self, store: SessionStore, cookie: str | None) -> None:
        self._store = store
        self._stored: Stored | None = None
        self._loaded = False
        self._changes: dict[str, Any] = {}
        self.cookie = cookie
        self.token = cookie
        self.modified = False
        self.accessed = False

    @property
    def _values(self) -> dict[str, Any]:
        if not self._loaded:
            self._stored = self._store.load(self.token) if self.token else None
            self._loaded = True
        return {} if self._stored is None else self._stored.values

    def _merged(self) -> dict[str, Any]:
        if not self._changes:
            return self._values
        merged = {**self._values, **self._changes}
        return {key: value for key, value in merged.items() if value is not DELETED}

    def __getitem__(self, key: str) -> Any:
        if key == CSRF_FIELD:
            # Signed out and without a cookie: the browser gets one with the answer.
            self.token = self.token or secrets.token_urlsafe(32)
            return self._store.csrf_token(self.token)
        return self._merged()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if key == CSRF_FIELD:
            raise KeyError("the CSRF token follows from the session's id")
        self._changes[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        if key not in self._merged():
            raise KeyError(key)
        self._changes[key] = DELETED
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter((CSRF_FIELD, *self._merged()))

    def __len__(self) -> int:
        return 1 + len(self._merged())

    @property
    def label(self) -> str:
        """Stands for this session in its own pages; says nothing about the person or the id."""
        return self._store.tab_label(self.token or "")

    def take(self, key: str) -> Any:
        """Take a value out for good: None for every later request, even one at the same time."""
        taken = self._store.take(self.token, key) if self.token and key in self._values else None
        if self._stored is not None:
            self._stored.values.pop(key, None)
        return taken

    def write(self, database: Session, key: str, change: Callable[[Any], Any]) -> None:
        """Write what ``change`` makes of a value (None where there is none) in the transaction of
        what it is about, not when the request ends. A session that somebody ended meanwhile stays
        ended.
        """

        def change_one(values: dict[str, Any]) -> None:
            values[key] = change(values.get(key))

        if self._store.change_within(database, self.token or "", change_one, self._stored):
            self._stored, self._loaded = None, False  # to be read again, if anybody still asks
        else:
            self.token = None

    def renew(self, **values: Any) -> None:
        """A new session with these values only, under a new id; the old one is over."""
        self.token = self._store.create(values, replacing=self.cookie)
        self._changes, self._loaded, self.modified = {}, False, False

    def end(self) -> None:
        """Sign out. The cookie goes only if there was one (see ``save_session``), and also when the
        database does not answer.
        """
        self.token, self._stored, self._loaded = None, None, True
        self._changes, self.modified = {}, False
        if self.cookie:
            self._store.end(self.cookie)

    def all_of_person(self) -> list[tuple[Open, bool]]:
        """The person's open sessions, and whether one is this."""
        own = self._store.row_id(self.token or "")
        central_id = self._values[PERSON]["central_id"]
        return [(one, one.id == own) for one in self._store.of_person(central_id)]

    def end_other(self, row_id: bytes) -> None:
        """End another session of the same person."""
        self._store.end_of_person(self._values[PERSON]["central_id"], row_id)

    def end_everywhere(self) -> None:
        """Sign the person out of every browser."""
        person = self._values.get(PERSON)
        if person is not None:
            self._store.end_all(person["central_id"])
        self.end()

    def save(self) -> None:
        """Write what changed; a session that nobody signed in to begins with its first value."""
        if self.modified:
            changes = self._changes
            if not self._values and self._stored is None:
                self.renew(**{key: value for key, value in changes.items() if value is not DELETED})
            elif not self._store.change(self.token or "", changes):
                self.token = None  # ended meanwhile, perhaps from another browser: stays ended
            self._changes, self.modified = {}, False
        elif self.token and self._stored is not None and self._store.is_due(self._stored):
            self._store.change(self.token, {})


class ServerSessions(SessionInterface):
    """Opens and saves ``ServerSession``; ``https`` decides on the cookie's name and attributes."""

    def __init__(self, store: SessionStore, *, https: bool) -> None:
        self._store = store
        self._https = https
        # __Host-: only this host over https can set it, for the whole host.
        self.cookie_name = "__Host-session" if https else "session"

    def open_session(self, app: Flask, request: Request) -> ServerSession:  # noqa: ARG002
        cookie = request.cookies.get(self.cookie_name, "")
        return ServerSession(self._store, cookie if _TOKEN.fullmatch(cookie) else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        assert isinstance(session, ServerSession)  # noqa: S101 - open_session makes no other
        session.save()
        if session.accessed:
            response.vary.add("Cookie")
        if session.token == session.cookie:
            return
        attributes: dict[str, Any] = {
            "secure": self._https,
            "httponly": True,
            "samesite": "Lax",
            "path": "/",
        }
        if session.token is None:
            response.delete_cookie(self.cookie_name, **attributes)
        else:
            # No Max-Age: it goes with the browser, and ends on the server in any case.
            response.set_cookie(self.cookie_name, session.token, **attributes)


def current_session() -> ServerSession:
    """The session of this request, with what Flask's mapping does not have."""
    found = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(found, ServerSession)  # noqa: S101 - open_session makes no other
    return found
