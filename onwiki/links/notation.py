# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canonical notation of EVIDENCE.md: `rev:enwiki:200`, `reject:host`, one line each."""

from __future__ import annotations

import re
from collections.abc import Callable

from onwiki.links.ids import (
    as_comment_id,
    as_flow_id,
    as_timestamp,
    parse_id,
    parse_short_code,
)
from onwiki.links.reference import (
    AbuseLogEntry,
    Comment,
    DeletedRevision,
    FlowPost,
    History,
    LogEntry,
    Neighbour,
    NotEvidence,
    OtherResource,
    Page,
    Range,
    Reference,
    Relative,
    Revision,
    ShortLink,
    Title,
)
from onwiki.links.rejection import Refused, Rejection, RejectReason

_DBNAME = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
_TITLE = re.compile(r"[^\x00-\x20\x7f-\x9f]+\Z")


class BadNotation(Exception):
    """The text is not the canonical notation of anything."""


_FORMATS: dict[type, str] = {
    Revision: "rev:{0.wiki}:{0.revid}",
    Range: "diff:{0.wiki}:{0.old}:{0.new}",
    Relative: "rel:{0.wiki}:{0.revid}:{0.to}",
    LogEntry: "log:{0.wiki}:{0.logid}",
    AbuseLogEntry: "afl:{0.wiki}:{0.afl_id}",
    Page: "page:{0.wiki}:{0.page_id}",
    Title: "title:{0.wiki}:{0.title}",
    Comment: "comment:{0.wiki}:{0.comment_id}",
    FlowPost: "flow:{0.wiki}:{0.post_id}",
    DeletedRevision: "deleted:{0.wiki}:{0.title}:{0.timestamp}",
    History: "history:{0.wiki}:{0.title}",
    ShortLink: "short:{0.code}",
    NotEvidence: "other:{0.wiki}:{0.why}",
    Rejection: "reject:{0.reason}",
}


def render(result: Reference | Rejection) -> str:
    """One line without control characters."""
    return _FORMATS[type(result)].format(result)


def parse_notation(text: str) -> Reference | Rejection:
    """The inverse of `render`. Raises `BadNotation` on anything that `render` does not write."""
    kind, _, rest = text.partition(":")
    try:
        if kind == "reject":
            result: Reference | Rejection = Rejection(RejectReason(rest))
        elif kind == "short":
            result = ShortLink(parse_short_code(rest))
        else:
            wiki, _, value = rest.partition(":")
            result = _READERS[kind](_dbname(wiki), value)
    except (KeyError, ValueError, Refused):
        raise BadNotation("not the canonical notation of a reference") from None
    if render(result) != text:
        raise BadNotation("the notation is not in its canonical spelling")
    return result


def _dbname(text: str) -> str:
    if not _DBNAME.match(text):
        raise ValueError(text)
    return text


def _title(text: str) -> str:
    if not _TITLE.match(text):
        raise ValueError(text)
    return text


def _range(wiki: str, value: str) -> Range:
    old, _, new = value.partition(":")
    return Range(wiki, parse_id(old), parse_id(new))


def _relative(wiki: str, value: str) -> Relative:
    revid, _, to = value.partition(":")
    return Relative(wiki, parse_id(revid), Neighbour(to))


def _deleted(wiki: str, value: str) -> DeletedRevision:
    title, _, timestamp = value.rpartition(":")
    return DeletedRevision(wiki, _title(title), _given(as_timestamp(timestamp)))


def _given(value: str | None) -> str:
    if value is None:
        raise ValueError("an id that is none")
    return value


_READERS: dict[str, Callable[[str, str], Reference]] = {
    "rev": lambda wiki, value: Revision(wiki, parse_id(value)),
    "diff": _range,
    "rel": _relative,
    "log": lambda wiki, value: LogEntry(wiki, parse_id(value)),
    "afl": lambda wiki, value: AbuseLogEntry(wiki, parse_id(value)),
    "page": lambda wiki, value: Page(wiki, parse_id(value)),
    "title": lambda wiki, value: Title(wiki, _title(value)),
    "comment": lambda wiki, value: Comment(wiki, _title(_given(as_comment_id(value)))),
    "flow": lambda wiki, value: FlowPost(wiki, _given(as_flow_id(value))),
    "deleted": _deleted,
    "history": lambda wiki, value: History(wiki, _title(value)),
    "other": lambda wiki, value: NotEvidence(wiki, OtherResource(value)),
}
