# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filings as a browser posts them, sealed beforehand: of people who each have a session."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import EnvironBuilder

from service.ids import to_bytes, to_text
from service.reports.form_ids import FormIds
from service.reports.plain import seal_here
from service.services import Services
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore

WORDS: Final = "It happened again. " * 270
"""5 KB."""


@dataclass(frozen=True)
class Filled:
    """What a browser sends when it files. ``report`` is the id in its address form."""

    body: bytes = field(repr=False)
    content_type: str
    cookie: str = field(repr=False)
    report: str


class Forms:
    """Fills forms of one desk; ``recipients`` are its readers', by central id."""

    def __init__(self, services: Services, desk: str, recipients: Mapping[int, str]) -> None:
        self.desk = desk
        self.recipients = recipients
        self._secret = services.config.secret_key
        self._store = SessionStore(services.database, services.vault, self._secret, services.clock)

    def sign_in(self, person: Person) -> str:
        """The cookie of a session of this person."""
        return self._store.create({PERSON: person.to_json()})

    def fill(
        self,
        person: Person,
        cookie: str,
        account: str,
        links: tuple[str, ...] = (),
        reminders: str = "",
    ) -> Filled:
        """One report of 5 KB that names ``account``."""
        issued = FormIds(self._secret).issue(person.central_id, self.desk)
        sealed = seal_here(to_bytes(issued.report), WORDS, self.recipients)
        boxes = {str(one): to_text(box) for one, box in sealed.boxes.items()}
        builder = EnvironBuilder(
            method="POST",
            data={
                "csrf_token": self._csrf_token(cookie),
                "form_id": issued.signed,
                "recipient": sealed.recipient,
                "narrative": (io.BytesIO(sealed.narrative), "narrative.age"),
                "boxes": json.dumps(boxes),
                "wishes": "advice",
                "contact": "tool",
                "accounts": account,
                "links": list(links),
                "reminders": reminders,
            },
        )
        environ = builder.get_environ()
        body = environ["wsgi.input"].read()
        return Filled(body, environ["CONTENT_TYPE"], cookie, issued.report)

    def _csrf_token(self, cookie: str) -> str:
        """As Flask-WTF signs the session's token."""
        signer = URLSafeTimedSerializer(self._secret, salt="wtf-csrf-token")
        return str(signer.dumps(self._store.csrf_token(cookie)))
