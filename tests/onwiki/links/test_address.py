# SPDX-License-Identifier: AGPL-3.0-or-later
"""The link that is shown is built from the reference alone, and means the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.links import (
    NotEvidence,
    OtherResource,
    Rejection,
    Revision,
    Title,
    address,
    parse_notation,
    recognise,
)
from onwiki.wikis import WikiList

ADDRESSES = {
    "rev:enwiki:200": "https://en.wikipedia.org/wiki/Special:Diff/200",
    "diff:dewiki:1:2": "https://de.wikipedia.org/wiki/Special:Diff/1/2",
    "rel:enwiki:5:prev": "https://en.wikipedia.org/w/index.php?oldid=5&direction=prev",
    "rel:enwiki:5:next": "https://en.wikipedia.org/wiki/Special:Diff/5/next",
    "rel:enwiki:5:cur": "https://en.wikipedia.org/wiki/Special:Diff/5/cur",
    "log:enwiki:55": "https://en.wikipedia.org/wiki/Special:Redirect/logid/55",
    "afl:enwiki:66": "https://en.wikipedia.org/wiki/Special:AbuseLog/66",
    "page:enwiki:42": "https://en.wikipedia.org/w/index.php?curid=42",
    "title:enwiki:Talk:A&B?#%": "https://en.wikipedia.org/wiki/Talk:A%26B%3F%23%25",
    "title:enwiki:Inc.": "https://en.wikipedia.org/wiki/Inc%2E",
    "comment:enwiki:c-A_b-20240102030400": "https://en.wikipedia.org/w/index.php"
    "?title=Special:GoToComment&idorname=c-A_b-20240102030400",
    "flow:mediawikiwiki:tabcdefghij12345678": "https://www.mediawiki.org"
    "/wiki/Special:Flow/post/tabcdefghij12345678",
    "deleted:enwiki:User:A:20240102030405": "https://en.wikipedia.org/w/index.php"
    "?title=Special:Undelete&target=User:A&timestamp=20240102030405",
    "history:enwiki:A_b": "https://en.wikipedia.org/w/index.php?title=A_b&action=history",
    "short:3Ab": "https://w.wiki/3Ab",
}


@pytest.mark.parametrize(("notation", "shown"), ADDRESSES.items())
def test_the_address_of_each_kind(notation: str, shown: str, wikis: WikiList) -> None:
    reference = parse_notation(notation)
    assert not isinstance(reference, Rejection)
    assert address(reference, wikis) == shown


def test_what_is_no_evidence_or_on_no_listed_wiki_has_no_address(wikis: WikiList) -> None:
    assert address(NotEvidence("enwiki", OtherResource.API), wikis) is None
    assert address(Revision("nosuchwiki", 5), wikis) is None
    assert address(Revision("officewiki", 5), wikis) is None


def test_a_typed_title_is_never_shown(wikis: WikiList) -> None:
    forged = recognise("https://en.wikipedia.org/wiki/Forged_title?diff=200", wikis)
    assert not isinstance(forged, Rejection)
    assert "Forged" not in (address(forged, wikis) or "")


PIECES = st.sampled_from(
    [
        "Special:", "Spezial:", "Diff/", "PermaLink/", "Redirect/", "logid/", "page/", "file/",
        "Undelete/", "History/", "GoToComment/", "AbuseLog/", "MobileDiff/", "...", "prev", "next",
        "Topic:", "Tabcdefghij12345678", "c-A-20240102030400", "h-", "User:", "de:", "d:", "c:",
        "foo", "i\u0307", "ß", "фу", "特別:", "?", "&", "=", "#", "/", "diff=", "oldid=", "title=",
        "action=history", "direction=", "curid=", "timestamp=20240102030405", "target=", "5", "0",
        "100", "_", "%20", "+", "%2F", "%3A", "%23", "%26", "(", ")", ".", ":", "ids[7]=1", "*",
        "&amp;", "%E2%80%8E", "~", "!", "'",
    ]
)  # fmt: skip
STARTS = st.sampled_from(
    [
        "https://en.wikipedia.org/wiki/",
        "https://en.wikipedia.org/w/index.php?",
        "https://en.wikipedia.org/w/index.php?title=",
        "https://tr.wikipedia.org/wiki/",
        "https://zh.wikipedia.org/zh-cn/",
        "https://de.wiktionary.org/wiki/",
        "https://www.mediawiki.org/wiki/",
        "https://www.wikidata.org/entity/",
        "https://en.wikipedia.org/w/rest.php/v1/",
        "https://w.wiki/",
        "[[",
    ]
)


@given(start=STARTS, pieces=st.lists(PIECES, max_size=8))
def test_recognising_an_address_gives_the_reference_again(start: str, pieces: list[str]) -> None:
    wikis = WikiList.snapshot()
    text = start + "".join(pieces) + ("]]" if start == "[[" else "")
    reference = recognise(text, wikis, "enwiki")
    if isinstance(reference, Rejection):
        return
    shown = address(reference, wikis)
    if shown is not None:
        assert recognise(shown, wikis) == reference


@given(st.text(min_size=1, max_size=60))
def test_titles_survive_in_any_script(title: str) -> None:
    wikis = WikiList.snapshot()
    reference = recognise(f"[[:{title}]]", wikis, "metawiki")
    if isinstance(reference, Title):
        assert recognise(address(reference, wikis) or "", wikis) == reference
