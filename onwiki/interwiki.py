# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interwiki prefixes: which wiki `[[de:…]]` or `[[:w:de:…]]` leads to, seen from one wiki."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Wikis under wikimedia.org whose project namespace is also an interwiki prefix. A namespace comes
# before an interwiki prefix (MediaWikiTitleCodec::splitTitleString): `Commons:` stays on Commons.
_PROJECT_NAMESPACES = {
    "commonswiki": "commons",
    "foundationwiki": "wikimedia",
    "incubatorwiki": "incubator",
    "labswiki": "wikitech",
    "metawiki": "meta",
    "outreachwiki": "wikimedia",
    "specieswiki": "wikispecies",
    "testcommonswiki": "commons",
    "wikimaniawiki": "wikimania",
}
# A namespace of its own, made because a Wikipedia in the language "mos" was opened (T363538)
_OTHER_NAMESPACES = frozenset({("enwiki", "mos")})


@dataclass(frozen=True, slots=True)
class InterwikiMap:
    """The prefixes of Wikimedia's wikis; only those that lead to a wiki of the allow-list.

    `local` is keyed by dbname, `project` by project, both then by prefix in lower case; the values
    are dbnames. Looked up in the order local, project, global, as Wikimedia's cache of interwiki
    tables does.
    """

    local: Mapping[str, Mapping[str, str]]
    project: Mapping[str, Mapping[str, str]]
    everywhere: Mapping[str, str]
    project_of: Mapping[str, str]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> InterwikiMap:
        """Read the shape of `data/interwiki.json`."""
        return cls(
            local=data["local"],
            project=data["project"],
            everywhere=data["global"],
            project_of=data["project_of"],
        )

    def target(self, context: str, prefix: str) -> str | None:
        """The dbname that `prefix` (lower case, underscores) leads to from the wiki `context`.

        A wiki that is not Wikimedia's has no prefixes: its table is its own and unknown to us.
        """
        project = self.project_of.get(context)
        if project is None:
            return None
        for table in (self.local.get(context), self.project.get(project), self.everywhere):
            if table is not None and (dbname := table.get(prefix)) is not None:
                return dbname
        return None

    def is_project_namespace(self, context: str, host: str, prefix: str) -> bool:
        """Whether `prefix` is the wiki's own project namespace (`Wikipedia:` on a Wikipedia)."""
        if (context, prefix) in _OTHER_NAMESPACES:
            return True
        if self.project_of.get(context) == "wikimedia":
            return prefix == "wikimedia"
        if host.endswith(".wikimedia.org"):
            return _PROJECT_NAMESPACES.get(context) == prefix
        labels = host.split(".")
        return len(labels) > 1 and labels[-2] == prefix
