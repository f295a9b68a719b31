# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first report, end to end: what each of the demo's people does, in the order of the issue.

Every step is called once and returns what later steps and tests need to know of it. ``look`` is
called wherever a page is worth looking at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page, expect

from service.demo.people import READERS
from tests.demo.driver import (
    FORM,
    PLAIN_FORM,
    QUEUE,
    ROSTER,
    card_of,
    choose,
    expect_sent,
    fingerprint,
    found_links,
    go_to_own,
    keep_secrets,
    make_key,
    open_form,
    send_button,
    share_backlog,
    unlock,
    write,
)
from tests.demo.looking import Look
from tests.demo.people import NOBODY, People, choose_person, sign_in
from tests.demo.process import Demo

REPORTED: Final = "Thornbury"
ABSENT_REVID: Final = "399999999"
SHARED_REVID: Final = "480000004"
REVIDS: Final = ("310000007", SHARED_REVID, ABSENT_REVID, "480000005", "480000006", "310000013")
TITLES: Final = ("User talk:Larkspur", "User talk:Quillfeather", "River stones")
SEALED_WORDS: Final = ("quincunx", "xylographer", "zugunruhe", "Серебрянка")
"""Rare words of the two narratives that are sealed in the browser."""
PLAIN_WORD: Final = "floccinaucinihil"
"""Of the one that is filed without JavaScript."""
RARE_WORDS: Final = (*SEALED_WORDS, PLAIN_WORD)

LARKSPUR_WROTE: Final = (
    "It began when I wrote about the old quincunx in the river park. Thornbury took it out, told"
    " me that I ruin the wiki, and has answered everything that I wrote since.\n\n"
    "When my biography of a xylographer was on the main page I got three messages in one hour. I"
    " have stopped editing in the evenings. I would like to know what I can do."
)
QUILLFEATHER_WROTE: Final = (
    "I only welcomed Larkspur back. The same evening Thornbury found me on the second wiki, where"
    " I had never met anybody from the first one. I feel a kind of zugunruhe: I keep"
    " looking for another place to write. My article about the river Серебрянка lies unfinished."
)
DEWBERRY_WROTE: Final = f"Brackenridge makes a {PLAIN_WORD} of every edit of mine."


@dataclass(frozen=True)
class Filed:
    """A report as its reporter knows it."""

    path: str
    code: str | None = None
    """The recovery code; None for a reporter who went without a key."""
    readers: Sequence[str] = ()
    """What the form said about who will see it: at first, and once the account was named."""
    recognised: Sequence[str] = ()
    """What the form said about each pasted link."""
    while_away: str = ""
    """What the own page said about the links while a wiki did not answer."""


@dataclass(frozen=True)
class Opened:
    """The case as the new functionary opened it."""

    path: str
    passphrase: str


class Story:
    """The people, one demo, and what they do there."""

    def __init__(self, demo: Demo, people: People, look: Look) -> None:
        self.demo = demo
        self.people = people
        self.look = look

    def visit_unknown(self) -> None:
        """What anybody may read before signing in."""
        page = self.people.tab(NOBODY)
        for name, path in (
            ("home", "/"),
            ("privacy", "/privacy"),
            ("terms", "/terms"),
            ("signed-out", "/reports"),
            ("absent", "/nowhere"),
            ("sign-in-problem", "/signin/problem?what=unreachable"),
        ):
            page.goto(path)
            self.look(name, page)
        page.goto("/")
        for summary in page.locator("main summary").all():
            summary.click()
        self.look("home-unfolded", page)

    def thornbury_becomes_reader(self) -> None:
        """A functionary like any other: a key, and a colleague who vouches for it."""
        page = self.people.tab(REPORTED)
        page.goto(QUEUE)
        self.look("desk-without-key", page)
        make_key(page, self.look, "key")
        page.goto(QUEUE)
        self.look("desk-not-vouched", page)
        self._rowanbark_vouches(REPORTED, fingerprint(page), first=True)
        page.goto(QUEUE)
        expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
        self.look("queue-empty", page)

    def larkspur_cancels_then_signs_in(self) -> Page:
        """Back from the wiki without having allowed anything, then once more. The signed-in tab."""
        page = self.people.tab(NOBODY)
        choose_person(page, "Larkspur")
        page.get_by_role("button", name="Cancel").click()
        page.goto("/")
        expect(page.get_by_text("came back without finishing")).to_be_visible()
        self.look("home-unfinished", page)
        return self.people.tab("Larkspur")

    def larkspur_files(self) -> Filed:
        """Three links in three forms, a key on the way, reminders; the second wiki is away."""
        self.demo.fail(kind="503", wiki="sandbox2wiki")
        page = self.people.tab("Larkspur")
        page.goto("/report")
        self.look("choose", page)
        open_form(page)
        self.look("form-empty", page)
        readers = [page.locator("aside").inner_text()]
        write(page, LARKSPUR_WROTE, ["user:thornbury"], self.larkspurs_links)
        page.locator("#reminders").select_option("weekly")
        expect(found_links(page)).to_have_count(3)
        recognised = found_links(page).all_inner_texts()
        readers.append(page.locator("aside").inner_text())
        self.look("form-filled", page)
        send_button(page).click()
        page.locator("[data-secret]").first.wait_for()
        self.look("form-keep-code", page)
        code = keep_secrets(page)["recovery"]
        expect_sent(page)
        self.look("sent", page)
        path = go_to_own(page)
        page.get_by_label("Passphrase or recovery code").wait_for()
        self.look("own-sealed", page)
        unlock(page, code)
        expect(page.locator("[data-opened]")).to_be_visible()
        expect(page.locator('[data-state="later"]')).to_be_visible()
        away = page.locator("[data-checks]").inner_text()
        return Filed(path, code, readers, recognised, away)

    @property
    def larkspurs_links(self) -> str:
        """Two real edits and one that does not exist, in three forms, with words between them."""
        sandbox = self.demo.sandbox_url
        return (
            f"The second answer: {sandbox}/wiki/Special:Diff/310000007\n"
            f"Then on the other wiki\n{sandbox}/w2/index.php?title=User_talk:Quillfeather"
            f"&oldid={SHARED_REVID}\n"
            f"[{sandbox}/w/index.php?title=River_stones&diff=prev&oldid={ABSENT_REVID} deleted]"
        )

    def second_wiki_answers_again(self) -> None:
        self.demo.recover()

    def quillfeather_files(self) -> Filed:
        """About the same account, from the second wiki, citing one edit that Larkspur cited."""
        page = self.people.tab("Quillfeather")
        sandbox = self.demo.sandbox_url
        open_form(page)
        write(
            page,
            QUILLFEATHER_WROTE,
            [REPORTED],
            f"{sandbox}/wiki2/Special:PermanentLink/{SHARED_REVID}\n"
            f"An hour later: {sandbox}/w2/index.php?diff=480000006&oldid=480000005",
        )
        choose(page, "Act if others report too")
        choose(page, "Go without")
        send_button(page).click()
        expect_sent(page)
        return Filed(go_to_own(page))

    def reports_are_checked(self) -> None:
        """Wait until the wikis have answered about every link of both reports."""
        for name, count in (("Larkspur", 3), ("Quillfeather", 2)):
            checked = self.people.tab(name).locator('[data-checks] > [data-state="checked"]')
            expect(checked).to_have_count(count)

    def marlowick_joins(self) -> str:
        """A key, a colleague's word for it, and the reports from before. The passphrase."""
        page = self.people.tab("Marlowick")
        passphrase = make_key(page, self.look)["passphrase"]
        self._rowanbark_vouches("Marlowick", fingerprint(page))
        page.get_by_role("button", name="Lock now").first.click()
        colleague = self.people.tab("Rowanbark")
        share_backlog(colleague, "Marlowick")
        expect(card_of(colleague, "Marlowick")).to_contain_text("2 reports were shared.")
        self.look("roster", colleague)
        return passphrase

    def marlowick_opens_case(self, passphrase: str) -> Opened:
        """Unlocks in the list of cases, and opens the one that is there."""
        page = self.people.tab("Marlowick")
        page.goto(QUEUE)
        page.get_by_label("Passphrase or recovery code").wait_for()
        self.look("queue-locked", page)
        unlock(page, passphrase)
        expect(page.locator("[data-row] [data-account]")).to_have_text(REPORTED)
        self.look("queue", page)
        page.locator("[data-row] a").first.click()
        expect(page.get_by_text("2 reports are open.")).to_be_attached()
        page.wait_for_load_state()
        self.look("case", page)
        return Opened(re.sub(r"^https?://[^/]+", "", page.url), passphrase)

    def willowmere_subscribes(self) -> str:
        """Reminders for somebody who never wrote a report; the preview of what is posted."""
        page = self.people.tab("Willowmere")
        page.goto("/reminders")
        self.look("reminders", page)
        preview = page.locator(".cs-preview").inner_text()
        page.get_by_label("How often?").select_option("monthly")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("You get reminders: every month.")).to_be_visible()
        return preview

    def dewberry_files_without_script(self) -> Filed:
        """The second, plainly named way."""
        page = self.people.profile(scripts=False).new_page()
        sign_in(page, "Dewberry")
        page.goto(FORM)
        page.get_by_role("link", name="Use the form without JavaScript").first.click()
        page.get_by_label("What happened?").fill(DEWBERRY_WROTE)
        page.get_by_label("Which accounts is it about?").fill("Brackenridge")
        page.get_by_label("Which edits show it?").fill(
            f"{self.demo.sandbox_url}/wiki/Special:Diff/310000013"
        )
        page.get_by_role("button", name="Send it, to be sealed by the server").click()
        expect_sent(page)
        filed = Filed(go_to_own(page))
        page.context.close()
        return filed

    def look_at_the_rest(self, larkspur: Filed) -> None:
        """Pages that nobody of the story passes, and forms with something wrong in them."""
        page = self.people.tab("Larkspur").context.new_page()
        page.goto(larkspur.path)
        unlock(page, str(larkspur.code))
        expect(page.locator("[data-finding-kind]")).to_have_count(3)
        self.look("own-opened", page)
        for name, path in (
            ("home-signed-in", "/"),
            ("reports", "/reports"),
            ("reminders-subscribed", "/reminders"),
            ("key-of-reporter", "/key"),
            ("sessions", "/sessions"),
            ("desk-closed", "/report/stewards"),
            ("plain-form", PLAIN_FORM),
        ):
            page.goto(path)
            self.look(name, page)
        page.get_by_role("button", name="Send it, to be sealed by the server").click()
        self.look("plain-form-errors", page)
        open_form(page)
        write(page, "é" * 33_000, [REPORTED], "https://example.org/x [[Special:Diff/1]]")
        send_button(page).click()
        expect(page.locator("#error-narrative")).to_be_visible()
        expect(found_links(page)).to_have_count(2)
        page.locator("summary", has_text="Larkspur").click()
        self.look("form-errors", page)
        page.close()
        functionary = self.people.tab("Marlowick")
        functionary.goto("/key")
        # Its buttons wait until what opens the key is listed.
        expect(functionary.locator("[data-add=passphrase]")).to_be_enabled()
        self.look("key-unlocked", functionary)

    def _rowanbark_vouches(self, name: str, shown: str, *, first: bool = False) -> None:
        """Compares the fingerprint that the colleague read out, and vouches. The first time, the
        key is asked for; from then on it is open in the tab.
        """
        page = self.people.tab("Rowanbark")
        page.goto(ROSTER)
        card = card_of(page, name)
        expect(card.locator(".cs-fingerprint")).to_have_text(shown)
        if first:
            self.look("roster-waiting", page)
        card.get_by_role("button", name="I have compared it: vouch").click()
        if first:
            self.look("step-up", page)
            unlock(page, READERS[0].passphrase)
        expect(card.get_by_text("Rowanbark vouched for this key")).to_be_visible()
