# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small interface that the sandbox and a real MediaWiki both offer to the contract suite."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

TIMEOUT_S = 60
PASSWORD = "a-long-passphrase-for-tests-only"
BOT = "Contractbot"
BOT_APP = "contract"
BOT_PASSWORD = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
"""32 hexadecimal digits: older wikis refuse longer ones with other letters."""


ELSEWHERE = "elsewhere"
"""Interwiki prefix of the wiki that imports come from."""

Fields = Mapping[str, str | int]
"""Parameters of a request; format version 2 unless they name another."""


class Part(enum.Enum):
    """What an administrator can hide of a revision; the names of ``action=revisiondelete``."""

    TEXT = "content"
    COMMENT = "comment"
    USER = "user"


@dataclass(frozen=True)
class Answer:
    """What a wiki answered: status, headers and the JSON body."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def error(self) -> str | None:
        """The error code, if the request failed."""
        code: str | None = self.body.get("error", {}).get("code")
        return code


class WikiUnderTest(Protocol):
    """One wiki, with a hand to make things happen on it.

    Accounts exist from the start in three kinds: an administrator who may also suppress
    (``admin``), a bot (``BOT``) and anybody whom ``person`` makes.
    """

    kind: str
    dbname: str
    base_url: str
    script_path: str
    api_url: str
    admin: str

    def ask(self, fields: Fields, *, by: str | None = None, get: bool = False) -> Answer:
        """Ask the API, logged out or as an account; by POST unless ``get``."""
        ...

    def api(self, *, by: str | None = None, get: bool = False, **params: str | int) -> Answer:
        """``ask`` with the fields as arguments."""
        ...

    def token(self, by: str) -> str:
        """The csrf token of an account's session."""
        ...

    def person(self, name: str, groups: Sequence[str] = ()) -> int:
        """Make an account (once) and give its local number."""
        ...

    def edit(
        self,
        title: str,
        by: str,
        text: str,
        *,
        comment: str = "edit",
        minor: bool = False,
    ) -> int:
        """Write a page anew and give the revision's number."""
        ...

    def hide(self, revid: int, *parts: Part, suppress: bool = False) -> None:
        """Hide parts of a revision, from administrators too with ``suppress``."""
        ...

    def delete(self, title: str) -> None:
        """Delete a page."""
        ...

    def protect(self, title: str) -> None:
        """Let only administrators edit a page, or create a title."""
        ...

    def block(self, name: str, *, pages: Sequence[str] = (), hide_name: bool = False) -> None:
        """Block an account from everything, or from some pages."""
        ...

    def move(self, old: str, new: str) -> int:
        """Move a page as the administrator and give the log entry's number."""
        ...

    def set_model(self, title: str, model: str, text: str) -> None:
        """Create a page with another content model (``json``)."""
        ...

    def import_edit(self, title: str, author: str, text: str) -> int:
        """Import a page of another wiki, written there by ``author``; the revision's number here.
        The author stands here as ``elsewhere>author``.
        """
        ...

    def rename(self, old: str, new: str) -> None:
        """Give an account another name."""
        ...
