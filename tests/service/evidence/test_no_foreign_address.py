# SPDX-License-Identifier: AGPL-3.0-or-later
"""No address outside of the allow-list is ever contacted, whatever somebody pastes (SSRF)."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import Phase, assume, given, settings

from onwiki.errors import WikiUnavailable
from onwiki.evidence import check
from onwiki.links import Rejection, Revision, ShortLink, recognise
from onwiki.short_links import lead_of
from onwiki.wikis import Wiki, WikiList
from service.evidence.checking import Checker, Line
from service.i18n.catalogue import SOURCE, Catalogue
from tests.demo.wire import Wire
from tests.fixtures_sandbox import Sandbox
from tests.service.evidence.hostile_links import hostile_links
from tests.socket_guard import Guard, apart, guarding, places_of

CASES = json.loads((Path(__file__).parents[2] / "data/evidence_cases.json").read_text("utf-8"))
REFUSED = [case for case in CASES if case["expected"].startswith("reject:")]
LINKS = 10_000
SHORT_LINKS = 300
FOREIGN = Wiki(dbname="evilwiki", host="evil.example")


@pytest.fixture(autouse=True)
def forked_bots() -> None:
    """The service starts its bots itself: the guard is in them from the start."""


@pytest.fixture
def guard(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """Only the sandbox is opened. Wikimedia's own wikis may be wanted, but are not there."""
    place = urlsplit(sandbox.base_url)
    assert place.hostname is not None
    assert place.port is not None
    folder = tmp_path / "guard"
    folder.mkdir()
    with guarding(folder, frozenset({(place.hostname, place.port)}), monkeypatch) as guard:
        yield guard


def check_all(wikis: WikiList, links: list[str], context: str | None) -> list[Line]:
    checker = Checker(wikis, None, Catalogue().messages(SOURCE))
    return list(checker.check(list(enumerate(links, 1)), context, lambda _: None))


def test_the_guard_sees_this_process_and_its_children(guard: Guard) -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("evil.example", 443))
    with pytest.raises(OSError, match="not opened"):
        socket.create_connection(("127.0.0.1", 1))
    with pytest.raises(WikiUnavailable):
        check(FOREIGN, [Revision("evilwiki", 5)], None, datetime.now(UTC), timeout_s=60.0)
    numbered = replace(FOREIGN, host="127.0.0.1", port=1)
    with pytest.raises(WikiUnavailable):
        check(numbered, [Revision("evilwiki", 5)], None, datetime.now(UTC), timeout_s=60.0)
    seen = Counter(guard.refused())
    assert seen[("evil.example", 443)] >= 2
    assert seen[("127.0.0.1", 1)] >= 2


def test_the_guard_hears_every_thread_but_another_tests_relay(guard: Guard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as page, Wire() as wire:
        relay = urlsplit(wire.proxy)
        port = page.getsockname()[1]

        def knock() -> None:
            with pytest.raises(OSError, match="not opened"):
                socket.create_connection(("127.0.0.1", port))

        own = threading.Thread(target=knock)
        own.start()
        own.join()
        assert guard.refused() == [("127.0.0.1", port)], "a thread of the test is heard"

        assert relay.hostname is not None
        assert relay.port is not None
        with apart(), socket.create_connection((relay.hostname, relay.port)) as browser:
            browser.sendall(b"\x05\x01\x00")
            assert browser.recv(2, socket.MSG_WAITALL) == b"\x05\x00"
            browser.sendall(b"\x05\x01\x00\x01" + socket.inet_aton("127.0.0.1"))
            browser.sendall(port.to_bytes(2, "big"))
            assert browser.recv(10, socket.MSG_WAITALL)[:2] == b"\x05\x00"
            page.accept()[0].close()
        assert guard.refused() == [("127.0.0.1", port)], "the relay is not"


def test_what_is_refused_is_asked_nowhere(guard: Guard, sandbox: Sandbox, listed: WikiList) -> None:
    sandbox.forget_requests()
    for context in {case["context"] for case in REFUSED}:
        cases = [case for case in REFUSED if case["context"] == context]
        lines = check_all(listed, [case["input"] for case in cases], context)
        assert [line.notation for line in lines] == [case["expected"] for case in cases]
        assert all(line.finding is None for line in lines)
    assert guard.refused() == []
    assert sandbox.requests() == []


def test_ten_thousand_hostile_links_lead_to_listed_wikis_only(
    guard: Guard, sandbox: Sandbox, listed: WikiList
) -> None:
    place = urlsplit(sandbox.base_url).netloc
    dbnames = {wiki.dbname for wiki in listed}
    pasted: list[str] = []

    @settings(max_examples=LINKS, phases=[Phase.generate], database=None)
    @given(hostile_links(opened=(place, "commons.wikimedia.org")))
    def paste(link: str) -> None:
        pasted.append(link)
        result = recognise(link, listed, "enwiki")
        assert isinstance(result, Rejection | ShortLink) or result.wiki in dbnames

    paste()
    assert len(pasted) >= LINKS
    pasted.append(f"http://{place}/wiki/Special:Diff/310000005")
    assert guard.refused() == [], "recognising opened a socket"
    lines = check_all(listed, pasted, "enwiki")
    wanted = set(guard.refused())
    assert wanted <= places_of(listed)
    assert {host for host, _ in wanted} >= {"en.wikipedia.org"}, "the listed ones were wanted"
    assert any(line.checked for line in lines if "sandbox" in line.notation), (
        "and the sandbox was asked"
    )
    kinds = Counter(line.notation.partition(":")[0] for line in lines)
    assert kinds["reject"] > LINKS / 4
    assert kinds["rev"] + kinds["diff"] > LINKS / 500


def test_no_short_link_leads_off_the_list(guard: Guard, sandbox: Sandbox, listed: WikiList) -> None:
    own = {wiki.dbname for wiki in listed}
    judged: Counter[str] = Counter()

    @settings(max_examples=SHORT_LINKS, phases=[Phase.generate], database=None)
    @given(hostile_links(opened=(urlsplit(sandbox.base_url).netloc,)))
    def follow(address: str) -> None:
        assume(not set(address) & {"\r", "\n"} and address.isascii())  # no header holds them
        sandbox.shorten("3Ab", address)
        led = lead_of(ShortLink("3Ab"), listed)
        judged[led.reason.value if isinstance(led, Rejection) else "led"] += 1
        assert isinstance(led, Rejection) or getattr(led, "wiki", None) in own

    follow()
    assert guard.refused() == []
    assert judged["host"] > SHORT_LINKS / 20
    sandbox.shorten("3Ab", f"{sandbox.base_url}/wiki/Special:Diff/310000005")
    assert lead_of(ShortLink("3Ab"), listed) == Revision("sandboxwiki", 310000005)
    asked = {tuple(seen["labels"]) for seen in sandbox.requests()}
    assert asked == {("short",)}, "and nothing was followed"
