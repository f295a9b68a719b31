# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking one wiki: which questions ride together, and when it has had enough of us.

The authors' central ids travel with the next question that is asked anyway
(`list=users&ususerids=` beside `prop=revisions`), so they cost one request a wiki, not one a
batch (DESIGN section 7: requests = ⌈distinct ids / limit⌉ + start-up).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.evidence.shapes import BadShape, number, rows, section, text
from onwiki.wikis import Wiki


class Source(Protocol):
    """What BotSession offers, and recorded answers in tests."""

    @property
    def limit(self) -> int:
        """Most ids in one request."""

    def ask(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """One request. Raises WikiUnavailable, ApiRefused."""


class Asker:
    """The wiki of one check. After the first failure it is not asked again: `fault` says why."""

    def __init__(self, source: Source, wiki: Wiki) -> None:
        self.limit = source.limit
        self.fault: WikiUnavailable | None = None
        self.central_ids: dict[int, int] = {}
        self.left: dict[str, str] = {}
        """What the next question carries to go on with the last one; empty after a whole answer."""
        self._source = source
        self._wiki = wiki
        self._known_wiki = False
        self._authors: dict[int, None] = {}
        self._asked_authors: set[int] = set()

    @property
    def answered(self) -> bool:
        """Whether the wiki answered anything at all."""
        return self._known_wiki

    def want_authors(self, local_ids: Iterable[int | None]) -> None:
        """Ask for these accounts' central ids with the next question."""
        for local_id in local_ids:
            if local_id is not None and local_id not in self._asked_authors:
                self._authors[local_id] = None

    def query(self, parameters: Mapping[str, str]) -> dict[str, Any] | None:
        """An answer's `query`, or None when the wiki could not be asked (see `fault`).

        Raises ApiRefused: the wiki's own "no" to this question.
        """
        riding = list(self._authors)[: self.limit]
        full = {"action": "query"} | dict(parameters)
        if riding:
            full |= {
                "list": "|".join(filter(None, [full.get("list"), "users"])),
                "ususerids": "|".join(map(str, riding)),
                "usprop": "centralids",
            }
        if not self._known_wiki:
            full |= {"meta": "siteinfo", "siprop": "general"}
        answer = self.call(full)
        if answer is None:
            return None
        try:
            query = section(answer, "query") if "query" in answer else {}
            self._recognise(query)
            left = section(answer, "continue") if "continue" in answer else {}
            self.left = {name: text(left, name) for name in left}
            self._note_authors(query, riding)
        except (BadShape, WikiUnavailable) as problem:
            self.fault = (
                problem
                if isinstance(problem, WikiUnavailable)
                else WikiUnavailable(Unavailable.MALFORMED)
            )
            return None
        return query

    def call(self, parameters: Mapping[str, str]) -> dict[str, Any] | None:
        """Any reading action; None when the wiki could not be asked. Raises ApiRefused."""
        if self.fault is not None:
            return None
        try:
            return self._source.ask(parameters)
        except WikiUnavailable as fault:
            self.fault = fault
        return None

    def finish_authors(self) -> None:
        """Ask for the authors that found no question to ride with. Failing, they stay unknown."""
        while self._authors and self.fault is None:
            try:
                self.query({})
            except ApiRefused:
                return

    def _recognise(self, query: Mapping[str, Any]) -> None:
        """Is it the wiki that we meant? By its own id, or by its own address."""
        if self._known_wiki:
            return
        general = section(query, "general")
        same_id = general.get("wikiid") == self._wiki.dbname
        same_place = (
            text(general, "servername") == self._wiki.host
            and text(general, "scriptpath") == self._wiki.script_path
        )
        if not (same_id or same_place):
            raise WikiUnavailable(Unavailable.OTHER_WIKI)
        self._known_wiki = True

    def _note_authors(self, query: Mapping[str, Any], asked: Iterable[int]) -> None:
        for local_id in asked:
            del self._authors[local_id]
            self._asked_authors.add(local_id)
        for row in rows(query, "users"):
            central = row.get("centralids")
            # Unattached accounts have another person's id or none (`attachedlocal`).
            attached = row.get("attachedlocal")
            if (
                isinstance(central, dict)
                and isinstance(attached, dict)
                and attached.get("CentralAuth")
            ):
                self.central_ids[number(row, "userid")] = number(central, "CentralAuth")
