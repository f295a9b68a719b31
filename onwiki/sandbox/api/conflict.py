# SPDX-License-Identifier: AGPL-3.0-or-later
"""Edit conflicts: the page changed since its editor looked at it (``baserevid``)."""

from __future__ import annotations

from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Page, Revision


def check(request: ApiRequest, page: Page | None, latest: Revision | None, summary: str) -> None:
    """A whole-page text over somebody else's newer version cannot be merged. A new section meets
    none, unless the newer version is by the same account with the same summary: then it is taken
    for the same section, sent twice.
    """
    params = request.params
    base = params.integer("baserevid")
    params.ignore("basetimestamp")
    if page is None or latest is None or base is None or base == latest.id:
        return
    account = request.caller.account
    own = account is not None and latest.user_id == account.id
    if params.text("section") == "new":
        conflict = own and latest.comment == summary
    else:
        conflict = "text" in params and not own
    if conflict:
        raise ApiError("editconflict", "Edit conflict.")
