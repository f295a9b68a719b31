# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which wikis there are: `action=sitematrix` of Meta, read with suspicion.

The answer decides which hosts are ever contacted. So it may add wikis on Wikimedia's own domains
only, open no wiki that we know as private, and not make the list shrink; anything else in it that
is not as documented, and the whole answer is refused: the list in use stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.exchange import Place, exchange, failure_of
from onwiki.wikis import Wiki, WikiList

TIMEOUT_S: Final = 10.0
LARGEST_ANSWER: Final = 4 * 1024 * 1024
"""Bytes; the answer of 2026 has about 300 KiB."""

FEWEST: Final = 0.9
"""Part of the known wikis that an answer must name."""

_ASKED: Final = {
    "action": "sitematrix",
    "smlangprop": "code|site|dir",
    "smsiteprop": "url|dbname",
    "format": "json",
    "formatversion": "2",
}
_URL: Final = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
_DBNAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_LANG: Final = re.compile(r"[a-z]{2,}(?:-[a-z0-9]+)*")
_KEPT: Final = ("dbname", "host", "lang", "closed", "private", "fishbowl", "rtl", "flow")


class BadSiteMatrix(Exception):
    """The answer is refused; the text says why, and nothing of the answer."""


def fetch(api_url: str, *, timeout_s: float = TIMEOUT_S) -> Any:
    """Ask `api_url` (from the configuration) once. Raises WikiUnavailable."""
    address = urlsplit(api_url)
    if address.hostname is None:
        raise WikiUnavailable(Unavailable.UNREACHABLE)
    answer = exchange(
        Place(address.scheme, address.hostname, address.port),
        "POST",
        address.path,
        form=_ASKED,
        timeout_s=timeout_s,
        most_bytes=LARGEST_ANSWER,
    )
    if answer.status != 200:
        raise WikiUnavailable(failure_of(answer.status))
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise WikiUnavailable(Unavailable.NOT_JSON) from None


def parse(answer: Any, known: WikiList) -> tuple[Wiki, ...]:
    """Wikimedia's wikis: those of the answer, and the known ones that it leaves out.

    A wiki that was known as private stays so. Raises BadSiteMatrix.
    """
    if not isinstance(answer, dict) or "continue" in answer:
        raise BadSiteMatrix("not a whole answer")
    own = {wiki.dbname: wiki for wiki in known.own}
    domains = {_domain(wiki.host) for wiki in known.own}
    found: dict[str, Wiki] = {}
    for site in _sites(answer.get("sitematrix")):
        if _domain(site.host) not in domains:
            continue  # a project on a domain of its own comes with a release
        if site.dbname in found:
            raise BadSiteMatrix("a wiki is there twice")
        found[site.dbname] = _with_what_is_known(site, own.get(site.dbname))
    hosts = {wiki.host for wiki in found.values()}
    if len(hosts) < len(found):
        raise BadSiteMatrix("two wikis have one host")
    if len(found.keys() & own.keys()) < FEWEST * len(own):
        raise BadSiteMatrix("too many wikis are missing")
    left_out = (
        wiki for wiki in own.values() if wiki.dbname not in found and wiki.host not in hosts
    )
    return (*found.values(), *left_out)


def _with_what_is_known(site: Wiki, known: Wiki | None) -> Wiki:
    """What the site matrix does not say; and never less secrecy than before."""
    if known is None:
        return site
    private = site.private or known.private
    return replace(site, private=private, flow=known.flow, lang=known.lang, rtl=known.rtl)


def _sites(matrix: object) -> Iterator[Wiki]:
    if not isinstance(matrix, dict):
        raise BadSiteMatrix("no site matrix")
    for key, group in matrix.items():
        if key == "count":
            continue
        if key == "specials":
            yield from (_wiki(site, None, rtl=False) for site in _list(group))
        elif isinstance(group, dict):
            code, rtl = _text(group, "code", _LANG), group.get("dir") == "rtl"
            yield from (_wiki(site, code, rtl=rtl) for site in _list(group.get("site")))
        else:
            raise BadSiteMatrix("a language is no object")


def _wiki(site: object, lang: str | None, *, rtl: bool) -> Wiki:
    if not isinstance(site, dict):
        raise BadSiteMatrix("a wiki is no object")
    dbname = _text(site, "dbname", _DBNAME)
    return Wiki(
        dbname=dbname,
        host=_text(site, "url", _URL).removeprefix("https://"),
        lang=lang,
        closed=_flag(site, "closed"),
        private=_flag(site, "private"),
        fishbowl=_flag(site, "fishbowl"),
        rtl=rtl,
        case_sensitive=dbname.endswith("wiktionary"),
    )


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise BadSiteMatrix("no list of wikis")
    return value


def _text(raw: Mapping[str, object], key: str, pattern: re.Pattern[str]) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadSiteMatrix(f"a strange {key}")
    return value


def _flag(raw: Mapping[str, object], key: str) -> bool:
    """Format version 2 says `true`, version 1 the empty string; absent is false in both."""
    return raw.get(key, False) not in (False, None)


def _domain(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])


def to_json(wikis: tuple[Wiki, ...]) -> list[dict[str, Any]]:
    """What is kept between two answers."""
    return [{name: getattr(wiki, name) for name in _KEPT} for wiki in wikis]


def from_json(raw: list[dict[str, Any]]) -> tuple[Wiki, ...]:
    """Inverse of `to_json`."""
    return tuple(
        Wiki(**entry, case_sensitive=entry["dbname"].endswith("wiktionary")) for entry in raw
    )
