# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audit.chain import (
    EMPTY,
    MOST_FAULTS,
    SALT_SIZE,
    BadSalt,
    Content,
    Fault,
    FaultKind,
    Link,
    extend,
    leaf_of,
    verify,
)

CONTENTS = st.builds(Content, st.binary(min_size=SALT_SIZE, max_size=SALT_SIZE), st.binary())


def chained(contents: Sequence[Content]) -> list[Link]:
    links: list[Link] = []
    head = EMPTY
    for content in contents:
        links.append(extend(head, content))
        head = links[-1].head
    return links


CHAINS = st.lists(CONTENTS, min_size=4, max_size=12, unique=True).map(chained)


def ten() -> list[Link]:
    return chained([Content(bytes([n]) * SALT_SIZE, b"opened %d" % n) for n in range(10)])


@given(chain=CHAINS, erased=st.sets(st.integers(0, 11)))
def test_erased_entries_keep_the_chain_whole(chain: list[Link], erased: set[int]) -> None:
    kept = [link.erased() if n in erased else link for n, link in enumerate(chain)]
    assert verify(kept, [link.head for link in chain]) == []


@given(chain=CHAINS, data=st.data())
def test_a_dropped_entry_is_named(chain: list[Link], data: st.DataObject) -> None:
    gone = data.draw(st.integers(1, len(chain) - 1))
    left = [link for link in chain if link.position != gone]
    assert verify(left) == [Fault(gone, gone, FaultKind.DROPPED)]


@given(chain=CHAINS, data=st.data())
def test_a_changed_entry_is_named(chain: list[Link], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    content = data.draw(CONTENTS.filter(lambda content: leaf_of(content) != chain[at].leaf))
    chain[at] = replace(chain[at], content=content)
    assert verify(chain) == [Fault(at + 1, at + 1, FaultKind.CHANGED)]
    chain[at] = replace(chain[at], leaf=leaf_of(content))  # the forger mends the leaf as well
    assert verify(chain) == [Fault(at + 1, at + 1, FaultKind.CHANGED)]


@given(chain=CHAINS, data=st.data())
def test_reordered_entries_are_named(chain: list[Link], data: st.DataObject) -> None:
    one, two = data.draw(
        st.lists(st.integers(0, len(chain) - 1), min_size=2, max_size=2, unique=True)
    )
    swapped = list(chain)
    swapped[one] = replace(chain[two], position=one + 1)
    swapped[two] = replace(chain[one], position=two + 1)
    faults = verify(swapped)
    assert {one + 1, two + 1} <= {fault.first for fault in faults}
    assert {fault.kind for fault in faults} == {FaultKind.REORDERED}


@given(chain=CHAINS, data=st.data())
def test_a_truncated_chain_is_named_by_a_remembered_head(
    chain: list[Link], data: st.DataObject
) -> None:
    kept = data.draw(st.integers(0, len(chain) - 1))
    remembered = [chain[0].head, chain[-1].head]
    faults = verify(chain[:kept], remembered)
    assert faults == [Fault(kept + 1, len(chain), FaultKind.TRUNCATED)]
    assert verify(chain[:kept]) == []  # without a memory nobody could tell


@given(chain=CHAINS, data=st.data())
def test_a_chain_computed_anew_is_named_by_a_remembered_head(
    chain: list[Link], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    contents = [link.content for link in chain if link.content is not None]
    contents[at] = Content(contents[at].salt, contents[at].entry + b"!")
    forged = chained(contents)
    assert verify(forged) == []
    last = len(chain)
    assert verify(forged, [chain[-1].head]) == [Fault(last, last, FaultKind.REWRITTEN)]
    before = [link.head for link in chain[:at]]
    assert verify(forged, before) == []  # what was remembered earlier still fits


def test_renumbering_does_not_hide_a_drop() -> None:
    chain = ten()
    closed_up = [*chain[:4], *(replace(link, position=link.position - 1) for link in chain[5:])]
    assert verify(closed_up, [chain[-1].head]) == [
        Fault(5, 5, FaultKind.CHANGED),
        Fault(10, 10, FaultKind.TRUNCATED),
    ]


def test_a_position_that_is_taken_twice_is_named() -> None:
    chain = ten()
    assert verify([*chain, chain[3]]) == [Fault(4, 4, FaultKind.REORDERED)]


def test_a_far_away_position_costs_nothing() -> None:
    chain = ten()
    far = replace(chain[9], position=2**62)
    assert verify([*chain[:9], far]) == [Fault(10, 2**62 - 1, FaultKind.DROPPED)]


def test_a_wholly_forged_chain_is_reported_briefly() -> None:
    noise = [Link(n, bytes([n]) * 32, bytes([n]) * 32, None) for n in range(1, 120)]
    assert len(verify(noise)) == MOST_FAULTS


def test_rows_may_come_in_any_order() -> None:
    assert verify(reversed(ten())) == []


def test_hashes_are_those_of_the_design() -> None:
    content = Content(b"s" * SALT_SIZE, b"opened")
    link = extend(EMPTY, content)
    leaf = hashlib.sha256(b"s" * SALT_SIZE + b"opened").digest()
    assert link == Link(1, leaf, hashlib.sha256(bytes(32) + leaf).digest(), content)


def test_an_empty_chain_is_whole() -> None:
    assert verify([], [EMPTY]) == []


def test_a_salt_has_one_size() -> None:
    with pytest.raises(BadSalt):
        Content(b"short", b"opened")
