# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signed-in person, as the session keeps it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from oauth.account import GlobalAccount


@dataclass(frozen=True)
class Person:
    """What was true at sign-in. ``central_id`` is the key for people: it survives renames."""

    central_id: int
    name: str = field(repr=False)
    blocked: bool = False
    """On any wiki, or globally; partial blocks too. A blocked person may file."""
    new: bool = False
    """The account is young, or has few edits on all wikis together."""
    desks: frozenset[str] = frozenset()
    """Keys of the desks whose functionary the person is. Empty when the wiki did not answer."""
    edit_count: int | None = None
    registered: datetime | None = None
    home: str | None = None
    """dbname of the wiki where the account was made; reminders go to its talk page there."""
    rights_checked: datetime | None = None
    """When the wiki told the person's groups; None when it did not answer: reading stays closed."""

    @property
    def review(self) -> bool:
        """Whether what the person files goes the marked lane (service.cases.review)."""
        return self.blocked or self.new

    def to_json(self) -> dict[str, Any]:
        return {
            "central_id": self.central_id,
            "name": self.name,
            "blocked": self.blocked,
            "new": self.new,
            "desks": sorted(self.desks),
            "edit_count": self.edit_count,
            "registered": _write(self.registered),
            "home": self.home,
            "rights_checked": _write(self.rights_checked),
        }

    def told(self, account: GlobalAccount, desks: frozenset[str], now: datetime) -> Person:
        """The same person by what the wiki says now. Blocks stay those of the sign-in: global ones
        are not in this answer.
        """
        return replace(
            self,
            name=account.name,
            desks=desks,
            edit_count=account.edit_count,
            registered=account.registered,
            home=account.home,
            rights_checked=now,
        )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Person:
        """The inverse of ``to_json``."""
        return cls(
            central_id=value["central_id"],
            name=value["name"],
            blocked=value["blocked"],
            new=value.get("new", False),
            desks=frozenset(value["desks"]),
            edit_count=value["edit_count"],
            registered=_read(value["registered"]),
            home=value.get("home"),
            rights_checked=_read(value["rights_checked"]),
        )


def _write(value: datetime | None) -> int | None:
    return None if value is None else int(value.timestamp())


def _read(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)
