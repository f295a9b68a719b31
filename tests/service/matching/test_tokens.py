# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from service.matching.tokens import (
    Kind,
    MatchKeys,
    case_id,
    derive,
    entry_label,
    label,
    walk_key,
)
from service.sealing.keyring import generate_key

OLD, NEW = generate_key(), generate_key()
KEYS = MatchKeys.parse(OLD)
ROTATED = MatchKeys.parse(f"{NEW},{OLD}")
WHAT = st.tuples(st.text(max_size=9), st.sampled_from(Kind), st.text(max_size=9))


@given(one=WHAT, two=WHAT)
def test_tokens_are_equal_only_for_the_same_desk_kind_and_value(
    one: tuple[str, Kind, str], two: tuple[str, Kind, str]
) -> None:
    assert (derive(KEYS, *one) == derive(KEYS, *two)) == (one == two)


def test_fields_cannot_be_shifted_into_each_other() -> None:
    assert derive(KEYS, "ab", Kind.ACCOUNT, "c") != derive(KEYS, "a", Kind.ACCOUNT, "bc")
    assert label(KEYS, "box", b"ab", b"c") != label(KEYS, "box", b"a", b"bc")
    assert label(KEYS, "box", b"ab") != label(KEYS, "boxa", b"b")


def test_token_is_the_hmac_that_the_design_names() -> None:
    message = b"".join(
        len(field).to_bytes(4, "big") + field
        for field in (b"token 1", b"stewards", b"account", b"4711")
    )
    expected = hmac.digest(KEYS.newest.secret, message, "sha256")
    assert derive(KEYS, "stewards", Kind.ACCOUNT, "4711") == expected


def test_nobody_without_the_key_can_compute_a_token() -> None:
    other = MatchKeys.parse(generate_key())
    assert derive(other, "stewards", Kind.ACCOUNT, "4711") != derive(
        KEYS, "stewards", Kind.ACCOUNT, "4711"
    )


def test_a_new_key_changes_no_token_no_case_id_and_no_row_label() -> None:
    token = derive(KEYS, "stewards", Kind.ACCOUNT, "4711")
    assert derive(ROTATED, "stewards", Kind.ACCOUNT, "4711") == token
    assert label(ROTATED, "box", b"r") == label(KEYS, "box", b"r")


def test_a_new_key_changes_every_entry_label() -> None:
    token = derive(KEYS, "stewards", Kind.ACCOUNT, "4711")
    before, after = (walk_key(keys.newest, token) for keys in (KEYS, ROTATED))
    assert entry_label(before, 0) != entry_label(after, 0)


def test_labels_of_one_list_and_of_two_lists_never_meet() -> None:
    walks = [
        walk_key(KEYS.newest, derive(KEYS, "stewards", kind, str(value)))
        for kind in Kind
        for value in range(20)
    ]
    labels = [entry_label(walk, index) for walk in walks for index in range(20)]
    cases = [case_id(derive(KEYS, "stewards", Kind.ACCOUNT, str(value))) for value in range(20)]
    assert len(set(labels + cases + walks)) == len(labels) + len(cases) + len(walks)
    assert {len(one) for one in labels + cases} == {32}


def test_labels_look_random() -> None:
    walk = walk_key(KEYS.newest, derive(KEYS, "stewards", Kind.ACCOUNT, "4711"))
    ones = sum(byte.bit_count() for i in range(1000) for byte in entry_label(walk, i))
    assert 0.49 < ones / (1000 * 256) < 0.51  # ten standard deviations


def test_a_key_is_in_no_repr() -> None:
    assert KEYS.newest.secret.hex() not in repr(KEYS)
    assert repr(KEYS.newest.secret) not in repr(KEYS)
