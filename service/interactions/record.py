# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server knows of a question: whose, in which case, how far. No name, no wiki."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Any


class State(enum.StrEnum):
    """How far a question is."""

    WAITING = "waiting"
    LATER = "later"
    """The wiki did not answer; it is asked again."""
    ANSWERED = "answered"
    GIVEN_UP = "given-up"
    """The wiki did not answer for as long as the queue may keep the names."""
    DROPPED = "dropped"
    """The reader's key was another one, or gone, before the answer came."""
    REMOVED = "removed"
    """By the reader, on the day of asking: it still counts for that day."""


UNDER_WAY = frozenset({State.WAITING, State.LATER})


@dataclass(frozen=True)
class Asked:
    """One question: ``owner`` is the central id of who asked, ``case`` the id of a case's head."""

    id: bytes
    day: date
    owner: int
    desk: str
    case: bytes
    state: State
    job: bytes
    """Id of the queue's row while the question is under way."""

    def to_json(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "desk": self.desk,
            "case": self.case.hex(),
            "state": self.state.value,
            "job": self.job.hex(),
        }

    @classmethod
    def from_json(cls, row_id: bytes, day: date, value: Any) -> Asked:
        return cls(
            id=row_id,
            day=day,
            owner=value["owner"],
            desk=value["desk"],
            case=bytes.fromhex(value["case"]),
            state=State(value["state"]),
            job=bytes.fromhex(value["job"]),
        )
