# SPDX-License-Identifier: AGPL-3.0-or-later
"""Resolving names on the central wiki."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from onwiki.accounts import Resolved, resolve, resolved
from onwiki.bot import USER_AGENT
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.sandbox import accounts
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox


def test_name_has_a_central_id_and_a_home(sandbox: Sandbox, first_wiki: Wiki) -> None:
    found = resolve(first_wiki.api_url, "user:quillfeather")
    expected = sandbox.person("Quillfeather")
    assert found == Resolved(expected.id, "Quillfeather", "sandbox2wiki")


def test_name_stays_out_of_urls(sandbox: Sandbox, first_wiki: Wiki) -> None:
    resolve(first_wiki.api_url, "Quillfeather")
    (seen,) = sandbox.requests()
    assert (seen["method"], seen["query_string"]) == ("POST", "")
    assert seen["user_agent"] == USER_AGENT


def test_renamed_account_is_missing_under_its_old_name(sandbox: Sandbox, first_wiki: Wiki) -> None:
    with sandbox.store.writing() as db:
        accounts.rename(db, sandbox.person("Brackenridge"), "Bracken")
    assert resolve(first_wiki.api_url, "Brackenridge").central_id is None
    assert resolve(first_wiki.api_url, "Bracken").central_id is not None


@pytest.mark.parametrize("name", ["Nobody by that name", "Saltmarsh"])
def test_unknown_and_hidden_accounts_look_the_same(first_wiki: Wiki, name: str) -> None:
    assert resolve(first_wiki.api_url, name) == Resolved(None, name, None)


@pytest.mark.parametrize("name", ["192.0.2.7", "2001:db8::1", "A|b", "", "x" * 300])
def test_what_can_be_no_account_is_not_asked(sandbox: Sandbox, first_wiki: Wiki, name: str) -> None:
    assert resolve(first_wiki.api_url, name).central_id is None
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("503", Unavailable.SERVER_ERROR),
        ("429", Unavailable.RATE_LIMITED),
        ("html", Unavailable.NOT_JSON),
        ("empty", Unavailable.NOT_JSON),
        ("malformed", Unavailable.NOT_JSON),
        ("redirect", Unavailable.REDIRECTED),
        ("reset", Unavailable.UNREACHABLE),
        ("maxlag", Unavailable.REFUSED),
    ],
)
def test_failure_has_its_word(
    sandbox: Sandbox, first_wiki: Wiki, kind: str, reason: Unavailable
) -> None:
    sandbox.fail(kind)
    with pytest.raises(WikiUnavailable) as fault:
        resolve(first_wiki.api_url, "Quillfeather")
    assert fault.value.reason is reason
    assert "Quillfeather" not in str(fault.value)


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_slow_answer_ends(sandbox: Sandbox, first_wiki: Wiki, kind: str) -> None:
    sandbox.fail(kind, seconds=0.05 if kind == "drip" else 60)
    with pytest.raises(WikiUnavailable) as fault:
        resolve(first_wiki.api_url, "Quillfeather", timeout_s=0.5)
    sandbox.recover()
    assert fault.value.reason is Unavailable.TIMEOUT


def test_nobody_listens(first_wiki: Wiki) -> None:
    with pytest.raises(WikiUnavailable) as fault:
        resolve(replace(first_wiki, port=1).api_url, "Quillfeather")
    assert fault.value.reason is Unavailable.UNREACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"query": {}},
        *({"query": {"globaluserinfo": {"id": one, "name": "A"}}} for one in ("4", 0, -1, True)),
    ],
)
def test_strange_answers_are_malformed(answer: dict[str, object]) -> None:
    with pytest.raises(WikiUnavailable) as fault:
        resolved(answer, "A")
    assert fault.value.reason is Unavailable.MALFORMED


class Endless(BaseHTTPRequestHandler):
    """Answers until nobody listens any more."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b" " * 65536)

    def log_message(self, *_unheard: object) -> None:
        """Addresses stay out of the test's output."""


@pytest.fixture
def endless() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Endless) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/w/api.php"
        server.shutdown()
        thread.join()


def test_endless_answer_is_cut(endless: str) -> None:
    with pytest.raises(WikiUnavailable) as fault:
        resolve(endless, "Quillfeather")
    assert fault.value.reason is Unavailable.MALFORMED
