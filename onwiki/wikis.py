# SPDX-License-Identifier: AGPL-3.0-or-later
"""The allow-list: the only wikis that a link may point at and that are ever asked.

Hosts are looked up exactly, in ASCII, and nothing cleverer is done (EVIDENCE.md, "Hosts"): what is
not on the list is refused. The mobile and other names of each host are worked out once, here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any
from urllib.parse import quote

from onwiki.extra_wikis import (
    ExtraWiki,
    ExtraWikiDuplicate,
    ExtraWikisError,
    load_extra_wikis,
)
from onwiki.interwiki import InterwikiMap
from onwiki.shortener import WIKIMEDIA, Shortener
from onwiki.special_names import SpecialNames

__all__ = [
    "ExtraWiki",
    "ExtraWikisError",
    "Wiki",
    "WikiList",
    "load_extra_wikis",
    "quote_title",
]

# Further names of a host (EVIDENCE.md, "Hosts"); wikifunctions.org is what its mobile name leaves.
_HOST_ALIASES = {
    "commons.wikipedia.org": "commons.wikimedia.org",
    "mediawiki.org": "www.mediawiki.org",
    "meta.wikipedia.org": "meta.wikimedia.org",
    "wikidata.org": "www.wikidata.org",
    "wikifunctions.org": "www.wikifunctions.org",
}
_MOBILE_LABELS = ("m", "zero")
_DEFAULT_PORTS = frozenset({None, 80, 443})
_SPECIAL_NAMES = ("special_aliases.json", "special_aliases_later.json")
_RTL_LANGS = frozenset({"ar", "arz", "ary", "azb", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur"})
# What may stay as it is in an address; a full stop or bracket at the very end may not, because
# whoever reads the address out of a sentence would take it for punctuation.
_SAFE = "/:@!$*,;_~-."
_PUNCTUATION_AT_END = "!*,.;~)"


def quote_title(title: str) -> str:
    """A title as it stands in an address; reading the address gives the same title again."""
    quoted = quote(title, safe=_SAFE)
    if quoted and quoted[-1] in _PUNCTUATION_AT_END:
        return f"{quoted[:-1]}%{ord(quoted[-1]):02X}"
    return quoted


@dataclass(frozen=True, slots=True)
class Wiki:
    """One wiki. `port` is None for the scheme's own; `article_path` holds `$1` for the title."""

    dbname: str
    host: str
    scheme: str = "https"
    port: int | None = None
    script_path: str = "/w"
    article_path: str = "/wiki/$1"
    lang: str | None = None
    closed: bool = False
    private: bool = False
    fishbowl: bool = False
    rtl: bool = False
    flow: bool = False
    case_sensitive: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.host}" + ("" if self.port is None else f":{self.port}")

    @property
    def api_url(self) -> str:
        """The Action API."""
        return f"{self.origin}{self.script_path}/api.php"

    @property
    def index_url(self) -> str:
        """index.php, for addresses that need parameters."""
        return f"{self.origin}{self.script_path}/index.php"

    def page_url(self, title: str) -> str:
        """The address of a page or special page; `title` may have spaces or underscores."""
        name = quote_title(title.replace(" ", "_"))
        return self.origin + self.article_path.replace("$1", name)


class WikiList:
    """A list of wikis with everything that recognising a link has to look up.

    Nothing changes it but `adopt`.
    """

    def __init__(
        self,
        wikis: Iterable[Wiki],
        interwiki: InterwikiMap,
        special_names: SpecialNames,
        extra: Iterable[Wiki] = (),
        shortener: Shortener = WIKIMEDIA,
    ) -> None:
        """`wikis` have a host each; `extra` are told apart by host, port and script path."""
        self.shortener = shortener
        self._own = tuple(wikis)
        self._extra = tuple(extra)
        self._interwiki = interwiki
        self.special_names = special_names
        self._by_dbname = {wiki.dbname: wiki for wiki in self}
        self._by_host = _host_table(self._own)
        self._by_place: dict[tuple[str, int | None], tuple[Wiki, ...]] = {}
        for wiki in self._extra:
            place = (wiki.host, wiki.port)
            self._by_place[place] = (*self._by_place.get(place, ()), wiki)

    @classmethod
    def snapshot(cls) -> WikiList:
        """Wikimedia's wikis as of the committed snapshot."""
        return _snapshot()

    def with_extra(self, extra: Sequence[ExtraWiki]) -> WikiList:
        """This list and the configured wikis. Raises `ExtraWikiDuplicate` on a taken dbname."""
        for wiki in extra:
            if wiki.dbname in self._by_dbname:
                raise ExtraWikiDuplicate(
                    f"CS_EXTRA_WIKIS: dbname {wiki.dbname!r} is already on the list"
                )
            if wiki.host in self._by_host and wiki.port is None:
                raise ExtraWikiDuplicate(
                    f"CS_EXTRA_WIKIS: the host of {wiki.dbname!r} is already on the list"
                )
        added = (_from_extra(wiki) for wiki in extra)
        shorteners = (wiki.shortener for wiki in extra if wiki.shortener is not None)
        return WikiList(
            self._own,
            self._interwiki,
            self.special_names,
            extra=(*self._extra, *added),
            shortener=next(shorteners, self.shortener),
        )

    @property
    def own(self) -> tuple[Wiki, ...]:
        """Wikimedia's wikis, without the configured ones."""
        return self._own

    def adopt(self, wikis: Iterable[Wiki]) -> None:
        """Replace Wikimedia's wikis by a newer list, for processes that outlive one.

        It happens in one assignment: threads that look something up meanwhile find either list.
        """
        newer = WikiList(
            wikis, self._interwiki, self.special_names, self._extra, shortener=self.shortener
        )
        self.__dict__ = newer.__dict__

    def copy(self) -> WikiList:
        """A list of one's own, to `adopt` into: `snapshot` gives everybody the same."""
        return self.with_extra([])

    def __iter__(self) -> Iterator[Wiki]:
        return chain(self._own, self._extra)

    def __len__(self) -> int:
        return len(self._own) + len(self._extra)

    def by_dbname(self, dbname: str) -> Wiki | None:
        """The wiki of that dbname."""
        return self._by_dbname.get(dbname)

    def knows_port(self, host: str, port: int | None) -> bool:
        """Whether a link to this port may be looked at at all; `host` in lower case."""
        return port in _DEFAULT_PORTS or (host, port) in self._by_place

    def at(self, host: str, port: int | None, path: str) -> Wiki | None:
        """The wiki that answers there; private ones too, for the caller to refuse.

        `host` is lower-case ASCII without a trailing dot. The path (raw, with its leading slash, or
        empty) tells wikis apart that share a port.
        """
        if port in _DEFAULT_PORTS:
            port = None
            if (wiki := self._by_host.get(host)) is not None:
                return wiki
        wikis = self._by_place.get((host, port), ())
        for wiki in wikis:
            if _is_below(path, wiki.script_path) or _is_article(path, wiki.article_path):
                return wiki
        return wikis[0] if len(wikis) == 1 and path in ("", "/") else None

    def interwiki(self, context: str, prefix: str) -> Wiki | None:
        """The wiki that `prefix` (lower case, underscores) leads to, seen from `context`."""
        dbname = self._interwiki.target(context, prefix)
        return None if dbname is None else self._by_dbname.get(dbname)

    def is_project_namespace(self, wiki: Wiki, prefix: str) -> bool:
        """Whether `prefix` (lower case) is that wiki's project namespace, no interwiki prefix."""
        return self._interwiki.is_project_namespace(wiki.dbname, wiki.host, prefix)


def _host_table(wikis: Iterable[Wiki]) -> dict[str, Wiki]:
    """Every name under which a wiki answers: its host, aliases, and the mobile names of each."""
    table = {wiki.host: wiki for wiki in wikis}
    for alias, host in _HOST_ALIASES.items():
        if host in table:
            table.setdefault(alias, table[host])
    for host, wiki in list(table.items()):
        first, rest = host.split(".", 1)
        for label in _MOBILE_LABELS:
            # en.m.wikipedia.org, but m.wikidata.org: the label stands before the domain.
            mobile = f"{first}.{label}.{rest}" if "." in rest else f"{label}.{host}"
            table.setdefault(mobile, wiki)
    return table


def _is_below(path: str, script_path: str) -> bool:
    return path == script_path or path.startswith(f"{script_path}/")


def _is_article(path: str, article_path: str) -> bool:
    prefix = article_path.partition("?")[0].removesuffix("$1")
    return path.startswith(prefix) or path == prefix.removesuffix("/")


def _from_extra(extra: ExtraWiki) -> Wiki:
    return Wiki(
        dbname=extra.dbname,
        host=extra.host,
        scheme=extra.scheme,
        port=extra.port,
        script_path=extra.script_path,
        article_path=extra.article_path,
        lang=extra.lang,
        rtl=extra.lang in _RTL_LANGS,
    )


def _read(name: str) -> Any:
    return json.loads(resources.files("onwiki").joinpath("data", name).read_text(encoding="utf-8"))


@cache
def _snapshot() -> WikiList:
    interwiki = _read("interwiki.json")
    languages = _languages(interwiki)
    wikis = (_from_snapshot(entry, languages) for entry in _read("wikis.json")["wikis"])
    names = SpecialNames.from_json(*map(_read, _SPECIAL_NAMES))
    return WikiList(wikis, InterwikiMap.from_json(interwiki), names)


def _languages(interwiki: Mapping[str, Any]) -> dict[str, set[str]]:
    """dbname → the prefixes that lead to it within its project: there, languages."""
    languages: dict[str, set[str]] = {}
    for project, prefixes in interwiki["project"].items():
        if project == "wikimedia":  # chapters: their prefixes are countries
            continue
        for prefix, dbname in prefixes.items():
            languages.setdefault(dbname, set()).add(prefix)
    return languages


def _from_snapshot(entry: Mapping[str, Any], languages: Mapping[str, set[str]]) -> Wiki:
    dbname, host = entry["dbname"], entry["host"]
    label = host.partition(".")[0]
    lang = label if label in languages.get(dbname, ()) else None
    return Wiki(
        dbname=dbname,
        host=host,
        lang="en" if lang == "simple" else lang,
        closed=entry.get("closed", False),
        private=entry.get("private", False),
        fishbowl=entry.get("fishbowl", False),
        rtl=entry.get("rtl", False),
        flow=entry.get("flow", False),
        # $wgCapitalLinks is false on the wiktionaries
        case_sensitive=dbname.endswith("wiktionary"),
    )
