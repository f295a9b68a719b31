# SPDX-License-Identifier: AGPL-3.0-or-later
"""Against Debian's MediaWiki on this machine: in batches, and one pywikibot request a link."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from onwiki.bot import BotAccess, BotPassword, BotSession
from onwiki.evidence import Exists
from onwiki.evidence.asking import Asker
from onwiki.evidence.check import check_with
from onwiki.evidence.shapes import RVPROP
from onwiki.links import Revision
from onwiki.wikis import Wiki
from tests.bench.figures import Figure
from tests.realwiki.history import import_history
from tests.realwiki.interface import BOT, BOT_APP, BOT_PASSWORD
from tests.realwiki.server import DBNAME, shared_wiki
from tests.realwiki.wiki import RealWiki

LINKS: Final = 1_000
SAMPLE: Final = 200
"""Links that are asked singly; the rest is scaled."""

FASTER: Final = 20
TIMEOUT_S: Final = 600.0


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, shared_wiki(Path(folder)) as running:
        import_history(Path(folder), "River stones", LINKS)
        wiki = RealWiki(running)
        try:
            references = [Revision(DBNAME, revid) for revid in revids(wiki)]
        finally:
            wiki.close()
        address = urlsplit(running.base_url)
        assert address.hostname is not None
        place = Wiki(DBNAME, address.hostname, scheme="http", port=address.port)
        single = singly(place, references[:SAMPLE]) * LINKS
        yield Figure(
            f"{LINKS:,} links, one pywikibot request each (of {SAMPLE})", f"{single:.1f} s"
        )
        bot = BotAccess(BOT, BotPassword(f"{BOT}@{BOT_APP}", BOT_PASSWORD))
        for access, limit in ((None, 50), (bot, 500)):
            took, requests = together(place, references, access)
            what = f"{LINKS:,} links by {limit} ({requests} requests, {took:.2f} s)"
            yield Figure.at_least(f"{what}: times faster", single / took, FASTER)


def revids(wiki: RealWiki) -> list[int]:
    """The numbers that the import gave to the page's revisions."""
    found: list[int] = []
    fields: dict[str, str | int] = {
        "action": "query", "prop": "revisions", "titles": "River stones", "rvprop": "ids",
        "rvlimit": "max",
    }  # fmt: skip
    more: dict[str, str | int] = {}
    while True:
        body = wiki.ask(fields | more).body
        found += [row["revid"] for row in body["query"]["pages"][0]["revisions"]]
        if "continue" not in body:
            break
        more = body["continue"]
    assert len(found) == LINKS
    return found


def singly(wiki: Wiki, references: Sequence[Revision]) -> float:
    """Seconds a link, without start-up: in favour of the slow way."""
    with BotSession(wiki, None, timeout_s=TIMEOUT_S) as session:
        began = time.perf_counter()
        for one in references:
            session.ask({
                "action": "query", "prop": "revisions", "revids": str(one.revid), "rvprop": RVPROP,
            })  # fmt: skip
        return (time.perf_counter() - began) / len(references)


def together(
    wiki: Wiki, references: Sequence[Revision], access: BotAccess | None
) -> tuple[float, int]:
    """Seconds from the first question to the last answer, and how many requests that took."""
    with BotSession(wiki, access, timeout_s=TIMEOUT_S) as session:
        before, began = session.requests, time.perf_counter()
        findings = check_with(Asker(session, wiki), references, datetime.now(UTC))
        took, requests = time.perf_counter() - began, session.requests - before
    assert all(isinstance(one, Exists) for one in findings.values())
    return took, requests
