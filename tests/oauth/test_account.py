# SPDX-License-Identifier: AGPL-3.0-or-later
"""``meta=globaluserinfo`` as recorded from CentralAuth (tests/data/wiki/responses)."""

import json
from datetime import UTC, datetime

import pytest

from oauth.account import GlobalAccount, LocalAccount, fetch_account, parse_account
from oauth.errors import Detail, Step, WikiUnreachable
from oauth.transport import USER_AGENT
from tests.oauth.loopback import API, LoopbackWiki, say
from tests.oauth.recordings import recorded_response
from tests.oauth.secrecy import Secrets

ALICE = "Alice"


def _answer(**changes: object) -> str:
    """The recorded answer about Alice, changed; ``...`` takes a field away."""
    answer = json.loads(recorded_response("082-globaluserinfo-normal.json"))
    info = answer["query"]["globaluserinfo"] | changes
    answer["query"]["globaluserinfo"] = {k: v for k, v in info.items() if v is not ...}
    return json.dumps(answer)


def test_one_post_asks_for_one_account(wiki: LoopbackWiki) -> None:
    wiki.replies[API] = say(_answer())

    account = fetch_account(wiki.api_url, central_id=2)

    (asked,) = wiki.seen
    assert asked.method == "POST"
    assert asked.headers["User-Agent"] == USER_AGENT
    assert "Authorization" not in asked.headers
    assert asked.form == {
        "action": "query",
        "meta": "globaluserinfo",
        "guiid": "2",
        "guiprop": "groups|merged|editcount",
        "format": "json",
        "formatversion": "2",
    }
    assert account == GlobalAccount(
        central_id=2,
        name=ALICE,
        home="metawiki",
        registered=datetime(2015, 6, 12, 8, 15, tzinfo=UTC),
        edit_count=1689,
        groups=frozenset(),
        local={
            "enwiki": LocalAccount("enwiki", frozenset(), 1536, blocked=False),
            "metawiki": LocalAccount("metawiki", frozenset(), 153, blocked=False),
        },
        locked=False,
        hidden=False,
    )


def test_a_name_is_asked_for_in_the_body_and_never_in_the_address(wiki: LoopbackWiki) -> None:
    wiki.replies[API] = say(_answer())

    fetch_account(wiki.api_url, name=ALICE)

    assert wiki.seen[0].form["guiuser"] == ALICE


@pytest.mark.parametrize("who", [{}, {"central_id": 2, "name": ALICE}])
def test_exactly_one_of_id_and_name_is_asked_for(who: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="central id or a name"):
        fetch_account("http://wiki.example/w/api.php", **who)  # type: ignore[arg-type]


def test_groups_and_blocks_of_each_wiki_and_global_groups_are_told() -> None:
    account = parse_account(
        _answer(
            groups=["steward"],
            merged=[
                {"wiki": "enwiki", "editcount": 5, "groups": ["suppress", "sysop"]},
                {
                    "wiki": "dewiki",
                    "editcount": 0,
                    "blocked": {"expiry": "infinity", "reason": "a reason"},
                },
            ],
        )
    )

    assert account is not None
    assert account.groups == {"steward"}
    assert account.local["enwiki"].groups == {"suppress", "sysop"}
    assert not account.local["enwiki"].blocked
    assert account.local["dewiki"].blocked


@pytest.mark.parametrize("flag", ["locked", "hidden"])
@pytest.mark.parametrize("value", [True, ""], ids=["format 2", "format 1"])
def test_a_flag_counts_in_both_formats(flag: str, value: object) -> None:
    account = parse_account(_answer(**{flag: value}))

    assert account is not None
    assert getattr(account, flag) is True


def test_a_locked_account_is_recognised_in_the_recording() -> None:
    # Recorded without ``merged``, which we always ask for.
    answer = json.loads(recorded_response("084-globaluserinfo-locked.json"))
    answer["query"]["globaluserinfo"]["merged"] = []

    account = parse_account(json.dumps(answer))

    assert account is not None
    assert account.locked


@pytest.mark.parametrize(
    "name",
    [
        "085-globaluserinfo-missing.json",
        "086-globaluserinfo-missing-id.json",
        "087-globaluserinfo-renamed-old.json",
    ],
)
def test_nobody_is_none(name: str) -> None:
    assert parse_account(recorded_response(name)) is None


@pytest.mark.parametrize("code", ["baduser", "baduser_guiuser", "invaliduser", "nosuchuserid"])
def test_a_name_that_nobody_can_have_is_none(code: str) -> None:
    assert parse_account(json.dumps({"error": {"code": code, "info": "…"}})) is None


def test_an_old_account_without_a_home_or_a_registration_is_read() -> None:
    account = parse_account(_answer(home=None, registration=None))

    assert account is not None
    assert (account.home, account.registered) == (None, None)


@pytest.mark.parametrize("code", ["maxlag", "readonly", "internal_api_error_DBQueryError"])
def test_any_other_api_error_is_an_unreachable_wiki(code: str, secrets: Secrets) -> None:
    with pytest.raises(WikiUnreachable) as caught:
        parse_account(json.dumps({"error": {"code": code, "info": ALICE}}))

    assert (caught.value.step, caught.value.detail) == (Step.ACCOUNT, Detail.API_ERROR)
    secrets.assert_kept(caught.value)


def test_an_answer_about_somebody_else_is_refused(wiki: LoopbackWiki, secrets: Secrets) -> None:
    wiki.replies[API] = say(_answer())

    with pytest.raises(WikiUnreachable) as caught:
        fetch_account(wiki.api_url, central_id=3)

    assert caught.value.detail is Detail.WRONG_ACCOUNT
    secrets.assert_kept(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "2"},
        {"id": True},
        {"id": -1},
        {"name": ""},
        {"name": None},
        {"registration": "yesterday"},
        {"registration": 20150612},
        {"groups": ...},
        {"groups": "steward"},
        {"groups": [1]},
        {"merged": ...},
        {"merged": {}},
        {"merged": [1]},
        {"merged": [{"editcount": 1}]},
        {"editcount": ...},
        {"editcount": "1"},
    ],
    ids=lambda changes: f"{changes}",
)
def test_an_answer_of_another_shape_is_unreadable(
    changes: dict[str, object], secrets: Secrets
) -> None:
    with pytest.raises(WikiUnreachable) as caught:
        parse_account(_answer(**changes))

    assert caught.value.detail is Detail.UNREADABLE
    secrets.assert_kept(caught.value)


def test_an_account_does_not_show_who_it_is() -> None:
    account = parse_account(_answer())

    assert account is not None
    assert f"{account} {account.local}" == (
        "GlobalAccount(withheld) "
        "{'enwiki': LocalAccount(withheld), 'metawiki': LocalAccount(withheld)}"
    )
