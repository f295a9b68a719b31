# SPDX-License-Identifier: AGPL-3.0-or-later
"""``Special:OAuth/authorize`` and ``/authenticate``: the dialogue in the reporter's browser."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from onwiki.sandbox.accounts import CentralAccount
from onwiki.sandbox.oauth_server import consumers
from onwiki.sandbox.oauth_server.consumers import Consumer, RequestToken


class Refused(Exception):
    """The dialogue cannot go on; the sentence and the small print are shown on a page."""

    def __init__(self, sentence: str, details: str) -> None:
        super().__init__(details)
        self.sentence = sentence
        self.details = details


@dataclass(frozen=True)
class Dialogue:
    """What is asked of whom."""

    consumer: Consumer
    token: RequestToken

    @property
    def callback_origin(self) -> str | None:
        """Scheme and host that the answer goes to; None for ``oob``."""
        parts = urlsplit(self._address)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None

    @property
    def identification_only(self) -> bool:
        return set(self.consumer.grants) <= {"mwoauth-authonly", "mwoauth-authonlyprivate"}

    @property
    def _address(self) -> str:
        return self.consumer.callback if self.token.callback == "oob" else self.token.callback

    def answer(self, verifier: str) -> str:
        """Where the browser goes after Allow."""
        query = urlencode({"oauth_verifier": verifier, "oauth_token": self.token.key})
        return self._address + ("&" if "?" in self._address else "?") + query


def open_dialogue(
    db: sqlite3.Connection,
    now: datetime,
    token_key: str | None,
    consumer_key: str | None,
    person: CentralAccount,
) -> Dialogue:
    """Find what a link of step 2 is about; its consumer key may be left out [15].

    Raises Refused.
    """
    token = consumers.request_token(db, token_key, now)
    consumer = consumers.find(db, consumer_key or (token.consumer if token else None))
    if token is None or consumer is None or token.used:
        raise Refused(
            "Sorry, something went wrong connecting this application. Go back and try to connect"
            " your account again, or contact the application author.",
            "OAuth token not found, E004",
        )
    if not consumer.usable_by(person):
        raise Refused(
            f'"{consumer.name}" is not approved as a Connected App. Contact the application author'
            " for help.",
            "Connected OAuth app not approved.",
        )
    return Dialogue(consumer, token)


def needs_no_question(
    db: sqlite3.Connection, dialogue: Dialogue, person: CentralAccount, *, authenticate: bool
) -> bool:
    """Whether the browser is sent on at once: ``/authenticate`` by somebody who accepted before,
    for a consumer that only identifies [02]."""
    accepted = consumers.acceptance_of(db, dialogue.consumer.key, person)
    return authenticate and dialogue.identification_only and accepted is not None


def allow(db: sqlite3.Connection, dialogue: Dialogue, person: CentralAccount) -> str:
    """Accept, and give the address to go to. Raises Refused for a token of another consumer."""
    if dialogue.token.consumer != dialogue.consumer.key:
        raise Refused(
            "Sorry, something went wrong connecting this application. Go back and try to connect"
            " your account again, or contact the application author.",
            "OAuth token not found, E004",
        )
    return dialogue.answer(consumers.accept(db, dialogue.token, person))
