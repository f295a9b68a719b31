# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``check-links``: what the form and the worker do, from a terminal."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Final

import click

from onwiki.links import offline
from onwiki.wikis import ExtraWikisError, WikiList
from service.evidence.checking import Checker, Line
from service.wikis.at_hand import NoNewerList, wikis_at_hand

WINDOW: Final = 10_000
"""Lines that are held and deduplicated at once: what a long list may cost in memory."""

_SHOW_PROGRESS_FROM: Final = 100


@click.command("check-links")
@click.argument("file", type=click.Path(allow_dash=True, dir_okay=False))
@click.option("--offline", "only_recognise", is_flag=True, help="Recognise; ask no wiki.")
@click.option("--context", metavar="DBNAME", help="The wiki on which [[wikitext]] links are read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check_links(file: str, context: str | None, *, only_recognise: bool, as_json: bool) -> None:
    """Check every line of FILE (- for standard input) as an evidence link.

    With --offline each line gives one line in canonical notation, and the exit status is 0
    whatever was rejected. Otherwise the wikis are asked about each line that is not empty, and the
    exit status is 1 when anything could not be checked.

    Example: community-support check-links --offline --context enwiki links.txt
    """
    wikis = _wikis()
    if context is not None and wikis.by_dbname(context) is None:
        click.echo(f"--context: no wiki on the list is called {context!r}.", err=True)
        sys.exit(2)
    if isinstance(sys.stdout, io.TextIOWrapper):  # titles are Unicode in any locale
        sys.stdout.reconfigure(encoding="utf-8")
    with _open(file) as lines:
        if only_recognise:
            for notation in offline(lines, wikis, context):
                sys.stdout.write(notation + "\n")
            return
        checker = Checker.from_environment(wikis, os.environ)
        sys.exit(0 if _check(lines, checker, context, as_json) else 1)


def _check(lines: IO[str], checker: Checker, context: str | None, as_json: bool) -> bool:
    """Print what the wikis say of each line. Whether everything could be checked."""
    complete = True
    for window in _windows(lines):
        asked = [(number, text) for number, text in window if text.strip()]
        shows = len(asked) >= _SHOW_PROGRESS_FROM and sys.stderr.isatty()
        with click.progressbar(length=len(asked), file=sys.stderr, hidden=not shows) as bar:
            for line in checker.check(asked, context, bar.update):
                complete = complete and line.checked
                sys.stdout.write((json.dumps(line.to_json()) if as_json else _row(line)) + "\n")
    return complete


def _row(line: Line) -> str:
    notation = line.notation if line.leads_to is None else f"{line.notation} → {line.leads_to}"
    return f"{line.number:>6}  {notation:<40}  {line.sentence}"


def _windows(lines: Iterable[str]) -> Iterator[list[tuple[int, str]]]:
    numbered = iter(enumerate(lines, 1))
    while window := list(islice(numbered, WINDOW)):
        yield window


def _open(file: str) -> IO[str]:
    r"""The lines, split at \n alone: other separators inside a link must be seen and refused."""
    if file == "-":
        given = sys.stdin.buffer
        return io.TextIOWrapper(given, encoding="utf-8", errors="replace", newline="\n")
    try:
        return Path(file).open(encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        click.echo(f"Cannot read the file: {error.strerror}.", err=True)
        sys.exit(2)


def _wikis() -> WikiList:
    try:
        return wikis_at_hand(os.environ)
    except ExtraWikisError as error:
        click.echo(f"CS_EXTRA_WIKIS: {error}", err=True)
        sys.exit(2)
    except NoNewerList as missing:
        click.echo(
            "The database did not answer: links are read with the list of wikis that this "
            "version came with.",
            err=True,
        )
        return missing.wikis
