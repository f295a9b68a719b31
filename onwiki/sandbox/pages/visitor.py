# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser session of a visitor: log-in by choosing a person, and log-out."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from flask import Response, request

from onwiki.sandbox import accounts, sessions
from onwiki.sandbox.accounts import CentralAccount
from onwiki.sandbox.sessions import Session


class LogInRefused(Exception):
    """Somebody cannot log in; ``str()`` is the wiki's sentence about it."""


@dataclass(frozen=True)
class Visitor:
    """Who sits in front of the browser, as far as the cookie tells."""

    session: Session
    person: CentralAccount | None


def current(db: sqlite3.Connection) -> Visitor:
    """The visitor behind the request's cookie; locked people are logged out."""
    session = sessions.find(db, request.cookies.get(sessions.COOKIE)) or sessions.ANONYMOUS
    person = None
    if session.central_id is not None:
        person = accounts.central_by_id(db, session.central_id)
    if person is not None and person.locked:
        person = None
    return Visitor(session, person)


def log_in(db: sqlite3.Connection, wiki: str, name: str, now: str, *, remember: bool) -> Session:
    """Start a session; the local account is made on the first visit. Raises LogInRefused."""
    person = accounts.central_by_name(db, name)
    if person is None:
        raise LogInRefused("Incorrect username or password entered. Please try again.")
    if person.locked:
        raise LogInRefused("You cannot log in because your account is globally locked.")
    if accounts.local_of(db, wiki, person) is None:
        accounts.attach(db, person, wiki, now, registered=now)
    return sessions.start(db, person.id, remember=remember)


def set_cookie(response: Response, session: Session) -> None:
    response.set_cookie(sessions.COOKIE, session.id, httponly=True, samesite="Lax")


def drop_cookie(response: Response) -> None:
    response.delete_cookie(sessions.COOKIE, httponly=True, samesite="Lax")
