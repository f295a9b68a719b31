# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posting the reminder on a talk page, once, with all the manners of DESIGN section 8.

What goes in is who, in which language and with which marker; there is no way to hand in a
report, a reason or a word.
"""

from typing import Any

from onwiki.bot import ApiRefused, BotAccess, BotSession
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.names import may_be_account, normalise
from onwiki.notices.consent import may_write
from onwiki.notices.outcomes import AlreadyPosted, Outcome, Posted, Refusal, Refused
from onwiki.notices.talkpage import Stop, TalkPage, find_talk_page, own_revision
from onwiki.notices.text import Notice, compose
from onwiki.wikis import Wiki

SIGNED_OUT = frozenset({"assertuserfailed", "assertnameduserfailed", "assertbotfailed", "badtoken"})
SURELY_NOT_WRITTEN = frozenset(
    {Unavailable.MAXLAG, Unavailable.RATE_LIMITED, Unavailable.READ_ONLY, Unavailable.CAPTCHA}
)
CONTESTED = frozenset({"editconflict", "articleexists"})
"""Somebody was faster: it may have been a worker that was taken for dead."""

STILL_AT_IT_S = 500.0
"""How long a wiki may be at an edit whose answer we lost. On Wikimedia's wikis a signed request is
taken up within 300 s or refused, and PHP works at a POST for 200 s at most."""

REFUSALS = {
    "protectedpage": Refusal.PROTECTED,
    "cascadeprotected": Refusal.PROTECTED,
    "protectednamespace": Refusal.PROTECTED,
    "blocked": Refusal.BOT_BLOCKED,
    "autoblocked": Refusal.BOT_BLOCKED,
    "spamblacklist": Refusal.FILTERED,
    "missingtitle": Refusal.CHANGED,
    "pagedeleted": Refusal.CHANGED,
}
REFUSAL_PREFIXES = {
    "abusefilter-": Refusal.FILTERED,
    "titleblacklist-": Refusal.FILTERED,
    "cantcreate": Refusal.PROTECTED,
}


def post(
    wiki: Wiki,
    access: BotAccess,
    recipient_name: str,
    lang: str,
    marker: str,
    run_page: str | None,
    timeout_s: float,
) -> Outcome:
    """Post the reminder on `recipient_name`'s talk page, or find out why not.

    One edit is tried at most. Before it, and again when its fate is unknown (time-out, reset,
    rubbish), the page's history is searched for our own marker, so a repeated call posts
    nothing twice. An edit that the wiki had not finished when that was searched is refused by the
    wiki itself, or makes it refuse ours (`edit_parameters`). Takes at most twice `timeout_s`; a
    lease on the row must be longer.

    Raises WikiUnavailable: ask again later, nothing is known to have been written. Where it might
    still be, later is not before `STILL_AT_IT_S`.
    """
    recipient = normalise(recipient_name)
    if not may_be_account(recipient):
        return Refused(Refusal.NO_ACCOUNT)
    try:
        with BotSession(wiki, access, timeout_s=timeout_s, sign_in=True) as session:
            page = find_talk_page(session, wiki, recipient, run_page)
            attempt = write_once(session, page, access.name, compose(lang, marker), marker)
    except Stop as stop:
        return Refused(stop.reason)
    except ApiRefused as refused:
        return refusal_of(refused.code)
    if isinstance(attempt, WikiUnavailable):
        return look_again(wiki, access, page, marker, timeout_s, attempt)
    return attempt


def write_once(
    session: BotSession, page: TalkPage, bot_name: str, notice: Notice, marker: str
) -> Outcome | WikiUnavailable:
    """Look for the marker, then edit. A failure that is returned, not raised, may have written.

    Raises Stop, ApiRefused, and WikiUnavailable when surely nothing was written.
    """
    before = own_revision(session, page, bot_name, marker)
    if before is not None:
        return AlreadyPosted(before)
    if not may_write(page.text, bot_name):
        raise Stop(Refusal.OPTED_OUT)
    try:
        return outcome_of(session.edit(edit_parameters(page, notice, bot_name)))
    except ApiRefused as refused:
        if refused.code not in CONTESTED:
            raise
        return whose(own_revision(session, page, bot_name, marker))
    except WikiUnavailable as fault:
        if fault.reason in SURELY_NOT_WRITTEN:
            raise
        return fault


def whose(revid: int | None) -> AlreadyPosted:
    """Who was faster: we ourselves, or somebody else (WikiUnavailable: come again)."""
    if revid is None:
        raise WikiUnavailable(Unavailable.REFUSED)
    return AlreadyPosted(revid)


def edit_parameters(page: TalkPage, notice: Notice, bot_name: str) -> dict[str, str]:
    """`assert=user` and the token are added by the child, `maxlag=5` to every request.

    With `baserevid` the wiki refuses a new section (`editconflict`) when the page changed since we
    looked and its last edit is ours with the same heading: however late another attempt arrives,
    ours or one of a worker that was killed, the second one fails.
    """
    return {
        "title": page.title,
        "section": "new",
        "sectiontitle": notice.heading,
        "text": notice.text,
        "summary": "",  # the wiki writes its own: the heading, and nothing of ours
        "notminor": "1",  # Echo stays silent about minor edits
        "bot": "1",
        "assertuser": bot_name,
        "watchlist": "nochange",
        # A page that vanishes or appears meanwhile was not the one that we looked at.
        **({"nocreate": "1", "baserevid": str(page.revid)} if page.revid else {"createonly": "1"}),
    }


def outcome_of(answer: dict[str, Any]) -> Outcome:
    """Read an edit's answer (recordings 094 to 125). Raises WikiUnavailable."""
    match answer:
        case {"edit": {"result": "Success", "newrevid": int(revid)}}:
            return Posted(revid)
        case {"edit": {"captcha": _}}:
            raise WikiUnavailable(Unavailable.CAPTCHA)
        case {"edit": {"result": "Failure"}}:
            return Refused(Refusal.FILTERED)
        case _:
            raise WikiUnavailable(Unavailable.MALFORMED)


def refusal_of(code: str) -> Refused:
    """What an error code of the API means. Raises WikiUnavailable for one that will pass."""
    if code in SIGNED_OUT:
        raise WikiUnavailable(Unavailable.SIGN_IN_REFUSED)
    if code in REFUSALS:
        return Refused(REFUSALS[code])
    for prefix, reason in REFUSAL_PREFIXES.items():
        if code.startswith(prefix):
            return Refused(reason)
    return Refused(Refusal.OTHER)


def look_again(
    wiki: Wiki,
    access: BotAccess,
    page: TalkPage,
    marker: str,
    timeout_s: float,
    unknown: WikiUnavailable,
) -> Outcome:
    """The edit may have been made although its answer was lost: the wiki finishes both."""
    try:
        with BotSession(wiki, access, timeout_s=timeout_s, sign_in=True) as session:
            revid = own_revision(session, page, access.name, marker)
    except (Stop, ApiRefused, WikiUnavailable):
        revid = None
    if revid is None:
        raise WikiUnavailable(unknown.reason, max(unknown.retry_after_s or 0, STILL_AT_IT_S))
    return Posted(revid)
