# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ids that links carry: what counts as one, in which spelling."""

from __future__ import annotations

import re

from onwiki.links.rejection import Refused, RejectReason

MAX_ID = 2**63 - 1

# ASCII only: str.isdigit() and int() take full-width digits and underscores too.
_ID = re.compile(r"[0-9]{1,19}\Z")
# DiscussionTools: c-<author>-<time>…, h-<heading>-<time>…; authors and headings may hold hyphens
# and digits, so the time is the first 14 digits that end the id or its part.
_COMMENT = re.compile(r"[ch]-[^\n]+?-[0-9]{14}(?:-[^\n]*)?\Z")
_FLOW = re.compile(r"[0-9a-z]{16,19}\Z")
_TIMESTAMP = re.compile(r"[0-9]{14}\Z")
# UrlShortener: $wgUrlShortenerIdSet, $wgUrlShortenerIdMapping, $wgUrlShortenerAltPrefix
_SHORT = re.compile(r"_?[23456789A-HJ-NP-Za-km-z$]+\Z")
_LOOK_ALIKES = str.maketrans("0OIl1", "ooiii")
_SHORT_MAX = 20


def parse_id(text: str) -> int:
    """A positive id of at most 63 bits; leading zeros are fine. Raises `Refused`."""
    text = text.strip(" ")
    if not text:
        raise Refused(RejectReason.NO_ID)
    value = int(text) if _ID.match(text) else 0
    if not 0 < value <= MAX_ID:
        raise Refused(RejectReason.BAD_ID)
    return value


def is_zero(text: str) -> bool:
    """Whether the text is the number 0, however long."""
    return text != "" and not text.strip("0")


def as_comment_id(text: str) -> str | None:
    """The text as a comment's id, or None when it is something else (an ordinary section)."""
    comment_id = text.replace(" ", "_")
    return comment_id if _COMMENT.match(comment_id) else None


def as_flow_id(text: str) -> str | None:
    """The text as an id of Structured Discussions, in lower case, or None."""
    flow_id = text.lower()
    return flow_id if text.isascii() and _FLOW.match(flow_id) else None


def as_timestamp(text: str) -> str | None:
    """MediaWiki's 14 digits, or None."""
    return text if _TIMESTAMP.match(text) else None


def parse_short_code(text: str) -> str:
    """A w.wiki code with its look-alikes mapped. Raises `Refused`."""
    if not text:
        raise Refused(RejectReason.NO_ID)
    code = text.translate(_LOOK_ALIKES)
    if len(code) > _SHORT_MAX or not _SHORT.match(code):
        raise Refused(RejectReason.BAD_ID)
    return code
