# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sealing.fields import length_prefixed
from service.sealing.keyring import BadKeyRing, KeyRing, generate_key

KEY = generate_key()


def test_newest_key_stands_first() -> None:
    other = generate_key()
    ring = KeyRing.parse(f"{KEY}, {other}=")
    assert len(ring) == 2
    assert ring.newest == KeyRing.parse(KEY).newest
    assert [ring.find(key.id) for key in ring] == list(ring)
    assert ring.find(b"none") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "key 1 has 0 bytes"),
        (f"{KEY},", "key 2 has 0 bytes"),
        (KEY[:-1], "key 1 has 31 bytes"),
        (f"{KEY},{KEY}", "twice"),
        (f"{KEY},not a key!", "key 2 is not base64url"),
        (f"{KEY},k\u00e9y", "key 2 is not base64url"),
        (base64.urlsafe_b64encode(bytes(32)).decode(), "key 1 is not random"),
        (base64.urlsafe_b64encode(b"changeme" * 4).decode(), "key 1 is not random"),
    ],
    ids=lambda value: value if " " in value and len(value) < 40 else "",
)
def test_a_missing_or_weak_key_is_named_by_position(text: str, reason: str) -> None:
    with pytest.raises(BadKeyRing, match=reason) as caught:
        KeyRing.parse(text)
    assert KEY not in str(caught.value)


def test_generated_keys_are_taken() -> None:
    assert len(KeyRing.parse(",".join(generate_key() for _ in range(200)))) == 200


@given(one=st.lists(st.binary(max_size=4), max_size=4), two=st.lists(st.binary(max_size=4)))
def test_two_rows_of_fields_never_look_the_same(one: list[bytes], two: list[bytes]) -> None:
    assert (length_prefixed(*one) == length_prefixed(*two)) == (one == two)
