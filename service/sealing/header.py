# SPDX-License-Identifier: AGPL-3.0-or-later
"""The textual header of an age v1 file: stanzas to bytes and back, strictly.

Source of the grammar: C2SP age, "ABNF definition of file header". Only the form is judged
here; what a stanza of some type must look like is the caller's subject.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

VERSION_LINE: Final = b"age-encryption.org/v1\n"
MAC_SIZE: Final = 32
_STANZA_MARK: Final = b"-> "
_END_MARK: Final = b"---"
_COLUMNS: Final = 64
_ARGUMENTS: Final = re.compile(rb"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*")


class NotAnAgeFile(Exception):
    """The bytes are no age v1 file of the expected kind; ``str`` says why, and quotes nothing."""


@dataclass(frozen=True)
class Stanza:
    """One wrapping of the file key: its type, the other arguments, the body."""

    type: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Header:
    """A parsed header. ``authenticated`` is what the MAC covers: all up to and with "---"."""

    stanzas: tuple[Stanza, ...]
    authenticated: bytes
    mac: bytes
    size: int  # bytes from the start of the file to the start of the payload's nonce


def to_base64(data: bytes) -> str:
    """Standard base64 without padding."""
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def from_base64(text: bytes) -> bytes:
    """Decode canonical base64 without padding. Raises ``NotAnAgeFile``."""
    if _BASE64.fullmatch(text) is None:
        raise NotAnAgeFile("the header has something else where base64 belongs")
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise NotAnAgeFile("the header has a truncated base64 value") from None
    if to_base64(data).encode("ascii") != text:
        raise NotAnAgeFile("the header has a base64 value that is not canonical")
    return data


def serialise(stanzas: list[Stanza]) -> bytes:
    """The header up to and with "---", which is what its MAC is computed over."""
    lines = [VERSION_LINE]
    for stanza in stanzas:
        arguments = " ".join((stanza.type, *stanza.arguments))
        lines.append(_STANZA_MARK + arguments.encode("ascii") + b"\n")
        body = to_base64(stanza.body).encode("ascii")
        # One step beyond a multiple of 64 yields the empty line that must end such a body.
        lines += [body[i : i + _COLUMNS] + b"\n" for i in range(0, len(body) + 1, _COLUMNS)]
    lines.append(_END_MARK)
    return b"".join(lines)


def parse(blob: bytes) -> Header:
    """Parse the header at the start of ``blob``. Raises ``NotAnAgeFile``."""
    if not blob.startswith(VERSION_LINE):
        raise NotAnAgeFile("the version line of an age v1 file is missing")
    stanzas: list[Stanza] = []
    at = len(VERSION_LINE)
    while blob.startswith(_STANZA_MARK, at):
        stanza, at = _stanza(blob, at)
        stanzas.append(stanza)
    if not stanzas:
        raise NotAnAgeFile("the header has no stanza")
    end_line, after = _line(blob, at)
    mark = _END_MARK + b" "
    if not end_line.startswith(mark):
        raise NotAnAgeFile("the header has a line that is neither a stanza nor its end")
    mac = from_base64(end_line.removeprefix(mark))
    if len(mac) != MAC_SIZE:
        raise NotAnAgeFile("the header's MAC has a wrong size")
    return Header(tuple(stanzas), blob[: at + len(_END_MARK)], mac, after)


def _stanza(blob: bytes, at: int) -> tuple[Stanza, int]:
    """The stanza that begins at ``at``, and where the next section begins."""
    line, at = _line(blob, at)
    arguments = line.removeprefix(_STANZA_MARK)
    if _ARGUMENTS.fullmatch(arguments) is None:
        raise NotAnAgeFile("a stanza has empty or unprintable arguments")
    kind, *others = arguments.decode("ascii").split(" ")
    body: list[bytes] = []
    while not body or len(body[-1]) == _COLUMNS:
        line, at = _line(blob, at)
        if len(line) > _COLUMNS:
            raise NotAnAgeFile("a stanza's body has a line of more than 64 columns")
        body.append(line)
    return Stanza(kind, tuple(others), from_base64(b"".join(body))), at


def _line(blob: bytes, at: int) -> tuple[bytes, int]:
    """The line that begins at ``at`` without its end, and where the next line begins."""
    end = blob.find(b"\n", at)
    if end < 0:
        raise NotAnAgeFile("the header does not end")
    return blob[at:end], end + 1
