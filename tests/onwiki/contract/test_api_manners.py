# SPDX-License-Identifier: AGPL-3.0-or-later
"""How api.php itself behaves: unknown words, assertions, lag, tokens, log-in, siteinfo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from tests.realwiki.interface import (
    BOT,
    BOT_APP,
    BOT_PASSWORD,
    TIMEOUT_S,
    WikiUnderTest,
)

Fresh = Callable[[str], str]


def test_unknown_action_is_a_badvalue(wiki: WikiUnderTest) -> None:
    assert wiki.api(action="nosuchaction").error == "badvalue"


def test_unknown_parameter_is_only_a_warning(wiki: WikiUnderTest) -> None:
    body = wiki.api(action="query", titles="Main Page", nosuch=1).body
    assert body["warnings"]["main"]["warnings"] == "Unrecognized parameter: nosuch."


def test_unknown_list_is_only_a_warning(wiki: WikiUnderTest) -> None:
    body = wiki.api(action="query", list="nosuchlist").body
    assert 'Unrecognized value for parameter "list"' in body["warnings"]["query"]["warnings"]


def test_lagged_wiki_asks_to_come_back(wiki: WikiUnderTest) -> None:
    answer = wiki.api(action="query", titles="Main Page", maxlag=-2)
    assert answer.error == "maxlag"
    assert answer.status == 200
    assert answer.headers["Retry-After"] == "5"
    assert "X-Database-Lag" in answer.headers
    assert set(answer.body["error"]) >= {"code", "info", "lag", "host"}


def test_assertions_name_what_failed(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Ordinary")
    wiki.person(name)

    def code(wanted: str, by: str | None = None) -> str | None:
        return wiki.ask({"action": "query", "assert": wanted}, by=by).error

    assert code("user") == "assertuserfailed"
    assert code("bot", name) == "assertbotfailed"
    assert code("anon", name) == "assertanonfailed"
    assert code("bot", BOT) is None


def test_visitors_token_is_the_bare_suffix(wiki: WikiUnderTest) -> None:
    body = wiki.api(action="query", meta="tokens").body
    assert body["query"]["tokens"] == {"csrftoken": "+\\"}


def test_token_of_an_account_is_its_own(wiki: WikiUnderTest) -> None:
    token = wiki.token(BOT)
    assert token.endswith("+\\")
    assert len(token) > 32
    assert wiki.token(wiki.admin) != token


@pytest.mark.parametrize(
    ("password", "result"),
    [(BOT_PASSWORD, "Success"), ("f" * 32, "Failed")],
    ids=["right", "wrong"],
)
def test_bot_password_logs_in(wiki: WikiUnderTest, password: str, result: str) -> None:
    with requests.Session() as browser:
        fields = {"format": "json", "formatversion": "2"}
        asked = {"action": "query", "meta": "tokens", "type": "login", **fields}
        token = browser.post(wiki.api_url, data=asked, timeout=TIMEOUT_S).json()
        given = {
            "action": "login", "lgname": f"{BOT}@{BOT_APP}", "lgpassword": password,
            "lgtoken": token["query"]["tokens"]["logintoken"], **fields,
        }  # fmt: skip
        login = browser.post(wiki.api_url, data=given, timeout=TIMEOUT_S).json()["login"]
        assert login["result"] == result
        who = {"action": "query", "meta": "userinfo", **fields}
        name = browser.post(wiki.api_url, data=who, timeout=TIMEOUT_S).json()
        assert (name["query"]["userinfo"]["name"] == BOT) is (result == "Success")


def test_siteinfo_tells_where_the_wiki_is(wiki: WikiUnderTest) -> None:
    body = wiki.api(action="query", meta="siteinfo", siprop="general|namespaces").body
    general = body["query"]["general"]
    assert general["wikiid"].partition("-")[0] == wiki.dbname
    assert (general["server"], general["scriptpath"]) == (wiki.base_url, wiki.script_path)
    assert general["case"] == "first-letter"
    talk = body["query"]["namespaces"]["3"]
    assert (talk["name"], talk["canonical"], talk["id"]) == ("User talk", "User talk", 3)
