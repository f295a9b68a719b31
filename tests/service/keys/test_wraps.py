# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ways to unlock a key: added, replaced, removed, taken along; the last one on paper stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.ids import to_text
from service.keys.wrapping import MOST_WRAPS
from tests.service.keys.holder import (
    HINT,
    PASSKEY,
    PASSPHRASE,
    RECOVERY,
    Holder,
    a_wrap,
    new_wrap,
    passkey_file,
    wrap_json,
)
from tests.service.visiting import Visitor

Audit = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def holder(holder: Holder) -> Holder:
    """The folder's, stepped up."""
    holder.step_up()
    return holder


def test_passkey_is_added_with_what_tells_which_it_is(holder: Holder) -> None:
    assert holder.add(PASSKEY).status_code == 201

    assert holder.kinds() == ["passkey", "passphrase", "recovery"]
    (passkey,) = (one for one in holder.wraps() if one["kind"] == "passkey")
    assert passkey["hint"] == HINT
    assert passkey["sealed"] == to_text(passkey_file())
    assert "a passkey, since 3 May 2026" in holder.visitor.text("/key")


def test_new_passphrase_takes_the_place_of_the_one_before(holder: Holder) -> None:
    before = holder.wrap_id("passphrase")

    assert holder.add(new_wrap("passphrase", 18), before).status_code == 201

    assert holder.kinds() == ["passphrase", "recovery"]
    assert holder.wrap_id("passphrase") != before


def test_wrap_is_removed(holder: Holder) -> None:
    assert holder.remove(holder.wrap_id("passphrase")).status_code == 200

    assert holder.kinds() == ["recovery"]


def test_last_one_that_can_be_kept_on_paper_stays(holder: Holder) -> None:
    holder.add(PASSKEY)
    holder.remove(holder.wrap_id("passphrase"))

    answer = holder.remove(holder.wrap_id("recovery"))

    assert answer.status_code == 422
    assert "last passphrase or recovery code" in answer.get_json()["errors"][0]["message"]
    assert holder.kinds() == ["passkey", "recovery"]
    assert holder.remove(holder.wrap_id("passkey")).status_code == 200
    assert holder.remove(holder.wrap_id("recovery")).status_code == 422


def test_there_are_eight_at_most(holder: Holder) -> None:
    for _ in range(MOST_WRAPS - 2):
        assert holder.add(PASSKEY).status_code == 201

    answer = holder.add(PASSKEY)

    assert answer.status_code == 422
    assert "as many ways" in answer.get_json()["errors"][0]["message"]
    assert len(holder.wraps()) == MOST_WRAPS
    assert holder.add(PASSPHRASE, holder.wrap_id("passphrase")).status_code == 201


@pytest.mark.parametrize(
    "wrap",
    [
        {"kind": "passkey", "sealed": to_text(a_wrap(17)), "hint": HINT},
        {"kind": "passkey", "sealed": to_text(passkey_file()), "hint": ""},
        {"kind": "passkey", "sealed": to_text(passkey_file()), "hint": "AGE-SECRET-KEY-PQ-1QQQQ"},
        {"kind": "passkey", "sealed": to_text(passkey_file()), "hint": HINT + "Q" * 1000},
        {"kind": "passkey", "sealed": to_text(passkey_file()), "hint": 7},
        {"kind": "passphrase", "sealed": to_text(passkey_file()), "hint": ""},
        {"kind": "passphrase", "sealed": to_text(a_wrap(12)), "hint": ""},
        {"kind": "recovery", "sealed": to_text(a_wrap(12)), "hint": HINT},
        {"kind": "password", "sealed": to_text(a_wrap(17)), "hint": ""},
        {"kind": "recovery", "sealed": to_text(a_wrap(12) + bytes(5000)), "hint": ""},
        {"kind": "recovery", "sealed": "no age file", "hint": ""},
        {"kind": "recovery"},
        None,
    ],
)
def test_wrap_that_is_not_what_it_says_is_refused(holder: Holder, wrap: object) -> None:
    assert holder.visitor.send("/key/wraps", {"wrap": wrap}).status_code == 422
    assert holder.kinds() == ["passphrase", "recovery"]


def test_wrap_does_not_take_the_place_of_another_kind(holder: Holder) -> None:
    assert holder.add(PASSKEY, holder.wrap_id("passphrase")).status_code == 422
    assert holder.add(RECOVERY, to_text(bytes(16))).status_code == 422
    assert holder.kinds() == ["passphrase", "recovery"]


def test_wrap_of_another_person_is_not_there(holder: Holder, functionary_holder: Holder) -> None:
    foreign = functionary_holder.wrap_id("recovery")

    assert holder.remove(foreign).status_code == 422
    assert holder.add(RECOVERY, foreign).status_code == 422
    assert holder.visitor.get(f"/key/wraps/{foreign}/file").status_code == 404
    assert functionary_holder.kinds() == ["recovery"]


def test_wrapped_key_can_be_saved_as_the_file_that_it_is(holder: Holder) -> None:
    answer = holder.visitor.get(f"/key/wraps/{holder.wrap_id('passphrase')}/file")

    assert answer.data == a_wrap(17)
    assert answer.headers["Content-Disposition"] == "attachment; filename=key-passphrase.age"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("wrap", ["nonsense", to_text(bytes(16))])
def test_wrap_that_is_not_there_is_not_found(holder: Holder, wrap: str) -> None:
    assert holder.visitor.get(f"/key/wraps/{wrap}/file").status_code == 404


def test_what_a_functionary_does_is_written_into_the_audit(
    functionary_holder: Holder, audit: Audit
) -> None:
    holder = functionary_holder
    holder.step_up()
    holder.add(PASSKEY)
    holder.remove(holder.wrap_id("passkey"))
    holder.visitor.send("/key/exported", {})

    acts = audit()
    assert [act for act, _reason in acts] == [
        "key-exported",
        "key-made",
        "wrap-added",
        "wrap-removed",
    ]
    assert ("wrap-added", "passkey") in acts


def test_what_a_reporter_does_is_not(holder: Holder, audit: Audit) -> None:
    holder.add(PASSKEY)
    holder.remove(holder.wrap_id("passkey"))
    holder.visitor.send("/key/exported", {})

    assert audit() == []


def test_refused_act_leaves_no_entry(functionary_holder: Holder, audit: Audit) -> None:
    functionary_holder.step_up()
    functionary_holder.remove(functionary_holder.wrap_id("recovery"))

    assert [act for act, _reason in audit()] == ["key-made"]


def test_without_a_key_nothing_can_be_added(visitor: Visitor) -> None:
    assert visitor.send("/key/wraps", {"wrap": wrap_json()}).status_code == 403
    assert visitor.get("/key/keyring/file").status_code == 404
