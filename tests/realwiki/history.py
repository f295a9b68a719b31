# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages that MediaWiki's own importDump.php brings: long histories, and edits of elsewhere."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.realwiki.install import code_folder
from tests.realwiki.interface import ELSEWHERE
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
    _import(folder / "data", title, revisions, "--no-updates")


def import_elsewhere(data: Path, title: str, author: str, text: str) -> None:
    """A page of another wiki, with its author there; as Special:Import has it with a prefix."""
    revision = (
        f"<revision><timestamp>{_BEGAN:%Y-%m-%dT%H:%M:%SZ}</timestamp>"
        f"<contributor><username>{author}</username><id>77</id></contributor>"
        f"<model>wikitext</model><format>text/x-wiki</format>"
        f'<text xml:space="preserve">{text}</text></revision>'
    )
    options = ("--no-updates", "--no-local-users", f"--username-prefix={ELSEWHERE}")
    _import(data, title, revision, *options)


def _import(data: Path, title: str, revisions: str, *options: str) -> None:
    """Through importDump.php."""
    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as dump:
        dump.write(
            '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11"'
            f' xml:lang="en"><page><title>{title}</title><ns>0</ns>{revisions}</page></mediawiki>'
        )
        dump.flush()
        maintain(code_folder(), data, "importDump.php", *options, dump.name)
