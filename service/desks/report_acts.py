# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the case page needs for acts on one report: answering, closing, seeing who reported."""

from __future__ import annotations

from typing import Any

from service.cases.identity import LONGEST_WORDS
from service.cases.review import may_review
from service.desks.here import Here
from service.reports.record import Meta
from service.thread.answering import LONGEST_LINE, LONGEST_MESSAGE
from service.thread.reaching import Reach, reach_of
from service.thread.telling import REASON_KEYS


def acts_context(here: Here) -> dict[str, Any]:
    """For ``render_template``."""

    def reach(meta: Meta) -> Reach:
        return reach_of(here.services.match_keys, meta)

    def reviews(meta: Meta) -> bool:
        return may_review(here.services.match_keys, meta, here.central_id)

    return {
        "reach": reach,
        "may_review": reviews,
        "identity_reasons": REASON_KEYS,
        "longest_message": LONGEST_MESSAGE,
        "longest_line": LONGEST_LINE,
        "longest_words": LONGEST_WORDS,
    }
