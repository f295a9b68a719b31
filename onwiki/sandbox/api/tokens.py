# SPDX-License-Identifier: AGPL-3.0-or-later
"""``meta=tokens``: what a request must carry to change something."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import sessions
from onwiki.sandbox.api.request import ApiRequest

KNOWN = ("csrf", "createaccount", "login", "patrol", "rollback", "userrights", "watch")


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """The tokens named in ``type`` (``csrf`` when none is)."""
    wanted, unknown = request.params.choices("type", "csrf", KNOWN)
    request.warn_unrecognized("tokens", "type", unknown)
    session = request.caller.session
    if "login" in wanted and not session.id:
        session = request.logged_in = sessions.start(request.db)
    found = {
        f"{kind}token": session.token("login" if kind == "createaccount" else kind)
        for kind in wanted
    }
    return {"tokens": found}, {}
