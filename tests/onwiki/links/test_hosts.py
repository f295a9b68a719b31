# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hosts: exact look-up, and everything else refused with its reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.links import Rejection, ShortLink, recognise
from onwiki.wikis import WikiList

Read = Callable[..., str]
DIFF = "/wiki/Special:Diff/200"
HOST = "reject:host"


@pytest.mark.parametrize(
    ("host", "dbname"),
    [
        ("en.wikipedia.org", "enwiki"),
        ("EN.Wikipedia.ORG", "enwiki"),
        ("en.wikipedia.org.", "enwiki"),
        ("en.wikipedia.org:80", "enwiki"),
        ("en.wikipedia.org:443", "enwiki"),
        ("en.wikipedia.org:", "enwiki"),
        ("en.m.wikipedia.org", "enwiki"),
        ("en.zero.wikipedia.org", "enwiki"),
        ("m.wikidata.org", "wikidatawiki"),
        ("wikidata.org", "wikidatawiki"),
        ("www.wikidata.org", "wikidatawiki"),
        ("test.m.wikidata.org", "testwikidatawiki"),
        ("mediawiki.org", "mediawikiwiki"),
        ("m.mediawiki.org", "mediawikiwiki"),
        ("commons.m.wikimedia.org", "commonswiki"),
        ("commons.wikipedia.org", "commonswiki"),
        ("meta.wikipedia.org", "metawiki"),
        ("be-tarask.wikipedia.org", "be_x_oldwiki"),
        ("wikisource.org", "sourceswiki"),
        ("m.wikisource.org", "sourceswiki"),
        ("wikitech.wikimedia.org", "labswiki"),
        ("ee.wikimedia.org", "etwikimedia"),
        ("aa.wikipedia.org", "aawiki"),  # closed wikis are fine
    ],
)
def test_a_host_on_the_list_is_its_wiki(read: Read, host: str, dbname: str) -> None:
    for start in ("https://", "http://", "HTTPS://", "//", ""):
        assert read(f"{start}{host}{DIFF}") == f"rev:{dbname}:200"


def test_every_wiki_is_found_by_its_host_or_refused_as_private(wikis: WikiList, read: Read) -> None:
    for wiki in wikis:
        expected = "reject:private-wiki" if wiki.private else f"rev:{wiki.dbname}:200"
        assert read(f"https://{wiki.host}{DIFF}") == expected
        assert read(f"{wiki.host.upper()}.:443/w/index.php?diff=200") == expected
        first, _, domain = wiki.host.partition(".")
        if "." in domain:
            site = f"m.{domain}" if first == "www" else f"{first}.m.{domain}"
            assert read(f"https://{site}{DIFF}") == expected
            old = f"zero.{domain}" if first == "www" else f"{first}.zero.{domain}"
            assert read(f"http://{old}{DIFF}") == expected
        assert read(f"https://{wiki.host}.evil.example{DIFF}") == HOST
        assert read(f"https://evil.{wiki.host}{DIFF}") == HOST


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "en.wikipedia.org.evil.example",
        "evil.wikipedia.org",
        "wikipedia.org",
        "www.wikipedia.org",
        "m.en.wikipedia.org",
        "en.m.m.wikipedia.org",
        "en.wikipedia.org..",
        ".en.wikipedia.org",
        "en.wikipedia.beta.wmcloud.org",
        "xtools.wmflabs.org",
        "archive.org",
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::1",
        "2130706433.",
        "0x7f.0.0.1",
        "xn--wikipedi-86g.org",
        "en.wikipedi\u0430.org",  # Cyrillic
        "en\uff0ewikipedia\uff0eorg",  # full-width dots
        "en.wi\u212aipedia.org",  # the Kelvin sign, which lower() makes a "k"
        "en%2Ewikipedia.org",
        "en.wikipedia.org%2F.evil.example",
        "",
    ],
)
def test_any_other_host_is_refused(read: Read, host: str) -> None:
    assert read(f"https://{host}{DIFF}") == "reject:host"


@pytest.mark.parametrize(
    "link",
    [
        "https://upload.wikimedia.org/x.jpg",
        "https://phabricator.wikimedia.org/T1",
        "https://gerrit.wikimedia.org/r/1",
        "https://gitlab.wikimedia.org/x",
        "https://lists.wikimedia.org/x",
        "https://xtools.wmcloud.org/ec/x",
        "https://guc.toolforge.org/?user=x",
        "https://a.b.toolforge.org/",
    ],
)
def test_known_hosts_that_are_no_wiki_have_their_own_reason(read: Read, link: str) -> None:
    assert read(link) == "reject:not-a-wiki"


@pytest.mark.parametrize(
    "host",
    [
        "arbcom-en.wikipedia.org",
        "checkuser.wikimedia.org",
        "office.wikimedia.org",
        "u4c.wikimedia.org",
        "vrt-wiki.wikimedia.org",
        "arbcom-en.m.wikipedia.org",
    ],
)
def test_private_wikis_are_refused(read: Read, host: str) -> None:
    assert read(f"https://{host}{DIFF}") == "reject:private-wiki"


@pytest.mark.parametrize("port", ["8443", "0", "65536", "99999999", "x", "-1", "٤٤٣", "80:80"])
def test_any_other_port_is_refused(read: Read, port: str) -> None:
    assert read(f"https://en.wikipedia.org:{port}{DIFF}") == "reject:port"


@pytest.mark.parametrize(
    "link",
    [
        "https://user@en.wikipedia.org/wiki/X",
        "https://user:pw@en.wikipedia.org/wiki/X",
        "https://@en.wikipedia.org/wiki/X",
        "https://en.wikipedia.org@evil.example/",
        "user@en.wikipedia.org/wiki/X",
    ],
)
def test_any_user_info_is_refused(read: Read, link: str) -> None:
    assert read(link) == "reject:userinfo"


@pytest.mark.parametrize(
    "link", ["https://en.wikipedia.org/wiki/User:A@B", "https://en.wikipedia.org/?title=A@B"]
)
def test_an_at_sign_behind_the_host_is_harmless(read: Read, link: str) -> None:
    assert read(link).startswith("title:enwiki:")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)//en.wikipedia.org/wiki/X",
        "data:text/html,x",
        "ftp://en.wikipedia.org/wiki/X",
        "file:///etc/passwd",
        "mailto:someone@example.org",
        "view-source:https://en.wikipedia.org/wiki/X",
    ],
)
def test_any_other_scheme_is_refused(read: Read, link: str) -> None:
    assert read(link) == "reject:scheme"


@pytest.mark.parametrize(
    "link", ["https:en.wikipedia.org/wiki/X", "https:/en.wikipedia.org/wiki/X", "https://", "http:"]
)
def test_a_web_address_without_a_host_is_refused(read: Read, link: str) -> None:
    assert read(link) == "reject:host"


HOST_CHARACTERS = st.text(
    alphabet=st.sampled_from("abenwikpd.org-mzero:@[]%\\/?#0123456789\u212a\uff0e\u0430\u200b\t"),
    max_size=40,
)


@given(
    before=HOST_CHARACTERS,
    after=HOST_CHARACTERS,
    host=st.sampled_from(["en.wikipedia.org", "m.wikidata.org", "w.wiki", "evil.example", ""]),
)
def test_whatever_is_written_around_a_host_only_listed_hosts_resolve(
    before: str, after: str, host: str
) -> None:
    wikis = WikiList.snapshot()
    result = recognise(f"https://{before}{host}{after}/wiki/Special:Diff/5", wikis)
    if not isinstance(result, Rejection):
        # Then a browser, too, would have gone to a listed host: everything before the first of
        # "/", "?" and "#" is one of its names.
        authority = f"{before}{host}{after}/".lower()
        for end in "/?#":
            authority = authority.partition(end)[0]
        name = authority.partition(":")[0].removesuffix(".")
        if isinstance(result, ShortLink):
            assert name == "w.wiki"
        else:
            assert wikis.at(name, None, "/") is not None
