# SPDX-License-Identifier: AGPL-3.0-or-later
"""The C2SP/CCTV vectors judge the test-only opener, which in turn judges what we seal."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

from tests.service.sealing.age_opener import (
    ArmorFailure,
    HeaderFailure,
    MacFailure,
    NoMatch,
    OpenError,
    PayloadFailure,
    dearmor,
    open_file,
)
from tests.service.sealing.age_peer import AgePeer

OUTCOMES: dict[str, type[OpenError]] = {
    "no match": NoMatch,
    "HMAC failure": MacFailure,
    "header failure": HeaderFailure,
    "payload failure": PayloadFailure,
    "armor failure": ArmorFailure,
}


@dataclass(frozen=True)
class Vector:
    expect: str
    identities: tuple[str, ...]
    payload: str | None  # SHA-256 of all plaintext that may be released, hex
    armored: bool
    passphrase: bool
    file: bytes


def read_vector(raw: bytes) -> Vector:
    head, _, file = raw.partition(b"\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.decode("utf-8").split("\n"):
        name, _, value = line.partition(": ")
        fields.setdefault(name, []).append(value)
    return Vector(
        expect=fields["expect"][0],
        identities=tuple(fields.get("identity", ())),
        payload=fields.get("payload", [None])[0],
        armored="armored" in fields,
        passphrase="passphrase" in fields,
        file=zlib.decompress(file) if "compressed" in fields else file,
    )


def outcome(vector: Vector) -> tuple[str, bytes]:
    """What our opener makes of it, in the vectors' words, and all plaintext it released."""
    try:
        file = dearmor(vector.file) if vector.armored else vector.file
        return "success", open_file(file, vector.identities)
    except OpenError as error:
        (name,) = (word for word, kind in OUTCOMES.items() if isinstance(error, kind))
        return name, getattr(error, "released", b"")


def judge(vectors: dict[str, Vector]) -> list[str]:
    """The names of the vectors on which the opener is wrong."""
    wrong = []
    for name, vector in vectors.items():
        found, released = outcome(vector)
        released_as_it_should = vector.payload in (None, hashlib.sha256(released).hexdigest())
        if found != vector.expect or not released_as_it_should:
            wrong.append(f"{name}: {found}, not {vector.expect}")
    return wrong


def test_opener_passes_the_19_hybrid_vectors(typage: AgePeer) -> None:
    hybrid = {n: read_vector(raw) for n, raw in typage.vectors().items() if "hybrid" in n}
    assert len(hybrid) == 19
    assert judge(hybrid) == []


def test_opener_passes_all_header_and_payload_vectors(typage: AgePeer) -> None:
    vectors = {n: read_vector(raw) for n, raw in typage.vectors().items()}
    binary = {n: v for n, v in vectors.items() if not v.armored and not v.passphrase}
    assert len(binary) > 60
    assert judge(binary) == []
