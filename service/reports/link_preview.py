# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the form says about pasted links while they are pasted. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onwiki.links import (
    AbuseLogEntry,
    Comment,
    DeletedRevision,
    FlowPost,
    Found,
    History,
    LogEntry,
    NotEvidence,
    OtherResource,
    Page,
    Range,
    Reference,
    Rejection,
    Relative,
    Revision,
    ShortLink,
    Title,
    address,
    recognise_all,
)
from onwiki.wikis import WikiList
from service.reports.wiki_names import label_of

LARGEST_TEXT: Final = 128 * 1024
"""Characters of pasted text: far more than 50 links of 2 KiB take."""

KIND_KEYS: Final[dict[type[Reference], str]] = {
    Revision: "link-kind-revision",
    Range: "link-kind-range",
    Relative: "link-kind-relative",
    LogEntry: "link-kind-log",
    AbuseLogEntry: "link-kind-abuse-log",
    Page: "link-kind-page",
    Title: "link-kind-title",
    Comment: "link-kind-comment",
    FlowPost: "link-kind-flow",
    DeletedRevision: "link-kind-deleted",
    History: "link-kind-history",
    ShortLink: "link-kind-short",
}
OTHER_KEYS: Final = {
    OtherResource.CONTRIBUTIONS: "link-kind-other-contributions",
    OtherResource.LOG_SEARCH: "link-kind-other-log-search",
    OtherResource.USER_ID: "link-kind-other-user-id",
    OtherResource.API: "link-kind-other-api",
}
"""Recognised, and no evidence: the sentence says what to paste instead."""


@dataclass(frozen=True)
class LinkRow:
    """One line of the list: wiki · what it is · caption; or why not, and what to paste.

    ``message_key`` names the sentence. ``address`` is built anew, and never what was pasted.
    """

    pasted: str
    understood: bool
    message_key: str
    wiki: str | None
    caption: str
    address: str | None


def preview(text: str, wikis: WikiList, context: str | None) -> list[LinkRow]:
    """Every link of ``text`` (at most LARGEST_TEXT characters), in order."""
    return [_row(found, wikis) for found in recognise_all(text, wikis, context)]


def _row(found: Found, wikis: WikiList) -> LinkRow:
    result = found.result
    if isinstance(result, Rejection):
        key = result.reason.message_key
        return LinkRow(found.pasted, False, key, None, found.caption, None)
    wiki = None if isinstance(result, ShortLink) else label_of(result.wiki, wikis)
    shown = address(result, wikis)
    if isinstance(result, NotEvidence):
        key = OTHER_KEYS[result.why]
        return LinkRow(found.pasted, False, key, wiki, found.caption, shown)
    key = KIND_KEYS[type(result)]
    return LinkRow(found.pasted, True, key, wiki, found.caption, shown)
