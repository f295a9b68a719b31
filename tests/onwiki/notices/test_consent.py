# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Template:Bots documents, and what people write instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onwiki.notices.consent import may_write

BOT = "CommunitySupportBot"


@pytest.mark.parametrize(
    "wikitext",
    [
        "",
        "Hello, {{welcome}}",
        "{{bots}}",
        "{{Bots|allow=all}}",
        "{{bots|allow=CommunitySupportBot}}",
        "{{bots|allow=OtherBot, communitysupportbot }}",
        "{{bots|deny=OtherBot,ThirdBot}}",
        "{{bots|deny=none}}",
        "{{bots|optout=AfD,PROD}}",
        "<!-- {{nobots}} -->",
        "<nowiki>{{nobots}}</nowiki>",
        "<pre>{{bots|deny=all}}</pre>",
        "{{robots}} and {{bots archive}} and {{bot}}",
    ],
)
def test_page_that_does_not_object_is_written_on(wikitext: str) -> None:
    assert may_write(wikitext, BOT)


@pytest.mark.parametrize(
    "wikitext",
    [
        "{{nobots}}",
        "{{Nobots}}",
        "{{ NoBots }}",
        "{{Template:nobots}}",
        "{{nobots|OtherBot}}",
        "{{bots|allow=none}}",
        "{{bots|allow=OtherBot}}",
        "{{bots|deny=all}}",
        "{{bots|deny=OtherBot,CommunitySupportBot}}",
        "{{bots|deny=community_supportbot,CommunitySupportBot}}",
        "{{bots\n|deny = all\n}}",
        "{{bots|optout=all}}",
        "{{bots|optout=community-support}}",
        "{{bots|optout=Reminder}}",
        "{{bots|allow=all|optout=all}}",
        "{{bots|allow=CommunitySupportBot}} {{nobots}}",
    ],
)
def test_objection_is_respected(wikitext: str) -> None:
    assert not may_write(wikitext, BOT)


@pytest.mark.parametrize(
    "wikitext",
    [
        "{{bots|deny={{some template}}}}",
        "{{bots|deny=[[User:OtherBot]]}}",
        "{{bots|OtherBot}}",
        "{{bots|reject=all}}",
        "{{bots<!-- -->|deny=OtherBot",
        "{{bots|{{{1|}}}}}",
    ],
)
def test_unclear_wikitext_counts_as_no(wikitext: str) -> None:
    assert not may_write(wikitext, BOT)


@given(st.text(alphabet="{}|=<>!-/ abotsnwikdeyr\n", max_size=200))
def test_any_text_has_an_answer(wikitext: str) -> None:
    assert may_write(wikitext, BOT) in {True, False}


@given(st.text(alphabet="{}|=, abot\n", max_size=80))
def test_nobots_is_respected_whatever_precedes_it(before: str) -> None:
    assert not may_write(before + "\n{{nobots}}", BOT)
