# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a thief reads: every value that ever stood in a database, its files, and encodings in which
a word could hide there.
"""

from __future__ import annotations

import base64
import io
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Column, MetaData, select

from service.database import Bytes, Database
from service.logs import OWN, JsonLines
from service.migrations.tables import all_tables
from service.sealing.at_rest import AtRest


@dataclass(frozen=True, order=True)
class Place:
    """One column of one row. ``key``: the row's primary key."""

    table: str
    column: str
    key: tuple[Any, ...]

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass
class Seen:
    """Values by their places, of all moments at which somebody looked; what was in the files at
    the last of them; lines that were logged meanwhile.
    """

    values: dict[Place, set[Any]] = field(default_factory=lambda: defaultdict(set))
    files: bytes = b""
    logged: str = ""
    secrets: set[str] = field(default_factory=set)
    at_rest: AtRest | None = None

    def look(self, database: Database) -> None:
        """Every row of every table that there is, whether or not a model knows it."""
        tables = MetaData()
        tables.reflect(database.engine)
        with database.engine.connect() as connection:
            for table in tables.sorted_tables:
                keys = [one.name for one in table.primary_key.columns]
                for row in connection.execute(select(table)).mappings():
                    key = tuple(row[one] for one in keys)
                    for column, value in row.items():
                        if value is not None:
                            self.values[Place(table.name, column, key)].add(value)

    def of(self, column: Column[Any]) -> Iterator[Any]:
        """Each value that stood in a column, once a row."""
        for place, values in self.values.items():
            if place.name == f"{column.table.name}.{column.name}":
                yield from values

    @cached_property
    def sealed(self) -> list[tuple[Place, bytes]]:
        """Every sealed value but chunks of files, which are large."""
        names = {str(one) for one in columns("sealed")} - {"attachment_chunk.blob"}
        found = [(place, values) for place, values in self.values.items() if place.name in names]
        return sorted((place, value) for place, values in found for value in values)

    @property
    def tables(self) -> set[str]:
        return {place.table for place in self.values}

    @property
    def lengths(self) -> Counter[tuple[str, int]]:
        """How often which length stood in which column: numbers and days have none."""
        return Counter(
            (place.name, len(value))
            for place, values in self.values.items()
            for value in values
            if isinstance(value, bytes | str)
        )

    @property
    def everything(self) -> bytes:
        return b"\n".join(as_bytes(one) for values in self.values.values() for one in values)


def as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def columns(kind: str) -> list[Column[Any]]:
    """All columns that are "sealed", a "label" (bytes that look random), or "public"."""
    every = [one for table in all_tables().sorted_tables for one in table.columns]
    return [one for one in every if kind_of(one) == kind]


def kind_of(column: Column[Any]) -> str:
    if "sealed" in column.info:
        return "sealed"
    return "label" if isinstance(column.type, Bytes) and column.type.size <= 32 else "public"


def spellings(word: str) -> set[bytes]:
    """A word in the encodings that programs write: in small letters where case does not matter."""
    plain = word.encode()
    found = {plain.lower(), word.encode("utf-16-le").lower(), word.encode("utf-16-be").lower()}
    found |= {plain.hex().encode(), quote(word).lower().encode()}
    found.add(json.dumps(word)[1:-1].lower().encode())
    return found


def base64_spellings(word: str) -> set[bytes]:
    """What stands in the middle of base64 of a text with the word, wherever in it the word is."""
    found: set[bytes] = set()
    for before in range(3):
        text = base64.b64encode(bytes(before) + word.encode())
        end = before + len(word.encode())
        found.add(text[-(-before * 4 // 3) : end * 4 // 3])
    return found | {one.replace(b"+", b"-").replace(b"/", b"_") for one in found}


def found_in(content: bytes, words: set[str]) -> list[str]:
    """The words that stand in it in any spelling. Words of few letters would be found by chance in
    base64 only.
    """
    lower = content.lower()
    return sorted(
        word
        for word in words
        if any(one in lower for one in spellings(word))
        or (len(word) > 7 and any(one in content for one in base64_spellings(word)))
    )


def files_of(database: Database) -> bytes:
    """The database's files as they lie on the disk."""
    url = database.url
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        return b"\n".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    return _flushed_files(database)


def _flushed_files(database: Database) -> bytes:
    """MariaDB's files of the tables, after it wrote everything into them."""
    tables = ", ".join(f"`{name}`" for name in all_tables().tables)
    url = database.engine.url
    folder = Path(str(url.query["unix_socket"])).parent / "data" / str(url.database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"FLUSH TABLES {tables} FOR EXPORT")
        content = b"\n".join(file.read_bytes() for file in folder.glob("*.ibd"))
        connection.exec_driver_sql("UNLOCK TABLES")
    return content


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What a process that logs as the service does would write of everything, and of our own
    messages all that they carry, written or not.
    """
    stream = io.StringIO()
    handler = _Everything(stream)
    handler.setFormatter(JsonLines())
    loggers = [logging.getLogger(name) for name in ("", *OWN)]
    levels = [one.level for one in loggers]
    loggers[0].addHandler(handler)
    for one in loggers[1:]:
        one.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        loggers[0].removeHandler(handler)
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


class _Everything(logging.StreamHandler[io.StringIO]):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        own = record.name.split(".", 1)[0] in OWN
        return f"{line} {record.getMessage()} {record.__dict__}" if own else line
