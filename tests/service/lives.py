# SPDX-License-Identifier: AGPL-3.0-or-later
"""For programs that fork one life after the other: what each would make anew is there before."""

from __future__ import annotations

import gc

from sqlalchemy.orm import configure_mappers

from onwiki.wikis import WikiList


def ready_to_fork() -> None:
    """Tables and wikis are read in, and no life looks through (so copies) all that is there."""
    configure_mappers()
    WikiList.snapshot()
    gc.collect()
    gc.freeze()
