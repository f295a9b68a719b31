# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two wikis of the sandbox and where they stand on its one address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class SandboxWiki:
    """One wiki of the farm. Paths are absolute on the sandbox's host; ``$1`` stands for a title."""

    dbname: str
    sitename: str
    script_path: str
    article_path: str
    prefix: str

    def article(self, title: str) -> str:
        """The path of a page, its title spelled as in MediaWiki's own links."""
        return self.article_path.replace("$1", quote(title.replace(" ", "_"), safe="/:~!$()*,;@"))

    @property
    def index(self) -> str:
        return f"{self.script_path}/index.php"


SANDBOX = SandboxWiki("sandboxwiki", "Sandbox Wiki", "/w", "/wiki/$1", "sandbox")
SANDBOX2 = SandboxWiki("sandbox2wiki", "Second Sandbox Wiki", "/w2", "/wiki2/$1", "sandbox2")

WIKIS: tuple[SandboxWiki, ...] = (SANDBOX, SANDBOX2)
CENTRAL = SANDBOX
"""Where global accounts are managed and OAuth consumers registered, as on Meta."""


def by_dbname(dbname: str) -> SandboxWiki:
    """The wiki with this dbname. Raises KeyError for any other name."""
    for wiki in WIKIS:
        if wiki.dbname == dbname:
            return wiki
    raise KeyError(dbname)
