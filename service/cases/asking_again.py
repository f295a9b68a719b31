# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reader asks the wikis once more about what the reports of a case cite.

The service keeps no readable link: the reader's browser hands back what it opened, and each
question carries the mark of the report that it stands in (``service.reports.answers``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.audit.journal import Act, Entry, Journal
from service.cases.reading import Case, Reading
from service.cases.visible import Reader
from service.desks.desk import Desk
from service.queue.jobs import JobKind, Queue
from service.refusal import Refusal
from service.reports.questions import Question, is_marked, put_questions
from service.reports.record import MOST_ANSWERS, MOST_LINKS, Report


@dataclass(frozen=True)
class Marked:
    """A question as a browser handed it back."""

    question: Question
    mark: str


class AskingRefused(Refusal):
    """Nothing was asked."""


@dataclass(frozen=True)
class Standing:
    """How many answers a report has, and whether more are on their way."""

    report: bytes
    findings: int
    asking: bool


class AskingAgain:
    """Checking again, by a reader's wish."""

    def __init__(self, reading: Reading, queue: Queue, journal: Journal) -> None:
        self.reading = reading
        self.reports = reading.reports
        self.cases = reading.cases
        self.queue = queue
        self.journal = journal

    def ask(
        self,
        session: Session,
        desk: Desk,
        reader: Reader,
        head_id: bytes,
        wanted: Mapping[bytes, Sequence[Marked]],
        now: datetime,
    ) -> int | None:
        """Ask about these links of these reports; how many were put into the queue.

        None when the case does not exist for ``reader``; reports that are not in it for him are
        left out, as are those that are being asked about already. Raises AskingRefused.
        """
        self.cases.hold(session, desk.key)
        case = self.reading.open(session, desk, reader, head_id)
        if case is None:
            return None
        asked = 0
        for report in _boxed(case):
            if report.id in wanted:
                asked += self._ask(session, reader, report.id, wanted[report.id], now)
        return asked

    def standing(self, case: Case) -> list[Standing]:
        """Of each report that the reader can open: what has been answered so far."""
        return [
            Standing(one.id, one.meta.findings + one.meta.asked_again, one.meta.asking_again > 0)
            for one in _boxed(case)
        ]

    def _ask(
        self,
        session: Session,
        reader: Reader,
        report_id: bytes,
        marked: Sequence[Marked],
        now: datetime,
    ) -> int:
        report = self.reports.get(session, report_id, lock=True)
        if report is None or report.meta.asking_again or not marked:
            return 0
        if report.meta.asked_again >= MOST_ANSWERS:
            raise AskingRefused("desks-again-error-often")
        questions = self._genuine(report, marked)
        rows = put_questions(
            self.queue, session, JobKind.RECHECK, report_id, questions, made=now, due=now
        )
        meta = replace(report.meta, asking_again=rows)
        self.reports.save_meta(session, report_id, meta)
        entry = Entry(reader.desk, Act.ASKED_AGAIN, reader.central_id, now.date(), report_id.hex())
        self.journal.record(session, entry)
        return len(questions)

    def _genuine(self, report: Report, marked: Sequence[Marked]) -> list[Question]:
        """Each question once. Raises AskingRefused for one that the report does not hold."""
        vault = self.reports.vault
        questions = list(dict.fromkeys(one.question for one in marked))
        genuine = all(is_marked(vault, report.id, one.question, one.mark) for one in marked)
        if len(questions) > MOST_LINKS or not genuine:
            raise AskingRefused("desks-again-error-link")
        return questions


def _boxed(case: Case) -> list[Report]:
    return [one.report for one in case.reports if one.box is not None]
