# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people call a wiki: its host. Pure."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from onwiki.wikis import Wiki, WikiList

_LONGEST: Final = 300


def wiki_label(wiki: Wiki) -> str:
    """The host; the dbname for a wiki that shares its host with others."""
    return wiki.host if wiki.port is None else wiki.dbname


def label_of(dbname: str, wikis: WikiList) -> str:
    """The same by dbname; of a wiki that left the list the dbname is all there is to say."""
    wiki = wikis.by_dbname(dbname)
    return dbname if wiki is None else wiki_label(wiki)


def find_wiki(typed: str, wikis: WikiList) -> Wiki | None:
    """The public wiki that somebody means by a host, an address on it, or a dbname."""
    text = typed.strip()
    if not text or len(text) > _LONGEST:
        return None
    wiki = wikis.by_dbname(text.lower()) or _at_address(text, wikis)
    return None if wiki is None or wiki.private else wiki


def _at_address(text: str, wikis: WikiList) -> Wiki | None:
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return None if host is None else wikis.at(host, port, parts.path)
