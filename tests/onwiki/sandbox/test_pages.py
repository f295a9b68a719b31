# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people see: talk pages, differences, histories; and nothing that an editor could inject."""

from __future__ import annotations

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from onwiki.sandbox import accounts, revisions
from onwiki.sandbox.pages.wikitext import render
from onwiki.sandbox.titles import parse_title
from tests.fixtures_sandbox import Sandbox

TIMEOUT_S = 20


def get(sandbox: Sandbox, path: str, status: int = 200) -> requests.Response:
    answer = requests.get(sandbox.base_url + path, timeout=TIMEOUT_S)
    assert answer.status_code == status
    return answer


def test_talk_page_is_readable(sandbox: Sandbox) -> None:
    page = get(sandbox, "/wiki/User_talk:Larkspur").text
    assert "<h1>User talk:Larkspur</h1>" in page
    assert "<h2>Last warning</h2>" in page
    assert "I know which pages you watch." in page


def test_second_wiki_has_its_own_pages(sandbox: Sandbox) -> None:
    assert "Found you" in get(sandbox, "/wiki2/User_talk:Quillfeather").text
    assert "Larkspur is next" in get(sandbox, "/wiki/User_talk:Quillfeather").text


@pytest.mark.parametrize(
    "path",
    [
        "/wiki/Special:Diff/310000008",
        "/w/index.php?diff=310000008",
        "/w/index.php?diff=prev&oldid=310000008",
        "/w/index.php?title=Anything&diff=310000008&oldid=310000007",
        "/wiki/Special:Diff/310000007/310000008",
    ],
)
def test_difference_shows_what_came(sandbox: Sandbox, path: str) -> None:
    page = get(sandbox, path).text
    assert "<h1>User talk:Larkspur: difference</h1>" in page
    assert "Added: </span>I know which pages you watch." in page
    assert "You are. Stop editing" not in page


@pytest.mark.parametrize(
    "path",
    ["/wiki/Special:PermanentLink/310000004", "/w/index.php?oldid=310000004"],
)
def test_old_version_says_that_it_is_old(sandbox: Sandbox, path: str) -> None:
    page = get(sandbox, path).text
    assert "This is an old version, saved 2026-10-01T04:28:00Z by Rowanbark." in page
    assert "worthless" not in page


def test_history_shows_holes_where_something_was_hidden(sandbox: Sandbox) -> None:
    page = get(sandbox, "/wiki/User_talk:Larkspur?action=history").text
    assert "(username removed)" in page
    assert "(edit summary removed)" in page
    assert "a summary that was removed" not in page


@pytest.mark.parametrize("revid", [310000011, 310000014])
def test_hidden_text_is_not_shown(sandbox: Sandbox, revid: int) -> None:
    for path in (f"/wiki/Special:Diff/{revid}", f"/w/index.php?oldid={revid}"):
        page = get(sandbox, path).text
        assert "removed from public view" in page
        assert "where you live" not in page
        assert "a text that was removed" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/wiki/Larkspur_is_a_fraud",
        "/wiki/Special:Diff/310000016",
        "/wiki/Special:Diff/999999999",
        "/w/index.php?oldid=310000016",
        "/wiki/No_such_page",
        "/wiki/Bad%5Btitle%5D",
        "/w/index.php?diff=cur&oldid=999999999",
    ],
)
def test_deleted_and_unknown_pages_look_the_same(sandbox: Sandbox, path: str) -> None:
    assert "nothing that the public may see" in get(sandbox, path, 404).text


def test_all_pages_are_listed(sandbox: Sandbox) -> None:
    page = get(sandbox, "/wiki/Special:AllPages").text
    assert "River stones" in page
    assert "Larkspur is a fraud" not in page
    assert "All pages" in get(sandbox, "/").text


def test_raw_text_can_be_fetched(sandbox: Sandbox) -> None:
    answer = get(sandbox, "/wiki/Project:Support_bot?action=raw")
    assert answer.headers["Content-Type"].startswith("text/x-wiki")
    assert answer.text == "run"


def test_page_runs_no_script_and_is_framed_nowhere(sandbox: Sandbox) -> None:
    headers = get(sandbox, "/wiki/Main_Page").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self'")
    assert "script" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_markup_in_a_text_stays_text(sandbox: Sandbox) -> None:
    attack = '<script>alert(1)</script> [[A"onclick="x|<b>c</b>]] [javascript:x y]'
    with sandbox.store.writing() as db:
        author = accounts.local_by_name(db, "sandboxwiki", "Brackenridge")
        assert author is not None
        title = parse_title("User talk:Larkspur")
        revisions.save(db, "sandboxwiki", title, author, attack, "<i>s</i>", sandbox.store.now())
    for path in ("/wiki/User_talk:Larkspur", "/wiki/User_talk:Larkspur?action=history"):
        page = get(sandbox, path).text
        assert "<script" not in page
        assert "<b>c" not in page
        assert "<i>s" not in page
        assert 'href="javascript' not in page


@given(st.text(alphabet="<>&\"'[]|={}*#:!-\n abc/", max_size=80))
def test_no_wikitext_becomes_a_foreign_element(text: str) -> None:
    html = str(render(text, lambda title: "/wiki/" + title.replace('"', "%22")))
    for name in html.split("<")[1:]:
        tag = name.lstrip("/").partition(">")[0].split()[0]
        assert tag in {"p", "ul", "li", "h2", "h3", "h4", "h5", "a", "strong", "em"}


def test_log_in_refuses_a_locked_person_politely(sandbox: Sandbox) -> None:
    with requests.Session() as browser:
        address = sandbox.wiki("sandboxwiki").page_url("Special:UserLogin")
        form = browser.get(address, timeout=TIMEOUT_S).text
        token = form.partition('name="wpLoginToken" value="')[2].partition('"')[0]
        fields = {"wpName": "Gorsefield", "wpLoginToken": token}
        answer = browser.post(address, data=fields, timeout=TIMEOUT_S)
    assert answer.status_code == 200
    assert "You cannot log in because your account is globally locked." in answer.text


def test_log_in_needs_the_token_of_the_form(sandbox: Sandbox) -> None:
    address = sandbox.wiki("sandboxwiki").page_url("Special:UserLogin")
    answer = requests.post(address, data={"wpName": "Larkspur"}, timeout=TIMEOUT_S)
    assert answer.status_code == 200
    assert "There seems to be a problem with your login session." in answer.text


def test_log_in_lasts_when_it_is_asked_to(sandbox: Sandbox) -> None:
    with requests.Session() as browser:
        address = sandbox.wiki("sandboxwiki").page_url("Special:UserLogin")
        form = browser.get(address, timeout=TIMEOUT_S).text
        token = form.partition('name="wpLoginToken" value="')[2].partition('"')[0]
        fields = {"wpName": "Larkspur", "wpLoginToken": token, "wpRemember": "1"}
        home = browser.post(address, data=fields, timeout=TIMEOUT_S)
        assert "Larkspur (talk)" in home.text
        leave = sandbox.wiki("sandboxwiki").page_url("Special:UserLogout")
        form = browser.get(leave, timeout=TIMEOUT_S).text
        edit_token = form.partition('name="wpEditToken" value="')[2].partition('"')[0]
        gone = browser.post(leave, data={"wpEditToken": edit_token}, timeout=TIMEOUT_S)
        assert "Log in</a>" in gone.text
