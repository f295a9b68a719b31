# SPDX-License-Identifier: AGPL-3.0-or-later
"""The app of ``tests/service/conftest.py`` with the sandbox as its central wiki."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onwiki.sandbox import demo
from tests.fixtures_sandbox import Sandbox

ORIGIN = "http://localhost:8000"


@pytest.fixture
def environ(environ: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
    return environ | {
        "CS_OAUTH_WIKI": sandbox.wiki("sandboxwiki").index_url,
        "CS_OAUTH_CONSUMER_KEY": demo.SIGN_IN.key,
        "CS_OAUTH_CONSUMER_SECRET": demo.SIGN_IN.secret,
    }


def csrf_of(client: FlaskClient) -> str:
    page = client.get("/").get_data(as_text=True)
    return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]


@pytest.fixture
def begin() -> Callable[..., TestResponse]:
    """Press the sign-in button; the answer leads to the wiki."""

    def begin(client: FlaskClient, **fields: str) -> TestResponse:
        return client.post("/signin", data={"csrf_token": csrf_of(client), **fields})

    return begin


@pytest.fixture
def accept(sandbox: Sandbox) -> Callable[[TestResponse, str], str]:
    """Press Allow on the wiki; gives the path of the callback that the browser is sent to."""

    def accept(begun: TestResponse, name: str) -> str:
        address = sandbox.allow(begun.headers["Location"], name)
        assert address.startswith(ORIGIN)
        return address.removeprefix(ORIGIN)

    return accept


@pytest.fixture
def arrive(
    begin: Callable[..., TestResponse], accept: Callable[[TestResponse, str], str]
) -> Callable[..., TestResponse]:
    """The whole way: button, wiki, callback. Gives the callback's answer."""

    def arrive(client: FlaskClient, name: str, **fields: str) -> TestResponse:
        return client.get(accept(begin(client, **fields), name))

    return arrive
