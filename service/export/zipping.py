# SPDX-License-Identifier: AGPL-3.0-or-later
"""A zip archive written piece by piece, for an answer of gigabytes in the memory of a page.

Files are stored as they are (sealed ones get no smaller), without a time, readable for whoever
unpacks them and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import IO, Final, Self
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_OWNERS: Final = 0o100600 << 16
_UNIX: Final = 3


class _Outbox:
    """What ``zipfile`` writes into; it cannot be gone back in."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._waiting.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def drain(self) -> bytes:
        drained = b"".join(self._waiting)
        self._waiting.clear()
        return drained


class Zipping:
    """An archive in the making. Leaving it as a context manager, without an error, ends it.

    After an error nothing more is written: what was sent is cut off, and whoever reads it sees so.
    """

    def __init__(self) -> None:
        self._outbox = _Outbox()
        self._archive = ZipFile(self._outbox, "w", ZIP_STORED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._archive.close()

    def entry(self, path: str) -> IO[bytes]:
        """A file to write into; one at a time, as a context manager."""
        info = ZipInfo(path, _NO_TIME)
        info.create_system, info.external_attr = _UNIX, _OWNERS
        return self._archive.open(info, "w")

    def add(self, path: str, content: bytes) -> None:
        with self.entry(path) as entry:
            entry.write(content)

    def written(self) -> Iterator[bytes]:
        """What is new since this was asked last; nothing, where there is nothing."""
        drained = self._outbox.drain()
        if drained:
            yield drained
