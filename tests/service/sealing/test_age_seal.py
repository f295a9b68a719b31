# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sealing import age, bech32
from service.sealing.age import InvalidRecipient, NoRecipients
from service.sealing.header import MAC_SIZE, parse
from tests.service.sealing.age_opener import OpenError, open_file

READERS = [age.new_identity() for _ in range(5)]
IDENTITY, RECIPIENT = READERS[0]
CLASSIC = bech32.encode("age", bytes.fromhex("09") + bytes(31))
SEALED = age.seal(b"a narrative", [RECIPIENT])


@given(body=st.binary(max_size=300), readers=st.lists(st.sampled_from(READERS), min_size=1))
@settings(max_examples=60)
def test_each_reader_opens_any_bytes(body: bytes, readers: list[tuple[str, str]]) -> None:
    sealed = age.seal(body, [recipient for _, recipient in readers])
    for identity, _ in readers:
        assert open_file(sealed, [identity]) == body
    assert age.inspect(sealed) == age.Envelope(("mlkem768x25519",) * len(readers), len(body))


@given(position=st.integers(0, len(SEALED) * 8 - 1))
@settings(max_examples=400)
def test_a_flipped_bit_is_refused(position: int) -> None:
    changed = bytearray(SEALED)
    changed[position // 8] ^= 1 << position % 8
    with pytest.raises(OpenError):
        open_file(bytes(changed), [IDENTITY])


@given(kept=st.integers(0, len(SEALED) - 1))
@settings(max_examples=200)
def test_a_truncated_file_is_refused(kept: int) -> None:
    with pytest.raises(OpenError):
        open_file(SEALED[:kept], [IDENTITY])


@given(tail=st.binary(min_size=1, max_size=100))
def test_an_extended_file_is_refused(tail: bytes) -> None:
    with pytest.raises(OpenError):
        open_file(SEALED + tail, [IDENTITY])


@pytest.mark.parametrize("cut", [65_536 + 16, 2 * (65_536 + 16)])
def test_a_file_cut_between_two_chunks_is_refused(cut: int) -> None:
    sealed = age.seal(bytes(3 * 65_536), [RECIPIENT])
    start = parse(sealed).size + 16
    with pytest.raises(OpenError):
        open_file(sealed[: start + cut], [IDENTITY])


def test_the_same_text_is_never_sealed_alike() -> None:
    again = age.seal(b"a narrative", [RECIPIENT])
    ours, theirs = parse(SEALED), parse(again)
    assert ours.stanzas[0].arguments != theirs.stanzas[0].arguments
    assert ours.mac != theirs.mac
    assert SEALED[ours.size :] != again[theirs.size :]


def test_a_box_for_one_reader_has_1736_bytes() -> None:
    assert len(age.seal(IDENTITY.encode(), [RECIPIENT])) == 1736


def test_a_file_for_nobody_is_refused() -> None:
    with pytest.raises(NoRecipients):
        age.seal(b"a narrative", [])


@pytest.mark.parametrize(
    ("recipient", "reason"),
    [
        (CLASSIC, "post-quantum"),
        (IDENTITY, "post-quantum"),
        ("age1tagpq1" + RECIPIENT[7:], "post-quantum"),
        (RECIPIENT.upper(), "post-quantum"),
        (" " + RECIPIENT, "post-quantum"),
        (RECIPIENT[:100] + RECIPIENT[100:].upper(), "mixed case"),
        (RECIPIENT + "\n", "Bech32 does not have"),
        (RECIPIENT + "é", "ASCII"),
        (RECIPIENT[:-1] + ("q" if RECIPIENT[-1] != "q" else "p"), "checksum"),
        (bech32.encode("age1pq", bytes(1215)), "size"),
        (bech32.encode("age1pq", bytes(1216)), "sealed to"),  # a share of low order
        (bech32.encode("age1pq", b"\xff" * 1184 + b"\x09" * 32), "sealed to"),  # beyond q
        ("age1pq1", "checksum"),
        ("", "post-quantum"),
    ],
    # Keys are new in each process, and pytest-xdist wants the same names in all of them.
    ids=lambda value: value if len(value) < 40 else "",
)
def test_what_is_no_post_quantum_recipient_is_refused(recipient: str, reason: str) -> None:
    with pytest.raises(InvalidRecipient, match=reason) as caught:
        age.seal(b"a narrative", [RECIPIENT, recipient])
    assert recipient == "" or recipient not in str(caught.value)


@given(position=st.integers(0, len(RECIPIENT) - 1), letter=st.sampled_from("qpzry9x8gf2tvdw0"))
def test_a_mistyped_recipient_is_refused(position: int, letter: str) -> None:
    mistyped = RECIPIENT[:position] + letter + RECIPIENT[position + 1 :]
    if mistyped != RECIPIENT:
        with pytest.raises(InvalidRecipient):
            age.parse_recipient(mistyped)


@given(text=st.text() | st.text(alphabet="age1pqzry", max_size=40).map("age1pq1".__add__))
def test_any_text_is_a_recipient_or_a_named_error(text: str) -> None:
    with pytest.raises(InvalidRecipient):
        age.parse_recipient(text)


def test_a_key_is_not_in_a_recipients_repr() -> None:
    assert repr(age.parse_recipient(RECIPIENT)) == f"Recipient(text={RECIPIENT!r})"


def test_mac_covers_the_header_and_not_the_payload() -> None:
    header = parse(SEALED)
    assert header.authenticated.endswith(b"\n---")
    assert len(header.mac) == MAC_SIZE
    assert SEALED[: header.size].endswith(b"\n")
