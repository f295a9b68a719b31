# SPDX-License-Identifier: AGPL-3.0-or-later
"""What whoever keeps sealed files can do to them: change, cut, lengthen, put together, exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from service.sealing import age
from service.sealing.parts import BOX_STEP, PartContext, frame

REPORT: Final = "AAECAwQFBgcICQoLDA0ODw"
OTHER: Final = "EBESExQVFhcYGRobHB0eHw"
BODIES: Final = {"facts": b"{}", "narrative": b"It hurt.", "finding-0": b'{"findings":[]}'}
NAMES: Final = ("box", *BODIES)

Tampering = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Sealed:
    """A report as it is kept: its recipient, and files by name, "box" among them."""

    report: str
    recipient: str
    files: dict[str, bytes]


def sealed(report: str, reader: str) -> Sealed:
    """A report with one box, to the recipient ``reader``."""
    identity, recipient = age.new_identity()
    box = frame(PartContext(report, "box"), identity.encode(), BOX_STEP)
    files = {"box": age.seal(box, [reader])}
    for name, body in BODIES.items():
        files[name] = age.seal(frame(PartContext(report, name), body), [recipient])
    return Sealed(report, recipient, files)


def changes(others: Sequence[bytes]) -> st.SearchStrategy[Tampering]:
    """Something that is done to one file; ``others``: what else whoever does it has."""
    at = st.floats(0, 1, exclude_max=True)
    return st.one_of(
        st.builds(_flip, at, st.integers(0, 7)),
        st.builds(_cut, at),
        st.binary(min_size=1, max_size=80).map(lambda tail: lambda file: file + tail),
        st.builds(_put_in, at, st.binary(min_size=1, max_size=80)),
        st.builds(_take_out, at, st.integers(1, 80)),
        st.builds(_head_of_one_tail_of_other, st.sampled_from(others)),
        st.sampled_from(others).map(lambda other: lambda _file: other),
    )


def _flip(at: float, bit: int) -> Tampering:
    def flip(file: bytes) -> bytes:
        changed = bytearray(file)
        changed[int(at * len(file))] ^= 1 << bit
        return bytes(changed)

    return flip


def _cut(at: float) -> Tampering:
    return lambda file: file[: int(at * len(file))]


def _put_in(at: float, more: bytes) -> Tampering:
    return lambda file: file[: int(at * len(file))] + more + file[int(at * len(file)) :]


def _take_out(at: float, count: int) -> Tampering:
    return lambda file: file[: int(at * len(file))] + file[int(at * len(file)) + count :]


def _head_of_one_tail_of_other(other: bytes) -> Tampering:
    """A header that opens, before the payload of another file."""

    def put_together(file: bytes) -> bytes:
        return file[: age_payload(file)] + other[age_payload(other) :]

    return put_together


def age_payload(file: bytes) -> int:
    """Where the payload begins: behind the line of the MAC."""
    return file.index(b"\n", file.index(b"\n--- ") + 1) + 1
