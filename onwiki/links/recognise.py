# SPDX-License-Identifier: AGPL-3.0-or-later
"""One pasted link → what it points at, or why not. Pure; never raises; linear in the length."""

from __future__ import annotations

import re
from itertools import islice

from onwiki.links.reference import Reference, Title
from onwiki.links.rejection import Refused, Rejection, RejectReason
from onwiki.links.routes import address_reference
from onwiki.links.trimming import (
    is_only_closing,
    refuse_bad_characters,
    trim,
    without_closing,
    without_opening,
)
from onwiki.links.url import split_address
from onwiki.links.wikitext import link_reference, template_reference
from onwiki.wikis import WikiList

# A second address after something that ends the first; after a slash it is part of the first.
_SECOND_LINK = re.compile(r"[\[\](){}<>,;|\"']https?://", re.IGNORECASE)
_BRACES = re.compile(r"\{\{|\}\}")
_MAX_BRACES = 100
_AMP = "&amp;"


def recognise(text: str, wikis: WikiList, context: str | None = None) -> Reference | Rejection:
    """What one link points at.

    `context` is the dbname of the wiki on which wikitext (`[[…]]`, `{{diff|…}}`) was written; links
    in full need none. What only a wiki can tell is left open in `ShortLink`, `Relative` and so on.
    """
    try:
        return _recognise(text, wikis, context)
    except Refused as refused:
        return Rejection(refused.reason)


def recognise_address(text: str, wikis: WikiList) -> Reference:
    """The same for a web address with nothing around it. Raises `Refused`."""
    if _AMP not in text:
        return address_reference(split_address(text, wikis), wikis)
    # Copied out of HTML, perhaps. What can be read as it stands is read so, as the wiki would.
    try:
        result = address_reference(split_address(text, wikis), wikis)
    except Refused:
        result = None
    if result is not None and not isinstance(result, Title):
        return result
    return address_reference(split_address(text.replace(_AMP, "&"), wikis), wikis)


def _recognise(text: str, wikis: WikiList, context: str | None) -> Reference:
    core = without_opening(trim(text))
    if core.startswith("[["):
        inner = _inside(core, "]]")
        if inner.lstrip().lower().startswith(("http://", "https://", "//")):
            link = inner.replace("|", " ").split(maxsplit=1)[0]  # brackets of a wikilink
            return recognise_address(without_closing(link), wikis)
        return link_reference(inner, context, wikis)
    if core.startswith("{{"):
        return template_reference(_inside_braces(core), context, wikis)
    core = _without_label(core[1:]) if core.startswith("[") else without_closing(core)
    if not core:
        raise Refused(RejectReason.EMPTY)
    refuse_bad_characters(core)
    if len(core.split(maxsplit=1)) > 1 or _holds_two(core):
        raise Refused(RejectReason.AMBIGUOUS)
    return recognise_address(core, wikis)


def _holds_two(text: str) -> bool:
    """Whether two addresses stand together without a space."""
    return text.count("://") > 1 and _SECOND_LINK.search(text) is not None


def _without_label(text: str) -> str:
    """The address in `[address label]`, of which the first bracket is gone."""
    refuse_bad_characters(text)
    parts = text.split(maxsplit=1)
    if len(parts) < 2:
        return without_closing(text)
    address, label = parts
    closing = label.find("]")
    if closing < 0 or not is_only_closing(label[closing:]):
        raise Refused(RejectReason.AMBIGUOUS)
    return without_closing(address)


def _inside(text: str, closing: str) -> str:
    """What stands between a pair of double brackets, when only punctuation follows."""
    refuse_bad_characters(text)
    end = text.find(closing, 2)
    if end < 0 or not is_only_closing(text[end + 2 :]):
        raise Refused(RejectReason.AMBIGUOUS)
    return text[2:end]


def _inside_braces(text: str) -> str:
    """The same for braces, which may hold others (a template in a label)."""
    refuse_bad_characters(text)
    depth = 0
    for match in islice(_BRACES.finditer(text), _MAX_BRACES):
        depth += 1 if match[0] == "{{" else -1
        if depth == 0:
            if not is_only_closing(text[match.end() :]):
                break
            return text[2 : match.start()]
    raise Refused(RejectReason.AMBIGUOUS)
