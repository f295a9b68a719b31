# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bot's manners on talk pages, on the sandbox wiki."""

from collections.abc import Callable
from datetime import date

import pytest

from onwiki.bot import BotAccess
from onwiki.errors import Unavailable, WikiUnavailable
from onwiki.notices import AlreadyPosted, Outcome, Posted, Refusal, Refused, marker, post
from onwiki.notices.text import compose
from onwiki.sandbox import accounts, logs, revisions
from onwiki.sandbox.revisions import Hidden, Page, Revision
from onwiki.sandbox.store import stamp
from onwiki.sandbox.titles import parse_title
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox

DB = "sandboxwiki"
RUN_PAGE = "Project:Support bot"
MARK = marker(b"k" * 32, "reminder", 1, date(2026, 11, 22))
NEXT_WEEK = marker(b"k" * 32, "reminder", 1, date(2026, 11, 29))

Post = Callable[..., Outcome]


@pytest.fixture
def send(first_wiki: Wiki, bot: BotAccess) -> Post:
    """Post the reminder to Larkspur, or change something about it."""

    def go(
        name: str = "Larkspur",
        *,
        mark: str = MARK,
        run_page: str | None = RUN_PAGE,
        timeout_s: float = 30.0,
        access: BotAccess = bot,
    ) -> Outcome:
        return post(first_wiki, access, name, "en", mark, run_page, timeout_s)

    return go


def page_of(sandbox: Sandbox, title: str) -> Page | None:
    with sandbox.store.reading() as db:
        return revisions.page_by_title(db, DB, parse_title(title))


def history_of(sandbox: Sandbox, title: str) -> list[Revision]:
    page = page_of(sandbox, title)
    if page is None:
        return []
    with sandbox.store.reading() as db:
        return revisions.history(db, page)


def write(sandbox: Sandbox, title: str, text: str, model: str = "wikitext") -> int:
    """Somebody else's edit."""
    author = sandbox.account(DB, "Pebbleworth")
    with sandbox.store.writing() as db:
        moment = stamp(sandbox.store.clock())
        saved = revisions.save(db, DB, parse_title(title), author, text, "", moment, model=model)
    return saved.id


def edits_asked(sandbox: Sandbox) -> list[dict[str, str]]:
    return [seen["params"] for seen in sandbox.requests() if seen["params"].get("action") == "edit"]


def test_reminder_is_a_section_of_its_own(sandbox: Sandbox, send: Post) -> None:
    before = history_of(sandbox, "User talk:Larkspur")[0].text
    outcome = send()
    newest = history_of(sandbox, "User talk:Larkspur")[0]
    assert outcome == Posted(newest.id)
    added = newest.text.removeprefix(before)
    notice = compose("en", MARK)
    assert added.strip().startswith(f"== {notice.heading} ==\n\n<div")
    assert added.strip().endswith(f"<!-- community-support:{MARK} -->")
    assert not newest.minor
    assert newest.comment == f"/* {notice.heading} */ new section"


def test_edit_is_asked_with_all_its_manners(sandbox: Sandbox, send: Post) -> None:
    before = history_of(sandbox, "User talk:Larkspur")[0].id
    send()
    (asked,) = edits_asked(sandbox)
    assert asked["assert"] == "user"
    assert asked["assertuser"] == "SupportBot"
    assert asked["maxlag"] == "5"
    assert asked["section"] == "new"
    assert "minor" not in asked
    assert asked["nocreate"] == "1"
    assert asked["baserevid"] == str(before)


def test_second_call_posts_nothing(sandbox: Sandbox, send: Post) -> None:
    first = send()
    assert isinstance(first, Posted)
    assert send() == AlreadyPosted(first.revid)
    assert len(edits_asked(sandbox)) == 1


def test_archived_reminder_counts_as_posted(sandbox: Sandbox, send: Post) -> None:
    first = send()
    assert isinstance(first, Posted)
    write(sandbox, "User talk:Larkspur", "Everything was moved to an archive.")
    assert send() == AlreadyPosted(first.revid)


def test_next_slot_posts_again(sandbox: Sandbox, send: Post) -> None:
    assert isinstance(send(), Posted)
    assert isinstance(send(mark=NEXT_WEEK), Posted)
    assert isinstance(send(), AlreadyPosted)


def test_hidden_post_of_ours_is_not_repeated(sandbox: Sandbox, send: Post) -> None:
    first = send()
    assert isinstance(first, Posted)
    write(sandbox, "User talk:Larkspur", "Cleared.")
    with sandbox.store.writing() as db:
        revisions.hide(db, DB, first.revid, Hidden.TEXT)
    assert send() == Refused(Refusal.UNCLEAR)
    assert len(edits_asked(sandbox)) == 1


def test_talk_page_of_an_existing_account_is_made(sandbox: Sandbox, send: Post) -> None:
    assert isinstance(send("Ashdown"), Posted)
    assert edits_asked(sandbox)[0]["createonly"] == "1"
    assert page_of(sandbox, "User talk:Ashdown") is not None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Saltmarsh", Refusal.NO_ACCOUNT),
        ("Nobody by that name", Refusal.NO_ACCOUNT),
        ("192.0.2.7", Refusal.NO_ACCOUNT),
        ("Larkspur/Archive", Refusal.NO_ACCOUNT),
        ("Larkspur|Rowanbark", Refusal.NO_ACCOUNT),
        ("Gorsefield", Refusal.LOCKED),
    ],
)
def test_no_page_is_made_for_who_is_hidden_locked_or_nobody(
    sandbox: Sandbox, send: Post, name: str, reason: Refusal
) -> None:
    assert send(name) == Refused(reason)
    assert edits_asked(sandbox) == []


def test_blocked_people_get_their_reminder(send: Post) -> None:
    assert isinstance(send("Nettlecombe"), Posted)


def test_run_page_that_says_anything_else_stops_the_bot(sandbox: Sandbox, send: Post) -> None:
    write(sandbox, RUN_PAGE, "stop")
    assert send() == Refused(Refusal.RUN_PAGE)
    assert edits_asked(sandbox) == []


def test_missing_run_page_stops_the_bot(sandbox: Sandbox, send: Post) -> None:
    assert send(run_page="Project:No such page") == Refused(Refusal.RUN_PAGE)


def test_hidden_run_page_stops_the_bot(sandbox: Sandbox, send: Post) -> None:
    page = page_of(sandbox, RUN_PAGE)
    assert page is not None
    with sandbox.store.writing() as db:
        revisions.hide(db, DB, page.latest, Hidden.TEXT)
    assert send() == Refused(Refusal.RUN_PAGE)


@pytest.mark.parametrize("text", ["{{nobots}}", "{{bots|deny=SupportBot}}", "{{bots|optout=all}}"])
def test_page_that_objects_is_left_alone(sandbox: Sandbox, send: Post, text: str) -> None:
    write(sandbox, "User talk:Larkspur", text)
    assert send() == Refused(Refusal.OPTED_OUT)
    assert edits_asked(sandbox) == []


def test_redirect_is_followed_once(sandbox: Sandbox, send: Post) -> None:
    write(sandbox, "User talk:Larkspur", "#REDIRECT [[User talk:Ashdown]]")
    write(sandbox, "User talk:Ashdown", "Hello")
    outcome = send()
    assert isinstance(outcome, Posted)
    assert history_of(sandbox, "User talk:Ashdown")[0].id == outcome.revid
    assert send() == AlreadyPosted(outcome.revid)


def test_objection_counts_where_the_redirect_leads(sandbox: Sandbox, send: Post) -> None:
    write(sandbox, "User talk:Larkspur", "#REDIRECT [[User talk:Ashdown]]")
    write(sandbox, "User talk:Ashdown", "{{nobots}}")
    assert send() == Refused(Refusal.OPTED_OUT)


@pytest.mark.parametrize(
    "target", ["Main Page", "User:Larkspur", "User talk:No such page", "User talk:Larkspur"]
)
def test_redirect_out_of_user_talk_is_not_followed(
    sandbox: Sandbox, send: Post, target: str
) -> None:
    write(sandbox, "User:Larkspur", "About me")
    write(sandbox, "User talk:Larkspur", f"#REDIRECT [[{target}]]")
    assert send() == Refused(Refusal.REDIRECT)
    assert edits_asked(sandbox) == []


def test_redirect_to_a_redirect_is_not_followed(sandbox: Sandbox, send: Post) -> None:
    write(sandbox, "User talk:Larkspur", "#REDIRECT [[User talk:Ashdown]]")
    write(sandbox, "User talk:Ashdown", "#REDIRECT [[User talk:Willowmere]]")
    write(sandbox, "User talk:Willowmere", "Hello")
    assert send() == Refused(Refusal.REDIRECT)


def test_page_that_is_no_wikitext_is_left_alone(sandbox: Sandbox, send: Post) -> None:
    write(sandbox, "User talk:Ashdown", "{}", model="json")
    assert send("Ashdown") == Refused(Refusal.NOT_WIKITEXT)
    assert edits_asked(sandbox) == []


def test_protected_page_is_left_alone(sandbox: Sandbox, send: Post) -> None:
    with sandbox.store.writing() as db:
        revisions.protect(db, DB, parse_title("User talk:Larkspur"), "sysop")
    assert send() == Refused(Refusal.PROTECTED)


def test_blocked_bot_stops(sandbox: Sandbox, send: Post) -> None:
    support_bot, admin = sandbox.account(DB, "SupportBot"), sandbox.account(DB, "Pebbleworth")
    with sandbox.store.writing() as db:
        accounts.block(db, support_bot, admin, stamp(sandbox.store.clock()), "testing")
    assert send() == Refused(Refusal.BOT_BLOCKED)


def test_filter_is_not_argued_with(sandbox: Sandbox, send: Post) -> None:
    with sandbox.store.writing() as db:
        logs.add_filter(db, DB, "Bots", "community-support:")
    assert send() == Refused(Refusal.FILTERED)


def test_bot_that_can_not_sign_in_writes_nothing(sandbox: Sandbox, send: Post) -> None:
    with pytest.raises(WikiUnavailable) as fault:
        send(access=BotAccess("SupportBot"))
    assert fault.value.reason is Unavailable.SIGN_IN_REFUSED
    assert edits_asked(sandbox) == []


def test_answer_of_another_wiki_stops_the_bot(sandbox: Sandbox, send: Post) -> None:
    sandbox.fail("other-wiki", action="query+revisions", times=1)
    with pytest.raises(WikiUnavailable) as fault:
        send()
    assert fault.value.reason is Unavailable.OTHER_WIKI
    assert edits_asked(sandbox) == []
