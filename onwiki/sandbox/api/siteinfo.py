# SPDX-License-Identifier: AGPL-3.0-or-later
"""``meta=siteinfo``: what the wiki is, its namespaces, special pages and extensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from onwiki.sandbox.api.answer import Element
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.rights import GROUP_RIGHTS
from onwiki.sandbox.titles import ALIASES, NAMESPACES
from onwiki.sandbox.wikis import WIKIS

_EXTENSIONS = (
    ("antispam", "Abuse Filter"),
    ("other", "CentralAuth"),
    ("other", "DiscussionTools"),
    ("other", "OAuth"),
)
_SPECIAL_PAGES: dict[str, list[str]] = {
    "Diff": ["Diff"],
    "PermanentLink": ["PermanentLink", "PermaLink"],
    "Log": ["Log", "Logs"],
    "AbuseLog": ["AbuseLog"],
    "UserLogin": ["UserLogin", "Login"],
    "UserLogout": ["UserLogout", "Logout"],
    "OAuth": ["OAuth"],
}


def listing(request: ApiRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """The parts named in ``siprop`` (``general`` when none is)."""
    wanted, unknown = request.params.choices("siprop", "general", _PARTS)
    request.warn_unrecognized("siteinfo", "siprop", unknown)
    request.params.ignore("sifilteriw", "sishowalldb", "sinumberingroup", "siinlanguagecode")
    return {name: _PARTS[name](request) for name in wanted}, {}


def _general(request: ApiRequest) -> dict[str, Any]:
    wiki, base = request.wiki, request.base_url
    state = request.db.execute(
        "SELECT readonly_reason FROM wiki_state WHERE wiki = ?", (wiki.dbname,)
    ).fetchone()
    general: dict[str, Any] = {
        "mainpage": "Main Page",
        "base": base + wiki.article("Main Page"),
        "sitename": wiki.sitename,
        "mainpageisdomainroot": False,
        "logo": f"{base}/sandbox/static/sandbox.css",
        "generator": "MediaWiki 1.45.0",
        "phpversion": "8.2.36",
        "phpsapi": "cli-server",
        "dbtype": "sqlite",
        "dbversion": "3",
        "imagewhitelistenabled": False,
        "langconversion": True,
        "linkconversion": True,
        "titleconversion": True,
        "linkprefixcharset": "",
        "linkprefix": "",
        "linktrail": "/^([a-z]+)(.*)$/sD",
        "legaltitlechars": " %!\"$&'()*,\\-.\\/0-9:;=?@A-Z\\\\^_`a-z~\\x80-\\xFF+",
        "invalidusernamechars": "@:>=",
        "case": "first-letter",
        "lang": "en",
        "fallback": [],
        "rtl": False,
        "readonly": state["readonly_reason"] is not None,
        "writeapi": True,
        "maxarticlesize": 2097152,
        "timezone": "UTC",
        "timeoffset": 0,
        "articlepath": wiki.article_path,
        "scriptpath": wiki.script_path,
        "script": wiki.index,
        "variantarticlepath": False,
        "server": base,
        "servername": urlsplit(base).hostname,
        "wikiid": wiki.dbname,
        "time": request.now,
        "misermode": False,
        "uploadsenabled": False,
        "maxuploadsize": 0,
        "minuploadchunksize": 1024,
        "galleryoptions": {"imagesPerRow": 0, "imageWidth": 120, "imageHeight": 120},
        "thumblimits": {"0": 120, "1": 150},
        "imagelimits": {"0": {"width": 320, "height": 240}},
        "favicon": f"{base}/favicon.ico",
        "centralidlookupprovider": "CentralAuth",
        "allcentralidlookupproviders": ["CentralAuth", "local"],
        "interwikimagic": True,
        "magiclinks": {"ISBN": False, "PMID": False, "RFC": False},
        "categorycollation": "uppercase",
    }
    if state["readonly_reason"] is not None:
        general["readonlyreason"] = state["readonly_reason"]
    return general


def _namespaces(_: ApiRequest) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for number, name in NAMESPACES.items():
        fields = {
            "id": number,
            "case": "first-letter",
            "name": name,
            "subpages": number in {1, 2, 3, 4, 5, 7, 9, 11, 13},
        }
        if number:
            fields["canonical"] = name
        fields |= {"content": number == 0, "nonincludable": False}
        rows[str(number)] = Element("name", fields)
    return rows


def _namespace_aliases(_: ApiRequest) -> list[Any]:
    return [
        Element("alias", {"id": number, "alias": alias})
        for number, names in ALIASES.items()
        for alias in names
    ]


def _interwiki_map(request: ApiRequest) -> list[Any]:
    return [
        {
            "prefix": wiki.prefix,
            "local": True,
            "url": request.base_url + wiki.article_path,
            "protorel": False,
            "wikiid": wiki.dbname,
        }
        for wiki in WIKIS
    ]


def _extensions(_: ApiRequest) -> list[Any]:
    return [{"type": kind, "name": name, "version": "sandbox"} for kind, name in _EXTENSIONS]


def _statistics(request: ApiRequest) -> dict[str, Any]:
    counts = {}
    for name, table in (("pages", "page"), ("edits", "revision"), ("users", "local_account")):
        sql = f"SELECT COUNT(*) FROM {table} WHERE wiki = ?"  # noqa: S608
        counts[name] = request.db.execute(sql, (request.wiki.dbname,)).fetchone()[0]
    return counts | {"articles": 0, "images": 0, "activeusers": 0, "admins": 0, "jobs": 0}


def _user_groups(_: ApiRequest) -> list[Any]:
    return [{"name": name, "rights": list(rights)} for name, rights in GROUP_RIGHTS.items()]


def _special_pages(_: ApiRequest) -> list[Any]:
    return [{"realname": name, "aliases": aliases} for name, aliases in _SPECIAL_PAGES.items()]


def _magic_words(_: ApiRequest) -> list[Any]:
    return [{"name": "redirect", "aliases": ["#REDIRECT"], "case-sensitive": False}]


def _restrictions(_: ApiRequest) -> dict[str, Any]:
    return {
        "types": ["create", "edit", "move", "upload"],
        "levels": ["", "autoconfirmed", "sysop"],
        "cascadinglevels": ["sysop"],
        "semiprotectedlevels": ["autoconfirmed"],
    }


def _nothing(_: ApiRequest) -> list[Any]:
    return []


_PARTS: dict[str, Callable[[ApiRequest], Any]] = {
    "general": _general,
    "namespaces": _namespaces,
    "namespacealiases": _namespace_aliases,
    "interwikimap": _interwiki_map,
    "extensions": _extensions,
    "statistics": _statistics,
    "usergroups": _user_groups,
    "specialpagealiases": _special_pages,
    "magicwords": _magic_words,
    "restrictions": _restrictions,
    "fileextensions": _nothing,
    "libraries": _nothing,
    "skins": _nothing,
    "languages": _nothing,
    "protocols": _nothing,
}
