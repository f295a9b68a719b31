# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody learns before writing a word: desks, readers, operators, what is not possible."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from onwiki.links import Reference, RejectReason
from service.i18n import Catalogue
from service.reports.form import Wish
from service.reports.link_preview import KIND_KEYS, OTHER_KEYS
from service.reports.record import Contact
from service.services import Services
from tests.service.reports.desk import CLOSED_DESK, DESK, ReaderKey


def test_desks_are_shown_with_readers_days_and_languages(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]
) -> None:
    page = client.get("/report").get_data(as_text=True)

    assert "Oversighters of Sandbox Wiki" in page
    assert "within 7 days" in page
    assert "English" in page
    for name in readers:
        assert name in page


def test_desk_with_too_few_readers_says_so_before_typing_and_where_else_to_turn(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]
) -> None:
    for path in (f"/report/{CLOSED_DESK}", f"/report/{CLOSED_DESK}/plain"):
        page = client.get(path).get_data(as_text=True)
        assert "fewer than two people could open what you write" in page
        assert "emergency@wikimedia.org" in page
        assert "<textarea" not in page


def test_desk_that_nobody_staffs_says_so(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey], services: Services
) -> None:
    desks = tuple(replace(desk, staffed=False) for desk in services.desks)
    object.__setattr__(services, "desks", desks)

    assert "nobody is there to read them" in client.get(f"/report/{DESK}").get_data(as_text=True)


def test_readers_and_operators_are_named_in_both_forms(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey], services: Services
) -> None:
    object.__setattr__(services, "operators", ("Pebbleworth",))

    for path in (f"/report/{DESK}", f"/report/{DESK}/plain"):
        page = client.get(path).get_data(as_text=True)
        assert "run by Pebbleworth" in page
        for name in readers:
            assert name in page


def test_unknown_desk_is_not_there(client: FlaskClient, csrf: str) -> None:
    for path in ("/report/none", "/report/none/plain", "/report/none/readers"):
        assert client.get(path).status_code == 404


def test_scripted_page_carries_no_recipients(
    client: FlaskClient, csrf: str, readers: dict[str, ReaderKey]
) -> None:
    """They are asked for when one seals, as they are then; the page stays small."""
    page = client.get(f"/report/{DESK}").get_data(as_text=True)
    fresh = client.get(f"/report/{DESK}/readers").get_json()

    assert "age1pq1" not in page
    assert {one["recipient"] for one in fresh["readers"]} == {
        one.recipient for one in readers.values()
    }
    assert fresh["own"] is None


def test_pasted_text_is_answered_link_by_link(client: FlaskClient, csrf: str) -> None:
    text = "See https://de.wikipedia.org/w/index.php?diff=5 and https://evil.example/x too"
    answer = client.post(
        "/links", json={"text": text, "context": ""}, headers={"X-CSRFToken": csrf}
    ).get_json()

    good, bad = answer["found"]
    assert (good["understood"], good["wiki"], good["what"]) == (
        True,
        "de.wikipedia.org",
        "one edit",
    )
    assert good["address"] == "https://de.wikipedia.org/wiki/Special:Diff/5"
    assert (bad["understood"], bad["address"]) == (False, None)
    assert "not a Wikimedia wiki" in bad["what"]


def test_unknown_context_wiki_is_told_at_its_field(client: FlaskClient, csrf: str) -> None:
    answer = client.post(
        "/links", json={"text": "[[Special:Diff/5]]", "context": "x"}, headers={"X-CSRFToken": csrf}
    ).get_json()

    assert [error["field"] for error in answer["errors"]] == ["context"]


@pytest.mark.parametrize("body", [[], "x", 5, {"text": 5}, {"text": ["x"]}])
def test_links_that_no_page_of_ours_asks_are_refused(
    client: FlaskClient, csrf: str, body: object
) -> None:
    assert client.post("/links", json=body, headers={"X-CSRFToken": csrf}).status_code == 400


def test_text_that_is_too_long_to_look_through_is_refused(client: FlaskClient, csrf: str) -> None:
    body = {"text": "x" * 200_000, "context": ""}

    assert client.post("/links", json=body, headers={"X-CSRFToken": csrf}).status_code == 413


def test_every_reason_kind_and_choice_has_its_sentence() -> None:
    texts = Catalogue().texts["en"]
    keys = [reason.message_key for reason in RejectReason]
    keys += [*KIND_KEYS.values(), *OTHER_KEYS.values()]
    keys += [f"reports-wish-{one.value}{end}" for one in Wish for end in ("", "-hint")]
    keys += [f"reports-contact-{one.value}{end}" for one in Contact for end in ("", "-hint")]

    assert [key for key in keys if key not in texts] == []


def test_every_kind_of_reference_has_a_key() -> None:
    kinds = {kind.__name__ for kind in KIND_KEYS} | {"NotEvidence"}

    assert {kind.__name__ for kind in Reference.__args__} == kinds
