# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's surroundings, from the same configuration as the web's."""

from __future__ import annotations

import hashlib
import hmac

from onwiki.bot import BotAccess, BotPassword, OAuth
from service.config import Bot, BotOAuth
from service.quota.quota import Allowance
from service.services import Services
from service.sessions.store import SessionStore
from service.worker.context import Context


def build_context(services: Services) -> Context:
    """What handlers use, over the services of this process."""
    config = services.config
    return Context(
        database=services.database,
        domain=services.domain,
        wikis=services.wikis,
        clock=services.clock,
        meta_api=config.meta_api,
        access=None if config.bot is None else bot_access(config.bot),
        run_page=config.run_page or (None if config.bot is None else run_page(config.bot)),
        allowance=Allowance.of(config),
        marker_key=marker_key(config.secret_key),
        accounts=services.accounts,
        sessions=SessionStore(services.database, services.vault, config.secret_key, services.clock),
        desks=services.desks,
        backups_kept_days=config.backup_days,
    )


def bot_access(bot: Bot) -> BotAccess:
    """The bot's account as ``onwiki`` knows it."""
    match bot.access:
        case BotOAuth() as oauth:
            return BotAccess(
                bot.name,
                OAuth(
                    oauth.consumer_key,
                    oauth.consumer_secret,
                    oauth.access_key,
                    oauth.access_secret,
                ),
            )
        case password:
            return BotAccess(bot.name, BotPassword(bot.name, password.password))


def run_page(bot: Bot) -> str:
    """The page whose text lets the bot run on a wiki; anybody there can stop it."""
    return f"User:{bot.name.partition('@')[0]}/Run"


def marker_key(secret_key: str) -> bytes:
    """The key of the notices' markers: of its own, so that a marker says nothing of a session."""
    return hmac.digest(secret_key.encode(), b"notice-marker", hashlib.sha256)
