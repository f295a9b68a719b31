# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links as they stand in wikitext: `[[…]]` and the four templates that cite an edit.

They mean nothing without the wiki on which they were written.
"""

from __future__ import annotations

from onwiki.links import revisions
from onwiki.links.decoding import decode_path
from onwiki.links.ids import parse_id
from onwiki.links.pages import page_reference
from onwiki.links.query import NO_QUERY
from onwiki.links.reference import Reference, Revision
from onwiki.links.rejection import Refused, RejectReason
from onwiki.links.titles import resolve
from onwiki.wikis import Wiki, WikiList

# The parameters of each template in their order; `diff` comes before `oldid`.
_TEMPLATES: dict[str, tuple[str, ...]] = {
    "diff": ("title", "diff", "oldid", "label"),
    "diff2": ("oldid",),
    "oldid": ("title", "oldid", "label"),
    "oldid2": ("oldid",),
}
_PARAMETER_ALIASES = {"page": "title", "id": "oldid"}
_MAX_PARAMETERS = 20
_MAX_PIPES = 60
# What may stand before the name: magic words, then the namespace
_BEFORE_NAME = ("safesubst:", "subst:", "template:", "t:")


def context_wiki(context: str | None, wikis: WikiList) -> Wiki:
    """The wiki on which wikitext was written. Raises `Refused` when nobody said."""
    wiki = None if context is None else wikis.by_dbname(context)
    if wiki is None:
        raise Refused(RejectReason.AMBIGUOUS)
    if wiki.private:
        raise Refused(RejectReason.PRIVATE_WIKI)
    return wiki


def link_reference(inner: str, context: str | None, wikis: WikiList) -> Reference:
    """What `[[inner]]` points at."""
    target = inner.partition("|")[0].strip()
    if not target:
        raise Refused(RejectReason.EMPTY)
    # The parser undoes percent-encoding in wikilinks (Parser::handleInternalLinks2).
    text = decode_path(target.replace("&amp;", "&"))
    return page_reference(text, NO_QUERY, "", context_wiki(context, wikis), wikis)


def link_label(inner: str) -> str:
    """The label of `[[inner]]`; empty without one."""
    return inner.partition("|")[2].strip()


def template_reference(inner: str, context: str | None, wikis: WikiList) -> Reference:
    """What `{{inner}}` points at, for the templates diff, diff2, oldid and oldid2."""
    name = template_name(inner)
    if name is None:
        raise Refused(RejectReason.AMBIGUOUS)
    wiki = context_wiki(context, wikis)
    values = _parameters(name, inner)
    # {{fullurl:de:Foo|oldid=5}} leads to the other wiki, and so do the templates that use it.
    wiki = resolve(decode_path(values.get("title", "")), wiki, wikis).wiki
    if name == "diff":
        if not values.get("diff") and not values.get("oldid"):
            raise Refused(RejectReason.NO_ID)
        return revisions.from_diff(wiki, values.get("diff", ""), values.get("oldid", ""))
    return Revision(wiki.dbname, parse_id(values.get("oldid", "")))


def template_name(inner: str) -> str | None:
    """Which of the four templates `{{inner}}` is, or None."""
    name = inner.partition("|")[0].strip(" _").lower()
    for prefix in _BEFORE_NAME:
        name = name.removeprefix(prefix).strip(" _")
    return name if name in _TEMPLATES else None


def template_label(inner: str) -> str:
    """The label that the template was given; empty without one."""
    name = template_name(inner)
    try:
        if name in ("diff2", "oldid2"):
            parts = _parts(inner)
            return parts[-1].strip() if len(parts) > 2 else ""
        return "" if name is None else _parameters(name, inner).get("label", "")
    except Refused:
        return ""


def _parameters(name: str, inner: str) -> dict[str, str]:
    """Named and unnamed parameters under one set of names; one given twice is refused."""
    order = _TEMPLATES[name]
    values: dict[str, str] = {}
    position = 0
    parts = _parts(inner)[1:]
    if len(parts) >= _MAX_PARAMETERS:
        raise Refused(RejectReason.MALFORMED)
    for part in parts:
        key, equals, value = part.partition("=")
        key = _PARAMETER_ALIASES.get(key.strip(), key.strip())
        if not equals or "[[" in key or "{{" in key:
            key, value, position = str(position + 1), part, position + 1
        if key.isascii() and key.isdigit() and len(key) <= 2 and 0 < int(key) <= len(order):
            key = order[int(key) - 1]
        if key not in order:
            continue
        if key in values and key != "label":
            raise Refused(RejectReason.DUPLICATE_PARAM)
        values[key] = value.strip()
    return values


def _parts(inner: str) -> list[str]:
    """The template's name and parameters: a pipe within `[[…|…]]` or `{{…|…}}` parts nothing.

    Raises `Refused` when there are more than anybody writes.
    """
    pieces = inner.split("|", _MAX_PIPES)
    if len(pieces) > _MAX_PIPES:
        raise Refused(RejectReason.MALFORMED)
    parts: list[str] = []
    opened = 0
    for piece in pieces:
        if opened > 0:
            parts[-1] += f"|{piece}"
        else:
            parts.append(piece)
            opened = 0
        opened += piece.count("[[") + piece.count("{{") - piece.count("]]") - piece.count("}}")
    return parts
