# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reporter's way to the own files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.attachments.sizes import CHUNK
from service.services import Services
from service.sessions.person import Person
from tests.service.attachments.sealed import (
    Uploader,
    file_with,
)
from tests.service.reports.desk import give_key
from tests.service.reports.forms import Form


class TestOwnFiles:
    """One file of three chunks, in a report of one's own."""

    @pytest.fixture
    def path(
        self,
        form: Form,
        uploader: Uploader,
        sealed: bytes,
        recipients: dict[int, str],
        recipient: str,
    ) -> str:
        uploader.post_all(0, sealed)
        answer = file_with(form, recipients, recipient, 0)
        path: str = answer.get_json()["location"]
        return path.replace("/sent", "/attachments")

    def ask(self, uploader: Uploader, path: str, asked: object) -> TestResponse:
        return uploader.form.client.post(path, json=asked, headers=uploader.headers)

    def test_chunks_come_as_a_download_without_a_kind(
        self, uploader: Uploader, path: str, sealed: bytes
    ) -> None:
        answer = self.ask(uploader, path, {"number": 0, "start": 1})

        assert answer.data == sealed[CHUNK:]
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_nothing_is_there_for_a_browser_that_follows_an_address(
        self, client: FlaskClient, path: str
    ) -> None:
        assert client.get(path).status_code == 405

    @pytest.mark.parametrize("asked", [{"number": 1, "start": 0}, {"number": 0, "start": 3}])
    def test_what_is_not_there_is_not_there(
        self, uploader: Uploader, path: str, asked: object
    ) -> None:
        assert self.ask(uploader, path, asked).status_code == 404

    @pytest.mark.parametrize(
        "asked",
        [
            {},
            [],
            "0",
            {"number": "0", "start": 0},
            {"number": True, "start": 0},
            {"number": 0, "start": -1},
            {"number": 0, "start": 1 << 40},
        ],
    )
    def test_nonsense_is_a_bad_request(self, uploader: Uploader, path: str, asked: object) -> None:
        assert self.ask(uploader, path, asked).status_code == 400

    def test_somebody_elses_report_is_not_there(
        self,
        uploader: Uploader,
        path: str,
        client: FlaskClient,
        reporter: Person,
        sign_in: Callable[[FlaskClient, Person], str],
    ) -> None:
        uploader.form.csrf = sign_in(client, replace(reporter, central_id=98, name="Else"))

        assert self.ask(uploader, path, {"number": 0, "start": 0}).status_code == 404


@pytest.mark.parametrize("attached", [True, False])
def test_page_says_how_files_are_taken_along(
    form: Form,
    uploader: Uploader,
    sealed: bytes,
    recipients: dict[int, str],
    recipient: str,
    reporter: Person,
    services: Services,
    *,
    attached: bool,
) -> None:
    """The one file with everything is made in the page, which does not hold 50 MB for it."""
    own = give_key(services, reporter.central_id)[1]
    uploader.post_all(0, sealed)
    numbers = (0,) if attached else ()
    filed = file_with(form, {**recipients, reporter.central_id: own}, recipient, *numbers)
    path = filed.get_json()["location"].removesuffix("/sent")

    page = form.client.get(path).get_data(as_text=True)
    said = form.client.get(f"{path}/download").get_json()

    assert ("Files that you attached are listed in it" in page) == attached
    assert said["files"] == len(numbers)
