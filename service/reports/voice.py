# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether somebody's report counts for the holds of others. Pure.

Otherwise an account made this morning, perhaps by the reported person, would release what others
hold back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from service.desks.desk import Desk
from service.sessions.person import Person


def is_voice(person: Person, desk: Desk, now: datetime) -> bool:
    """Whether the account is old and active enough, by what the wiki said at sign-in. What it did
    not say does not count.
    """
    if person.registered is None or person.edit_count is None:
        return False
    age = now - person.registered
    return age >= timedelta(days=desk.voice_age_days) and person.edit_count >= desk.voice_edits
