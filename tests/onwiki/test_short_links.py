# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where short links lead: asked once, not followed, and only wikis of the list count."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.extra_wikis import ExtraWikiBadShortLinks, parse_extra_wikis
from onwiki.links import (
    Range,
    Rejection,
    RejectReason,
    Revision,
    ShortLink,
    address,
    recognise,
)
from onwiki.sandbox.short_links import DEMO
from onwiki.short_links import lead_of
from onwiki.shortener import WIKIMEDIA
from onwiki.wikis import WikiList
from tests.fixtures_sandbox import Sandbox

CODE = "3Ab"
LINK = ShortLink(CODE)


@pytest.fixture
def wikis(sandbox: Sandbox) -> WikiList:
    entries = [
        {"dbname": "sandboxwiki", "url": f"{sandbox.base_url}/w", "shortlinks": "/s/$1"},
        {"dbname": "sandbox2wiki", "url": f"{sandbox.base_url}/w2"},
    ]
    return WikiList.snapshot().with_extra(parse_extra_wikis(entries))


def test_short_link_leads_to_a_reference(sandbox: Sandbox, wikis: WikiList) -> None:
    sandbox.shorten(CODE, f"{sandbox.base_url}/w/index.php?diff=310000006&oldid=310000004")
    assert lead_of(LINK, wikis) == Range("sandboxwiki", 310000004, 310000006)


def test_it_is_asked_once_and_never_followed(sandbox: Sandbox, wikis: WikiList) -> None:
    sandbox.shorten(CODE, f"{sandbox.base_url}/wiki/Special:Diff/310000005")
    assert lead_of(LINK, wikis) == Revision("sandboxwiki", 310000005)
    (seen,) = sandbox.requests()
    assert (seen["method"], seen["labels"]) == ("HEAD", ["short"])
    assert (seen["query_string"], seen["signed"]) == ("", False)


@pytest.mark.parametrize(
    ("leads_to", "reason"),
    [
        ("https://evil.example/", RejectReason.HOST),
        ("http://169.254.169.254/latest/meta-data", RejectReason.HOST),
        ("https://en.wikipedia.org@evil.example/", RejectReason.USERINFO),
        ("https://arbcom-en.wikipedia.org/wiki/Special:Diff/5", RejectReason.PRIVATE_WIKI),
        ("https://phabricator.wikimedia.org/T1", RejectReason.NOT_A_WIKI),
        ("javascript:alert(1)", RejectReason.SCHEME),
        ("/wiki/Special:Diff/5", RejectReason.AMBIGUOUS),
        ("https://w.wiki/3Ab", RejectReason.MALFORMED),
        ("https://en.wikipedia.org/wiki/Special:UrlRedirector/3Ab", RejectReason.MALFORMED),
        ("https://en.wikipedia.org/wiki/" + "x" * 2100, RejectReason.TOO_LONG),
    ],
)
def test_where_it_leads_is_judged_like_any_pasted_link(
    sandbox: Sandbox, wikis: WikiList, leads_to: str, reason: RejectReason
) -> None:
    sandbox.shorten(CODE, leads_to)
    assert lead_of(LINK, wikis) == Rejection(reason)
    assert len(sandbox.requests()) == 1


def test_code_that_nobody_made(wikis: WikiList) -> None:
    assert lead_of(ShortLink("zzzz"), wikis) == Rejection(RejectReason.BAD_ID)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("503", Unavailable.SERVER_ERROR),
        ("429", Unavailable.RATE_LIMITED),
        ("html", Unavailable.REFUSED),
        ("slow", Unavailable.TIMEOUT),
    ],
)
def test_failure_is_worth_asking_again(
    sandbox: Sandbox, wikis: WikiList, kind: str, reason: Unavailable
) -> None:
    sandbox.shorten(CODE, f"{sandbox.base_url}/wiki/Special:Diff/310000005")
    sandbox.fail(kind, action="short", seconds=600)
    with pytest.raises(WikiUnavailable) as fault:
        lead_of(LINK, wikis, timeout_s=0.5 if kind == "slow" else 20.0)
    assert fault.value.reason is reason
    assert CODE not in str(fault.value)
    sandbox.recover()
    assert lead_of(LINK, wikis) == Revision("sandboxwiki", 310000005)


def test_nobody_listens(wikis: WikiList) -> None:
    entries = [{"dbname": "gone", "url": "http://127.0.0.1:1/w", "shortlinks": "/$1"}]
    with pytest.raises(WikiUnavailable) as fault:
        lead_of(LINK, wikis.with_extra(parse_extra_wikis(entries)))
    assert fault.value.reason is Unavailable.UNREACHABLE


def test_demo_has_short_links_that_lead_to_edits(sandbox: Sandbox, wikis: WikiList) -> None:
    led = [lead_of(ShortLink(code), wikis) for code in DEMO]
    assert not [one for one in led if isinstance(one, Rejection | ShortLink)]


def test_own_short_links_are_recognised_beside_wikimedias(
    sandbox: Sandbox, wikis: WikiList
) -> None:
    place = urlsplit(sandbox.base_url).netloc
    assert recognise(f"http://{place}/s/{CODE}", wikis) == LINK
    assert recognise(f"https://w.wiki/{CODE}", wikis) == LINK
    assert recognise(f"http://{place}/t/{CODE}", wikis) == Rejection(RejectReason.HOST)
    assert address(LINK, wikis) == f"{sandbox.base_url}/s/{CODE}"
    assert address(LINK, WikiList.snapshot()) == f"https://w.wiki/{CODE}"


@given(st.text(alphabet="23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz$", min_size=1,
               max_size=20))  # fmt: skip
def test_rebuilt_short_link_is_the_same(code: str) -> None:
    wikis = WikiList.snapshot()
    assert recognise(WIKIMEDIA.address(code), wikis) == ShortLink(code)


@pytest.mark.parametrize("path", ["s/$1", "/s/", "/s$1", "//evil.example/$1", "/s/$1?x", 5])
def test_odd_path_of_short_links_is_named(path: object) -> None:
    entries = [{"dbname": "x", "url": "http://127.0.0.1:8181/w", "shortlinks": path}]
    with pytest.raises(ExtraWikiBadShortLinks, match="entry 1"):
        parse_extra_wikis(entries)
