# SPDX-License-Identifier: AGPL-3.0-or-later
"""The service for a bench: a folder, a database and ports of its own, two sandbox wikis, readers
with keys, and people who are signed in and have their reports sealed already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url

from onwiki.sandbox import demo
from service.config import Config
from service.desks.rows import lay_rows
from service.migrations.state import upgrade
from service.services import Services, build_services
from service.sessions.person import Person
from tests.bench.farm import FIRST_REVID, make_seed
from tests.bench.forms import Filled, Forms
from tests.bench.memory import entries
from tests.bench.replicas import Replica, web_command, worker_command
from tests.fixtures_mariadb import MariaDB, shared_server
from tests.fixtures_sandbox import Sandbox, running_sandbox
from tests.service.conftest import demo_environ
from tests.service.reports.desk import DESK, ReaderKey, add_reader
from tests.service.reports.live import free_port

READERS: Final = ("Rowanbark", "Fennelwood", "Marlowick")
SUBSCRIBERS: Final = (
    "Larkspur",
    "Quillfeather",
    "Willowmere",
    "Nettlecombe",
    "Pebbleworth",
    "Dewberry",
)
"""Reporters who have a talk page on the sandbox wikis."""

REVISIONS: Final = 500
"""That can be cited on each wiki."""

_NAMED: Final = 40
"""How many accounts are reported, turn about."""
_FIRST_STRANGER: Final = 100_000


@dataclass
class Site:
    """What its processes share. ``services`` looks into the same database from here."""

    folder: Path
    environment: Mapping[str, str]
    services: Services
    sandbox: Sandbox
    readers: tuple[ReaderKey, ...]
    people: dict[str, Person] = field(default_factory=dict)
    """Who files, by the report's id in its address form."""
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each report cites."""
    _strangers: int = 0

    @property
    def host(self) -> str:
        """What a browser says in the Host header."""
        return self.services.config.host

    def web(self, port: int, processes: int) -> Replica:
        environment = {**self.environment, "WEB_CONCURRENCY": str(processes)}
        return Replica(web_command(port), environment, self.folder / "web.log", whole=True)

    def worker(self, number: int = 0) -> Replica:
        command = worker_command(self.folder / f"worker-{number}.health")
        return Replica(command, self.environment, self.folder / "worker.log", whole=False)

    def forms(
        self, clients: int, each: int, cites_every: int = 0, *, subscribe: bool = False
    ) -> list[tuple[Filled, ...]]:
        """``each`` reports for every client, by as many people as the quota wants. Every
        ``cites_every``-th one cites an edit on both wikis (0: none does). ``subscribe``: the first
        clients are SUBSCRIBERS, who ask for reminders with their first report.
        """
        recipients = {one.central_id: one.recipient for one in self.readers}
        forms = Forms(self.services, DESK, recipients)
        people = SUBSCRIBERS if subscribe else ()
        return [
            tuple(self._forms_of_one(forms, number * each, each, cites_every, people[number:]))
            for number in range(clients)
        ]

    def _forms_of_one(
        self, forms: Forms, begin: int, each: int, cites_every: int, people: Sequence[str]
    ) -> Iterator[Filled]:
        """The first of ``people`` subscribes, if there is one."""
        may = self.services.config.quota_reports
        for number in range(each):
            subscribes = number == 0 and bool(people)
            if number % may == 0:
                person = self._known(people[0]) if subscribes else self._stranger()
                cookie = forms.sign_in(person)
            serial = begin + number
            cites = bool(cites_every) and serial % cites_every == 0
            links = self._edits(serial // cites_every) if cites else ()
            account, reminders = f"Reported {serial % _NAMED}", "weekly" if subscribes else ""
            filled = forms.fill(person, cookie, account, links, reminders)
            self.people[filled.report], self.links[filled.report] = person, links
            yield filled

    def _edits(self, serial: int) -> tuple[str, ...]:
        """An edit on each of the two wikis."""
        revid = FIRST_REVID + serial % REVISIONS
        base = self.sandbox.base_url
        return tuple(f"{base}/wiki{wiki}/Special:Diff/{revid}" for wiki in ("", "2"))

    def _known(self, name: str) -> Person:
        """Somebody who has an account on the sandbox wikis."""
        account = self.sandbox.person(name)
        now = self.services.clock()
        return Person(account.id, name, edit_count=100, home=account.home, rights_checked=now)

    def _stranger(self) -> Person:
        """Somebody of whom they know nothing."""
        self._strangers += 1
        central_id, now = _FIRST_STRANGER + self._strangers, self.services.clock()
        name = f"Reporter {self._strangers}"
        return Person(central_id, name, edit_count=100, home="sandboxwiki", rights_checked=now)


@contextmanager
def site(folder: Path, url: URL) -> Iterator[Site]:
    """On an empty database, with all tables and without processes."""
    seed = folder / "wiki"
    seed.mkdir()
    with running_sandbox(make_seed(seed, REVISIONS)) as sandbox:
        environment = _environment(folder, url, sandbox)
        services = build_services(Config.from_environ(environment))
        upgrade(services.database)
        lay_rows(services.database, services.desks)
        readers = tuple(
            add_reader(services, DESK, sandbox.person(name).id, name) for name in READERS
        )
        try:
            yield Site(folder, environment, services, sandbox, readers)
        finally:
            services.database.dispose()


@contextmanager
def databases(folder: Path) -> Iterator[Iterator[tuple[str, URL]]]:
    """SQLite, then MariaDB: what to call it, and an empty database."""
    with shared_server(folder / "mariadb") as socket:
        yield iter(
            (
                ("SQLite", make_url(f"sqlite:///{folder / 'service.sqlite'}")),
                ("MariaDB", MariaDB(socket).new_database("bench")),
            )
        )


def _environment(folder: Path, url: URL, sandbox: Sandbox) -> dict[str, str]:
    wikis = folder / "wikis.json"
    wikis.write_text(json.dumps(entries(sandbox.base_url)), "utf-8")
    return demo_environ(folder) | {
        # Not the port of any process: browsers reach all of them through one address.
        "CS_BASE_URL": f"http://localhost:{free_port()}",
        "CS_DATABASE_URL": url.render_as_string(hide_password=False),
        "CS_OAUTH_WIKI": sandbox.wiki("sandboxwiki").index_url,
        "CS_EXTRA_WIKIS": str(wikis),
        "CS_BOT_NAME": demo.BOT_NAME,
        "CS_BOT_CONSUMER_KEY": demo.BOT.key,
        "CS_BOT_CONSUMER_SECRET": demo.BOT.secret,
        "CS_BOT_ACCESS_KEY": demo.BOT_ACCESS_KEY,
        "CS_BOT_ACCESS_SECRET": demo.BOT_ACCESS_SECRET,
        "CS_BOT_RUN_PAGE": "Project:Support bot",
    }
