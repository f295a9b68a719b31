# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of JSON lines that say what they are, and whether they are whole.

The first line names format and version; the last one has the number of lines in between and the
SHA-256 of all bytes before it. Whatever is cut off or changed is refused with a line for a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

from service.sealing.header import VERSION_LINE

LONGEST_LINE: Final = 4 << 20
"""Bytes. A sealed part has at most a third of it, in base64."""


class DamagedFile(Exception):
    """The file cannot be used. ``str`` is a line for the operator, and quotes nothing of it."""


def framed(
    kind: str, version: int, about: Mapping[str, Any], lines: Iterable[Any]
) -> Iterator[bytes]:
    """The lines of a file: ``about`` goes into the first one, ``lines`` are JSON values."""
    digest, count = hashlib.sha256(), 0
    first = _line({"format": kind, "version": version, **about})
    digest.update(first)
    yield first
    for value in lines:
        line = _line(value)
        digest.update(line)
        count += 1
        yield line
    yield _line({"end": True, "lines": count, "sha256": digest.hexdigest()})


class Framed:
    """A file that is being read: ``about`` is its first line, ``lines`` come as they are read.

    Only when ``lines`` is at its end is it known that the file was whole: what was made of them
    must be thrown away when it raises.
    """

    def __init__(self, file: BinaryIO, kind: str, version: int) -> None:
        """Raises DamagedFile."""
        self._file = file
        self._digest = hashlib.sha256()
        first = file.readline(LONGEST_LINE)
        if not first:
            raise DamagedFile("The file is empty: nothing was read.")
        if first == VERSION_LINE:
            raise DamagedFile(
                "The file is still sealed. Open it where the identity is, and give what comes out: "
                "age -d -i key.txt FILE | community-support restore -"
            )
        self.about = _value(first)
        self._digest.update(first)
        if not isinstance(self.about, dict) or self.about.get("format") != kind:
            raise DamagedFile(f"The file is no “{kind}”.")
        if self.about.get("version") != version:
            raise DamagedFile(
                f"The file has another version of the format than this program reads ({version})."
            )

    def lines(self) -> Iterator[Any]:
        """All values between the first and the last line. Raises DamagedFile."""
        count = 0
        while line := self._file.readline(LONGEST_LINE):
            value = _value(line)
            if isinstance(value, dict) and value.get("end") is True:
                self._check_end(value, count)
                return
            self._digest.update(line)
            count += 1
            yield value
        raise DamagedFile("The file ends too early: its last line is missing. Nothing was kept.")

    def _check_end(self, end: Mapping[str, Any], count: int) -> None:
        if end.get("lines") != count:
            raise DamagedFile("Lines of the file are missing or stand there twice.")
        if end.get("sha256") != self._digest.hexdigest():
            raise DamagedFile("The file was changed: its check does not fit.")
        if self._file.read(1):
            raise DamagedFile("Something follows the end of the file.")


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _value(line: bytes) -> Any:
    if not line.endswith(b"\n"):
        raise DamagedFile("The file ends in the middle of a line. Nothing was kept.")
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise DamagedFile("The file has a line that cannot be read.") from None
