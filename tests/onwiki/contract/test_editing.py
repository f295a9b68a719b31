# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a wiki takes an edit, and the codes with which it refuses one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.realwiki.interface import BOT, Answer, WikiUnderTest

Fresh = Callable[[str], str]
Maker = Callable[[WikiUnderTest, str], None]


def edit(wiki: WikiUnderTest, by: str, title: str, **fields: str | int) -> Answer:
    given = {"action": "edit", "title": title, "token": wiki.token(by), **fields}
    return wiki.ask(given, by=by)


def text(wiki: WikiUnderTest, title: str) -> str:
    body = wiki.api(
        action="query", titles=title, prop="revisions", rvprop="content", rvslots="main"
    ).body
    content: str = body["query"]["pages"][0]["revisions"][0]["slots"]["main"]["content"]
    return content


def test_new_section_creates_the_talk_page(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = f"User talk:{fresh('Larkspur')}"
    answer = edit(wiki, BOT, title, section="new", sectiontitle="Reminder", text="Body.", bot=1)
    done = answer.body["edit"]
    assert set(done) == {
        "new", "result", "pageid", "title", "contentmodel", "oldrevid", "newrevid", "newtimestamp",
    }  # fmt: skip
    assert (done["result"], done["oldrevid"], done["title"]) == ("Success", 0, title)
    assert text(wiki, title) == "== Reminder ==\n\nBody."


def test_new_section_goes_to_the_end(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = f"User talk:{fresh('Larkspur')}"
    wiki.edit(title, wiki.admin, "Before.")
    done = edit(wiki, BOT, title, section="new", sectiontitle="Reminder", text="Body.").body["edit"]
    assert "new" not in done
    assert text(wiki, title) == "Before.\n\n== Reminder ==\n\nBody."


def test_summary_heads_a_section_without_a_title(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = f"User talk:{fresh('Larkspur')}"
    revid = edit(wiki, BOT, title, section="new", summary="Heading", text="x").body["edit"][
        "newrevid"
    ]
    assert text(wiki, title) == "== Heading ==\n\nx"
    body = wiki.api(action="query", prop="revisions", revids=revid, rvprop="comment").body
    comment = body["query"]["pages"][0]["revisions"][0]["comment"]
    assert comment == "/* Heading */ new section"


def test_tildes_become_a_signature(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = f"User talk:{fresh('Larkspur')}"
    edit(wiki, BOT, title, text="Hello ~~~~")
    written = text(wiki, title)
    assert written.startswith(f"Hello [[User:{BOT}|{BOT}]] ([[User talk:{BOT}|talk]]) ")
    assert written.endswith(" (UTC)")


def test_text_can_be_appended(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = fresh("Appended")
    wiki.edit(title, wiki.admin, "one")
    edit(wiki, BOT, title, appendtext="\n\ntwo")
    assert text(wiki, title) == "one\n\ntwo"


def test_nothing_new_is_a_success_without_revision(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = fresh("Same")
    wiki.edit(title, wiki.admin, "one")
    done = edit(wiki, BOT, title, text="one").body["edit"]
    assert set(done) == {"result", "pageid", "title", "contentmodel", "nochange"}


def test_section_on_a_redirect_lands_on_the_redirect(wiki: WikiUnderTest, fresh: Fresh) -> None:
    goal, source = fresh("User talk:Goal"), fresh("User talk:Source")
    wiki.edit(goal, wiki.admin, "here")
    wiki.edit(source, wiki.admin, f"#REDIRECT [[{goal}]]")
    stayed = edit(wiki, BOT, source, section="new", sectiontitle="a", text="b")
    assert stayed.body["edit"]["title"] == source
    followed = edit(wiki, BOT, source, section="new", sectiontitle="a", text="b", redirect=1)
    assert followed.body["edit"]["title"] == goal


def protected(wiki: WikiUnderTest, title: str) -> None:
    wiki.edit(title, wiki.admin, "x")
    wiki.protect(title)


def salted(wiki: WikiUnderTest, title: str) -> None:
    wiki.protect(title)


def nothing(wiki: WikiUnderTest, title: str) -> None:
    """The title is left as it is."""


def existing(wiki: WikiUnderTest, title: str) -> None:
    wiki.edit(title, wiki.admin, "x")


def of_json(wiki: WikiUnderTest, title: str) -> None:
    wiki.set_model(title, "json", "{}")


@pytest.mark.parametrize(
    ("arrange", "fields", "code"),
    [
        (protected, {"section": "new", "text": "x"}, "protectedpage"),
        (salted, {"section": "new", "text": "x"}, "protectedpage"),
        (existing, {"text": "x", "createonly": 1}, "articleexists"),
        (nothing, {"text": "x", "nocreate": 1}, "missingtitle"),
        (nothing, {}, "missingparam"),
        (existing, {"appendtext": "x", "md5": "0" * 32}, "badmd5"),
        (existing, {"appendtext": "x", "tags": "not-a-tag"}, "badtags"),
        (existing, {"appendtext": "x", "assertuser": "Somebody else"}, "assertnameduserfailed"),
        (of_json, {"appendtext": "x"}, "invalid-json-data"),
    ],
    ids=["protected", "salted", "createonly", "nocreate", "no-text", "md5", "tag", "assertuser",
         "json"],
)  # fmt: skip
def test_edit_is_refused_with_its_code(
    wiki: WikiUnderTest, fresh: Fresh, arrange: Maker, fields: dict[str, str | int], code: str
) -> None:
    title = fresh("Refused")
    arrange(wiki, title)
    answer = edit(wiki, BOT, title, **fields)
    assert answer.error == code
    assert answer.status == 200
    assert answer.headers["MediaWiki-API-Error"] == code
    assert set(answer.body["error"]) >= {"code", "info", "docref"}


def test_section_on_a_json_page_is_an_internal_error(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = fresh("User talk:Json")
    of_json(wiki, title)
    answer = edit(wiki, BOT, title, section="new", sectiontitle="a", text="b")
    code = answer.error or ""
    # 1.39 refuses politely; 1.45 throws (113). Either way nothing is written.
    assert code == "sectionsnotsupported" or code.startswith("internal_api_error_")


@pytest.mark.parametrize(
    ("title", "code"), [("Bad[x]", "invalidtitle"), ("Special:Version", "pagecannotexist")]
)
def test_impossible_title_is_refused(wiki: WikiUnderTest, title: str, code: str) -> None:
    assert edit(wiki, BOT, title, text="x").error == code


def test_blocked_account_is_told_by_whom(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name = fresh("Nettlecombe")
    wiki.person(name)
    wiki.block(name)
    answer = edit(wiki, name, fresh("Any page"), text="x")
    assert answer.error == "blocked"
    block = answer.body["error"]["blockinfo"]
    assert (block["blockedby"], block["blockpartial"]) == (wiki.admin, False)


def test_partly_blocked_account_may_edit_elsewhere(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name, closed = fresh("Partly"), fresh("Closed")
    wiki.person(name)
    wiki.edit(closed, wiki.admin, "x")
    wiki.block(name, pages=(closed,))
    refused = edit(wiki, name, closed, appendtext="x")
    assert refused.error == "blocked"
    assert refused.body["error"]["blockinfo"]["blockpartial"] is True
    assert edit(wiki, name, fresh("Open"), text="x").error is None


def test_whole_text_over_a_newer_version_is_a_conflict(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title, name = fresh("Contended"), fresh("Author")
    wiki.person(name)
    base = wiki.edit(title, wiki.admin, "one")
    wiki.edit(title, wiki.admin, "two")
    assert edit(wiki, name, title, text="three", baserevid=base).error == "editconflict"


def test_section_that_was_sent_twice_is_a_conflict(wiki: WikiUnderTest, fresh: Fresh) -> None:
    """Where the page was looked at before (``baserevid``), and though no other was there since."""
    title = f"User talk:{fresh('Larkspur')}"
    base = wiki.edit(title, wiki.admin, "Before.")
    section: dict[str, str | int] = {
        "section": "new", "sectiontitle": "Reminder", "text": "Body. ~~~~", "summary": "",
        "baserevid": base, "nocreate": 1,
    }  # fmt: skip
    first = edit(wiki, BOT, title, **section)
    assert first.body["edit"]["result"] == "Success"
    assert edit(wiki, BOT, title, **section).error == "editconflict"
    assert text(wiki, title).count("Body.") == 1
    fresh_look = {**section, "baserevid": first.body["edit"]["newrevid"]}
    assert edit(wiki, BOT, title, **fresh_look).error is None


@pytest.mark.parametrize("heading", ["Reminder", "Something else"])
def test_section_beside_somebody_elses_is_none(
    wiki: WikiUnderTest, fresh: Fresh, heading: str
) -> None:
    """So one that was sent twice is written twice when an edit of another came in between."""
    title = f"User talk:{fresh('Larkspur')}"
    base = wiki.edit(title, wiki.admin, "Before.")
    section: dict[str, str | int] = {"section": "new", "text": "Body.", "baserevid": base}
    assert edit(wiki, BOT, title, sectiontitle="Reminder", **section).error is None
    assert edit(wiki, wiki.admin, title, sectiontitle=heading, **section).error is None
    assert edit(wiki, BOT, title, sectiontitle="Reminder", **section).error is None


def test_newcomer_is_slowed_down(wiki: WikiUnderTest, fresh: Fresh) -> None:
    name, title = fresh("Newcomer"), fresh("Busy")
    wiki.person(name, ("newcomer",))
    codes = [edit(wiki, name, title, appendtext=f" {n}").error for n in range(10)]
    assert codes[0] is None
    assert codes[-1] == "ratelimited"


def test_bot_is_not_slowed_down(wiki: WikiUnderTest, fresh: Fresh) -> None:
    title = fresh("Busy")
    assert [edit(wiki, BOT, title, appendtext=f" {n}").error for n in range(10)] == [None] * 10


def test_token_of_nobody_is_refused(wiki: WikiUnderTest) -> None:
    answer = wiki.api(by=BOT, action="edit", title="X", text="x", token="bad+\\")
    assert answer.error == "badtoken"


def test_token_has_to_be_there(wiki: WikiUnderTest) -> None:
    assert wiki.api(by=BOT, action="edit", title="X", text="x").error == "missingparam"


def test_token_belongs_into_the_body(wiki: WikiUnderTest) -> None:
    answer = wiki.api(by=BOT, get=True, action="edit", title="X", text="x", token="+\\")
    assert answer.error == "mustpostparams"
