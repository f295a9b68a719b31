# SPDX-License-Identifier: AGPL-3.0-or-later
"""How fast the bot may write; pure. Whoever posts keeps the time of the last post."""

from datetime import datetime, timedelta

BETWEEN_POSTS = timedelta(seconds=10)
"""DESIGN section 8; well below Wikimedia's limit for accounts without a bot flag."""


def not_before(last_post: datetime | None, now: datetime) -> datetime:
    """The earliest time for the next post, over all wikis together."""
    return now if last_post is None else max(now, last_post + BETWEEN_POSTS)
