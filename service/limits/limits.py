# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is limited, and the check before every view: whatever is posted counts for its account.

The figures are far above what a person does, and far below what a script with a stolen session
would like to. Reading pages costs nothing of it. Whoever is not signed in has no counter: there
is no address to count by, so sign-ins have one cap for all, short enough to pass by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from flask import Flask, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from service.database import COMMITTED
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


WITH_ITS_ACT: Final = frozenset({"reports.file"})
"""What ``counting`` counts: a second transaction would cost a tenth of a filing."""


def init_app(app: Flask) -> None:
    """Count each POST before its view, after its form's token was looked at."""
    app.before_request(_count_first)


def _count_first() -> None:
    endpoint = request.endpoint
    if request.method != "POST" or endpoint is None or endpoint in UNLIMITED | WITH_ITS_ACT:
        return
    person = person_or_none()
    if endpoint == "signin.begin":
        _count_apart([SIGN_INS], None)
    elif person is not None:
        _count_apart(_limits(endpoint), person.central_id)


@contextmanager
def counting(central_id: int) -> Iterator[Callable[[Session], None]]:
    """Gives a view what counts in the transaction of its act. When the act is refused or fails, it
    counts all the same, in a transaction of its own; once, whatever fails after it. Raises
    TooManyRequests.
    """
    services = current_services()
    limits = _limits(str(request.endpoint))
    tries: list[Session] = []

    def count(session: Session) -> None:
        counters, now = services.domain.counters, services.clock()
        with _asked_to_wait():
            counters.count_within(session, limits, central_id, now)
        tries.append(session)

    try:
        yield count
    except TooManyRequests:
        raise
    except Exception:
        if not any(one.info.get(COMMITTED) for one in tries):
            _count_apart(limits, central_id)
        raise


def _count_apart(limits: Sequence[Limit], central_id: int | None) -> None:
    services = current_services()
    with _asked_to_wait():
        services.domain.counters.count(services.database, limits, central_id, services.clock())


def _limits(endpoint: str) -> Sequence[Limit]:
    return [POSTS, LIMITS[endpoint]] if endpoint in LIMITS else [POSTS]


@contextmanager
def _asked_to_wait() -> Iterator[None]:
    try:
        yield
    except LimitReached as reached:
        raise TooManyRequests(retry_after=reached.seconds) from None
