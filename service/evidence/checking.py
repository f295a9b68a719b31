# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking a list of links: recognised, deduplicated, each wiki asked once, wikis side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from onwiki.bot import BotAccess
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.evidence import Finding, NotAsked, check, to_json
from onwiki.links import Reference, Rejection, ShortLink, recognise, render
from onwiki.short_links import lead_of
from onwiki.wikis import WikiList
from service.config import Config, ConfigError
from service.i18n.catalogue import SOURCE, Catalogue, Messages
from service.worker.building import bot_access

AT_ONCE: Final = 4
"""Wikis that are asked side by side; never more than one request at a time to one of them."""

TIMEOUT_S: Final = 300.0


@dataclass(frozen=True)
class Line:
    """What came of one line."""

    number: int
    notation: str
    sentence: str
    finding: Finding | None = field(repr=False)
    leads_to: str | None = None
    """Notation of what a short link leads to."""

    @property
    def checked(self) -> bool:
        """Whether a wiki was asked and answered."""
        return self.finding is not None and not isinstance(self.finding, NotAsked)

    def to_json(self) -> dict[str, Any]:
        return {
            "line": self.number,
            "reference": self.notation,
            "leads_to": self.leads_to,
            "sentence": self.sentence,
            "finding": None if self.finding is None else to_json(self.finding),
        }


class Checker:
    """Checks lines with one account (or logged out) on the wikis of one list."""

    def __init__(self, wikis: WikiList, access: BotAccess | None, messages: Messages) -> None:
        self.wikis = wikis
        self.access = access
        self.messages = messages

    @classmethod
    def from_environment(cls, wikis: WikiList, environ: Mapping[str, str]) -> Checker:
        """With the bot's account where the environment has a whole configuration."""
        try:
            bot = Config.from_environ(environ).bot
        except ConfigError:
            bot = None
        access = None if bot is None else bot_access(bot)
        return cls(wikis, access, Catalogue().messages(SOURCE))

    def check(
        self,
        lines: Sequence[tuple[int, str]],
        context: str | None,
        progress: Callable[[int], object],
    ) -> Iterator[Line]:
        """What the wikis say of each line, in the order of the lines. ``progress`` is told how many
        lines are done with whenever a wiki has answered.
        """
        recognised = [
            recognise(text.removesuffix("\n").removesuffix("\r"), self.wikis, context)
            for _, text in lines
        ]
        findings: dict[Reference, Finding] = {}
        leads = self._look_up(recognised, findings)
        meant = [leads.get(one, one) for one in recognised]
        lines_of = Counter(_wiki_of(one) for one in meant)
        progress(lines_of[None])
        for dbname, answered in self._ask(meant):
            findings |= answered
            progress(lines_of[dbname])
        for (number, _), pasted, result in zip(lines, recognised, meant, strict=True):
            leads_to = render(result) if result != pasted else None
            if isinstance(result, Rejection):
                finding, sentence = None, self._text(result.reason.message_key)
            else:
                finding = findings[result]
                sentence = self._sentence(finding)
            yield Line(number, render(pasted), sentence, finding, leads_to)

    def _look_up(
        self, recognised: Iterable[Reference | Rejection], findings: dict[Reference, Finding]
    ) -> dict[Reference | Rejection, Reference | Rejection]:
        """Where the short links lead, each asked once; ``findings`` keeps why one is not known."""
        leads: dict[Reference | Rejection, Reference | Rejection] = {}
        for link in dict.fromkeys(recognised):
            if isinstance(link, ShortLink):
                try:
                    leads[link] = lead_of(link, self.wikis)
                except WikiUnavailable as fault:
                    now = datetime.now(UTC)
                    findings[link] = NotAsked(link, now, fault.reason, fault.retry_after_s)
        return leads

    def _ask(
        self, recognised: Iterable[Reference | Rejection]
    ) -> Iterator[tuple[str, Mapping[Reference, Finding]]]:
        """The findings of each wiki, as the wikis answer."""
        by_wiki: dict[str, dict[Reference, None]] = {}
        for one in recognised:
            if not isinstance(one, Rejection | ShortLink):
                by_wiki.setdefault(one.wiki, {})[one] = None
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = {pool.submit(self._ask_wiki, *one): one[0] for one in by_wiki.items()}
            for done in as_completed(asked):
                yield asked[done], done.result()

    def _ask_wiki(
        self, dbname: str, references: Iterable[Reference]
    ) -> Mapping[Reference, Finding]:
        wiki = self.wikis.by_dbname(dbname)
        asked, now = list(references), datetime.now(UTC)
        if wiki is None:
            return {one: NotAsked(one, now, Unavailable.UNREACHABLE) for one in asked}
        try:
            return check(wiki, asked, self.access, now, timeout_s=TIMEOUT_S).findings
        except WikiUnavailable as unavailable:
            reason, after = unavailable.reason, unavailable.retry_after_s
            return {one: NotAsked(one, now, reason, after) for one in asked}

    def _sentence(self, finding: Finding) -> str:
        values = {name: _plain(value) for name, value in finding.parameters.items()}
        main = self._text(finding.message_key, **values)
        return " ".join([main, *(self._text(remark) for remark in finding.remarks)])

    def _text(self, key: str, **values: str | int) -> str:
        return self.messages.text(key, **values).unescape()


def _wiki_of(one: Reference | Rejection) -> str | None:
    """None for what no wiki is asked about."""
    return None if isinstance(one, Rejection | ShortLink) else one.wiki


def _plain(value: str | int | datetime | None) -> str | int:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case _:
            return value
