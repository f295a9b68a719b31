# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the bot does in public: the same words on a timetable, whatever happens in private."""

from onwiki.notices.marker import marker
from onwiki.notices.outcomes import AlreadyPosted, Outcome, Posted, Refusal, Refused
from onwiki.notices.pacing import not_before
from onwiki.notices.post import post
from onwiki.notices.text import languages, preview
from onwiki.notices.timetable import Rhythm, Timetable, draw_slots, next_slot, slots_between

__all__ = [
    "AlreadyPosted",
    "Outcome",
    "Posted",
    "Refusal",
    "Refused",
    "Rhythm",
    "Timetable",
    "draw_slots",
    "languages",
    "marker",
    "next_slot",
    "not_before",
    "post",
    "preview",
    "slots_between",
]
