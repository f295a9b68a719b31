# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing 5 KB by the scripted path, beside a bare Flask view that inserts the same bytes with one
commit: processor time of this one process, both databases, turn about in one run, so that neither
finds more of itself in the processor's caches than the other.
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
_LARGE: Final = LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _on("SQLite", make_url(f"sqlite:///{folder / 'filing.sqlite'}"), folder)
        with shared_server(folder / "mariadb") as socket:
            yield _on("MariaDB", MariaDB(socket).new_database("bench"), folder)


def _on(name: str, url: URL, folder: Path) -> Figure:
    environ = demo_environ(folder) | {
        "CS_DATABASE_URL": url.render_as_string(hide_password=False),
    }
    services = build_services(Config.from_environ(environ))
    all_tables().create_all(services.database.engine)
    lay_rows(services.database, services.desks)
    try:
        times, bare = _times(services)
    finally:
        services.database.dispose()
    label = f"{name}: filing 5 KB ({times:.1f} ms of processor), in bare inserts ({bare:.1f} ms)"
    return Figure.at_most(label, times / bare, MOST_TIMES)


def _times(services: Services) -> tuple[float, float]:
    """Medians of both, in milliseconds."""
    app = create_app(services.config, services=services, bundle=DIST)
    app.config["SERVER_NAME"] = services.config.host
    floor = bare_app(services.database)
    forms = list(forms_of(services))
    # Boundaries of their own, as every browser's: what reading one compiles is kept for the next.
    bare_forms = [between_others(form) for form in forms]
    filing: list[float] = []
    bare: list[float] = []
    for number, (form, bare_form) in enumerate(zip(forms, bare_forms, strict=True)):
        acts = (
            (partial(post, form, app, "200"), filing),
            (partial(post, bare_form, floor, "204"), bare),
        )
        for act, found in acts:
            taken = processor_ms(act)
            if number >= WARM:
                found.append(taken)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == len(forms)
    return statistics.median(filing), statistics.median(bare)


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
    for number in range(REPORTS + WARM):
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
