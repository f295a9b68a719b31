# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the Action API's JSON (formatversion=2) into facts; pure.

Whatever is not of the documented shape raises BadShape, so that a strange answer becomes a
finding of its own and never half a fact.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from onwiki.evidence.findings import AuthorKind, Hidden

RVPROP = "ids|timestamp|user|userid|flags|comment|sha1|size"
"""`comment` and `sha1` only for their hidden flags: without `sha1` a text-hidden revision looks
ordinary (FACTS.md). Their values are dropped right here."""

FLAGS = {
    "sha1hidden": Hidden.TEXT,
    "texthidden": Hidden.TEXT,
    "userhidden": Hidden.USER,
    "commenthidden": Hidden.COMMENT,
    "actionhidden": Hidden.ACTION,
}


class BadShape(Exception):
    """JSON that is not what the API documents. Carries nothing of it."""


@dataclass(frozen=True)
class Performer:
    """Whoever did something, as the wiki names them now."""

    name: str
    local_id: int | None
    kind: AuthorKind


@dataclass(frozen=True)
class RevisionFacts:
    """One revision. `author` is None when hidden, also from those who may see it."""

    revid: int
    parentid: int
    pageid: int
    namespace: int
    title: str
    author: Performer | None
    timestamp: datetime
    size: int | None
    minor: bool
    hidden: frozenset[Hidden]
    suppressed: bool


def number(raw: Mapping[str, Any], key: str) -> int:
    value = raw.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadShape
    return value


def text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str):
        raise BadShape
    return value


def moment(raw: Mapping[str, Any], key: str) -> datetime:
    """ISO 8601 as MediaWiki writes it: `2026-05-03T14:02:00Z`."""
    try:
        return datetime.strptime(text(raw, key), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadShape from None


def section(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = raw.get(key)
    if not isinstance(value, dict):
        raise BadShape
    return value


def rows(raw: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """A list of objects; an absent key is an empty list (`pages` when every id is bad)."""
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BadShape
    return value


def hidden_of(raw: Mapping[str, Any]) -> frozenset[Hidden]:
    return frozenset(part for flag, part in FLAGS.items() if raw.get(flag))


def performer_of(raw: Mapping[str, Any]) -> Performer | None:
    """The author, unless the name is hidden: a bot with rights would see it all the same."""
    if raw.get("userhidden"):
        return None
    name, userid = text(raw, "user"), raw.get("userid")
    local_id = userid if isinstance(userid, int) and userid > 0 else None
    if ">" in name:  # not a valid name: ExternalUserNames::addPrefix() of imports
        return Performer(name, None, AuthorKind.IMPORTED)
    if raw.get("temp") or (local_id is not None and name.startswith("~2")):
        return Performer(name, local_id, AuthorKind.TEMPORARY)
    if local_id is None:
        return Performer(name, None, AuthorKind.ADDRESS)
    return Performer(name, local_id, AuthorKind.REGISTERED)


def revision_of(page: Mapping[str, Any], raw: Mapping[str, Any]) -> RevisionFacts:
    size = raw.get("size")
    return RevisionFacts(
        revid=number(raw, "revid"),
        parentid=number(raw, "parentid"),
        pageid=number(page, "pageid"),
        namespace=number(page, "ns"),
        title=text(page, "title"),
        author=performer_of(raw),
        timestamp=moment(raw, "timestamp"),
        size=size if isinstance(size, int) else None,
        minor=bool(raw.get("minor")),
        hidden=hidden_of(raw),
        suppressed=bool(raw.get("suppressed")),
    )


def revisions_in(query: Mapping[str, Any]) -> Iterator[RevisionFacts]:
    """Every revision of an answer; pages without any (`missing`) have none to give."""
    for page in rows(query, "pages"):
        for raw in rows(page, "revisions"):
            yield revision_of(page, raw)


def unseen_revids(query: Mapping[str, Any]) -> frozenset[int]:
    """`badrevids`: an object, or a list when 0 is among them (recording 023)."""
    bad = query.get("badrevids", {})
    entries = list(bad.values()) if isinstance(bad, dict) else bad
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadShape
    return frozenset(number(entry, "revid") for entry in entries)
