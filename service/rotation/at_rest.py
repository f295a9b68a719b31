# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing every sealed column anew under the newest key of ``CS_AT_REST_KEYS``.

Rotation, not DELETE, ends old copies: what a disk, a backup or a binlog still has of a row opens
only under a key that is gone (DESIGN 6, "At rest"). Each batch is a transaction of its own, and a
blob says under which key it is, so a run that was cut off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from service.database import Database
from service.migrations.tables import all_tables
from service.sealing.at_rest import KEY_ID_AT, AtRest, AtRestError
from service.sealing.keyring import KEY_ID_SIZE

_AT_ONCE: Final = 500
_FILES_AT_ONCE: Final = 50
_BYTES_AT_ONCE: Final = 8 << 20
"""Age files may be large; of rows of a fixed size as many as fit into some megabytes."""


@dataclass(frozen=True)
class Place:
    """A sealed column, and the column that names its row in the seal."""

    table: Table
    key: Column[Any]
    column: Column[Any]

    @property
    def at_once(self) -> int:
        """Rows in a transaction."""
        size: int | None = self.column.info["sealed"]
        if size is None:
            return _FILES_AT_ONCE
        return max(1, min(_AT_ONCE, _BYTES_AT_ONCE // size))


@dataclass(frozen=True)
class Done:
    """What a run did: blobs that were sealed anew, and those that no key of the ring opens."""

    renewed: int
    unopenable: int


def sealed_places() -> list[Place]:
    """Every sealed column of every table."""
    return [
        Place(table, table.primary_key.columns[0], column)
        for table in all_tables().sorted_tables
        for column in table.columns
        if "sealed" in column.info
    ]


class AtRestRotation:
    """One rotation of a database."""

    def __init__(self, database: Database, at_rest: AtRest) -> None:
        self.database = database
        self.at_rest = at_rest

    def left(self) -> int:
        """How many blobs are under an older key."""
        with self.database.read() as session:
            return sum(
                session.scalar(
                    select(func.count()).select_from(one.table).where(self._is_old(one.column))
                )
                or 0
                for one in sealed_places()
            )

    def run(self, progress: Callable[[int], object] = lambda _: None) -> Done:
        """Seal every older blob anew; ``progress`` is told how many each transaction did."""
        renewed = unopenable = 0
        for place in sealed_places():
            for done in self._walk(place):
                renewed, unopenable = renewed + done.renewed, unopenable + done.unopenable
                progress(done.renewed)
        return Done(renewed, unopenable)

    def _walk(self, place: Place) -> Iterator[Done]:
        """In the order of keys, which are random: rows that come meanwhile are under the newest."""
        after: Any = None
        while True:
            with self.database.write() as session:
                rows = self._older(session, place, after)
                if not rows:
                    return
                done = self._renew(session, place, rows)
            after = rows[-1][0]
            yield done

    def _older(self, session: Session, place: Place, after: Any) -> list[tuple[Any, bytes]]:
        wanted = select(place.key, place.column).where(self._is_old(place.column))
        if after is not None:
            wanted = wanted.where(place.key > after)
        wanted = wanted.order_by(place.key).limit(place.at_once).with_for_update()
        return [(key, blob) for key, blob in session.execute(wanted)]

    def _renew(self, session: Session, place: Place, rows: list[tuple[Any, bytes]]) -> Done:
        table, column = place.table.name, place.column.name
        changes: list[dict[str, Any]] = []
        for key, blob in rows:
            row_id = key.encode() if isinstance(key, str) else key
            try:
                changes.append(
                    {"row": key, "blob": self.at_rest.renew(table, row_id, column, blob)}
                )
            except AtRestError:
                continue
        if changes:
            change = (
                update(place.table)
                .where(place.key == bindparam("row"))
                .values({place.column: bindparam("blob")})
            )
            session.connection().execute(change, changes)
        return Done(len(changes), len(rows) - len(changes))

    def _is_old(self, column: Column[Any]) -> ColumnElement[bool]:
        """Databases count bytes from 1. An empty column is NULL: neither old nor new."""
        return func.substr(column, KEY_ID_AT + 1, KEY_ID_SIZE) != self.at_rest.newest_id
