# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declared accounts in the database.

They belong to the person and count at every desk whose functionary the person is.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.declared.models import DeclaredRow
from service.rows import find
from service.vault import Vault

MOST_DECLARED: Final = 10
"""What the row's fixed size holds, with names of any length that MediaWiki takes."""

_OWNER: Final = "declared"


class DeclaredKind(enum.StrEnum):
    """Who may know that the account is the functionary's."""

    PUBLIC = "public"
    """Everybody: it stands beside the name in the form, whose list of readers reacts to it."""
    PRIVATE = "private"
    """Nobody: the server applies it silently when it enters a report into its cases."""


@dataclass(frozen=True)
class Declared:
    """One account. ``name`` is normalised; ``central_id`` is None where no wiki knows the name.
    It counts until the worker takes it out on the day ``ends``; None: for good.
    """

    name: str
    central_id: int | None
    kind: DeclaredKind
    since: date
    ends: date | None = None

    def same_account(self, other: Declared) -> bool:
        if self.central_id is not None and self.central_id == other.central_id:
            return True
        return self.name == other.name

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "central_id": self.central_id,
            "kind": self.kind.value,
            "since": self.since.isoformat(),
            "ends": None if self.ends is None else self.ends.isoformat(),
        }

    @classmethod
    def from_json(cls, value: Any) -> Declared:
        """The inverse of ``to_json``."""
        ends = value["ends"]
        return cls(
            name=value["name"],
            central_id=value["central_id"],
            kind=DeclaredKind(value["kind"]),
            since=date.fromisoformat(value["since"]),
            ends=None if ends is None else date.fromisoformat(ends),
        )


class Declarations:
    """Reading and writing of what people declared."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def of(self, session: Session, central_id: int) -> tuple[Declared, ...]:
        """What this person declared, in the order in which that was done."""
        row = find(session, DeclaredRow, self._owner(central_id))
        return () if row is None else self.read(row.owner, row.blob)[1]

    def owners(self, people: Iterable[int]) -> list[bytes]:
        """The keys of people's rows; who declared nothing has none."""
        return [self._owner(central_id) for central_id in people]

    def everybody(self, session: Session) -> Iterator[tuple[int, tuple[Declared, ...]]]:
        """Central id and accounts of all who declared any."""
        for row in session.scalars(select(DeclaredRow)):
            yield self.read(row.owner, row.blob)

    def save(self, session: Session, central_id: int, accounts: Sequence[Declared]) -> None:
        """Write what this person declared. Raises TooLarge."""
        owner = self._owner(central_id)
        value = {"central_id": central_id, "accounts": [one.to_json() for one in accounts]}
        blob = self.vault.seal(DeclaredRow.blob, owner, value)
        session.merge(DeclaredRow(owner=owner, blob=blob))

    def read(self, owner: bytes, blob: bytes) -> tuple[int, tuple[Declared, ...]]:
        """Whose such a row is, and what it holds."""
        value = self.vault.open(DeclaredRow.blob, owner, blob)
        return value["central_id"], tuple(Declared.from_json(one) for one in value["accounts"])

    def _owner(self, central_id: int) -> bytes:
        return self.vault.person(_OWNER, central_id)
