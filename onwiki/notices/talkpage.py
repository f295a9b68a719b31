# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking before writing: whose talk page, may we run, did we post there already?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onwiki.bot import ApiRefused, BotSession
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.notices.outcomes import Refusal
from onwiki.wikis import Wiki

USER_TALK = 3
"""MediaWiki's namespace number; `User talk:` is its name on every wiki."""

RUNNING = frozenset({"on", "yes", "run"})
"""What the run page must say, and nothing else, for the bot to write. Anything else stops it."""

OWN_REVISIONS = 5
"""How far back our own posts on a page are searched: we come weekly at most, and a repetition
comes within hours."""

COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
NO_SUCH_NAME = frozenset({"baduser", "invaliduser", "invalidtitle"})


class Stop(Exception):
    """Nothing is to be posted."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class TalkPage:
    """Where to post: the revision that we looked at, and its wikitext; 0 and empty when the page
    does not exist yet.
    """

    title: str
    revid: int
    text: str


def find_talk_page(
    session: BotSession, wiki: Wiki, recipient: str, run_page: str | None
) -> TalkPage:
    """Check account and run page, and follow one redirect. Raises Stop, WikiUnavailable."""
    title = f"User talk:{recipient}"
    wanted = [title] if run_page is None else [title, run_page]
    try:
        query = ask_pages(
            session,
            wanted,
            {
                "list": "users",
                "ususers": recipient,
                "meta": "globaluserinfo|siteinfo",
                "guiuser": recipient,
                "siprop": "general",
            },
        )
    except ApiRefused as refused:
        if refused.code in NO_SUCH_NAME:
            raise Stop(Refusal.NO_ACCOUNT) from None
        raise
    refuse_other_wiki(query, wiki)
    if run_page is not None:
        check_run_page(page_called(query, run_page))
    check_account(query)
    page = page_called(query, title)
    if page.get("redirect"):
        page = redirect_target(session, title)
    return readable(page)


def ask_pages(session: BotSession, titles: list[str], more: Mapping[str, str]) -> dict[str, Any]:
    """Text and state of the pages."""
    answer = session.ask(
        {
            "action": "query",
            "prop": "revisions|info",
            "titles": "|".join(titles),
            "rvprop": "ids|content",
            "rvslots": "main",
            **more,
        }
    )
    query = answer.get("query")
    if not isinstance(query, dict):
        raise WikiUnavailable(Unavailable.MALFORMED)
    return query


def page_called(query: Mapping[str, Any], title: str) -> dict[str, Any]:
    """The page of the answer that this title stands for, normalised or not."""
    names = {note["from"]: note["to"] for note in query.get("normalized", [])}
    for page in query.get("pages", []):
        if page.get("title") == names.get(title, title):
            return dict(page)
    raise WikiUnavailable(Unavailable.INCOMPLETE)


def refuse_other_wiki(query: Mapping[str, Any], wiki: Wiki) -> None:
    """By its own id or its own address, as in onwiki.evidence.asking."""
    general = query.get("general", {})
    place = (general.get("servername"), general.get("scriptpath"))
    if general.get("wikiid") != wiki.dbname and place != (wiki.host, wiki.script_path):
        raise WikiUnavailable(Unavailable.OTHER_WIKI)


def check_account(query: Mapping[str, Any]) -> None:
    """The account exists here, is visible and not locked. Blocked people get their notice."""
    match query.get("users"):
        case [{"userid": int()}]:
            pass
        case [{"missing": True}] | [{"invalid": True}]:
            raise Stop(Refusal.NO_ACCOUNT)
        case _:
            raise WikiUnavailable(Unavailable.INCOMPLETE)
    match query.get("globaluserinfo"):  # absent on wikis without CentralAuth
        case {"locked": True}:
            raise Stop(Refusal.LOCKED)
        case {"missing": True} | {"hidden": True}:
            raise Stop(Refusal.NO_ACCOUNT)


def check_run_page(page: Mapping[str, Any]) -> None:
    """Fails closed: missing, redirected, hidden, or any other word."""
    text = wikitext_of(page)
    if text is None or COMMENTS.sub("", text).strip().lower() not in RUNNING:
        raise Stop(Refusal.RUN_PAGE)


def redirect_target(session: BotSession, title: str) -> dict[str, Any]:
    """Where a redirect leads; once, and only within the user talk namespace."""
    query = ask_pages(session, [title], {"redirects": "1"})
    pages = query.get("pages", [])
    # MediaWiki follows chains of redirects; each step is one entry of `redirects`.
    if len(query.get("redirects", [])) != 1 or len(pages) != 1:
        raise Stop(Refusal.REDIRECT)
    page = dict(pages[0])
    if page.get("ns") != USER_TALK or page.get("missing") or page.get("redirect"):
        raise Stop(Refusal.REDIRECT)
    return page


def readable(page: Mapping[str, Any]) -> TalkPage:
    """Raises Stop unless the page is wikitext, or not there yet."""
    title = str(page["title"])
    if page.get("missing"):
        return TalkPage(title, revid=0, text="")
    text = wikitext_of(page)
    if text is None:
        raise Stop(Refusal.NOT_WIKITEXT)
    return TalkPage(title, revid=int(page["revisions"][0]["revid"]), text=text)


def wikitext_of(page: Mapping[str, Any]) -> str | None:
    """The page's latest text, or None when it is not wikitext or can't be read."""
    match page.get("revisions"):
        case [{"slots": {"main": {"contentmodel": "wikitext", "content": str(text)}}}]:
            return text
        case _:
            return None


def own_revision(session: BotSession, page: TalkPage, bot_name: str, marker: str) -> int | None:
    """Our revision that brought the marker to the page, be it archived since.

    Raises Stop(UNCLEAR) when one of our own revisions is hidden from us.
    """
    answer = session.ask(
        {
            "action": "query",
            "prop": "revisions",
            "titles": page.title,
            "rvuser": bot_name,
            "rvlimit": str(OWN_REVISIONS),
            "rvprop": "ids|content",
            "rvslots": "main",
        }
    )
    pages = answer.get("query", {}).get("pages", [])
    found: int | None = None
    for revision in (raw for one in pages for raw in one.get("revisions", [])):
        slot = revision.get("slots", {}).get("main", {})
        if "content" not in slot:
            raise Stop(Refusal.UNCLEAR)
        if marker in slot["content"]:
            found = revision["revid"]  # newest first: the oldest one that holds it brought it
    return found
