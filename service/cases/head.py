# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of a case: the sealed, fixed-size line of a desk's list."""

from __future__ import annotations

import base64
import enum
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.cases.marks import LETTERS
from service.cases.models import CaseHeadRow
from service.matching.tokens import case_id
from service.vault import Vault


class CaseState(enum.StrEnum):
    """Where the desk is with a case."""

    OPEN = "open"
    WORKING = "working"
    CLOSED = "closed"


@dataclass(frozen=True)
class Head:
    """A case as its desk sees it. Counts and days are those of all reports; a reader from whom
    some are hidden gets his own, computed without them (``service.cases.visible``).
    """

    token: bytes
    code: str
    state: CaseState
    assignee: int | None
    reports: int
    voices: int
    """Like ``reports`` without those of new and blocked accounts that nobody said to count."""
    first_day: date
    last_day: date
    wikis: frozenset[str]
    hidden_from: frozenset[int]
    """Everybody from whom at least one report of the case is hidden, or to whom one that was held
    came later than to the others."""
    first_fold: int
    last_fold: int
    """The desk's version when the first and the last of these reports were entered, or released, or
    what was added to one of them."""
    oldest_act: date
    """Of the last acts on each of these reports, the one that is longest ago."""
    acted_at: int = 0
    """The desk's version when ``state`` and ``assignee`` were last set; 0: never."""
    to_review: int = 0
    """Reports of new and blocked accounts that nobody has looked at yet."""

    @property
    def id(self) -> bytes:
        return case_id(self.token)

    @property
    def untouched(self) -> bool:
        """Nothing was done since the first of these reports came: whoever sees only these must not
        learn from the state that there were others before.
        """
        return self.acted_at < self.first_fold

    @property
    def reopened(self) -> bool:
        """A report, or an addition to one, came after the case was closed; one that was closed
        before any of these came was never closed as far as they tell.
        """
        closed = self.state is CaseState.CLOSED and not self.untouched
        return closed and self.last_fold > self.acted_at

    @property
    def state_now(self) -> CaseState:
        return CaseState.OPEN if self.untouched or self.reopened else self.state

    @property
    def assignee_now(self) -> int | None:
        return None if self.untouched else self.assignee

    def as_new(self) -> Head:
        """The same without state and assignee."""
        return replace(self, state=CaseState.OPEN, assignee=None, acted_at=0)

    def to_json(self) -> dict[str, Any]:
        return {
            "token": base64.b64encode(self.token).decode(),
            "code": self.code,
            "state": self.state.value,
            "assignee": self.assignee,
            "reports": self.reports,
            "voices": self.voices,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "wikis": sorted(self.wikis),
            "hidden_from": sorted(self.hidden_from),
            "folds": [self.first_fold, self.last_fold],
            "acted_at": self.acted_at,
            "oldest_act": self.oldest_act.isoformat(),
            "to_review": self.to_review,
        }

    @classmethod
    def from_json(cls, value: Any) -> Head:
        return cls(
            token=base64.b64decode(value["token"]),
            code=value["code"],
            state=CaseState(value["state"]),
            assignee=value["assignee"],
            reports=value["reports"],
            voices=value["voices"],
            first_day=date.fromisoformat(value["first_day"]),
            last_day=date.fromisoformat(value["last_day"]),
            wikis=frozenset(value["wikis"]),
            hidden_from=frozenset(value["hidden_from"]),
            first_fold=value["folds"][0],
            last_fold=value["folds"][1],
            acted_at=value["acted_at"],
            to_review=value.get("to_review", 0),
            oldest_act=date.fromisoformat(value.get("oldest_act", value["first_day"])),
        )


def new_code() -> str:
    """A random code such as ``K4Q-7TR``: it stands for nothing and tells no order."""
    letters = [secrets.choice(LETTERS) for _ in range(6)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


class Heads:
    """Case heads in the database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def get(self, session: Session, head_id: bytes) -> Head | None:
        row = session.get(CaseHeadRow, head_id)
        return None if row is None else self._head(row)

    def get_many(self, session: Session, ids: Iterable[bytes]) -> list[Head]:
        """Heads by id; those that do not exist are left out."""
        wanted: Sequence[bytes] = list(ids)
        rows = session.scalars(select(CaseHeadRow).where(CaseHeadRow.id.in_(wanted)))
        return [self._head(row) for row in rows]

    def of_desk(self, session: Session, desk: str) -> list[Head]:
        """All heads of a desk, in no order."""
        wanted = select(CaseHeadRow.id, CaseHeadRow.blob).where(CaseHeadRow.desk == desk)
        return [self._opened(head_id, blob) for head_id, blob in session.execute(wanted)]

    def save(self, session: Session, desk: str, head: Head) -> None:
        blob = self.vault.seal(CaseHeadRow.blob, head.id, head.to_json())
        session.merge(CaseHeadRow(id=head.id, desk=desk, blob=blob))

    def delete(self, session: Session, head_id: bytes) -> None:
        row = session.get(CaseHeadRow, head_id)
        if row is not None:
            session.delete(row)

    def reseal(self, session: Session, desk: str, after: bytes, most: int) -> bytes | None:
        """Seal the heads of ``desk`` that follow the id ``after`` anew, at most ``most``; the id of
        the last one, or None when none follows. The caller holds the desk's row.
        """
        rows = session.scalars(
            select(CaseHeadRow)
            .where(CaseHeadRow.desk == desk, CaseHeadRow.id > after)
            .order_by(CaseHeadRow.id)
            .limit(most)
        ).all()
        for row in rows:
            plain = self.vault.open_bytes(CaseHeadRow.blob, row.id, row.blob)
            row.blob = self.vault.seal_bytes(CaseHeadRow.blob, row.id, plain)
        return rows[-1].id if rows else None

    def _head(self, row: CaseHeadRow) -> Head:
        return self._opened(row.id, row.blob)

    def _opened(self, head_id: bytes, blob: bytes) -> Head:
        return Head.from_json(self.vault.open(CaseHeadRow.blob, head_id, blob))
