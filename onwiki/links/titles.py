# SPDX-License-Identifier: AGPL-3.0-or-later
"""Page names: MediaWikiTitleCodec::splitTitleString, as far as it can be followed without asking.

Namespaces in other languages are not known here, only the Special one and English names; a page
name keeps the link's own spelling of its namespace.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from onwiki.links.rejection import Refused, RejectReason
from onwiki.special_names import fold
from onwiki.wikis import Wiki, WikiList

# Marks that MediaWiki strips from titles wherever they stand, and what it counts as a space.
_BIDI_MARKS = re.compile(r"[\u200e\u200f\u202a-\u202e]+")
_SPACES = re.compile(r"[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# In bytes; MediaWiki has no longer titles. Composing is not linear: nothing longer is composed.
_MAX_TITLE = 255
# A chain of prefixes goes on from wiki to wiki; no honest link needs more.
_MAX_HOPS = 8
_NAMESPACES = frozenset(
    f"{name}{talk}"
    for name in (
        "user",
        "project",
        "file",
        "image",
        "mediawiki",
        "template",
        "help",
        "category",
        "module",
    )
    for talk in ("", "_talk")
) | {"talk", "media"}
# NamespaceInfo::ALWAYS_CAPITALIZED_NAMESPACES: also where the wiki tells letters apart
_CAPITALISED = frozenset({"user", "user_talk", "mediawiki", "mediawiki_talk"})
# Georgian letters have capitals in Unicode that nobody writes; Wikimedia switches them off.
_GEORGIAN = range(0x10D0, 0x1100)
_DOTTED_I_LANGS = frozenset({"az", "kaa", "tr"})


@dataclass(frozen=True, slots=True)
class PageName:
    """A page of one wiki.

    `title` is the prefixed database key, empty for a bare `#fragment` or prefix. For a page of the
    Special namespace `special` is its name as spelled and `subpage` what follows the first slash.
    """

    wiki: Wiki
    title: str
    fragment: str = ""
    special: str | None = None
    subpage: str | None = None


def resolve(text: str, wiki: Wiki, wikis: WikiList) -> PageName:
    """The page that a decoded name means, read on `wiki`: prefixes may lead to another wiki.

    An unknown prefix is part of the title. Raises `Refused` when they lead to a private wiki, or
    on and on.
    """
    key, _, fragment = squeeze(text).partition("#")
    key = key.rstrip("_")
    for _ in range(_MAX_HOPS):
        key = key.lstrip(":_")
        head, colon, rest = key.partition(":")
        if not colon:
            break
        head, rest = head.rstrip("_"), rest.lstrip("_")
        prefix = fold(head)
        if prefix in wikis.special_names.namespaces:
            title = f"{capital(head, wiki)}:{capital(rest, wiki)}"
            page, slash, subpage = rest.partition("/")
            return PageName(wiki, title, fragment, page, subpage if slash else None)
        if prefix in _NAMESPACES or wikis.is_project_namespace(wiki, prefix.removesuffix("_talk")):
            named = capital if prefix in _CAPITALISED else first_upper
            title = f"{capital(head, wiki)}:{named(rest, wiki)}"
            return PageName(wiki, title, fragment)
        target = wikis.interwiki(wiki.dbname, prefix)
        if target is None:
            break
        if target.private:
            raise Refused(RejectReason.PRIVATE_WIKI)
        wiki, key = target, rest
    else:
        raise Refused(RejectReason.MALFORMED)
    return PageName(wiki, first_upper(key, wiki), fragment)


def squeeze(text: str) -> str:
    """Spaces as single underscores, none at the ends; composed (NFC); no direction marks."""
    if text.isascii():
        key = text.replace(" ", "_")
        while "__" in key:
            key = key.replace("__", "_")
        return key.strip("_")
    key = _composed(_BIDI_MARKS.sub("", text))
    return _SPACES.sub("_", key).strip("_")


def first_upper(key: str, wiki: Wiki) -> str:
    """With the first letter in upper case, unless the wiki tells letters apart there."""
    return key if wiki.case_sensitive else capital(key, wiki)


def capital(key: str, wiki: Wiki) -> str:
    """With the first letter in upper case, as that wiki's language has it (Language::ucfirst)."""
    if not key:
        return key
    first = key[0]
    upper = "İ" if first == "i" and wiki.lang in _DOTTED_I_LANGS else first.upper()
    if len(upper) != 1 or ord(first) in _GEORGIAN:  # "ß" has no single capital
        return key
    # "i" and a dot above become one letter only as capitals.
    return upper + key[1:] if key[1:2].isascii() else _composed(upper + key[1:])


def _composed(text: str) -> str:
    if len(text.encode(errors="surrogatepass")) > _MAX_TITLE:
        return text
    return unicodedata.normalize("NFC", text)
