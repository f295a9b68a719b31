# SPDX-License-Identifier: AGPL-3.0-or-later
"""`community-support check-links --offline`: one line in, one line of canonical notation out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onwiki.links.notation import render
from onwiki.links.recognise import recognise
from onwiki.wikis import WikiList


def offline(lines: Iterable[str], wikis: WikiList, context: str | None = None) -> Iterator[str]:
    r"""Recognise each line; exactly one line comes out for each, without its `\n`.

    `lines` must have been split at `\n` alone (open files with `newline="\n"`, not
    `str.splitlines`, which takes eight other characters for line ends). A `\r` before the end
    belongs to the line end; anywhere else it is a control character inside a link.
    """
    for line in lines:
        link = line.removesuffix("\n").removesuffix("\r")
        yield render(recognise(link, wikis, context))
