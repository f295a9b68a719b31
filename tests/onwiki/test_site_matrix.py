# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which wikis there are: a good answer is taken over, a doubtful one refused as a whole."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.links import Rejection, RejectReason, Revision, recognise
from onwiki.sandbox.api.sitematrix import NEWER
from onwiki.site_matrix import BadSiteMatrix, fetch, from_json, parse, to_json
from onwiki.wikis import WikiList
from tests.fixtures_sandbox import Sandbox

Answer = dict[str, Any]


def answer_for(wikis: WikiList) -> Answer:
    """The shape that ApiSiteMatrix gives in format version 2."""
    languages: dict[str, list[Answer]] = {}
    specials: list[Answer] = []
    for wiki in wikis.own:
        site: Answer = {"url": f"https://{wiki.host}", "dbname": wiki.dbname, "code": "wiki"}
        site |= {flag: True for flag in ("closed", "private", "fishbowl") if getattr(wiki, flag)}
        (specials if wiki.lang is None else languages.setdefault(wiki.lang, [])).append(site)
    groups = {
        str(number): {"code": code, "name": code, "site": some, "dir": "ltr", "localname": code}
        for number, (code, some) in enumerate(languages.items())
    }
    return {"sitematrix": {"count": len(wikis.own), **groups, "specials": specials}}


@pytest.fixture(scope="module")
def snapshot() -> WikiList:
    return WikiList.snapshot()


@pytest.fixture(scope="module")
def recorded(snapshot: WikiList) -> Answer:
    return answer_for(snapshot)


@pytest.fixture
def answer(recorded: Answer) -> Answer:
    return copy.deepcopy(recorded)


def group(answer: Answer, code: str) -> Answer:
    found: Answer = next(
        one
        for one in answer["sitematrix"].values()
        if isinstance(one, dict) and one["code"] == code
    )
    return found


def test_the_snapshot_read_back_is_the_snapshot(answer: Answer, snapshot: WikiList) -> None:
    assert set(parse(answer, snapshot)) == set(snapshot.own)


def test_new_wiki_is_added_and_its_links_are_understood(answer: Answer, snapshot: WikiList) -> None:
    new = {"url": "https://de.wikifunctions.org", "dbname": "dewikifunctions"}
    group(answer, "de")["site"].append(new)
    wikis = snapshot.copy()
    link = "https://de.wikifunctions.org/wiki/Special:Diff/5"
    assert recognise(link, wikis) == Rejection(RejectReason.HOST)
    wikis.adopt(parse(answer, wikis))
    assert recognise(link, wikis) == Revision("dewikifunctions", 5)
    assert recognise(link, snapshot) == Rejection(RejectReason.HOST), "nobody else's list changed"


def test_wiki_that_became_private_is_refused_from_then_on(
    answer: Answer, snapshot: WikiList
) -> None:
    site = next(one for one in group(answer, "de")["site"] if one["dbname"] == "dewikibooks")
    site["private"] = True
    wikis = snapshot.copy()
    wikis.adopt(parse(answer, wikis))
    link = "https://de.wikibooks.org/wiki/Special:Diff/5"
    assert recognise(link, wikis) == Rejection(RejectReason.PRIVATE_WIKI)


def test_no_answer_opens_a_wiki_that_is_known_as_private(
    answer: Answer, snapshot: WikiList
) -> None:
    for site in answer["sitematrix"]["specials"]:
        site.pop("private", None)
    private = {wiki.dbname for wiki in snapshot.own if wiki.private}
    assert private
    assert private == {wiki.dbname for wiki in parse(answer, snapshot) if wiki.private}


def test_flags_of_version_one_are_empty_strings(answer: Answer, snapshot: WikiList) -> None:
    group(answer, "de")["site"][0]["fishbowl"] = ""
    dbname = group(answer, "de")["site"][0]["dbname"]
    (wiki,) = [one for one in parse(answer, snapshot) if one.dbname == dbname]
    assert wiki.fishbowl


def test_wikis_that_are_left_out_stay(answer: Answer, snapshot: WikiList) -> None:
    group(answer, "de")["site"].clear()
    assert {wiki.dbname for wiki in parse(answer, snapshot)} >= {"dewiki", "dewiktionary"}


def test_shrunken_answer_is_refused(answer: Answer, snapshot: WikiList) -> None:
    languages = [key for key in answer["sitematrix"] if key.isdigit()]
    for key in languages[: len(languages) // 5]:
        del answer["sitematrix"][key]
    with pytest.raises(BadSiteMatrix, match="missing"):
        parse(answer, snapshot)


@pytest.mark.parametrize(
    "host", ["evil.example", "wikipedia.org.evil.example", "evil-wikipedia.org", "w.wiki"]
)
def test_no_answer_adds_a_foreign_domain(answer: Answer, snapshot: WikiList, host: str) -> None:
    group(answer, "de")["site"].append({"url": f"https://{host}", "dbname": "evilwiki"})
    assert host not in {wiki.host for wiki in parse(answer, snapshot)}


Change = Callable[[Answer], object]
STRANGE: dict[str, Change] = {
    "no matrix": lambda a: a.pop("sitematrix"),
    "a list": lambda a: a.update(sitematrix=[]),
    "to be continued": lambda a: a.update({"continue": {"smcontinue": "language|5"}}),
    "a language of text": lambda a: a["sitematrix"].update({"0": "aa"}),
    "no sites": lambda a: group(a, "de").pop("site"),
    "a site of text": lambda a: group(a, "de")["site"].append("dewiki"),
    "no dbname": lambda a: group(a, "de")["site"].append({"url": "https://x.wikipedia.org"}),
    "a strange dbname": lambda a: group(a, "de")["site"][0].update(dbname="de:wiki"),
    "http": lambda a: group(a, "de")["site"][0].update(url="http://de.wikipedia.org"),
    "a port": lambda a: group(a, "de")["site"][0].update(url="https://de.wikipedia.org:8"),
    "a user": lambda a: group(a, "de")["site"][0].update(url="https://u@de.wikipedia.org"),
    "a path": lambda a: group(a, "de")["site"][0].update(url="https://de.wikipedia.org/x"),
    "a line end": lambda a: group(a, "de")["site"][0].update(url="https://de.wikipedia.org\n"),
    "upper case": lambda a: group(a, "de")["site"][0].update(url="https://DE.wikipedia.org"),
    "one twice": lambda a: group(a, "de")["site"].append(group(a, "de")["site"][0]),
    "one host twice": lambda a: group(a, "de")["site"].append(
        {"url": "https://en.wikipedia.org", "dbname": "otherwiki"}
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_answer_is_refused_as_a_whole(
    answer: Answer, snapshot: WikiList, name: str
) -> None:
    STRANGE[name](answer)
    with pytest.raises(BadSiteMatrix):
        parse(answer, snapshot)


@pytest.mark.parametrize("answer", [None, [], "x", 5, {}, {"error": {"code": "maxlag"}}])
def test_other_json_is_refused(snapshot: WikiList, answer: object) -> None:
    with pytest.raises(BadSiteMatrix):
        parse(answer, snapshot)


def test_kept_list_comes_back_as_it_went(snapshot: WikiList) -> None:
    assert from_json(to_json(snapshot.own)) == snapshot.own


def test_sandbox_is_asked_by_post(sandbox: Sandbox, snapshot: WikiList) -> None:
    wikis = parse(fetch(sandbox.wiki("sandboxwiki").api_url), snapshot)
    assert NEWER.host in {wiki.host for wiki in wikis}
    assert len(wikis) == len(snapshot.own) + 1
    (seen,) = sandbox.requests()
    assert (seen["method"], seen["query_string"]) == ("POST", "")


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
        ("lost-answer", Unavailable.UNREACHABLE),
        ("slow", Unavailable.TIMEOUT),
        ("drip", Unavailable.TIMEOUT),
    ],
)
def test_wiki_that_fails_gives_no_list(sandbox: Sandbox, kind: str, reason: Unavailable) -> None:
    sandbox.fail(kind, action="sitematrix", seconds=0.05 if kind == "drip" else 600)
    timeout_s = 0.5 if kind in {"slow", "drip"} else 20.0
    with pytest.raises(WikiUnavailable) as fault:
        fetch(sandbox.wiki("sandboxwiki").api_url, timeout_s=timeout_s)
    assert fault.value.reason is reason
    sandbox.recover()
