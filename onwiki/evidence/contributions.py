# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an account edited on one wiki since some day: ids, pages and times, nothing else.

`list=usercontribs`, newest first, with `list=users` beside the first question: the wiki answers
the same empty list for an account without edits and for one that is not there. Neither summaries
nor texts nor sizes are asked for. Revisions whose author is hidden are not listed, or are left
out here where the bot could see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from onwiki.accounts import NO_SUCH_NAME
from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.meetings import Edit
from onwiki.evidence.shapes import BadShape, moment, number, rows, text
from onwiki.names import address

MOST_REQUESTS = 10
"""Requests for one account; each brings 500 edits, or 5,000 with apihighlimits."""

UCPROP = "ids|title|timestamp"


@dataclass(frozen=True)
class Contributions:
    """`there`: whether the wiki knows the account; a hidden one is answered like none.
    `more`: edits further back than the last of `edits` were not read.
    """

    there: bool
    edits: tuple[Edit, ...]
    more: bool


NOBODY = Contributions(there=False, edits=(), more=False)


def contributions(
    asker: Asker, name: str, since: datetime, *, at_once: str = "max", most: int = MOST_REQUESTS
) -> Contributions:
    """The edits of `name` (normalised: onwiki.names) since then, newest first.

    At most `most` requests of `at_once` edits (the API's `uclimit`). Raises WikiUnavailable: half
    a list is no answer.
    """
    question = _question(name, since) | {"uclimit": at_once}
    edits: dict[int, Edit] = {}
    there = address(name) is not None
    for asked in range(most):
        try:
            query = asker.query(question | asker.left if asked else question)
        except ApiRefused as refused:
            if refused.code.removesuffix("_ucuser") in NO_SUCH_NAME:
                return NOBODY
            raise WikiUnavailable(Unavailable.REFUSED) from None
        if query is None:
            raise asker.fault or WikiUnavailable(Unavailable.INCOMPLETE)
        try:
            there = there or _is_there(query)
            edits |= {edit.revid: edit for edit in map(_edit, _visible(query))}
        except BadShape:
            raise WikiUnavailable(Unavailable.MALFORMED) from None
        if not there:
            return NOBODY
        if "uccontinue" not in asker.left:
            return Contributions(there, tuple(edits.values()), more=False)
    return Contributions(there, tuple(edits.values()), more=True)


def _question(name: str, since: datetime) -> dict[str, str]:
    """An address asks for its edits, a range for those of all its addresses."""
    common = {
        "list": "usercontribs",
        "ucprop": UCPROP,
        "ucend": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if address(name) is None:
        return common | {"list": "usercontribs|users", "ucuser": name, "ususers": name}
    return common | {"uciprange" if "/" in name else "ucuser": name}


def _is_there(query: Mapping[str, Any]) -> bool:
    return any("userid" in row and not row.get("missing") for row in rows(query, "users"))


def _visible(query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Without what is suppressed or whose author is hidden, even if the bot may see it."""
    listed = rows(query, "usercontribs")
    return [row for row in listed if not (row.get("userhidden") or row.get("suppressed"))]


def _edit(row: Mapping[str, Any]) -> Edit:
    return Edit(
        number(row, "revid"), number(row, "pageid"), text(row, "title"), moment(row, "timestamp")
    )
