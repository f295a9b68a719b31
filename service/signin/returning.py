# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where to go after signing in: one of our own pages, kept as a route and never as an address.

An address from a form could lead anywhere (``//evil.example``); a route and its values cannot.
"""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from service.web.access import Access, access_of

HOME: Final = "web.home"

LONGEST_PATH: Final = 512
"""Characters; every page of ours has far fewer, and the session that keeps it is of fixed size."""


def route_of(path: str) -> dict[str, Any] | None:
    """The page of ours that ``path`` leads to, as JSON for the session; None when there is none."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not path.startswith("/") or len(path) > LONGEST_PATH:
        return None
    try:
        endpoint, values = adapter.match(path, method="GET")
    except HTTPException:
        return None
    view = current_app.view_functions[endpoint]
    if access_of(view) in {None, Access.OPEN}:
        return None
    return {"endpoint": endpoint, "values": values}


def address_of(route: dict[str, Any] | None) -> str:
    """The address to go to: that page, or home."""
    if route is None:
        return url_for(HOME)
    return url_for(route["endpoint"], **route["values"])
