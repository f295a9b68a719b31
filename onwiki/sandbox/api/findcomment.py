# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=discussiontoolsfindcomment``: in which version of which page a signed comment stands.

After ApiDiscussionToolsFindComment: a comment is found by its name (author and minute) or by its
id, which adds what it answers. Several comments may share a name: signatures know no seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from onwiki.sandbox import revisions
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Hidden, Page, Revision

_SIGNATURE = re.compile(
    r"\[\[User:(?P<name>[^\]|]+)[^\n]*?(?P<date>\d\d:\d\d, \d{1,2} [A-Z][a-z]+ \d{4}) \(UTC\)"
)
_HEADING = re.compile(r"^={2,5}\s*(.+?)\s*={2,5}\s*$")


@dataclass(frozen=True)
class Comment:
    """A signed comment: ``c-Author-20261002063000`` and the same with its parent behind."""

    name: str
    id: str


def execute(request: ApiRequest) -> dict[str, Any]:
    """The newest version of each page that holds the comment; ``oldid`` is null for the current.

    Without a hit the answer is an empty object.
    """
    wanted = request.params.text("idorname")
    if not wanted:
        raise ApiError(
            "missingparam", 'At least one of the parameters "idorname", "heading" and "page" is'
            " required.",
        )  # fmt: skip
    values = [
        _value(page, rev, comment, matched)
        for matched in ("id", "name")
        for page in revisions.all_pages(request.db, request.wiki.dbname)
        for rev, comment in _newest(request, page, matched, wanted)
    ]
    if len(values) == 1:
        values[0]["shouldredirect"] = True
    return {"discussiontoolsfindcomment": values} if values else {}


def comments(text: str) -> list[Comment]:
    """The signed comments of a page in order, with what each of them answers."""
    found: list[Comment] = []
    parents: list[tuple[int, str]] = []
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading:
            parents = [(-1, heading[1].replace(" ", "_"))]
            continue
        signature = _SIGNATURE.search(line)
        if signature is None:
            continue
        level = len(line) - len(line.lstrip(":*"))
        parents = [(above, label) for above, label in parents if above < level]
        label = _label(signature)
        answered = f"-{parents[-1][1]}" if parents else ""
        found.append(Comment(f"c-{label}", f"c-{label}{answered}"))
        parents.append((level, label))
    return found


def _label(signature: re.Match[str]) -> str:
    moment = datetime.strptime(signature["date"], "%H:%M, %d %B %Y").replace(tzinfo=UTC)
    author = signature["name"].strip().replace(" ", "_")
    return f"{author}-{moment:%Y%m%d%H%M}00"


def _newest(
    request: ApiRequest, page: Page, matched: str, wanted: str
) -> Iterator[tuple[Revision, Comment]]:
    """The matching comments of the newest public version that has any."""
    if not page.title.is_talk:
        return
    for rev in revisions.history(request.db, page):
        if rev.hidden & Hidden.TEXT:
            continue
        hits = [each for each in comments(rev.text) if _is(each, matched, wanted)]
        if hits:
            yield from ((rev, hit) for hit in hits)
            return


def _is(comment: Comment, matched: str, wanted: str) -> bool:
    """By id, the beginning is enough: the tail is a guess here, DiscussionTools parses more."""
    if matched == "name":
        return wanted == comment.name
    return wanted == comment.id or wanted.startswith(f"{comment.name}-")


def _value(page: Page, rev: Revision, comment: Comment, matched: str) -> dict[str, Any]:
    return {
        "id": comment.id,
        "name": comment.name,
        "title": str(page.title),
        "oldid": None if rev.id == page.latest else rev.id,
        "matchedby": matched,
        "couldredirect": rev.id == page.latest,
    }
