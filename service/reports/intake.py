# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the fields of a posted form to a filing: the scripted form's, and the plain one's."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from onwiki.links import recognise_all
from onwiki.names import normalise
from onwiki.notices.timetable import Rhythm
from onwiki.wikis import WikiList
from service.reports.form import FieldError, FilingRefused, Posted, SealedFiling, Wish
from service.reports.link_preview import LARGEST_TEXT
from service.reports.record import Contact
from service.reports.wiki_names import find_wiki

MOST_BOXES: Final = 64
"""More than a desk may have readers; keeps a forged form from costing anything."""

_CENTRAL_ID: Final = re.compile(r"[0-9]{1,18}")
_SMALL_NUMBER: Final = re.compile(r"[0-9]{1,4}")


class Fields(Protocol):
    """Posted fields, each with any number of values (werkzeug's MultiDict is one)."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Typed:
    """What somebody typed into the plain form, to be shown again as it was."""

    narrative: str = ""
    accounts: str = ""
    links: str = ""
    context: str = ""
    wishes: str = Wish.ADVICE.value
    contact: str = Contact.TOOL.value
    reminders: str = ""
    hold: str = ""
    left_out: frozenset[int] = frozenset()


def first(fields: Fields, name: str) -> str:
    """The field's first value, or nothing."""
    values = fields.getlist(name)
    return values[0] if values else ""


def numbers_of(fields: Fields, name: str) -> tuple[int, ...]:
    """The field's values that are numbers."""
    return tuple(int(one) for one in fields.getlist(name) if _SMALL_NUMBER.fullmatch(one))


def typed_of(fields: Fields) -> Typed:
    """The plain form as it was typed."""
    return Typed(
        narrative=first(fields, "narrative"),
        accounts=first(fields, "accounts"),
        links=first(fields, "links"),
        context=first(fields, "context"),
        wishes=first(fields, "wishes"),
        contact=first(fields, "contact"),
        reminders=first(fields, "reminders"),
        hold=first(fields, "hold"),
        left_out=_left_out(fields),
    )


def posted_of_plain(typed: Typed, wikis: WikiList) -> Posted:
    """The open part of a plain form. Raises FilingRefused."""
    if len(typed.links) > LARGEST_TEXT:
        raise FilingRefused([FieldError("links", "reports-error-links-long")])
    context = context_of(typed.context, wikis)
    found = recognise_all(typed.links, wikis, context)
    return Posted(
        accounts=_distinct(typed.accounts.splitlines()),
        links=tuple(one.pasted for one in found),
        captions=tuple(one.caption for one in found),
        context=context,
        wishes=typed.wishes,
        contact=typed.contact,
        left_out=typed.left_out,
        hold=typed.hold,
    )


def posted_of_script(fields: Fields, wikis: WikiList) -> Posted:
    """The open part of a scripted form. Raises FilingRefused."""
    return Posted(
        accounts=_distinct(fields.getlist("accounts")),
        links=tuple(fields.getlist("links")),
        captions=tuple(fields.getlist("captions")),
        context=context_of(first(fields, "context"), wikis),
        wishes=first(fields, "wishes"),
        contact=first(fields, "contact"),
        left_out=_left_out(fields),
        hold=first(fields, "hold"),
    )


def sealed_of(fields: Fields, narrative: bytes) -> SealedFiling:
    """The sealed part of a scripted form. Raises FilingRefused."""
    try:
        boxes = _boxes(json.loads(first(fields, "boxes")))
    except (ValueError, TypeError, RecursionError):
        raise FilingRefused([FieldError("form", "reports-error-sealed")]) from None
    return SealedFiling(first(fields, "recipient"), narrative, boxes)


def context_of(typed: str, wikis: WikiList) -> str | None:
    """The dbname of the wiki that was typed; None for none. Raises FilingRefused."""
    if not typed.strip():
        return None
    wiki = find_wiki(typed, wikis)
    if wiki is None:
        raise FilingRefused([FieldError("context", "reports-error-context")])
    return wiki.dbname


def rhythm_of(text: str) -> Rhythm | None:
    """The rhythm of reminders; None for none. Raises FilingRefused."""
    try:
        return Rhythm(text) if text else None
    except ValueError:
        raise FilingRefused([FieldError("reminders", "reports-error-choice")]) from None


def errors_by_field(refused: FilingRefused) -> Mapping[str, FieldError]:
    """The first error of each field."""
    found: dict[str, FieldError] = {}
    for error in refused.errors:
        found.setdefault(error.field, error)
    return found


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Names as typed, each account once, empty ones left out."""
    found: dict[str, str] = {}
    for name in names:
        normal = normalise(name)
        if normal:
            found.setdefault(normal, name.strip())
    return tuple(found.values())


def _left_out(fields: Fields) -> frozenset[int]:
    """Central ids; what is no number names nobody."""
    ticked = fields.getlist("left_out")
    return frozenset(int(one) for one in ticked if _CENTRAL_ID.fullmatch(one))


def _boxes(raw: object) -> dict[int, bytes]:
    """Boxes by central id. Raises ValueError, TypeError."""
    if not isinstance(raw, dict) or len(raw) > MOST_BOXES:
        raise TypeError
    return {int(person): _bytes(box) for person, box in raw.items()}


def _bytes(text: object) -> bytes:
    """base64url without padding, as all JSON here has it."""
    if not isinstance(text, str):
        raise TypeError
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
