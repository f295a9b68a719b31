# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists under labels that look random: the searchable-encryption multimap, made dense.

Source: Cash et al., "Dynamic Searchable Encryption in Very-Large Databases", NDSS 2014, scheme
Π_bas. A token's list is the rows with the labels 0..n-1 of that token; whoever has the token
finds them by primary key, whoever has the database sees unrelated rows of one size. Unlike in
the paper, removal leaves no tombstone (it would prove that somebody was once reported): the last
entry moves into the hole.

Callers hold the desk's fold lock; nothing here guards against two writers of one list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from service.matching.models import VALUE_SIZE, Entry
from service.matching.tokens import (
    MatchKeys,
    entry_label,
    walk_key,
)
from service.sealing.at_rest import AtRest
from service.sealing.keyring import Key

Json = Mapping[str, Any]

# A list is read in IN-lists of 1, 2, 4, … labels, at most this many at once: at most twice the
# list's length is asked for, and no database minds the statement.
_LONGEST_IN_LIST: Final = 512
_PROBES: Final = 24
_LONGEST_LIST: Final = 2**_PROBES - 1


def length_of(present: Callable[[Sequence[int]], Iterable[int]]) -> int:
    """The length of a list that has an entry 0, from questions which indices are present.

    Entries are dense, so presence is a threshold: the powers of two narrow it down in one
    question, then each question divides what is left by 24.
    """
    highest, beyond = 0, _LONGEST_LIST  # the highest index known to be there, the lowest not to be
    probes: Sequence[int] = [2**power - 1 for power in range(1, _PROBES)]
    while probes:
        highest = max([highest, *present(probes)])
        beyond = min([beyond, *(probe for probe in probes if probe > highest)])
        step = -(-(beyond - highest) // _PROBES)
        probes = range(highest + step, beyond, step)
    return highest + 1


@dataclass(frozen=True)
class _List:
    """Where a token's list is: all of its labels come from one match key."""

    key: Key
    walk: bytes

    def labels(self, indices: Sequence[int]) -> list[bytes]:
        return [entry_label(self.walk, index) for index in indices]


class Multimap:
    """Append, read, count and remove, inside the caller's transaction.

    A list is found under any key of the ring, and stays under its key until ``rotate``.
    """

    def __init__(self, session: Session, keys: MatchKeys, at_rest: AtRest) -> None:
        self._session = session
        self._keys = keys
        self._at_rest = at_rest

    def append(self, token: bytes, value: Json) -> int:
        """Add ``value`` (at most ``VALUE_SIZE`` bytes as JSON) and return its index for now.

        Raises ``at_rest.TooLarge``.
        """
        found = self._find(token)
        index = self._length(found) if found else 0
        self._insert(found or self._list(self._keys.newest, token), index, value)
        return index

    def members(self, token: bytes) -> list[Json]:
        """All values, in no order that means anything. Costs what the list is long."""
        found = self._find(token)
        return self._read(found) if found else []

    def count(self, token: bytes) -> int:
        """How many values there are, in at most a handful of look-ups by primary key."""
        found = self._find(token)
        return self._length(found) if found else 0

    def remove(self, token: bytes, value: Json) -> int:
        """Remove every value that equals ``value`` and return how many; the rest closes up."""
        found = self._find(token)
        if found is None:
            return 0
        values = self._read(found)
        before = len(values)
        index = 0
        while index < len(values):
            if values[index] != value:
                index += 1
                continue
            last = values.pop()
            if index < len(values):
                values[index] = last
                self._replace(found, index, last)
            self._delete(found.labels([len(values)]))
        return before - len(values)

    def rotate(self, token: bytes) -> int:
        """Move a list to the newest key; how many entries had to move."""
        found = self._find(token)
        if found is None or found.key.id == self._keys.newest.id:
            return 0
        values = self._read(found)
        for start in range(0, len(values), _LONGEST_IN_LIST):
            end = min(start + _LONGEST_IN_LIST, len(values))
            self._delete(found.labels(range(start, end)))
        moved = self._list(self._keys.newest, token)
        for index, value in enumerate(values):
            self._insert(moved, index, value)
        return len(values)

    def _list(self, key: Key, token: bytes) -> _List:
        return _List(key, walk_key(key, token))

    def _find(self, token: bytes) -> _List | None:
        """The list under whichever key it is, asked for in one statement."""
        lists = [self._list(key, token) for key in self._keys.ring]
        firsts = {one.labels([0])[0]: one for one in lists}
        present = self._present(list(firsts))
        return next((one for label, one in firsts.items() if label in present), None)

    def _length(self, found: _List) -> int:
        def present(indices: Sequence[int]) -> list[int]:
            labels = found.labels(indices)
            there = self._present(labels)
            return [i for i, label in zip(indices, labels, strict=True) if label in there]

        return length_of(present)

    def _present(self, labels: Sequence[bytes]) -> set[bytes]:
        return set(self._session.scalars(select(Entry.label).where(Entry.label.in_(labels))))

    def _read(self, found: _List) -> list[Json]:
        values: list[Json] = []
        size = 1
        while True:
            labels = found.labels(range(len(values), len(values) + size))
            blobs = self._blobs(labels)
            values += [self._open(label, blobs[label]) for label in labels if label in blobs]
            if len(blobs) < size:
                return values
            size = min(2 * size, _LONGEST_IN_LIST)

    def _blobs(self, labels: Sequence[bytes]) -> dict[bytes, bytes]:
        wanted = select(Entry.label, Entry.blob).where(Entry.label.in_(labels))
        return {row.label: row.blob for row in self._session.execute(wanted)}

    def _insert(self, into: _List, index: int, value: Json) -> None:
        (label,) = into.labels([index])
        row = {"label": label, "version": into.key.id, "blob": self._seal(label, value)}
        self._session.execute(insert(Entry), [row])

    def _replace(self, found: _List, index: int, value: Json) -> None:
        (label,) = found.labels([index])
        change = update(Entry).where(Entry.label == label).values(blob=self._seal(label, value))
        self._session.execute(change)

    def _delete(self, labels: Sequence[bytes]) -> None:
        self._session.execute(delete(Entry).where(Entry.label.in_(labels)))

    def _seal(self, label: bytes, value: Json) -> bytes:
        text = json.dumps(value, separators=(",", ":")).encode("ascii")
        return self._at_rest.seal(Entry.__tablename__, label, "blob", text, VALUE_SIZE)

    def _open(self, label: bytes, blob: bytes) -> Json:
        value: Json = json.loads(self._at_rest.open(Entry.__tablename__, label, "blob", blob))
        return value
