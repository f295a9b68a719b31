# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=edit``: the ways in which a bot writes on a page, and all the ways to be refused."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from onwiki.sandbox import logs, revisions
from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.api import conflict, permission
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.revisions import Page, Revision
from onwiki.sandbox.titles import InvalidTitle, Title, parse_title

_NEWBIE_EDITS, _USER_EDITS, _WINDOW_S = 8, 90, 60
_WITHOUT_EFFECT = (
    "watchlist", "watchlistexpiry", "watch", "unwatch", "starttimestamp", "recreate",
    "contentformat", "captchaid", "captchaword", "notminor", "undo", "undoafter", "bot", "minor",
    "redirect", "discussiontoolsautosubscribe", "dttags",
)  # fmt: skip
"""Parameters that the sandbox takes and does nothing with, or reads on some of its ways only."""
_TAGS = ("discussiontools-added-comment",)


def execute(request: ApiRequest) -> dict[str, Any]:
    """Write, and answer with ``result`` and numbers; raises the errors of 094 to 129."""
    params = request.params
    params.ignore(*_WITHOUT_EFFECT)
    title, followed = _target(request)
    if not any(name in params for name in ("text", "appendtext", "prependtext")):
        raise ApiError(
            "missingparam",
            'At least one of the parameters "text", "appendtext", "prependtext" and "undo" is'
            " required.",
        )
    page = revisions.page_by_title(request.db, request.wiki.dbname, title)
    latest = revisions.latest(request.db, page) if page else None
    _check_text(request)
    _check_existence(request, page)
    _check_model(request, page)
    text, summary = _new_text(request, latest)
    tags = _tags(request)
    refusal = permission.refusal(request, title)
    if refusal:
        raise refusal
    _check_state(request)
    _check_filters(request, title, text)
    conflict.check(request, page, latest, summary)
    result: dict[str, Any] = {"redirects": followed} if followed else {}
    written = _write(request, title, page, latest, text, summary, tags)
    return result | {"edit": written}


def _target(request: ApiRequest) -> tuple[Title, dict[str, str] | None]:
    raw, number = request.params.text("title"), request.params.integer("pageid")
    if number is not None:
        page = revisions.page_by_id(request.db, request.wiki.dbname, number)
        if page is None or page.deleted:
            raise ApiError("nosuchpageid", f"There is no page with ID {number}.")
        title = page.title
    else:
        if raw is None:
            raise ApiError(
                "missingparam", 'One of the parameters "title" and "pageid" is required.'
            )
        try:
            title = parse_title(raw)
        except InvalidTitle as error:
            raise ApiError("invalidtitle", f'Bad title "{raw}".') from error
    if title.ns < 0:
        raise ApiError("pagecannotexist", "Namespace doesn't allow actual pages.")
    if not request.params.flag("redirect"):
        return title, None
    found = revisions.page_by_title(request.db, request.wiki.dbname, title)
    goal = revisions.redirect_target(revisions.latest(request.db, found).text) if found else None
    return (goal, {"from": str(title), "to": str(goal)}) if goal else (title, None)


def _check_text(request: ApiRequest) -> None:
    wanted = request.params.text("md5")
    if wanted is None:
        return
    params = request.params
    given = (params.text("prependtext") or "") + (params.text("appendtext") or "")
    text = given or params.text("text") or ""
    if hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() != wanted:
        raise ApiError("badmd5", "The supplied MD5 hash was incorrect.")


def _check_existence(request: ApiRequest, page: Page | None) -> None:
    if page and request.params.flag("createonly"):
        raise ApiError("articleexists", "The page you tried to create has been created already.")
    if page is None and request.params.flag("nocreate"):
        raise ApiError("missingtitle", "The page you specified doesn't exist.")


def _check_model(request: ApiRequest, page: Page | None) -> None:
    if page is None or page.model == "wikitext":
        return
    if request.params.text("section") is not None:
        # Not a clean code: the real wiki falls over an exception here [113].
        raise ApiError(
            "internal_api_error_MediaWiki\\Exception\\ErrorPageError",
            "[69d0b5a1962e2d7f0faa73e2] Exception caught: Section editing is not supported in this"
            " page or is disabled for this view.",
            extra={"errorclass": "MediaWiki\\Exception\\ErrorPageError"},
        )
    if page.model == "json":
        raise ApiError("invalid-json-data", "Invalid JSON: Syntax error")


def _new_text(request: ApiRequest, latest: Revision | None) -> tuple[str, str]:
    """The whole new text of the page and the summary that goes with it."""
    params = request.params
    summary = params.text("summary") or ""
    old = latest.text if latest else ""
    section = params.text("section")
    before, after = params.text("prependtext"), params.text("appendtext")
    if section == "new":
        return _with_section(request, old, summary)
    if section is not None:
        raise ApiError("nosuchsection", f"There is no section {section}.")
    if before is not None or after is not None:
        return _signed(request, (before or "") + old + (after or "")), summary
    return _signed(request, (params.text("text") or "").rstrip()), summary


def _with_section(request: ApiRequest, old: str, summary: str) -> tuple[str, str]:
    heading = request.params.text("sectiontitle")
    if heading is None:
        heading, given = summary, ""
    else:
        given = summary
    body = (request.params.text("text") or request.params.text("appendtext") or "").rstrip()
    section = f"== {heading} ==\n\n{body}" if heading else body
    text = f"{old}\n\n{section}" if old else section
    auto = f"/* {heading} */ new section" if heading else ""
    return _signed(request, text), given or auto


def _signed(request: ApiRequest, text: str) -> str:
    name = request.caller.name
    moment = request.moment
    date = f"{moment:%H:%M}, {moment.day} {moment:%B %Y} (UTC)"
    who = f"[[User:{name}|{name}]] ([[User talk:{name}|talk]])"
    text = re.sub(r"~{5}", date, text)
    text = re.sub(r"~{4}", lambda _: f"{who} {date}", text)
    return re.sub(r"~{3}", lambda _: who, text)


def _tags(request: ApiRequest) -> list[str]:
    wanted = request.params.multi("tags")
    unknown = [tag for tag in wanted if tag not in _TAGS]
    if unknown:
        raise ApiError(
            "badtags",
            f'The tag "{unknown[0]}" is not allowed to be manually applied.',
            extra={"disallowedtags": unknown},
        )
    return wanted


def _check_state(request: ApiRequest) -> None:
    row = request.db.execute(
        "SELECT readonly_reason FROM wiki_state WHERE wiki = ?", (request.wiki.dbname,)
    ).fetchone()
    if row["readonly_reason"] is not None:
        raise read_only(row["readonly_reason"])
    account = request.caller.account
    if account is None or request.caller.may("noratelimit"):
        return
    allowed = _USER_EDITS if request.caller.may("autoconfirmed") else _NEWBIE_EDITS
    recent = [
        rev
        for rev, _ in revisions.by_user(request.db, account)[:allowed]
        if _age_s(request, rev) < _WINDOW_S
    ]
    if len(recent) >= allowed:
        raise rate_limited()


def read_only(reason: str) -> ApiError:
    """The error of a wiki that takes no edits for now [129]."""
    return ApiError(
        "readonly",
        "The wiki is currently in read-only mode.",
        extra={"readonlyreason": reason},
    )


def rate_limited() -> ApiError:
    """The error of somebody who is too fast; MediaWiki sends no Retry-After with it [128]."""
    return ApiError(
        "ratelimited", "You've exceeded your rate limit. Please wait some time and try again."
    )


def _age_s(request: ApiRequest, rev: Revision) -> float:
    made = request.moment.fromisoformat(rev.timestamp.replace("Z", "+00:00"))
    return (request.moment - made).total_seconds()


def _check_filters(request: ApiRequest, title: Title, text: str) -> None:
    for each in logs.filters(request.db, request.wiki.dbname):
        if each.phrase not in text:
            continue
        if request.caller.account:
            logs.record_abuse(request.db, request.caller.account, each, title, request.now)
        raise ApiError(
            "abusefilter-disallowed",
            "This action has been automatically identified as harmful, and therefore disallowed."
            f" A brief description of the abuse rule which your action matched is:"
            f" {each.description}",
            extra={
                "abusefilter": {
                    "id": "" if each.private else str(each.id),
                    "description": each.description,
                    "actions": ["disallow"],
                }
            },
        )


def _write(
    request: ApiRequest,
    title: Title,
    page: Page | None,
    latest: Revision | None,
    text: str,
    summary: str,
    tags: list[str],
) -> dict[str, Any]:
    params = request.params
    author: LocalAccount | str = request.caller.account or request.caller.ip
    model = params.text("contentmodel") or (page.model if page else "wikitext")
    if page and latest and text == latest.text:
        return {
            "result": "Success",
            "pageid": page.id,
            "title": str(title),
            "contentmodel": page.model,
            "nochange": True,
        }
    saved = revisions.save(
        request.db,
        request.wiki.dbname,
        title,
        author,
        text,
        summary,
        request.now,
        minor=params.flag("minor"),
        bot=params.flag("bot") and request.caller.may("bot"),
        tags=tags,
        model=model,
    )
    request.cookies["UseDC"] = "master"
    fields: dict[str, Any] = {} if page else {"new": True}
    return fields | {
        "result": "Success",
        "pageid": saved.page_id,
        "title": str(title),
        "contentmodel": model,
        "oldrevid": saved.parent_id,
        "newrevid": saved.id,
        "newtimestamp": saved.timestamp,
    }
