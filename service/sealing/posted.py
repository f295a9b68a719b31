# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser posts sealed must look like every other of its kind: one reader, padded.

The server cannot open it. But a part of an odd size, or a box that is longer than all others,
would be found again among the rows of the database by whoever made it. Pure.
"""

from __future__ import annotations

from service.sealing.envelope import inspect
from service.sealing.header import NotAnAgeFile
from service.sealing.parts import BOX_STEP, PART_STEP


def require_part(file: bytes) -> None:
    """Raises NotAnAgeFile for anything but a file for one recipient, padded as parts are."""
    if _payload_size(file) % PART_STEP:
        raise NotAnAgeFile("not padded")


def require_part_of(file: bytes, size: int) -> None:
    """Raises NotAnAgeFile for anything but a file for one recipient with ``size`` bytes in it."""
    if _payload_size(file) != size:
        raise NotAnAgeFile("not of the one size")


def require_box(file: bytes) -> None:
    """Raises NotAnAgeFile for anything but a file for one reader of the size that boxes have."""
    if _payload_size(file) != BOX_STEP:
        raise NotAnAgeFile("not of the size of a box")


def _payload_size(file: bytes) -> int:
    envelope = inspect(file)
    if len(envelope.stanza_types) != 1:
        raise NotAnAgeFile("for several readers")
    if envelope.payload_size == 0:
        raise NotAnAgeFile("nothing in it")
    return envelope.payload_size
