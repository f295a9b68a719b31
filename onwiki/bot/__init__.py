# SPDX-License-Identifier: AGPL-3.0-or-later
"""pywikibot, kept in a child process: one wiki, one task, nothing left behind."""

from onwiki.bot.access import BotAccess, BotPassword, OAuth
from onwiki.bot.agent import USER_AGENT
from onwiki.bot.session import ApiRefused, BotSession

__all__ = ["USER_AGENT", "ApiRefused", "BotAccess", "BotPassword", "BotSession", "OAuth"]
