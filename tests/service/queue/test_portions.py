# SPDX-License-Identifier: AGPL-3.0-or-later
"""Portions: nothing lost, nothing moved, everything fits, and no row more than it takes."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from service.queue.portions import portions

ITEMS = st.lists(st.tuples(st.integers(0, 50), st.text(max_size=40)).map(list), max_size=60)


@given(ITEMS, st.integers(200, 2000))
def test_all_items_come_in_order_in_portions_that_fit(items: list[object], room: int) -> None:
    found = list(portions(items, room))

    assert [one for portion in found for one in portion] == items
    for portion in found:
        assert portion
        assert len(json.dumps(portion, ensure_ascii=False, separators=(",", ":")).encode()) <= (
            room + 1
        )


@given(ITEMS)
def test_what_fits_one_row_stays_together(items: list[object]) -> None:
    assert len(list(portions(items))) == bool(items)


def test_what_no_row_holds_is_left_out() -> None:
    assert list(portions(["a", "b" * 300, "c"], 200)) == [["a", "c"]]
