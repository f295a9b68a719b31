# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the desk can write to the reporter of a report, so that he reads it."""

from __future__ import annotations

import enum

from service.desks.rows import EVERYWHERE
from service.matching.tokens import Kind, MatchKeys, derive
from service.reports.record import Contact, Meta


class Reach(enum.StrEnum):
    """What the form for answering says."""

    READS = "reads"
    NO_BOX = "no-box"
    """The report was sent without a key of the reporter's own: nobody could open an answer."""
    UNWANTED = "unwanted"
    """The reporter asked not to be written to."""


def reach_of(keys: MatchKeys, meta: Meta) -> Reach:
    """Whether this report's reporter reads answers on the own page."""
    if meta.contact is Contact.NONE:
        return Reach.UNWANTED
    own_box = any(
        derive(keys, EVERYWHERE, Kind.REPORTER, str(person)) == meta.reporter
        for person in meta.boxes
    )
    return Reach.READS if own_box else Reach.NO_BOX
