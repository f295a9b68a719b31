# SPDX-License-Identifier: AGPL-3.0-or-later
"""Special pages that show an edit, a log entry, a comment: one function for each.

Each follows MediaWiki's class of that name (includes/specials/Special….php and the extensions
AbuseFilter, DiscussionTools, Flow, MobileFrontend and UrlShortener).
"""

from __future__ import annotations

from collections.abc import Callable

from onwiki.links import revisions
from onwiki.links.ids import as_comment_id, as_flow_id, as_timestamp, parse_id, parse_short_code
from onwiki.links.query import Query
from onwiki.links.reference import (
    AbuseLogEntry,
    Comment,
    DeletedRevision,
    FlowPost,
    History,
    LogEntry,
    NotEvidence,
    OtherResource,
    Page,
    Range,
    Reference,
    Revision,
    ShortLink,
    Title,
)
from onwiki.links.rejection import Refused, RejectReason
from onwiki.links.titles import PageName, resolve
from onwiki.wikis import WikiList

# RevisionDeleter: the type names of today and, in DEPRECATED_TYPE_MAP, of before.
_REVISION_TYPES = frozenset({"", "revision", "oldid"})
_LOG_TYPES = frozenset({"logging", "logid"})
_ARCHIVE_TYPES = frozenset({"archive", "artimestamp"})
_FILE_NAMESPACES = frozenset({"file", "image"})


def special_reference(name: PageName, query: Query, wikis: WikiList) -> Reference:
    """What a page of the Special namespace shows; one that is not listed is only a title."""
    canonical = wikis.special_names.page(name.special or "")
    handler = _HANDLERS.get(canonical or "")
    return _title(name) if handler is None else handler(name, query, wikis)


def revision_delete(name: PageName, query: Query, wikis: WikiList) -> Reference:
    """`Special:RevisionDelete?type=…&ids=…`, and index.php's action of that name."""
    ids = [*query.ids, *filter(None, query.text("ids").split(",", 2))]
    if not ids:
        raise Refused(RejectReason.NO_ID)
    if len(ids) > 1:
        raise Refused(RejectReason.MALFORMED)
    kind = query.text("type")
    if kind in _REVISION_TYPES:
        return Revision(name.wiki.dbname, parse_id(ids[0]))
    if kind in _LOG_TYPES:
        return LogEntry(name.wiki.dbname, parse_id(ids[0]))
    if kind in _ARCHIVE_TYPES:
        return _deleted(name, query.text("target"), ids[0], wikis)
    return _title(name)


def _title(name: PageName) -> Title:
    return Title(name.wiki.dbname, name.title)


def _single(subpage: str) -> str:
    """A subpage that must be one part; a slash at the end is forgiven."""
    part, _, rest = subpage.partition("/")
    if rest:
        raise Refused(RejectReason.MALFORMED)
    return part


def _diff(name: PageName, query: Query, _wikis: WikiList) -> Reference:
    if not name.subpage:
        if "diff" not in query.values:
            raise Refused(RejectReason.NO_ID)
        return revisions.from_diff(name.wiki, query.values["diff"], query.text("oldid"))
    parts = name.subpage.split("/", 2)
    if len(parts) > 2:
        raise Refused(RejectReason.MALFORMED)
    return revisions.from_diff(name.wiki, parts[-1], parts[0] if len(parts) == 2 else "")


def _mobile_diff(name: PageName, _query: Query, _wikis: WikiList) -> Reference:
    parts = _single(name.subpage or "").split("...", 2)
    if len(parts) > 2:
        raise Refused(RejectReason.MALFORMED)
    return revisions.from_diff(name.wiki, parts[-1], parts[0] if len(parts) == 2 else "")


def _permanent_link(name: PageName, query: Query, _wikis: WikiList) -> Reference:
    revid = _single(name.subpage or "") or query.text("revid") or query.text("oldid")
    return Revision(name.wiki.dbname, parse_id(revid))


def _redirect(name: PageName, query: Query, wikis: WikiList) -> Reference:
    kind, _, value = (name.subpage or "").partition("/")
    kind, value = kind or query.text("wptype"), value or query.text("wpvalue")
    if not kind or not value:
        raise Refused(RejectReason.NO_ID)
    if kind == "file":
        return _file(name, value, wikis)
    dbname, number = name.wiki.dbname, _single(value)
    match kind:
        case "revision":
            return Revision(dbname, parse_id(number))
        case "logid":
            return LogEntry(dbname, parse_id(number))
        case "page":
            return Page(dbname, parse_id(number))
        case "user":
            parse_id(number)
            return NotEvidence(dbname, OtherResource.USER_ID)
        case _:
            raise Refused(RejectReason.MALFORMED)


def _file(name: PageName, value: str, wikis: WikiList) -> Reference:
    prefix = value.partition(":")[0]
    text = value if prefix.lower() in _FILE_NAMESPACES else f"File:{value}"
    return Title(name.wiki.dbname, resolve(text, name.wiki, wikis).title)


def _compare_pages(name: PageName, query: Query, _wikis: WikiList) -> Reference:
    old, new = query.text("rev1"), query.text("rev2")
    if (not old and query.text("page1")) or (not new and query.text("page2")):
        raise Refused(RejectReason.MOVING_TARGET)
    return Range(name.wiki.dbname, parse_id(old), parse_id(new))


def _log(name: PageName, query: Query, _wikis: WikiList) -> Reference:
    if logid := query.text("logid"):
        return LogEntry(name.wiki.dbname, parse_id(logid))
    return NotEvidence(name.wiki.dbname, OtherResource.LOG_SEARCH)


def _abuse_log(name: PageName, _query: Query, _wikis: WikiList) -> Reference:
    # The entry's own page is meant also where somebody pasted the address of its private details.
    entry = _single((name.subpage or "").removeprefix("private/"))
    if entry in ("", "hide", "private"):
        return NotEvidence(name.wiki.dbname, OtherResource.LOG_SEARCH)
    return AbuseLogEntry(name.wiki.dbname, parse_id(entry))


def _undelete(name: PageName, query: Query, wikis: WikiList) -> Reference:
    return _deleted(name, name.subpage or query.text("target"), query.text("timestamp"), wikis)


def _deleted(name: PageName, target: str, time: str, wikis: WikiList) -> Reference:
    title = resolve(target, name.wiki, wikis).title
    if not title or not time:
        raise Refused(RejectReason.NO_ID)
    timestamp = as_timestamp(time)
    if timestamp is None:
        raise Refused(RejectReason.BAD_ID)
    return DeletedRevision(name.wiki.dbname, title, timestamp)


def _comment(name: PageName, query: Query, _wikis: WikiList) -> Reference:
    text = query.text("idorname") or name.subpage
    if not text:
        raise Refused(RejectReason.NO_ID)
    comment_id = as_comment_id(text)
    if comment_id is None:
        raise Refused(RejectReason.BAD_ID)
    return Comment(name.wiki.dbname, comment_id)


def _history(name: PageName, query: Query, wikis: WikiList) -> Reference:
    page = resolve(name.subpage or query.text("page"), name.wiki, wikis)
    if not page.title or page.special is not None:
        raise Refused(RejectReason.NO_ID)
    return History(page.wiki.dbname, page.title)


def _flow(name: PageName, query: Query, _wikis: WikiList) -> Reference:
    if not name.wiki.flow:
        return _title(name)
    uuid = (name.subpage or "").partition("/")[2] or query.text("uuid")
    if not uuid:
        raise Refused(RejectReason.NO_ID)
    post_id = as_flow_id(_single(uuid))
    if post_id is None:
        raise Refused(RejectReason.BAD_ID)
    return FlowPost(name.wiki.dbname, post_id)


def _short_link(name: PageName, _query: Query, _wikis: WikiList) -> Reference:
    return ShortLink(parse_short_code(name.subpage or ""))


def _contributions(name: PageName, _query: Query, _wikis: WikiList) -> Reference:
    return NotEvidence(name.wiki.dbname, OtherResource.CONTRIBUTIONS)


_HANDLERS: dict[str, Callable[[PageName, Query, WikiList], Reference]] = {
    "AbuseLog": _abuse_log,
    "ComparePages": _compare_pages,
    "Contributions": _contributions,
    "DeletedContributions": _contributions,
    "Diff": _diff,
    "FindComment": _comment,
    "Flow": _flow,
    "GoToComment": _comment,
    "History": _history,
    "Log": _log,
    "MobileDiff": _mobile_diff,
    "PermanentLink": _permanent_link,
    "Redirect": _redirect,
    "Revisiondelete": revision_delete,
    "Undelete": _undelete,
    "UrlRedirector": _short_link,
}
