# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links as they are sealed: what was pasted, and what the server recognised in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from onwiki.links import Reference, Rejection, address, render
from onwiki.links.trimming import MAX_BYTES
from onwiki.wikis import WikiList

LONGEST_CAPTION: Final = 200
"""Characters that are kept of the words beside a link."""


def cited(
    links: Sequence[str],
    captions: Sequence[str],
    references: Sequence[Reference | Rejection],
    wikis: WikiList,
) -> list[dict[str, Any]]:
    """For each link, with its reference and caption (no captions at all: empty ones): the JSON
    that a facts part has of it.
    """
    return [
        {
            "pasted": pasted[:MAX_BYTES],
            "caption": caption[:LONGEST_CAPTION],
            "notation": render(reference),
            "address": None if isinstance(reference, Rejection) else address(reference, wikis),
            "rejected": reference.reason.value if isinstance(reference, Rejection) else None,
        }
        for pasted, caption, reference in zip(
            links, captions or ("",) * len(links), references, strict=True
        )
    ]
