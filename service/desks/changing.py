# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one way into views that change who reads at a desk, or what a reader may not see.

Whoever does so has rights that the wiki told within the hour (``service.web.fresh_rights``), and
shows the own key once more (``service.web.stepped_up``): a session alone, left open or stolen, lets
nobody in and takes nobody off. The desk decides first who may ask at all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort

from service.desks.configuration import Desk
from service.desks.here import Here, functionary, reading
from service.services import current_services
from service.web.access import coordinator, reader
from service.web.fresh_rights import fresh_rights
from service.web.stepped_up import stepped_up


def changes_roster(view: Callable[..., Any]) -> Callable[..., Any]:
    """For readers of the desk in the address; the view is called with their ``Here``."""
    guarded = stepped_up(view)

    @reader
    @fresh_rights
    @wraps(view)
    def asked(desk: str, *args: Any, **kwargs: Any) -> Any:
        here: Here = reading(desk)
        return guarded(here, *args, **kwargs)

    return asked


def declares_account(view: Callable[..., Any]) -> Callable[..., Any]:
    """For functionaries of the desk in the address, with a vouched key or without; the view is
    called with their ``Here``.
    """
    guarded = stepped_up(view)

    @reader
    @fresh_rights
    @wraps(view)
    def asked(desk: str, *args: Any, **kwargs: Any) -> Any:
        here: Here = functionary(desk)
        return guarded(here, *args, **kwargs)

    return asked


def coordinates(view: Callable[..., Any]) -> Callable[..., Any]:
    """For coordinators of the desk in the address; the view is called with the desk."""
    guarded = stepped_up(view)

    @coordinator
    @fresh_rights
    @wraps(view)
    def asked(desk: str, *args: Any, **kwargs: Any) -> Any:
        found: Desk = current_services().desk(desk) or abort(404)
        return guarded(found, *args, **kwargs)

    return asked
