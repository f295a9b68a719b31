# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=discussiontoolsfindcomment``: where a signed comment stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from onwiki.sandbox import revisions
from onwiki.sandbox.api.request import ApiRequest

_SIGNATURE = re.compile(
    r"\[\[User:(?P<name>[^\]|]+)[^\n]*?(?P<date>\d\d:\d\d, \d{1,2} [A-Z][a-z]+ \d{4}) \(UTC\)"
)


def execute(request: ApiRequest) -> dict[str, Any]:
    """Pages whose current text holds a signature that gives the id or name asked for.

    An id is ``c-<author>-<14 digits>`` with the rest ignored here; ``oldid`` is null when the
    comment stands on the current version, as DiscussionTools answers.
    """
    wanted = request.params.required("idorname")
    found = []
    for page in revisions.all_pages(request.db, request.wiki.dbname):
        if not page.title.is_talk:
            continue
        for name in comment_names(revisions.latest(request.db, page).text):
            if wanted == name or wanted.startswith(f"{name}-"):
                found.append(
                    {
                        "id": wanted,
                        "name": name,
                        "title": str(page.title),
                        "oldid": None,
                        "matches": {"id": wanted != name, "name": wanted == name},
                        "couldredirect": True,
                    }
                )
    return {"discussiontoolsfindcomment": found}


def comment_names(text: str) -> list[str]:
    """The names of the signed comments in a text, ``c-Name-20260102030400``, in order."""
    names = []
    for hit in _SIGNATURE.finditer(text):
        moment = datetime.strptime(hit["date"], "%H:%M, %d %B %Y").replace(tzinfo=UTC)
        author = hit["name"].strip().replace(" ", "_")
        names.append(f"c-{author}-{moment:%Y%m%d%H%M}00")
    return names
