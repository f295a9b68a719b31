# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pinned roster page: fingerprints of desks' rosters on a protected page of the central wiki.

A line a desk, in any list or plain, the desk's key and eight groups of four digits:

    * oversight-en: 3f21 9a0c 77be 1d04 55e2 c8a9 0b6f e143

All other lines are for people. Readers' browsers compare it (browser/desk/pinned.ts, which reads
the page alike), and operators do with ``roster check``.
"""

import re
from dataclasses import dataclass
from typing import Any

from onwiki.accounts import post
from onwiki.errors import Unavailable, WikiUnavailable

LINE = re.compile(
    r"[ *#:;]*([a-z0-9][a-z0-9-]{0,39})[ ]*:[ ]*([0-9a-f]{4}(?: [0-9a-f]{4}){7})[ ]*", re.ASCII
)

QUERY = {
    "action": "query",
    "prop": "revisions|info",
    "rvprop": "content",
    "rvslots": "main",
    "inprop": "protection",
    "format": "json",
    "formatversion": "2",
}
"""What is asked, without the title; browsers add `origin=*`."""


@dataclass(frozen=True)
class RosterPage:
    """The page's text, and whether only some people can edit it."""

    text: str
    protected: bool

    def fingerprints(self, desk: str) -> list[str]:
        """What the page says of a desk: one fingerprint, none, or several, which contradict."""
        lines = (LINE.fullmatch(line) for line in self.text.splitlines())
        return [line[2] for line in lines if line is not None and line[1] == desk]


def line_for(desk: str, fingerprint: str) -> str:
    """The line to put on the page."""
    return f"* {desk}: {fingerprint}"


def fetch(api_url: str, title: str, timeout_s: float = 5.0) -> RosterPage | None:
    """Ask the wiki; None when there is no such page. Raises WikiUnavailable."""
    return read(post(api_url, {**QUERY, "titles": title}, timeout_s))


def read(answer: dict[str, Any]) -> RosterPage | None:
    """Read the API's answer. Raises WikiUnavailable."""
    match answer:
        case {"query": {"pages": [{"missing": True}]}}:
            return None
        case {
            "query": {
                "pages": [
                    {
                        "revisions": [{"slots": {"main": {"content": str(text)}}}],
                        "protection": list(protection),
                    }
                ]
            }
        }:
            protected = any(
                isinstance(one, dict) and one.get("type") == "edit" for one in protection
            )
            return RosterPage(text, protected)
        case {"error": _}:
            raise WikiUnavailable(Unavailable.REFUSED)
    raise WikiUnavailable(Unavailable.MALFORMED)
