# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests to a wiki = ⌈distinct revisions / limit⌉ + one for what is left (start-up apart)."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onwiki.evidence import Exists, NotVisible
from onwiki.evidence.asking import Asker
from onwiki.evidence.check import check_with
from onwiki.links import Revision
from onwiki.wikis import Wiki

WIKI = Wiki(dbname="testwiki", host="wiki.example")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PAGES, AUTHORS = 7, 11


class Arithmetic:
    """A wiki whose every revision follows from its number; multiples of 13 are missing."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.asked: list[Mapping[str, str]] = []

    def ask(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        self.asked.append(parameters)
        revids = [int(one) for one in parameters.get("revids", "").split("|") if one]
        userids = [int(one) for one in parameters.get("ususerids", "").split("|") if one]
        assert len(revids) <= self.limit
        assert len(userids) <= self.limit
        assert len(set(revids)) == len(revids)
        bad = {str(n): {"revid": n, "missing": True} for n in revids if n % 13 == 0}
        pages = [
            {
                "pageid": page + 1,
                "ns": 0,
                "title": f"Page {page}",
                "revisions": [self.revision(n) for n in revids if n % 13 and n % PAGES == page],
            }
            for page in range(PAGES)
        ]
        users = [
            {
                "userid": n,
                "centralids": {"CentralAuth": n + 1000},
                "attachedlocal": {"CentralAuth": True},
            }
            for n in userids
        ]
        general = {"wikiid": "testwiki", "servername": "wiki.example", "scriptpath": "/w"}
        return {"query": {"badrevids": bad, "pages": pages, "users": users, "general": general}}

    @staticmethod
    def revision(number: int) -> dict[str, Any]:
        author = number % AUTHORS + 1
        return {
            "revid": number,
            "parentid": max(number - PAGES, 0),
            "minor": False,
            "user": f"Author {author}",
            "userid": author,
            "timestamp": "2026-05-03T14:02:00Z",
            "size": number * 10,
        }


@given(
    st.lists(st.integers(1, 6000), min_size=1, max_size=1500),
    st.sampled_from([50, 500]),
)
def test_each_revision_is_asked_once_and_in_full_batches(revids: list[int], limit: int) -> None:
    source = Arithmetic(limit)
    findings = check_with(Asker(source, WIKI), [Revision("testwiki", n) for n in revids], NOW)
    distinct = set(revids)
    assert {ref.revid for ref in findings if isinstance(ref, Revision)} == distinct
    assert len(source.asked) <= math.ceil(len(distinct) / limit) + 1
    for ref, finding in findings.items():
        assert isinstance(ref, Revision)
        if ref.revid % 13 == 0:
            assert finding == NotVisible(ref, NOW)
            continue
        assert isinstance(finding, Exists)
        assert finding.revid == ref.revid
        assert finding.central_id == ref.revid % AUTHORS + 1 + 1000


@given(st.lists(st.integers(1, 6000), min_size=1, max_size=50, unique=True))
def test_report_of_fifty_links_gets_all_its_sizes(revids: list[int]) -> None:
    source = Arithmetic(50)
    findings = check_with(Asker(source, WIKI), [Revision("testwiki", n) for n in revids], NOW)
    assert len(source.asked) <= 2
    for finding in findings.values():
        if isinstance(finding, Exists) and finding.parentid % 13:
            assert finding.size_change == PAGES * 10


def test_five_thousand_links_with_duplicates() -> None:
    refs = [Revision("testwiki", n % 3000 + 1) for n in range(5000)]
    source = Arithmetic(50)
    check_with(Asker(source, WIKI), refs, NOW)
    assert len(source.asked) <= 60 + 1


def test_nothing_is_asked_for_no_references() -> None:
    source = Arithmetic(50)
    assert check_with(Asker(source, WIKI), [], NOW) == {}
    assert source.asked == []
