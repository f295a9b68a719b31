# SPDX-License-Identifier: AGPL-3.0-or-later
"""A page with a long history, made at once by MediaWiki's own importDump.php."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.realwiki.install import code_folder
from tests.realwiki.server import ADMIN, maintain

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def import_history(folder: Path, title: str, length: int) -> None:
    """Write ``length`` revisions by the administrator into the wiki of ``folder``."""
    revisions = "".join(
        f"<revision><timestamp>{_BEGAN + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}</timestamp>"
        f"<contributor><username>{ADMIN}</username><id>1</id></contributor>"
        f"<model>wikitext</model><format>text/x-wiki</format>"
        f'<text xml:space="preserve">{"stone " * (number % 50)}{number}</text></revision>'
        for number in range(length)
    )
    dump = folder / "history.xml"
    dump.write_text(
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11"'
        f' xml:lang="en"><page><title>{title}</title><ns>0</ns>{revisions}</page></mediawiki>',
        "utf-8",
    )
    maintain(code_folder(), folder / "data", "importDump.php", "--no-updates", str(dump))
