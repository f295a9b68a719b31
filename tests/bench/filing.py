# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing 5 KB by the scripted path, beside a bare Flask view that inserts the same bytes with one
commit: processor time of this one process, both databases, turn about in one run.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from flask import Flask, request
from sqlalchemy import URL, LargeBinary, func, make_url, select
from sqlalchemy.dialects.mysql import MEDIUMBLOB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.test import EnvironBuilder

from service.app import create_app
from service.config import Config
from service.database import TABLE_OPTIONS, Database
from service.desks.rows import lay_rows
from service.migrations.tables import all_tables
from service.reports.models import ReportRow
from service.services import Services, build_services
from service.sessions.person import Person
from service.web.assets import DIST
from tests.bench.figures import Figure
from tests.bench.forms import Filled, Forms
from tests.fixtures_mariadb import MariaDB, shared_server
from tests.service.conftest import demo_environ
from tests.service.reports.desk import DESK, READERS, add_reader

MOST_TIMES: Final = 3
REPORTS: Final = 150
WARM: Final = 30
RUNS: Final = (1, 15)
"""How many filings follow each other before as many bare inserts do. In a row of its own each finds
the processor's caches filled by its like; a process that does other things in between does not.
"""
_LARGE: Final = LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _on("SQLite", make_url(f"sqlite:///{folder / 'filing.sqlite'}"), folder)
        with shared_server(folder / "mariadb") as socket:
            yield from _on("MariaDB", MariaDB(socket).new_database("bench"), folder)


def _on(name: str, url: URL, folder: Path) -> Iterator[Figure]:
    environ = demo_environ(folder) | {
        "CS_DATABASE_URL": url.render_as_string(hide_password=False),
    }
    services = build_services(Config.from_environ(environ))
    all_tables().create_all(services.database.engine)
    lay_rows(services.database, services.desks)
    try:
        turns = _times(services)
    finally:
        services.database.dispose()
    for run, (filing, bare) in turns.items():
        label = f"{name}: filing 5 KB, {filing:.1f} ms of processor; bare inserts, {bare:.1f} ms"
        if run == 1:
            yield Figure.at_most(f"{label}; turn about", filing / bare, MOST_TIMES)
        else:
            yield Figure(f"{label}; {run} in a row", f"{filing / bare:.1f}")


def _times(services: Services) -> dict[int, tuple[float, float]]:
    """Medians of both in milliseconds, by how many of one kind follow each other."""
    app = create_app(services.config, services=services, bundle=DIST)
    app.config["SERVER_NAME"] = services.config.host
    floor = bare_app(services.database)
    forms = list(forms_of(services))
    # Boundaries of their own, as every browser's: what reading one compiles is kept for the next.
    bare_forms = [between_others(form) for form in forms]
    for form, bare_form in zip(forms[:WARM], bare_forms[:WARM], strict=True):
        post(form, app, "200")
        post(bare_form, floor, "204")
    found: dict[int, tuple[float, float]] = {}
    for number, run in enumerate(RUNS):
        filing: list[float] = []
        bare: list[float] = []
        begun = WARM + number * REPORTS
        for start in range(begun, begun + REPORTS, run):
            some = slice(start, start + run)
            filing += [processor_ms(partial(post, form, app, "200")) for form in forms[some]]
            bare += [processor_ms(partial(post, form, floor, "204")) for form in bare_forms[some]]
        found[run] = statistics.median(filing), statistics.median(bare)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == len(forms)
    return found


def between_others(form: Filled) -> Filled:
    """The same fields between other boundaries."""
    kind, _, boundary = form.content_type.partition("boundary=")
    other = f"----bare{secrets.token_hex(12)}"
    body = form.body.replace(boundary.strip('"').encode(), other.encode())
    return replace(form, body=body, content_type=f'{kind}boundary="{other}"')


def post(form: Filled, app: Flask, status: str) -> None:
    """Post a form to an application of this process."""
    environ = EnvironBuilder(
        path=f"/report/{DESK}",
        base_url="http://localhost:8000",
        method="POST",
        input_stream=io.BytesIO(form.body),
        content_type=form.content_type,
        content_length=len(form.body),
        headers=[("Cookie", f"session={form.cookie}"), ("Accept", "application/json")],
    ).get_environ()
    said: list[str] = []

    def start(line: str, _headers: list[tuple[str, str]], _info: Any = None) -> Any:
        said.append(line)

    answer: Iterable[bytes] = app(environ, start)
    body = b"".join(answer)
    assert said[0].startswith(status), (said, body)


def forms_of(services: Services) -> Iterator[Filled]:
    """Reports of people who each have a session, sealed beforehand."""
    readers = [add_reader(services, DESK, one, name) for name, one in READERS.items()]
    forms = Forms(services, DESK, {one.central_id: one.recipient for one in readers})
    for number in range(WARM + len(RUNS) * REPORTS):
        person = Person(100_000 + number, f"Reporter {number}", edit_count=100, home="dewiki")
        link = "https://en.wikipedia.org/wiki/Special:Diff/310000042"
        yield forms.fill(person, forms.sign_in(person), "Brackenridge", (link,))


def bare_app(database: Database) -> Flask:
    """A view that keeps what is posted in one row, with one commit."""

    class Base(DeclarativeBase):
        pass

    class Kept(Base):
        __tablename__ = "bare"
        __table_args__ = TABLE_OPTIONS
        id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
        body: Mapped[bytes] = mapped_column(
            LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")
        )

    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE bare (id BINARY(16) PRIMARY KEY, body MEDIUMBLOB NOT NULL)"
        )
    app = Flask("bare")

    @app.post("/report/<desk>")
    def keep(desk: str) -> tuple[str, int]:
        fields = json.dumps(request.form.to_dict()).encode()
        posted = request.files["narrative"].read()
        with database.write() as session:
            session.add(Kept(id=os.urandom(16), body=fields + posted))
        return "", 204

    return app


def processor_ms(act: Callable[[], None]) -> float:
    begun = time.process_time()
    act()
    return 1000 * (time.process_time() - begun)
