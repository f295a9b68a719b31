# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of reporters, pages of readers, and posts without a browser: as other rooms test them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.sealing import age
from tests.service.attachments.sealed import BODY, Uploader, seal_file
from tests.service.desks.conftest import open_page, scene
from tests.service.reports.conftest import csrf, keys, page, readers, reporter, tool
from tests.service.reports.desk import ReaderKey
from tests.service.reports.forms import Form

__all__ = ["csrf", "keys", "open_page", "page", "readers"]
__all__ += ["reporter", "scene", "tool"]


@pytest.fixture
def recipient() -> str:
    return age.new_identity()[1]


@pytest.fixture
def recipients(readers: dict[str, ReaderKey]) -> dict[int, str]:
    return {one.central_id: one.recipient for one in readers.values()}


@pytest.fixture
def form(client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]) -> Form:
    assert readers
    return Form(client, csrf)


@pytest.fixture
def uploader(form: Form) -> Uploader:
    return Uploader(form)


@pytest.fixture
def sealed(form: Form, recipient: str) -> bytes:
    """A file of three chunks."""
    return seal_file(form.report_id, 0, BODY, 3, recipient)
