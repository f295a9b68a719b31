# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's life: claim what is due, do it, rest; stop cleanly, and show that it is alive.

Several workers may run. One that is killed loses nothing: its row's lease runs out, and results
are only ever written together with the erasure of the row.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from service.attachments.forgetting import forget_uploads
from service.audit.chaining import chain_entries
from service.cases.folding_job import fold_report
from service.cases.release_job import release_held
from service.declared.ending import end_declarations
from service.interactions.asking import ask_wiki, give_up_asking
from service.interactions.forgetting import forget_interactions
from service.limits.forgetting import forget_counts
from service.logs import facts
from service.notices.forgetting import forget_posted
from service.notices.posting import leave_out_notice, post_notice
from service.notices.scheduling import schedule_notices
from service.queue.jobs import Job, JobKind, LeaseLost, back_off
from service.quota.forgetting import forget_counters
from service.reports.arrival import arrive
from service.reports.checking import check_links, give_up_checking
from service.reports.rechecking import check_again, give_up_again
from service.retention.night import Night
from service.rights.duty import RightsRound
from service.thread.adding_job import enter_addition
from service.wikis.refresh import WikiRefresh
from service.worker.context import Context, Handler
from service.worker.one_wiki import alone

if TYPE_CHECKING:  # metrics are loaded where they are switched on
    from service.metrics.working import WorkerCounts

LEASE_S: Final = 660
"""Longer than anything that a handler does: its wiki time-outs end well before. And longer than the
bot of a killed worker (two minutes) and then a wiki (``STILL_AT_IT_S``) may be at an edit."""

_REST_S: Final = 1.0
_SWEEP_EVERY: Final = timedelta(minutes=10)
_FORGETTING: Final[Mapping[str, Callable[[Context], None]]] = {
    "posted notices": forget_posted,
    "interactions": forget_interactions,
    "quota": forget_counters,
    "uploads": forget_uploads,
    "limits": forget_counts,
    "declarations": end_declarations,
}

HANDLERS: Final[Mapping[JobKind, Handler]] = {
    JobKind.ARRIVE: arrive,
    JobKind.FOLD: fold_report,
    JobKind.ADD: enter_addition,
    JobKind.CHECK: alone(check_links),
    JobKind.RECHECK: alone(check_again),
    JobKind.NOTICE: post_notice,
    JobKind.INTERACTION: alone(ask_wiki),
}

WHEN_EXPIRED: Final[Mapping[JobKind, Handler]] = {
    JobKind.ARRIVE: arrive,
    JobKind.FOLD: fold_report,
    JobKind.ADD: enter_addition,
    JobKind.CHECK: give_up_checking,
    JobKind.RECHECK: give_up_again,
    JobKind.NOTICE: leave_out_notice,
    JobKind.INTERACTION: give_up_asking,
}
"""What is done with a row whose copy may not be kept any longer. Nothing is just erased: what
``arrive`` splits such a row into is as old as it, and ended in the same sweep.
"""

_log = logging.getLogger(__name__)


class Worker:
    """One worker process."""

    def __init__(
        self,
        context: Context,
        health_file: Path | None = None,
        counts: WorkerCounts | None = None,
    ) -> None:
        """``health_file`` is touched at every step; ``counts`` are what the metrics show."""
        self.context = context
        self.health_file = health_file
        self.counts = counts
        self._stop = threading.Event()
        self._swept: datetime | None = None
        self._wikis = WikiRefresh(context)
        self._night = Night(context)
        self._rights = RightsRound(context)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; what is begun is finished first."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        while not self._stop.is_set():
            self._guarded("wikis", self._wikis.step)
            self._guarded("rights", self._ask_rights)
            if not self.step():
                self._stop.wait(_REST_S)

    def _ask_rights(self) -> None:
        self._rights.step()

    def run_until_idle(self) -> int:
        """Do everything that is due now; how many rows that was. For commands and tests."""
        done = 0
        while self.step():
            done += 1
        return done

    def step(self) -> bool:
        """Do one thing. False when nothing was due."""
        self._beat()
        self._guarded("sweep", self._sweep)
        more = self._guarded("night", self._night.step)
        self._guarded("schedule", lambda: schedule_notices(self.context))
        self._guarded("release", lambda: release_held(self.context))
        worked = self._guarded("job", self._one_job)
        chained = self._guarded("chain", lambda: chain_entries(self.context))
        return bool(worked or chained or more)

    def _guarded(self, duty: str, do: Callable[[], bool | None]) -> bool | None:
        """One duty that fails (a row that no key opens, a database that is away) must not keep the
        others from being done; it comes round again at the next step.
        """
        try:
            return do()
        except Exception:  # noqa: BLE001
            _log.exception("a duty failed", extra=facts(duty=duty))
            if self.counts is not None:
                self.counts.duty_failed(duty)
            return None

    def stop(self) -> None:
        self._stop.set()

    def _one_job(self) -> bool:
        context = self.context
        with context.database.write() as session:
            job = context.domain.queue.claim(session, list(HANDLERS), context.clock(), LEASE_S)
        if job is None:
            return False
        done = self._try(HANDLERS[job.kind], job)
        if self.counts is not None:
            self.counts.job(job.kind.value, done=done)
        if not done:
            # The row must not be taken again at once, and not be lost.
            due = context.clock() + back_off(job.attempts)
            with suppress(LeaseLost), context.database.write() as session:
                context.domain.queue.postpone(session, job, due)
        return True

    def _sweep(self) -> None:
        """Once in a while, end what the queue may not keep any longer."""
        context, now = self.context, self.context.clock()
        if self._swept is not None and now - self._swept < _SWEEP_EVERY:
            return
        self._swept = now
        # One that fails must not keep the copies below beyond their days.
        for duty, forget in _FORGETTING.items():
            self._guarded(duty, partial(forget, context))
        while not self._stop.is_set():
            with context.database.write() as session:
                job = context.domain.queue.claim_expired(session, now, LEASE_S)
            if job is None:
                return
            # One that fails keeps its lease: it is due whatever is written into it, so given back
            # it would be the next one again, for ever.
            self._try(WHEN_EXPIRED[job.kind], job)

    def _try(self, handler: Handler, job: Job) -> bool:
        """Whether the job is done with. What went wrong is in the log: kind and place of the
        exception, never its text.
        """
        try:
            handler(self.context, job)
        except LeaseLost:
            _log.info("a lease was lost: the result is dropped", extra=facts(job=job.kind.value))
        except Exception:  # noqa: BLE001
            _log.exception("a job failed", extra=facts(job=job.kind.value))
            return False
        return True

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _beat(self) -> None:
        if self.health_file is not None:
            self.health_file.touch()
        if self.counts is not None:
            self.counts.beat()
