# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who asks for reminders, and where they would go.

A reminder goes to the talk page on the account's home wiki. Where that is not known, or is a wiki
that this tool may not write to, it goes to the wiki that people sign in on.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from onwiki.notices.text import language_for
from onwiki.wikis import Wiki, WikiList
from service.notices.subscriptions import Recipient
from service.sessions.person import Person


def reminder_wiki(person: Person, wikis: WikiList, oauth_wiki: str) -> Wiki | None:
    """The wiki that the person's reminders go to; None when both are off the list.

    ``oauth_wiki`` is the address of the central wiki's index.php.
    """
    home = None if person.home is None else wikis.by_dbname(person.home)
    if home is not None and not (home.private or home.closed):
        return home
    parts = urlsplit(oauth_wiki)
    return wikis.at(parts.hostname or "", parts.port, parts.path)


def recipient_of(person: Person, wiki: Wiki, lang: str) -> Recipient:
    """The person as somebody who gets reminders in (the notice's own form of) ``lang``."""
    return Recipient(person.central_id, person.name, wiki.dbname, language_for(lang))
