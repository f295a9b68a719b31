# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is limited, and the check before every view: whatever is posted counts for its account.

The figures are far above what a person does, and far below what a script with a stolen session
would like to. Reading pages costs nothing of it. Whoever is not signed in has no counter: there
is no address to count by, so sign-ins have one cap for all, short enough to pass by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from service.limits.counting import Limit, LimitReached
from service.services import current_services
from service.web.access import person_or_none

UNLIMITED: Final = frozenset(
    {
        "web.leave",
        "signin.sign_out",
        "sessions.end",
        "reports.withdraw_now",
        "reports.end_hold",
    }
)
"""Leaving and taking back are always possible, whatever a stolen session did before."""

SIGN_INS: Final = Limit("sign-in", 300, timedelta(minutes=1))
"""For everybody together: each asks the wiki for a token."""

POSTS: Final = Limit("post", 3000)
"""For one account, all acts together: a reader opens, and shares, hundreds of reports."""

LIMITS: Final[Mapping[str, Limit]] = {
    "attachments.upload": Limit("upload", 1000),
    "declared.add": Limit("declare", 120),
    "desks.ask_again": Limit("ask-again", 240),
    "desks.identity": Limit("identity", 120),
    "export.export": Limit("export", 30),
    "interactions.ask": Limit("interactions", 240),
    "keys.change": Limit("key", 60),
    "keys.register": Limit("key", 60),
    "keys.start_over": Limit("key", 60),
    "notices.change": Limit("reminders", 60),
    "reports.file": Limit("file", 60),
    "reports.file_plain": Limit("file", 60),
    "reports.links": Limit("links", 1200),
    "thread.add": Limit("add", 60),
    "thread.add_plain": Limit("add", 60),
    "thread.answer": Limit("answer", 600),
}
"""By endpoint, for one account, beside POSTS."""


def init_app(app: Flask) -> None:
    """Count each POST before its view, after its form's token was looked at."""
    app.before_request(_count)


def _count() -> None:
    endpoint = request.endpoint
    if request.method != "POST" or endpoint is None or endpoint in UNLIMITED:
        return
    services = current_services()
    counters, now = services.domain.counters, services.clock()
    person = person_or_none()
    whom = None if person is None else person.central_id
    try:
        if endpoint == "signin.begin":
            counters.count(services.database, [SIGN_INS], None, now)
        elif whom is not None:
            limits = [POSTS, LIMITS[endpoint]] if endpoint in LIMITS else [POSTS]
            counters.count(services.database, limits, whom, now)
    except LimitReached as reached:
        raise TooManyRequests(retry_after=reached.seconds) from None
