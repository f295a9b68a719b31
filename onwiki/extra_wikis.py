# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wikis beyond Wikimedia's: the file that `CS_EXTRA_WIKIS` names.

A JSON list of objects `{"dbname", "url"}`, where `url` is scheme, host, port and script path
(`http://127.0.0.1:8181/w`); `articlepath` (`/wiki/$1`) and `lang` may be given. `shortlinks`
(`/s/$1`) says that this server resolves short links, instead of w.wiki.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from onwiki.shortener import Shortener

_FIELDS = frozenset({"dbname", "url", "articlepath", "lang", "shortlinks"})
_DBNAME = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])\Z")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*\Z")
_ARTICLE_PATH = re.compile(r"/[A-Za-z0-9._~/?=-]*\$1\Z")
_SHORT_LINKS = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/\$1\Z")
_SHORT_SCRIPT_PATH = re.compile(r"/w([0-9]*)\Z")
_LANG = re.compile(r"[a-z]{2,}(?:-[a-z0-9]+)*\Z")


class ExtraWikisError(Exception):
    """The list of extra wikis cannot be used; the message says what to change."""


class ExtraWikisUnreadable(ExtraWikisError):
    """The file is not there, may not be read, or is no JSON in UTF-8."""


class ExtraWikisNotAList(ExtraWikisError):
    """The file holds something else than a list of objects."""


class ExtraWikiFieldMissing(ExtraWikisError):
    """An entry has no `dbname` or no `url`, or one that is not text."""


class ExtraWikiFieldUnknown(ExtraWikisError):
    """An entry has a field that means nothing here (mostly a slip of the pen)."""


class ExtraWikiBadDbname(ExtraWikisError):
    """A dbname that could not stand in the canonical notation."""


class ExtraWikiBadUrl(ExtraWikisError):
    """A url that is not scheme, host, port and script path."""


class ExtraWikiBadArticlePath(ExtraWikisError):
    """An article path that does not start with `/` and end with `$1`."""


class ExtraWikiBadShortLinks(ExtraWikisError):
    """A path of short links that does not start with `/` and end with `/$1`."""


class ExtraWikiBadLang(ExtraWikisError):
    """A language that is no language code."""


class ExtraWikiDuplicate(ExtraWikisError):
    """Two wikis with one dbname, or at one address."""


@dataclass(frozen=True, slots=True)
class ExtraWiki:
    """One configured wiki. `port` is None where the scheme's own port is meant."""

    dbname: str
    scheme: str
    host: str
    port: int | None
    script_path: str
    article_path: str
    lang: str | None = None
    shortener: Shortener | None = None


def load_extra_wikis(path: Path | str) -> list[ExtraWiki]:
    """Read the file. Raises a subclass of `ExtraWikisError` that says which entry is wrong."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ExtraWikisUnreadable(f"CS_EXTRA_WIKIS: cannot read the file: {reason}") from None
    except ValueError:
        raise ExtraWikisUnreadable("CS_EXTRA_WIKIS: the file is not JSON in UTF-8") from None
    return parse_extra_wikis(data)


def parse_extra_wikis(data: object) -> list[ExtraWiki]:
    """The same for what the file holds."""
    if not isinstance(data, list):
        raise ExtraWikisNotAList("CS_EXTRA_WIKIS: expected a JSON list of {dbname, url}")
    wikis: list[ExtraWiki] = []
    for number, entry in enumerate(data, start=1):
        wiki = _parse_entry(f"CS_EXTRA_WIKIS entry {number}", entry)
        for other in wikis:
            if other.dbname == wiki.dbname:
                raise ExtraWikiDuplicate(
                    f"CS_EXTRA_WIKIS entry {number}: dbname {wiki.dbname!r} is there twice"
                )
            if _place(other) == _place(wiki):
                raise ExtraWikiDuplicate(
                    f"CS_EXTRA_WIKIS entry {number}: {wiki.dbname!r} has the address of"
                    f" {other.dbname!r}; wikis on one port need script paths of their own"
                )
        wikis.append(wiki)
    return wikis


def _place(wiki: ExtraWiki) -> tuple[str, int | None, str]:
    return wiki.host, wiki.port, wiki.script_path


def _parse_entry(where: str, entry: object) -> ExtraWiki:
    if not isinstance(entry, dict):
        raise ExtraWikisNotAList(f"{where}: expected an object {{dbname, url}}")
    if unknown := sorted(set(map(str, entry)) - _FIELDS):
        raise ExtraWikiFieldUnknown(
            f"{where}: unknown field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}"
        )
    dbname, url = (_required_text(where, entry, field) for field in ("dbname", "url"))
    if not _DBNAME.match(dbname):
        raise ExtraWikiBadDbname(
            f"{where}: dbname {dbname!r} may hold a-z, 0-9, _ and - only, a letter first"
        )
    scheme, host, port, script_path = _parse_url(where, url)
    return ExtraWiki(
        dbname=dbname,
        scheme=scheme,
        host=host,
        port=port,
        script_path=script_path,
        article_path=_article_path(where, entry.get("articlepath"), script_path),
        lang=_lang(where, entry.get("lang")),
        shortener=_shortener(where, entry.get("shortlinks"), scheme, host, port),
    )


def _required_text(where: str, entry: dict[object, object], field: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not value:
        raise ExtraWikiFieldMissing(f"{where}: {field!r} is missing or not text")
    return value


def _parse_url(where: str, url: str) -> tuple[str, str, int | None, str]:
    wanted = "expected scheme, host, port and script path, as in http://127.0.0.1:8181/w"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ExtraWikiBadUrl(f"{where}: the url's host or port cannot be read; {wanted}") from None
    if parts.scheme not in ("http", "https"):
        raise ExtraWikiBadUrl(f"{where}: the url must start with http:// or https://; {wanted}")
    host = parts.netloc.rpartition("@")[2].lower()
    if port is not None:
        host = host.rpartition(":")[0]
    script_path = parts.path.removesuffix("/")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ExtraWikiBadUrl(f"{where}: the url holds more than it should; {wanted}")
    if not _HOST.match(host) or not _PATH.match(script_path) or script_path.endswith(".php"):
        raise ExtraWikiBadUrl(f"{where}: the url's host or script path is odd; {wanted}")
    return parts.scheme, host, None if port in (80, 443) else port, script_path


def _article_path(where: str, value: object, script_path: str) -> str:
    if value is None:
        # `/w2` goes with `/wiki2/`; without such a pair MediaWiki's own default is index.php/$1.
        if pair := _SHORT_SCRIPT_PATH.match(script_path):
            return f"/wiki{pair[1]}/$1"
        return f"{script_path}/index.php/$1"
    if not isinstance(value, str) or not _ARTICLE_PATH.match(value):
        raise ExtraWikiBadArticlePath(
            f"{where}: articlepath must start with / and end with $1, as in /wiki/$1"
        )
    return value


def _shortener(
    where: str, value: object, scheme: str, host: str, port: int | None
) -> Shortener | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _SHORT_LINKS.match(value):
        raise ExtraWikiBadShortLinks(
            f"{where}: shortlinks must start with / and end with /$1, as in /s/$1"
        )
    return Shortener(scheme, host, port, value.removesuffix("$1"))


def _lang(where: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _LANG.match(value):
        raise ExtraWikiBadLang(f"{where}: lang must be a language code, as in de or zh-hant")
    return value
