# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of the Special namespace and of special pages, in English and in every other language.

English names work on every wiki. No alias means two different pages in two languages, so one flat
table serves all wikis (EVIDENCE.md); where a translation hides an English name, English wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# English names that the snapshot does not list: core's, MobileFrontend's, CheckUser's,
# UrlShortener's and Flow's own. `None` = a page of its own that is not evidence; it is listed only
# because another language uses the same word for something else (Italian "Edit").
_ENGLISH: Mapping[str, str | None] = {
    "Edit": None,
    "Flow": "Flow",
    "GlobalContributions": "Contributions",
    "IPContributions": "Contributions",
    "MobileContributions": "Contributions",
    "MyContribs": "Contributions",
    "MyContributions": "Contributions",
    "PageHistory": "History",
    "UrlRedirector": "UrlRedirector",
}


def fold(name: str) -> str:
    """The form in which two spellings of a namespace or special page are the same.

    MediaWiki folds the case of both (SpecialPageFactory::resolveAlias, Language::getNsIndex).
    """
    return name.replace(" ", "_").casefold()


@dataclass(frozen=True, slots=True)
class SpecialNames:
    """Folded names of the Special namespace, and folded alias → canonical special page."""

    namespaces: frozenset[str]
    pages: Mapping[str, str | None]

    @classmethod
    def from_json(cls, *snapshots: Mapping[str, Any]) -> SpecialNames:
        """Read the shape of `data/special_aliases.json`; names of all snapshots are good."""
        namespaces: set[str] = set()
        pages: dict[str, str | None] = {}
        for data in snapshots:
            namespaces.update(map(fold, data["special_namespace"]))
            for canonical, aliases in data["aliases"].items():
                for alias in (canonical, *aliases):
                    pages[fold(alias)] = canonical
        for alias, target in _ENGLISH.items():
            pages[fold(alias)] = target
        return cls(frozenset(namespaces), pages)

    def page(self, alias: str) -> str | None:
        """The canonical name of a special page that evidence links use, else None."""
        return self.pages.get(fold(alias))
