# SPDX-License-Identifier: AGPL-3.0-or-later
"""``inspect`` on what a browser may post: honest files, classic ones, cut ones, noise."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.sealing import age
from service.sealing.age import Envelope, NotAnAgeFile, SealedTo
from service.sealing.header import Stanza, parse, serialise, to_base64
from tests.service.sealing.age_peer import AgePeer

IDENTITY, RECIPIENT = age.new_identity()
SEALED = age.seal(b"a narrative", [RECIPIENT, RECIPIENT])
PAYLOAD = SEALED[parse(SEALED).size :]
HONEST = Stanza("mlkem768x25519", (to_base64(bytes(1120)),), bytes(32))
PASSPHRASE = Stanza("scrypt", (to_base64(bytes(16)), "17"), bytes(32))
PASSKEY = Stanza("age-encryption.org/fido2prf", (to_base64(bytes(16)),), bytes(32))


def file_of(*stanzas: Stanza, payload: bytes = PAYLOAD, mac: bytes = bytes(32)) -> bytes:
    return serialise(list(stanzas)) + b" " + to_base64(mac).encode() + b"\n" + payload


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073])
def test_size_of_the_plaintext_is_told_from_outside(size: int) -> None:
    sealed = age.seal(bytes(size), [RECIPIENT])
    assert age.inspect(sealed) == Envelope(("mlkem768x25519",), size)


@pytest.mark.parametrize("cut", [1, 16, 17, 65_536])
def test_a_payload_that_no_sealing_makes_is_refused(cut: int) -> None:
    sealed = age.seal(bytes(65_537), [RECIPIENT])  # chunks of 65,552 and 17 bytes
    if cut in (1, 16):
        with pytest.raises(NotAnAgeFile, match="cut off"):
            age.inspect(sealed[:-cut])
    else:
        assert age.inspect(sealed[:-cut]).payload_size == 65_537 - cut + (16 if cut >= 17 else 0)


@pytest.mark.parametrize(
    ("stanzas", "reason"),
    [
        ((), "no stanza"),
        ((Stanza("X25519", (to_base64(bytes(32)),), bytes(32)),), "kind"),
        ((HONEST, Stanza("X25519", (to_base64(bytes(32)),), bytes(32))), "kind"),
        ((HONEST, Stanza("joint-grease", (), b"")), "kind"),
        ((Stanza("MLKEM768X25519", HONEST.arguments, bytes(32)),), "kind"),
        ((Stanza("mlkem768x25519", (), bytes(32)),), "arguments"),
        ((Stanza("mlkem768x25519", (*HONEST.arguments, "x"), bytes(32)),), "arguments"),
        ((Stanza("mlkem768x25519", (to_base64(bytes(1121)),), bytes(32)),), "arguments"),
        ((Stanza("mlkem768x25519", HONEST.arguments, bytes(31)),), "body"),
        ((Stanza("mlkem768x25519", HONEST.arguments, bytes(48)),), "body"),
        ((Stanza("mlkem768x25519", (to_base64(bytes(1120))[:-1] + "B",), bytes(32)),), "canonical"),
        ((Stanza("mlkem768x25519", ("é".encode().hex() + "=",), bytes(32)),), "base64"),
        ((PASSPHRASE,), "kind"),
        ((PASSKEY,), "kind"),
    ],
)
def test_other_stanzas_are_refused(stanzas: tuple[Stanza, ...], reason: str) -> None:
    with pytest.raises(NotAnAgeFile, match=reason):
        age.inspect(file_of(*stanzas))


@pytest.mark.parametrize(
    ("blob", "reason"),
    [
        (b"", "version"),
        (SEALED.replace(b"/v1\n", b"/v2\n", 1), "version"),
        (SEALED.replace(b"\n", b"\r\n"), "version"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "version"),
        (SEALED[:200], "does not end"),
        (file_of(HONEST, payload=b""), "cut off"),
        (file_of(HONEST, payload=bytes(31)), "cut off"),
        (file_of(HONEST, mac=bytes(31)), "MAC"),
        (file_of(HONEST).replace(b"\n---", b"\n\n---", 1), "neither"),
        (file_of(HONEST).replace(b"-> ", b"->  ", 1), "arguments"),
        (file_of(HONEST).replace(b"-> ", b"-> \x00", 1), "arguments"),
        (file_of(HONEST).replace(b"\n--- ", b"=\n--- ", 1), "base64"),
        (file_of(Stanza("mlkem768x25519", HONEST.arguments, bytes(60))), "body"),
    ],
    # Files are new in each process, and pytest-xdist wants the same names in all of them.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_malformed_file_is_refused(blob: bytes, reason: str) -> None:
    with pytest.raises(NotAnAgeFile, match=reason):
        age.inspect(blob)


@given(
    st.binary(max_size=200)
    | st.binary(max_size=200).map(b"age-encryption.org/v1\n-> mlkem768x25519 ".__add__)
    | st.binary(max_size=80).map(b"age-encryption.org/v1\n-> ".__add__)
)
def test_noise_is_refused_by_name(blob: bytes) -> None:
    with pytest.raises(NotAnAgeFile):
        age.inspect(blob)


@given(at=st.integers(0, len(SEALED) - 1), put=st.binary(max_size=4), cut=st.integers(0, 70))
@example(at=0, put=b"", cut=0)
def test_a_changed_file_is_inspected_or_refused_by_name(at: int, put: bytes, cut: int) -> None:
    changed = SEALED[:at] + put + SEALED[at + cut :]
    try:
        envelope = age.inspect(changed)
    except NotAnAgeFile:
        return
    assert set(envelope.stanza_types) == {"mlkem768x25519"}


def test_a_wrapped_key_from_the_browser_is_taken(typage: AgePeer) -> None:
    wrapped = typage.seal_with_passphrase(IDENTITY.encode(), "six words", 17)
    assert age.inspect(wrapped, SealedTo.PASSPHRASE) == Envelope(("scrypt",), len(IDENTITY))
    assert age.inspect(file_of(PASSKEY), SealedTo.PASSKEY).stanza_types == (PASSKEY.type,)


@pytest.mark.parametrize(
    "stanzas",
    [
        (Stanza("scrypt", (to_base64(bytes(16)), "16"), bytes(32)),),  # cheap to guess
        (Stanza("scrypt", (to_base64(bytes(16)), "21"), bytes(32)),),  # typage would not open it
        (Stanza("scrypt", (to_base64(bytes(16)), "017"), bytes(32)),),
        (Stanza("scrypt", (to_base64(bytes(15)), "17"), bytes(32)),),
        (Stanza("scrypt", ("17",), bytes(32)),),
        (PASSPHRASE, PASSPHRASE),
        (PASSPHRASE, HONEST),
        (HONEST,),
    ],
)
def test_a_weak_or_mixed_passphrase_file_is_refused(stanzas: tuple[Stanza, ...]) -> None:
    with pytest.raises(NotAnAgeFile):
        age.inspect(file_of(*stanzas), SealedTo.PASSPHRASE)
