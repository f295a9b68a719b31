# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where short links are resolved: w.wiki, or the shortener of configured wikis. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_DEFAULT_PORTS = frozenset({None, 80, 443})


@dataclass(frozen=True, slots=True)
class Shortener:
    """A server of the UrlShortener extension; short links are its origin, `prefix` and a code."""

    scheme: str
    host: str
    port: int | None
    prefix: str

    def target(self, code: str) -> str:
        """What to ask this server for. Codes need no encoding (onwiki.links.ids)."""
        return f"{self.prefix}{code}"

    def address(self, code: str) -> str:
        """The short link in full."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.target(code)}"

    def holds(self, host: str, port: int | None, path: str) -> bool:
        """Whether an address is a short link; `host` in lower case."""
        same_port = port == self.port or (port in _DEFAULT_PORTS and self.port is None)
        return host == self.host and same_port and path.startswith(self.prefix)


WIKIMEDIA = Shortener("https", "w.wiki", None, "/")
