# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links that try to lead a server elsewhere: a grammar of everything that fooled a parser once."""

from __future__ import annotations

# ruff: noqa: RUF001 - look-alikes are what this is about
from hypothesis import strategies as st

LISTED = ("en.wikipedia.org", "zh.wikipedia.org", "www.wikidata.org", "en.m.wikipedia.org")
FOREIGN = (
    "evil.example", "localhost", "127.0.0.1", "127.1", "0.0.0.0",  # noqa: S104 - a link, no server
    "0x7f000001", "2130706433",
    "017700000001", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1",
    "metadata.google.internal", "en.wikipedia.org.evil.example", "en-wikipedia.org",
    "evil.example%2Fen.wikipedia.org", "en.wikipedia.org%2eevil.example", "en。wikipedia。org",
    "en．wikipedia．org", "еn.wikipedia.org", "xn--n-7sb.wikipedia.org", "EN.WIKIPEDIA.ORG\u200b",
    "en.wikipedia.org..", "arbcom-en.wikipedia.org", "office.wikimedia.org",
    "upload.wikimedia.org", "gerrit.wikimedia.org", "tool.toolforge.org", "xtools.wmcloud.org",
    "w.wiki.evil.example", "\u212aen.wikipedia.org", "", ".", "-",
)  # fmt: skip
SCHEMES = (
    "https://", "https://", "http://", "http://", "//", "", "HTTPS://", "https:", "https:/",
    "https:\\\\", "https:///",
    "ftp://", "file://", "gopher://", "javascript:", "data:text/html,", "ssh://", "\thttps://",
    "https://https://", "view-source:https://", "http:evil.example//", "jar:https://",
)  # fmt: skip
USERS = (*[""] * 12, "user@", "user:secret@", "en.wikipedia.org@", "en.wikipedia.org:80@",
         "evil.example\\@", "evil.example#@", "evil.example?@", "%40",
         "evil.example/@")  # fmt: skip
PORTS = (*[""] * 12, ":80", ":443", ":22", ":6379", ":8080", ":65536", ":-1", ":0", ":８０", ":",
         ":443@evil.example", ":80:80")  # fmt: skip
IDS = st.one_of(
    st.integers(-5, 2**70).map(str), st.sampled_from(["cur", "prev", "0", "", "１２", "1_0", "5"])
)
PATHS = (
    "/wiki/Special:Diff/{0}", "/w/index.php?diff={0}&oldid={1}", "/w/index.php?oldid={0}",
    "/w/index.php?title=http://evil.example/&oldid={0}", "/w/rest.php/v1/revision/{0}",
    "//evil.example/{0}", "/\\evil.example/{0}", "/../../{0}", "/wiki/Special:Log?logid={0}",
    "/w/api.php?action=query&url=http://evil.example/{0}", "@evil.example/{0}",
    "/wiki/Special:AbuseLog/{0}", "/wiki/Special:UrlRedirector/{0}", "/?curid={0}",
    "/wiki/Special:Search?go=1&search=http://evil.example/{0}",
    "/wiki/w:de:Special:Diff/{0}", "/wiki/evil:Special:Diff/{0}", "#/wiki/Special:Diff/{0}",
    "/wiki/Special:GoToComment/c-http://evil.example-20240102030400",
    "/w/index.php/http://evil.example/{0}", "?diff={0}", "/wiki/Special:ComparePages?rev1={0}",
)  # fmt: skip
WRAPPED = (
    "{}", "{}", "{}", "[{} label]", "<{}>", "({}).", "[[{}]]", "{{{{diff|page|{}|5}}}}", " {}\n",
    "[[:{}|x]]", "{}#c-A-20240102030400", "[[evil.example:{}]]", "{} https://evil.example/",
    "{};https://evil.example/", "[[w:{}]]", "\u202e{}", "{}&amp;diff=http://evil.example",
)  # fmt: skip
INSERTED = ("\t", "\r", "\n", "\x00", "\\", "@", "/", "?", "#", "%00", "%0d%0aHost:%20evil.example",
            "\u200b", "\u2044", "\uff0f", "..", "[", "]", ";", "|", " ")  # fmt: skip


@st.composite
def hostile_links(draw: st.DrawFn, opened: tuple[str, ...] = ()) -> str:
    """One link; ``opened`` are further hosts of the allow-list, with their ports."""
    hosts = st.sampled_from((LISTED + opened) * 3 + FOREIGN)
    text = "".join(
        draw(part)
        for part in (
            st.sampled_from(SCHEMES),
            st.sampled_from(USERS),
            hosts,
            st.sampled_from(PORTS),
        )
    )
    text += draw(st.sampled_from(PATHS)).format(draw(IDS), draw(IDS))
    if draw(st.booleans()):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(INSERTED)) + text[place:]
    return draw(st.sampled_from(WRAPPED)).format(text)
