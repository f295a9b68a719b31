# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms filled in and posted with Flask's client, as the two pages would."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.ids import to_bytes, to_text
from service.reports.plain import seal_here
from tests.service.reports.desk import DESK, form_id_of

WORDS = "She told everybody where I live. Quincunx."


class Form:
    """The form of one page that was opened, ready to be posted, as often as one likes."""

    def __init__(self, client: FlaskClient, csrf: str, desk: str = DESK) -> None:
        self.client = client
        self.csrf = csrf
        self.desk = desk
        self.form_id = form_id_of(client.get(f"/report/{desk}").get_data(as_text=True))

    @property
    def report_id(self) -> bytes:
        return to_bytes(self.form_id.split(".")[0])

    def post_plain(self, **fields: Any) -> TestResponse:
        """Post the form without JavaScript."""
        return self.client.post(
            f"/report/{self.desk}/plain",
            data={
                "csrf_token": self.csrf,
                "form_id": self.form_id,
                "narrative": WORDS,
                "wishes": "advice",
                "contact": "tool",
                **fields,
            },
        )

    def post_sealed(
        self, recipients: Mapping[int, str], words: str = WORDS, **fields: Any
    ) -> TestResponse:
        """Post what a browser would have sealed to ``recipients``; ``fields`` may replace it."""
        sealed = seal_here(self.report_id, words, recipients)
        boxes = {str(person): to_text(box) for person, box in sealed.boxes.items()}
        return self.client.post(
            f"/report/{self.desk}",
            data={
                "csrf_token": self.csrf,
                "form_id": self.form_id,
                "recipient": sealed.recipient,
                "narrative": (io.BytesIO(sealed.narrative), "narrative.age"),
                "boxes": json.dumps(boxes),
                "wishes": "advice",
                "contact": "tool",
                **fields,
            },
            headers={"Accept": "application/json"},
        )


def fields_of(answer: TestResponse) -> list[str]:
    """Names of the fields that a refusal names."""
    assert answer.status_code == 422
    return [error["field"] for error in answer.get_json()["errors"]]


def texts(count: int, pattern: str) -> Iterable[str]:
    return [pattern.format(number) for number in range(1, count + 1)]
