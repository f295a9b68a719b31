# SPDX-License-Identifier: AGPL-3.0-or-later
"""Failures on demand: what a client meets, for how long, and on which wiki."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import requests

from onwiki.sandbox import revisions
from onwiki.sandbox.failures import Kind
from onwiki.sandbox.titles import parse_title
from tests.fixtures_sandbox import Sandbox

TIMEOUT_S = 20
ASK = {"action": "query", "meta": "siteinfo", "format": "json", "formatversion": "2"}
READ = {
    "action": "query", "prop": "revisions", "revids": "310000005|310000006|310000007|1",
    "format": "json", "formatversion": "2",
}  # fmt: skip


def ask(
    sandbox: Sandbox, fields: dict[str, str] = ASK, dbname: str = "sandboxwiki"
) -> requests.Response:
    return requests.post(
        sandbox.wiki(dbname).api_url, data=fields, timeout=TIMEOUT_S, allow_redirects=False
    )


def edit_fields() -> dict[str, str]:
    return {"action": "edit", "title": "User talk:Larkspur", "appendtext": " lost", "token": "+\\",
            "format": "json"}  # fmt: skip


def text(sandbox: Sandbox, title: str) -> str:
    with sandbox.store.reading() as db:
        page = revisions.page_by_title(db, "sandboxwiki", parse_title(title))
        assert page is not None
        return revisions.latest(db, page).text


@pytest.mark.parametrize(("kind", "status"), [("503", 503), ("502", 502), ("429", 429)])
def test_gateway_answers_instead_of_the_wiki(sandbox: Sandbox, kind: str, status: int) -> None:
    sandbox.fail(kind, retry_after=7)
    answer = ask(sandbox)
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "7")
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("kind", ["maxlag", "ratelimited", "readonly"])
def test_api_refuses_politely(sandbox: Sandbox, kind: str) -> None:
    sandbox.fail(kind)
    answer = ask(sandbox)
    assert answer.status_code == 200
    assert answer.json()["error"]["code"] == kind
    assert answer.headers["MediaWiki-API-Error"] == kind


def test_captcha_is_asked_of_an_edit(sandbox: Sandbox) -> None:
    sandbox.fail("captcha", action="edit")
    done = ask(sandbox, edit_fields()).json()["edit"]
    assert done["result"] == "Failure"
    assert done["captcha"]["question"]
    assert "query" in ask(sandbox).json()


def test_page_comes_instead_of_json(sandbox: Sandbox) -> None:
    sandbox.fail("html")
    answer = ask(sandbox)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_answer_is_cut_short(sandbox: Sandbox) -> None:
    sandbox.fail("malformed")
    with pytest.raises(json.JSONDecodeError):
        json.loads(ask(sandbox).text)


def test_answer_is_empty(sandbox: Sandbox) -> None:
    sandbox.fail("empty")
    assert ask(sandbox).text == ""


def test_wiki_sends_elsewhere(sandbox: Sandbox) -> None:
    sandbox.fail("redirect")
    assert ask(sandbox).headers["Location"].endswith("/elsewhere")


def test_other_wiki_answers(sandbox: Sandbox) -> None:
    sandbox.fail("other-wiki")
    assert ask(sandbox).json()["query"]["general"]["wikiid"] == "sandbox2wiki"


def test_half_of_a_batch_is_silently_absent(sandbox: Sandbox) -> None:
    sandbox.fail("half-batch")
    query = ask(sandbox, READ).json()["query"]
    assert [r["revid"] for r in query["pages"][0]["revisions"]] == [310000005, 310000007]
    assert "badrevids" not in query


def test_connection_is_reset(sandbox: Sandbox) -> None:
    sandbox.fail("reset", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(sandbox)
    assert ask(sandbox).status_code == 200


def test_edit_is_made_but_its_answer_is_lost(sandbox: Sandbox) -> None:
    before = text(sandbox, "User talk:Larkspur")
    sandbox.fail("lost-answer", action="edit", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(sandbox, edit_fields())
    assert text(sandbox, "User talk:Larkspur") == before + " lost"


def test_slow_answer_is_let_go_when_all_is_cleared(sandbox: Sandbox) -> None:
    sandbox.fail("slow", seconds=600)
    got: list[int] = []
    waiting = threading.Thread(target=lambda: got.append(ask(sandbox).status_code))
    waiting.start()
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(sandbox.wiki("sandboxwiki").api_url, data=ASK, timeout=0.2)
    sandbox.recover()
    waiting.join(TIMEOUT_S)
    assert got == [200]


def test_dripping_answer_keeps_the_connection_busy(sandbox: Sandbox) -> None:
    sandbox.fail("drip", seconds=0.01)
    address = sandbox.wiki("sandboxwiki").api_url
    with requests.post(address, data=ASK, stream=True, timeout=TIMEOUT_S) as answer:
        drops = answer.iter_content(1)
        assert [next(drops) for _ in range(3)] == [b"{", b" ", b" "]
    sandbox.recover()


def test_failure_counts_down(sandbox: Sandbox) -> None:
    sandbox.fail("503", times=2)
    assert [ask(sandbox).status_code for _ in range(3)] == [503, 503, 200]


def test_failure_stays_until_cleared(sandbox: Sandbox) -> None:
    sandbox.fail("503")
    assert [ask(sandbox).status_code for _ in range(2)] == [503, 503]
    sandbox.recover()
    assert ask(sandbox).status_code == 200


def test_failure_befalls_one_wiki_or_one_action(sandbox: Sandbox) -> None:
    sandbox.fail("503", wiki="sandbox2wiki")
    sandbox.fail("502", action="query+revisions")
    assert ask(sandbox).status_code == 200
    assert ask(sandbox, dbname="sandbox2wiki").status_code == 503
    assert ask(sandbox, READ).status_code == 502


def test_sign_in_can_fail_too(sandbox: Sandbox) -> None:
    sandbox.fail("503", action="oauth/initiate")
    address = sandbox.wiki("sandboxwiki").index_url
    step = requests.post(address, params={"title": "Special:OAuth/initiate"}, timeout=TIMEOUT_S)
    page = requests.get(address, params={"title": "River stones"}, timeout=TIMEOUT_S)
    assert (step.status_code, page.status_code) == (503, 200)


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_failure_can_be_switched_on(sandbox: Sandbox, kind: str) -> None:
    sandbox.fail(kind, action="nothing asks for this")
    assert ask(sandbox).status_code == 200


@pytest.mark.parametrize("body", [{"kind": "no such"}, {}, {"kind": "503", "color": "red"}])
def test_unknown_failure_is_a_bad_request(sandbox: Sandbox, body: dict[str, Any]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        sandbox.control("POST", "failures", body)


@pytest.mark.parametrize("token", ["", "Bearer wrong", "wrong"])
def test_control_is_not_there_without_the_token(sandbox: Sandbox, token: str) -> None:
    for path in ("failures", "requests", "clock"):
        answer = requests.get(
            f"{sandbox.base_url}/control/{path}",
            headers={"Authorization": token},
            timeout=TIMEOUT_S,
        )
        assert answer.status_code in {404, 405}
        assert "failures" not in answer.text


def test_requests_are_remembered_for_counting(sandbox: Sandbox) -> None:
    ask(sandbox, READ)
    (seen,) = sandbox.requests()
    assert seen["wiki"] == "sandboxwiki"
    assert seen["labels"] == ["api", "query", "query+revisions"]
    assert (seen["method"], seen["query_string"], seen["signed"]) == ("POST", "", False)
    assert seen["params"]["revids"] == READ["revids"]
    sandbox.forget_requests()
    assert sandbox.requests() == []


def test_clock_can_be_put_ahead(sandbox: Sandbox) -> None:
    before = ask(sandbox).json()["query"]["general"]["time"]
    sandbox.advance(86400 * 400)
    assert ask(sandbox).json()["query"]["general"]["time"][:4] > before[:4]
