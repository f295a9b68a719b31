# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a handler of a queue row may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from onwiki.bot import BotAccess
from onwiki.wikis import WikiList
from service.database import Database
from service.desks.desk import Desk
from service.domain import Domain
from service.queue.jobs import Job
from service.quota.quota import Allowance
from service.retention.erasures import BACKUPS_KEPT_DAYS
from service.rights.asking import Accounts
from service.sessions.store import SessionStore

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Context:
    """The worker's surroundings; handlers get it with each job."""

    database: Database
    domain: Domain
    wikis: WikiList
    clock: Clock
    meta_api: str
    """api.php of the wiki that answers meta=globaluserinfo."""
    access: BotAccess | None
    """The bot's account; None asks wikis anonymously and posts nothing."""
    run_page: str | None
    """Title of the page on each wiki that switches the bot off there."""
    allowance: Allowance
    """How many reports one person may file: counters are kept no longer than for that."""
    marker_key: bytes = field(repr=False)
    accounts: Accounts
    """The way to ask about functionaries' rights."""
    sessions: SessionStore = field(repr=False)
    """To end those of people who lost a right."""
    wiki_timeout_s: float = 120.0
    desks: tuple[Desk, ...] = ()
    backups_kept_days: int = BACKUPS_KEPT_DAYS


Handler = Callable[[Context, Job], None]
