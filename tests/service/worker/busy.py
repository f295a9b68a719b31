# SPDX-License-Identifier: AGPL-3.0-or-later
"""A busy year at a desk, with every feature used once: what the walks over the database look at.

Whoever builds a feature with a table of its own adds a step here; until then the walk in
``test_dump.py`` fails, because nothing was seen in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from onwiki.evidence.interaction import Question
from onwiki.notices.timetable import Rhythm
from onwiki.wikis import WikiList
from service.audit.journal import Act
from service.cases.head import CaseState
from service.cases.identity import IdentityReason, Reason
from service.declared.declaring import declare
from service.declared.store import Declared, DeclaredKind
from service.desks.removing import speak_for_removal
from service.desks.two_people import Step
from service.desks.vouching import vouch
from service.desks.word import Voice
from service.ids import to_text
from service.interactions.wording import Worded
from service.keys.store import fingerprint
from service.notices.commands import let_all_come
from service.notices.subscriptions import Recipient
from service.reports.plain import seal_box
from service.retention.night import Night
from service.thread.answering import Writing
from service.wikis.refresh import WikiRefresh
from service.worker.loop import HANDLERS, LEASE_S, Worker
from tests.service.desks.worlds import case_about
from tests.service.thread.correspondence import add, write
from tests.service.visiting import visit
from tests.service.worker.busy_reporters import (
    HEATHER,
    LARKSPUR,
    NAMED,
    QUILLFEATHER,
    WILLOWMERE,
    BusyReporters,
)
from tests.service.worker.test_asking_again import ask_again
from tests.service.worker.typed import RARE
from tests.service.world import DESK


@dataclass
class Busy(BusyReporters):
    """The year. ``look`` is called whenever something new may be seen in the database."""

    look: Callable[[], object] = lambda: None
    reports: dict[str, bytes] = field(default_factory=dict)

    def happen(self) -> None:
        """Everything, in order."""
        for step in (
            self.old_reports_come,
            self.people_make_keys,
            self.files_are_on_their_way,
            self.reports_come,
            self.desk_reads,
            self.roster_changes,
            self.people_write_again,
            self.reminder_is_posted,
            self.worker_is_killed,
            self.report_is_withdrawn,
            self.time_is_over,
        ):
            step()
            self.look()

    @property
    def secrets(self) -> set[str]:
        """Words, names, ids and titles that must be found nowhere."""
        readers = {*self.world.readers, "Marlowick"}
        names = {NAMED, LARKSPUR[1], QUILLFEATHER[1], HEATHER[1], WILLOWMERE[1], *readers}
        titles = {"User talk:", "User_talk", "Special:Diff"}
        return {*RARE, *names, *titles, *(str(one) for one in self._revids())}

    def old_reports_come(self) -> None:
        """A year ago, nearly. One of them will be kept for longer."""
        self._refresh_wikis()
        self.reports["over"] = self._file(LARKSPUR)
        self.reports["prolonged"] = self._file(QUILLFEATHER)
        self._work()
        self._pass_days(350)

    def reports_come(self) -> None:
        """With and without JavaScript, with a file, held; one more will wait for the worker."""
        self.reports["scripted"] = self._file_scripted()
        self.reports["plain"] = self._file_plain()
        self.reports["held"] = self._file(HEATHER, hold="5")
        self.reports["let go"] = self._file(WILLOWMERE, hold="2")
        self._work()
        self._pass_days(1)
        self._work()
        self.look()
        self.reports["waiting"] = self._file(HEATHER)

    def desk_reads(self) -> None:
        """A reader opens, works, asks wikis, asks who it was, keeps for longer, closes a case."""
        world, now, today = self.world, self.world.services.clock(), self.world.services.today()
        domain, desk, reader = world.domain, world.desk, world.as_reader("Rowanbark")
        case, one = self._case(), self.reports["scripted"]
        with world.services.database.write() as session:
            opened = {one, self.reports["let go"]}
            assert domain.opening.open(session, desk, reader, case, opened, today)
            for _ in range(2):
                assert domain.interactions.ask(session, desk, reader, case, self._question(), now)
            reason = Reason(IdentityReason.DANGER, self.typed.why)
            assert domain.identity.open(session, desk, reader, case, one, reason, today)
            place = (case, self.reports["prolonged"])
            assert domain.prolonging.prolong(session, desk, reader, place, self.typed.why, today)
            assert domain.acts.assign(session, desk, reader, case, reader.central_id, today)
            assert domain.acts.set_state(session, desk, reader, case, CaseState.CLOSED, today)
        self.look()
        self._work()
        assert ask_again(world, one) == 2
        self.look()
        self._work()

    def roster_changes(self) -> None:
        """A newcomer is vouched for and gets the backlog; another reader goes; one declares; the
        desk takes no reports for a while.
        """
        world, today = self.world, self.world.services.today()
        domain, giver = world.domain, world.as_reader("Rowanbark")
        newcomer = world.add_reader("Marlowick", 9005, vouched=False)
        with world.services.database.write() as session:
            member = vouch(
                domain,
                session,
                DESK,
                giver.central_id,
                9005,
                fingerprint(newcomer.recipient),
                today,
            )
            backlog = domain.sharing.backlog(session, giver, world.as_reader("Marlowick"))
            boxes = {
                one.report: seal_box(one.report, "x", newcomer.recipient) for one in backlog.boxes
            }
            assert domain.sharing.grant(session, giver, world.as_reader("Marlowick"), boxes, today)
            account = Declared(self.typed.declared, None, DeclaredKind.PRIVATE, today)
            declare(domain, session, [DESK], member, account)
            domain.intake.pause(session, DESK, giver.central_id, self.typed.why, today)
        self.look()
        with world.services.database.write() as session:
            domain.intake.resume(session, DESK, giver.central_id, self.typed.why, today)
        for name, step in (("Rowanbark", Step.PROPOSED), ("Fennelwood", Step.DONE)):
            voice = Voice(world.readers[name].central_id, name)
            with world.services.database.write() as session:
                assert speak_for_removal(domain, session, DESK, voice, 9005, today) is step

    def people_write_again(self) -> None:
        """Additions, an answer and a closing line; a reader looks at them."""
        case = self._case()
        for name in ("scripted", "plain"):
            add(self.world, self.reports[name], self.typed.added, self._pasted())
            write(self.world, case, self.reports[name], self.typed.answer)
            write(self.world, case, self.reports[name], self.typed.answer, writing=Writing.CLOSING)
        self._work()
        visit(self.app, self.world, "Rowanbark").text(f"/desk/{DESK}/cases/{to_text(case)}")

    def reminder_is_posted(self) -> None:
        """And somebody adds to a report, which waits for the worker."""
        services, recipient = self.world.services, Recipient(*LARKSPUR, "sandboxwiki", "en")
        with services.database.write() as session:
            subscriptions = self.world.domain.subscriptions
            subscriptions.subscribe(session, recipient, Rhythm.WEEKLY, services.clock())
        let_all_come(services)
        self.look()
        self._work()
        add(self.world, self.reports["scripted"], self.typed.added, self._pasted())

    def worker_is_killed(self) -> None:
        """With a row in hand, which waits until its lease runs out."""
        services = self.world.services
        with services.database.write() as session:
            queue = self.world.domain.queue
            assert queue.claim(session, list(HANDLERS), services.clock(), LEASE_S)

    def report_is_withdrawn(self) -> None:
        self._withdraw(self.reports["plain"])

    def time_is_over(self) -> None:
        """The oldest report is purged, days are closed, heads sealed anew, one by one."""
        self._pass_days(15)
        night = Night(self.context)
        while night.step():
            self.look()
        self._work()

    def _withdraw(self, report: bytes) -> None:
        with self.world.services.database.write() as session:
            erasing, today = self.world.domain.erasing, self.world.services.today()
            assert erasing.erase(session, report, Act.WITHDRAWN, today)

    def _case(self) -> bytes:
        """The one about NAMED."""
        return case_about(self.world, self.sandbox.person(NAMED).id)

    def _question(self) -> Worded:
        wiki = self.world.services.wikis.by_dbname("sandboxwiki")
        assert wiki is not None
        return Worded(wiki, Question(NAMED, LARKSPUR[1]))

    def _refresh_wikis(self) -> None:
        WikiRefresh(replace(self.context, wikis=WikiList.snapshot().copy())).step()

    def _work(self) -> None:
        Worker(self.context).run_until_idle()

    def _pass_days(self, days: int) -> None:
        self.world.services.clock.advance(days=days)  # type: ignore[attr-defined]
