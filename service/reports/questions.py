# SPDX-License-Identifier: AGPL-3.0-or-later
"""What wikis are asked about a report, in rows of the queue: each link by its position.

The service keeps no link that it could ask about later, so a reader's browser hands back one that
it opened. In sealed parts a mark, an HMAC, stands beside each: only what a report cites can be
asked about for it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from onwiki.links import Reference, Rejection, ShortLink, parse_notation
from service.ids import to_text
from service.queue.jobs import Job, JobKind, Queue
from service.queue.portions import portions
from service.vault import Vault

UNKNOWN_WIKI: Final = ""
"""The wiki of short links whose lead is not known yet."""

_MARK_SIZE: Final = 12


@dataclass(frozen=True)
class Question:
    """What to ask a wiki about one link of a report.

    ``cited`` and ``asked`` are notations: the same, unless the link moves or is a short one.
    """

    position: int
    cited: str
    asked: str

    @property
    def reference(self) -> Reference | Rejection:
        """What is asked."""
        return parse_notation(self.asked)

    @property
    def wiki(self) -> str:
        """dbname of the wiki to ask."""
        reference = self.reference
        return UNKNOWN_WIKI if isinstance(reference, ShortLink | Rejection) else reference.wiki

    def to_json(self) -> list[Any]:
        different = [] if self.asked == self.cited else [self.asked]
        return [self.position, self.cited, *different]

    @classmethod
    def from_json(cls, value: Sequence[Any]) -> Question:
        position, cited, *different = value
        return cls(position, cited, different[0] if different else cited)


def put_questions(
    queue: Queue,
    session: Session,
    kind: JobKind,
    report_id: bytes,
    questions: Iterable[Question],
    made: datetime,
    due: datetime,
) -> int:
    """Enter a row for each wiki that is to be asked (more, if a row does not hold them); how many
    rows that are. ``made`` is when the copy began to exist.
    """
    by_wiki: dict[str, list[list[Any]]] = {}
    for one in questions:
        by_wiki.setdefault(one.wiki, []).append(one.to_json())
    rows = 0
    for dbname, some in by_wiki.items():
        for portion in portions(some):
            payload = {"report": report_id.hex(), "wiki": dbname, "questions": portion}
            queue.put(session, kind, payload, made=made, due=due)
            rows += 1
    return rows


def questions_of(job: Job) -> list[Question]:
    """The questions of a row."""
    return [Question.from_json(one) for one in job.payload["questions"]]


def marked_json(vault: Vault, report_id: bytes, question: Question) -> dict[str, Any]:
    """A question as it stands in a report's sealed parts."""
    return {
        "position": question.position,
        "cited": question.cited,
        "asked": question.asked,
        "mark": _mark(vault, report_id, question),
    }


def is_marked(vault: Vault, report_id: bytes, question: Question, mark: str) -> bool:
    """Whether the service itself wrote this question into this report."""
    return hmac.compare_digest(_mark(vault, report_id, question).encode(), mark.encode())


def _mark(vault: Vault, report_id: bytes, question: Question) -> str:
    position = question.position.to_bytes(2, "big")
    fields = (position, question.cited.encode(), question.asked.encode())
    return to_text(vault.label("ask-again", report_id, *fields)[:_MARK_SIZE])
