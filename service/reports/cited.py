# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links as they are sealed: what was pasted, what the server recognised in it, and how a reader's
browser asks about it later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from onwiki.links import Reference, Rejection, address, render
from onwiki.links.trimming import MAX_BYTES
from onwiki.wikis import WikiList
from service.reports.questions import Question, marked_json
from service.vault import Vault

LONGEST_CAPTION: Final = 200
"""Characters that are kept of the words beside a link."""


def cited(
    vault: Vault,
    wikis: WikiList,
    report_id: bytes,
    links: Sequence[str],
    captions: Sequence[str],
    references: Sequence[Reference | Rejection],
    first: int = 0,
) -> list[dict[str, Any]]:
    """For each link, with its reference and caption (no captions at all: empty ones): the JSON
    that a facts part has of it. ``first`` is the position of the first one in the report.
    """
    return [
        {
            "pasted": pasted[:MAX_BYTES],
            "caption": caption[:LONGEST_CAPTION],
            "notation": render(reference),
            **_fact(vault, wikis, report_id, position, reference),
        }
        for position, (pasted, caption, reference) in enumerate(
            zip(links, captions or ("",) * len(links), references, strict=True), first
        )
    ]


def _fact(
    vault: Vault,
    wikis: WikiList,
    report_id: bytes,
    position: int,
    reference: Reference | Rejection,
) -> dict[str, Any]:
    """Where a link leads and how to ask about it; or why it was not understood."""
    if isinstance(reference, Rejection):
        return {"address": None, "rejected": reference.reason.value, "again": None}
    notation = render(reference)
    question = Question(position, notation, notation)
    return {
        "address": address(reference, wikis),
        "rejected": None,
        "again": marked_json(vault, report_id, question),
    }
