# SPDX-License-Identifier: AGPL-3.0-or-later
"""Paths of a wiki: pages, index.php, language variants, the REST APIs, entities (PathRouter)."""

from __future__ import annotations

import re

from onwiki.links.decoding import decode_path
from onwiki.links.ids import parse_id, parse_short_code
from onwiki.links.pages import page_reference
from onwiki.links.query import NO_QUERY, parse_query
from onwiki.links.reference import (
    NotEvidence,
    OtherResource,
    Page,
    Range,
    Reference,
    Revision,
    ShortLink,
    Title,
)
from onwiki.links.url import Address
from onwiki.wikis import Wiki, WikiList

# The variants of each language (includes/language/converters/), for $wgVariantArticlePath
_VARIANTS = {
    "ban": "ban ban-bali ban-x-dharma ban-x-palmleaf ban-x-pku",
    "crh": "crh crh-cyrl crh-latn",
    "gan": "gan gan-hans gan-hant",
    "iu": "iu ike-cans ike-latn",
    "kk": "kk kk-cyrl kk-latn kk-arab kk-kz kk-tr kk-cn",
    "ku": "ku ku-arab ku-latn",
    "mni": "mni mni-beng",
    "sh": "sh sh-latn sh-cyrl",
    "shi": "shi shi-tfng shi-latn",
    "sr": "sr sr-ec sr-el sr-cyrl sr-latn",
    "tg": "tg tg-latn tg-cyrl",
    "tly": "tly tly-cyrl",
    "uz": "uz uz-latn uz-cyrl",
    "wuu": "wuu wuu-hans wuu-hant",
    "zgh": "zgh zgh-latn",
    "zh": "zh zh-hans zh-hant zh-cn zh-hk zh-mo zh-my zh-sg zh-tw",
}
_VARIANTS_OF = {lang: frozenset(codes.split()) for lang, codes in _VARIANTS.items()}
# RESTBase: the forms of a page that may be asked for by revision
_REST_PAGE_FORMS = frozenset(
    {"data-parsoid", "html", "lint", "mobile-html", "mobile-sections", "title", "wikitext"}
)
_REST_REVISION_FORMS = frozenset({"bare", "html", "with_html"})
_ENTITY = re.compile(r"([QPLM])([1-9][0-9]{0,17})(?:\.[a-z]+)?\Z", re.IGNORECASE)
_ENTITY_NAMESPACES = {"Q": "", "P": "Property:", "L": "Lexeme:"}


def address_reference(address: Address, wikis: WikiList) -> Reference:
    """What an address on an allowed host points at. Raises `Refused`."""
    wiki, path = address.wiki, address.path
    if wiki is None:
        return ShortLink(parse_short_code(decode_path(path)))
    if (resource := _machine_resource(wiki, path, wikis)) is not None:
        return resource
    query = parse_query(address.query)
    text = _title_in_path(wiki, path)
    if not text:
        text = query.values.get("title", "")
    return page_reference(text, query, address.fragment, wiki, wikis)


def _title_in_path(wiki: Wiki, path: str) -> str:
    """The decoded page name that the path holds; empty when the query has to say."""
    prefix, placeholder, _ = wiki.article_path.partition("$1")
    script = wiki.script_path
    if path.startswith(f"{script}/"):
        entry, _, title = path[len(script) + 1 :].partition("/")
        if entry in ("", "index.php"):
            return decode_path(title)
    if placeholder and "?" not in prefix:
        if path.startswith(prefix):
            return decode_path(path[len(prefix) :])
        if path == prefix.removesuffix("/"):
            return ""
    segment, slash, title = path[1:].partition("/")
    if slash and segment in _VARIANTS_OF.get(wiki.lang or "", ()):
        return decode_path(title)
    return "" if path == script else decode_path(path[1:])


def _machine_resource(wiki: Wiki, path: str, wikis: WikiList) -> Reference | None:
    """What the APIs and the entity addresses point at; None when the path is none of them."""
    script = f"{wiki.script_path}/"
    if path.startswith(script):
        entry, _, rest = path[len(script) :].partition("/")
        if entry == "rest.php":
            return _core_rest(wiki, rest)
        if entry.endswith(".php") and entry != "index.php":
            return NotEvidence(wiki.dbname, OtherResource.API)
    if path.startswith("/api/"):
        return _restbase(wiki, path)
    if path.startswith("/entity/"):
        return _entity(wiki, decode_path(path.removeprefix("/entity/")), wikis)
    return None


def _core_rest(wiki: Wiki, path: str) -> Reference:
    """`/v1/revision/N[/compare/M]` (includes/Rest/coreRoutes.json)."""
    match [decode_path(part) for part in path.rstrip("/").split("/", 5)]:
        case ["v1", "revision", old, "compare", new]:
            return Range(wiki.dbname, parse_id(old), parse_id(new))
        case ["v1", "revision", revid]:
            return Revision(wiki.dbname, parse_id(revid))
        case ["v1", "revision", revid, form] if form in _REST_REVISION_FORMS:
            return Revision(wiki.dbname, parse_id(revid))
    return NotEvidence(wiki.dbname, OtherResource.API)


def _restbase(wiki: Wiki, path: str) -> Reference:
    """`/api/rest_v1/page/html/TITLE/REVISION`; a title's own slashes are encoded here."""
    match path.rstrip("/").split("/", 8)[2:]:
        case ["rest_v1", "page", form, _, revid, *rest] if form in _REST_PAGE_FORMS:
            if len(rest) <= 1:  # a rendering's id (tid) may follow
                return Revision(wiki.dbname, parse_id(decode_path(revid)))
    return NotEvidence(wiki.dbname, OtherResource.API)


def _entity(wiki: Wiki, text: str, wikis: WikiList) -> Reference:
    """Wikibase's concept addresses: the page that describes the entity."""
    match = _ENTITY.match(text)
    if match is None:
        return page_reference(text, NO_QUERY, "", wiki, wikis)
    letter, number = match[1].upper(), match[2]
    if letter == "M":  # structured data of a file: the number is the file page's id
        return Page(wiki.dbname, int(number))
    return Title(wiki.dbname, f"{_ENTITY_NAMESPACES[letter]}{letter}{number}")
