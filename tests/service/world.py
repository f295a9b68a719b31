# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with readers whose secret keys the tests hold, and people who file to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete

from onwiki.links import parse_notation
from service.cases.fold import ResolvedName
from service.cases.visible import Reader, reader
from service.desks.desk import Desk
from service.desks.roster import OPERATOR
from service.desks.rows import lay_rows
from service.domain import Domain
from service.ids import new_id, to_text
from service.keys.store import WrapKind
from service.migrations.tables import all_tables
from service.reports.form import FilledForm, Posted, Reporter, choose_readers
from service.reports.plain import seal_here
from service.sealing import age
from service.sealing.parts import PartContext, unframe
from service.services import Services
from tests.service.reports.desk import ReaderKey, a_wrap
from tests.service.sealing.age_opener import open_file

DESK = "oversight"


@dataclass
class World:
    """One desk of one service."""

    services: Services
    readers: dict[str, ReaderKey] = field(default_factory=dict)
    key: str = DESK
    filed: list[bytes] = field(default_factory=list)
    """What ``worlds.file`` filed."""

    @property
    def domain(self) -> Domain:
        return self.services.domain

    @property
    def desk(self) -> Desk:
        found = self.services.desk(self.key)
        assert found is not None
        return found

    def add_reader(
        self,
        name: str,
        central_id: int,
        *,
        vouched: bool = True,
        made: tuple[str, str] | None = None,
    ) -> ReaderKey:
        """A functionary with a key (``made``: identity, recipient), ``vouched`` for."""
        identity, recipient = made or age.new_identity()
        today = self.services.today()
        with self.services.database.write() as session:
            self.domain.cases.lock(session, self.key)
            wraps = [(WrapKind.PASSPHRASE, a_wrap())]
            self.domain.keys.register(session, central_id, recipient, wraps, today)
            member, new = self.domain.roster.confirm(session, self.key, central_id, name, today)
            if new:
                session.flush()
                self.domain.folding.recuse(session, member)
            if vouched:
                self.domain.roster.vouch(session, self.key, OPERATOR, central_id, today)
        self.readers[name] = ReaderKey(central_id, name, identity, recipient)
        return self.readers[name]

    def begin_anew(self, *names: str) -> None:
        """An empty database again, with these of the readers that there were, with new keys."""
        with self.services.database.write() as session:
            for table in all_tables().sorted_tables:
                session.execute(delete(table))
        lay_rows(self.services.database, self.services.desks)
        before = dict(self.readers)
        self.readers.clear()
        for name in names:
            self.add_reader(name, before[name].central_id)

    def as_reader(self, name: str) -> Reader:
        key = self.readers[name]
        return reader(self.services.match_keys, self.key, key.central_id, name)

    def file(
        self,
        reporter: tuple[int, str],
        accounts: tuple[str, ...] = ("Thornbury",),
        links: tuple[str, ...] = (),
        narrative: str = "It hurt.",
        left_out: frozenset[int] = frozenset(),
        hold: str = "",
        *,
        own: ReaderKey | None = None,
        contact: str = "tool",
        review: bool = False,
    ) -> bytes:
        """File as the path without JavaScript does; the id of the report. ``own`` is the key of the
        reporter, where there is one; ``review``: from a new or blocked account.
        """
        form = self.form(
            reporter,
            accounts,
            links,
            narrative,
            left_out,
            hold=hold,
            own=own,
            contact=contact,
            review=review,
        )
        with self.services.database.write() as session:
            readers = self.domain.roster.readers(session, self.key)
            now = self.services.clock()
            return self.domain.filing.file(session, self.desk, readers, form, now).id

    def form(
        self,
        reporter: tuple[int, str],
        accounts: tuple[str, ...] = (),
        links: tuple[str, ...] = (),
        narrative: str = "It hurt.",
        left_out: frozenset[int] = frozenset(),
        form_id: bytes | None = None,
        *,
        hold: str = "",
        voice: bool = True,
        own: ReaderKey | None = None,
        contact: str = "tool",
        review: bool = False,
    ) -> FilledForm:
        form_id = form_id or new_id()
        with self.services.database.read() as session:
            readers = self.domain.roster.readers(session, self.key)
            own_key = None if own is None else self.domain.keys.of(session, own.central_id)
        asked = choose_readers(readers, accounts, left_out).asked
        recipients = {one.central_id: one.recipient for one in asked}
        if own_key is not None:
            recipients[reporter[0]] = own_key.recipient
        posted = Posted(accounts, links, "sandboxwiki", "act", contact, left_out, hold=hold)
        sealed = seal_here(form_id, narrative, recipients)
        who = Reporter(*reporter, own_key, review, voice)
        return FilledForm(form_id, who, posted, sealed)

    def fold(self, report_id: bytes, accounts: dict[str, int | None]) -> None:
        """What the worker does once the wiki has said who the named accounts are."""
        names = [ResolvedName(name, name, central_id) for name, central_id in accounts.items()]
        references = [parse_notation(one["notation"]) for one in self.facts(report_id)["links"]]
        with self.services.database.write() as session:
            self.domain.folding.fold(session, report_id, names, references)

    def night(self) -> int:
        """What the worker does once a night; how many reports that released."""
        with self.services.database.write() as session:
            return self.domain.releasing.release(session, self.key, self.services.today())

    def facts(self, report_id: bytes) -> Any:
        """The facts of a report, opened by the first reader."""
        return json.loads(self.open_part(next(iter(self.readers)), report_id, "facts"))

    def open_part(self, reader_name: str, report_id: bytes, part: str) -> bytes:
        """A part as this reader's browser opens it: box first, then the part. KeyError: no box."""
        key = self.readers[reader_name]
        text_id = to_text(report_id)
        with self.services.database.read() as session:
            report = self.domain.reports.get(session, report_id)
            assert report is not None
            box = self.domain.reports.boxes(session, [report_id], key.central_id)[report_id]
            sealed = self.domain.reports.parts(session, report, [part])[part]
        identity = unframe(PartContext(text_id, "box"), open_file(box, [key.identity])).decode()
        return unframe(PartContext(text_id, part), open_file(sealed, [identity]))
