# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page tells the browser so that it can keep and compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from onwiki.roster_page import QUERY
from service.desks.here import Here
from service.ids import to_text

_PURPOSE: Final = "browser-memory"


@dataclass(frozen=True)
class Pinned:
    """The roster page on the central wiki: its title, and the question that a browser asks."""

    title: str
    address: str


def memory_name(here: Here) -> str:
    """Under which name this person's browser remembers this desk: it names neither."""
    label = here.services.vault.label(
        _PURPOSE, here.desk.key.encode(), here.central_id.to_bytes(8, "big")
    )
    return to_text(label[:16])


def pinned_page(here: Here) -> Pinned | None:
    """None where no page is configured."""
    config = here.services.config
    if config.roster_page is None:
        return None
    query = urlencode({**QUERY, "titles": config.roster_page, "origin": "*"})
    return Pinned(config.roster_page, f"{config.central_api}?{query}")
