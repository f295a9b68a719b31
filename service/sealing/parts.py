# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is inside a sealed file: one JSON line that says where it belongs, the body, padding.

age has no associated data, so a server that swaps two sealed files would not be noticed. Every
plaintext therefore begins with ``{"report":…,"part":…,"length":N}`` and a line feed, which the
opener compares with what it asked for; then N bytes of body; then zero bytes up to the next
multiple of the step, so that a file's size tells little. The browser's counterpart writes and
reads the same (``service/web/browser``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

PART_STEP: Final = 4096
# A box holds 77 bytes of identity and is made for each reader: it has a step of its own.
BOX_STEP: Final = 256
_LONGEST_LINE: Final = 512


@dataclass(frozen=True)
class PartContext:
    """Where a sealed file belongs: the report's id and the part's name, both in their URL form."""

    report: str
    part: str


class PartError(Exception):
    """A frame cannot be made or read; ``str`` says why, and quotes nothing."""


class NotAFrame(PartError):
    """The plaintext is not framed: line, length or padding is wrong."""


class WrongContext(PartError):
    """The frame is well-formed and belongs to another report or another part."""


def frame(context: PartContext, body: bytes, step: int = PART_STEP) -> bytes:
    """Return the line, ``body`` and the padding: a multiple of ``step`` bytes.

    Raises ``PartError`` when the context is too long for the line to be read again.
    """
    fields = {"report": context.report, "part": context.part, "length": len(body)}
    line = json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"
    if len(line) > _LONGEST_LINE:
        raise PartError("the names of report and part are too long")
    framed = line + body
    return framed + bytes(-len(framed) % step)


def unframe(context: PartContext, framed: bytes) -> bytes:
    """Return the body of a frame made for ``context``. Raises ``NotAFrame``, ``WrongContext``."""
    end = framed.find(b"\n", 0, _LONGEST_LINE)
    if end < 0:
        raise NotAFrame("no context line")
    found, length = _parse_line(framed[:end])
    if found != context:
        raise WrongContext("sealed for another report or another part")
    body, padding = framed[end + 1 : end + 1 + length], framed[end + 1 + length :]
    if len(body) != length or padding.strip(b"\0"):
        raise NotAFrame("length and padding do not fit")
    return body


def _parse_line(line: bytes) -> tuple[PartContext, int]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise NotAFrame("the context line is no JSON") from None
    match fields:
        case {"report": str(report), "part": str(part), "length": int(length), **rest} if (
            not rest and type(length) is int and length >= 0
        ):
            return PartContext(report, part), length
        case _:
            raise NotAFrame("the context line has other fields")
