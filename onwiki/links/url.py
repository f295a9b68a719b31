# SPDX-License-Identifier: AGPL-3.0-or-later
"""A web address taken apart, without urllib: it deletes control characters and mends rubbish.

Order matters: scheme, then user info, then port, then host (EVIDENCE.md, "Closed lists").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from onwiki.links.rejection import Refused, RejectReason
from onwiki.shortener import WIKIMEDIA, Shortener
from onwiki.special_names import fold
from onwiki.wikis import Wiki, WikiList

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(r"[^/?#]*")
_PORT = re.compile(r"[0-9]{1,5}\Z")
# English namespaces that people paste without their wiki; no URI scheme has such a name.
_PAGE_PREFIXES = frozenset({"category", "file", "help", "project", "talk", "template", "user"})
# Wikimedia's hosts that are no wiki: a closed list (EVIDENCE.md)
_NOT_WIKIS = frozenset(
    {
        "gerrit.wikimedia.org",
        "gitlab.wikimedia.org",
        "lists.wikimedia.org",
        "phabricator.wikimedia.org",
        "toolforge.org",
        "upload.wikimedia.org",
        "xtools.wmcloud.org",
    }
)
_TOOLS = ".toolforge.org"


@dataclass(frozen=True, slots=True)
class Address:
    """A link to an allowed wiki, or a short one: `wiki` is None, `path` its code. All is raw."""

    wiki: Wiki | None
    path: str
    query: str
    fragment: str


def split_address(text: str, wikis: WikiList) -> Address:
    """Take a link apart and find its wiki. Raises `Refused` when it is not on the list."""
    rest = _after_scheme(text, wikis)
    authority = _AUTHORITY.match(rest)
    host_and_port = authority[0] if authority else ""
    rest = rest[len(host_and_port) :]
    rest, _, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    if path.startswith("//"):  # WebRequest::getGlobalRequestURL takes them for one
        path = f"/{path.lstrip('/')}"
    wiki = _find_wiki(host_and_port, path, wikis)
    if isinstance(wiki, Shortener):
        return Address(None, path.removeprefix(wiki.prefix), query, fragment)
    return Address(wiki, path, query, fragment)


def _after_scheme(text: str, wikis: WikiList) -> str:
    """The link from its host on."""
    if text.startswith("//"):
        return text[2:]
    match = _SCHEME.match(text)
    if match is None:
        return _bare_host(text)
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme in ("http", "https"):
        if not rest.startswith("//"):
            raise Refused(RejectReason.HOST)
        return rest[2:]
    if rest.startswith("//"):
        raise Refused(RejectReason.SCHEME)
    if "." in scheme or scheme == "localhost":
        return text  # a bare host with a port
    if scheme in _PAGE_PREFIXES or fold(scheme) in wikis.special_names.namespaces:
        raise Refused(RejectReason.AMBIGUOUS)
    raise Refused(RejectReason.SCHEME)


def _bare_host(text: str) -> str:
    authority = _AUTHORITY.match(text)
    host = authority[0] if authority else ""
    if "." in host or "@" in host or host.startswith("[") or host.lower() == "localhost":
        return text
    raise Refused(RejectReason.AMBIGUOUS)


def _find_wiki(authority: str, path: str, wikis: WikiList) -> Wiki | Shortener:
    if "@" in authority:
        raise Refused(RejectReason.USERINFO)
    host, port = _host_and_port(authority)
    if not wikis.knows_port(host, port):
        raise Refused(RejectReason.PORT)
    if (wiki := wikis.at(host, port, path)) is not None:
        if wiki.private:
            raise Refused(RejectReason.PRIVATE_WIKI)
        return wiki
    for shortener in (WIKIMEDIA, wikis.shortener):
        if shortener.holds(host, port, path or "/"):
            return shortener
    if host in _NOT_WIKIS or host.endswith(_TOOLS):
        raise Refused(RejectReason.NOT_A_WIKI)
    raise Refused(RejectReason.HOST)


def _host_and_port(authority: str) -> tuple[str, int | None]:
    """The host in lower case (empty when it is not ASCII) and the port."""
    closing = authority.find("]")
    if authority.startswith("[") and closing < 0:
        raise Refused(RejectReason.HOST)
    colon = authority.find(":", closing + 1)
    host, port = (authority, "") if colon < 0 else (authority[:colon], authority[colon + 1 :])
    if port and not _PORT.match(port):
        raise Refused(RejectReason.PORT)
    # lower() would turn the Kelvin sign into a "k": only ASCII may be looked up.
    host = host.lower() if host.isascii() else ""
    return host.removesuffix("."), int(port) if port else None
