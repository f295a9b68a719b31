# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filing 5 KB by the scripted path, beside a bare Flask view that inserts the same bytes with one
commit: processor time of this one process, both databases, turn about in one run.
"""

from __future__ import annotations

import gc
import io
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from flask import Flask, request
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import URL, LargeBinary, func, make_url, select
from sqlalchemy.dialects.mysql import MEDIUMBLOB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.test import EnvironBuilder

from service.app import create_app
from service.config import Config
from service.database import TABLE_OPTIONS, Database
from service.desks.rows import lay_rows
from service.ids import to_bytes, to_text
from service.migrations.tables import all_tables
from service.reports.form_ids import FormIds
from service.reports.models import ReportRow
from service.reports.plain import seal_here
from service.services import Services, build_services
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from service.web.assets import DIST
from tests.bench.figures import Figure
from tests.fixtures_mariadb import MariaDB, shared_server
from tests.service.conftest import demo_environ
from tests.service.reports.desk import DESK, READERS, add_reader

MOST_TIMES: Final = 3
REPORTS: Final = 150
WARM: Final = 30
_LARGE: Final = LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")

WORDS: Final = "It happened again. " * 270


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
    posts = list(posts_of(services))
    # Boundaries of their own, as every browser's: what reading one compiles is kept for the next.
    bare_posts = [post.with_boundary() for post in posts]
    floor = bare_app(services.database)
    filing: list[float] = []
    bare: list[float] = []
    for number, (post, bare_post) in enumerate(zip(posts, bare_posts, strict=True)):
        gc.collect()
        acts = (partial(post.to, app, "200"), filing), (partial(bare_post.to, floor, "204"), bare)
        for act, found in acts:
            taken = processor_ms(act)
            if number >= WARM:
                found.append(taken)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == len(posts)
    return statistics.median(filing), statistics.median(bare)


@dataclass(frozen=True)
class Post:
    """What a browser sends when it files."""

    body: bytes
    content_type: str
    cookie: str
    path: str = f"/report/{DESK}"

    def with_boundary(self) -> Post:
        """The same fields between other boundaries."""
        kind, _, boundary = self.content_type.partition("boundary=")
        known = boundary.strip('"')
        other = f"----bare{secrets.token_hex(12)}"
        body = self.body.replace(known.encode(), other.encode())
        return replace(self, body=body, content_type=f'{kind}boundary="{other}"')

    def to(self, app: Flask, status: str) -> None:
        environ = EnvironBuilder(
            path=self.path,
            base_url="http://localhost:8000",
            method="POST",
            input_stream=io.BytesIO(self.body),
            content_type=self.content_type,
            content_length=len(self.body),
            headers=[("Cookie", f"session={self.cookie}"), ("Accept", "application/json")],
        ).get_environ()
        said: list[str] = []

        def start(line: str, _headers: list[tuple[str, str]], _info: Any = None) -> Any:
            said.append(line)

        answer: Iterable[bytes] = app(environ, start)
        body = b"".join(answer)
        assert said[0].startswith(status), (said, body)


def posts_of(services: Services) -> Iterator[Post]:
    """Reports of people who each have a session, sealed beforehand."""
    readers = [add_reader(services, DESK, one, name) for name, one in READERS.items()]
    recipients = {one.central_id: one.recipient for one in readers}
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    ids = FormIds(services.config.secret_key)
    for number in range(REPORTS + WARM):
        person = Person(100_000 + number, f"Reporter {number}", edit_count=100, home="dewiki")
        cookie = store.create({PERSON: person.to_json()})
        issued = ids.issue(person.central_id, DESK)
        sealed = seal_here(to_bytes(issued.report), WORDS, recipients)
        boxes = {str(one): to_text(box) for one, box in sealed.boxes.items()}
        builder = EnvironBuilder(
            method="POST",
            data={
                "csrf_token": csrf_token(services, store, cookie),
                "form_id": issued.signed,
                "recipient": sealed.recipient,
                "narrative": (io.BytesIO(sealed.narrative), "narrative.age"),
                "boxes": json.dumps(boxes),
                "wishes": "advice",
                "contact": "tool",
                "account": "Brackenridge",
                "links": "https://en.wikipedia.org/wiki/Special:Diff/310000042",
            },
        )
        environ = builder.get_environ()
        body = environ["wsgi.input"].read()
        yield Post(body, environ["CONTENT_TYPE"], cookie)


def csrf_token(services: Services, store: SessionStore, cookie: str) -> str:
    """As Flask-WTF signs the session's token."""
    signer = URLSafeTimedSerializer(services.config.secret_key, salt="wtf-csrf-token")
    return str(signer.dumps(store.csrf_token(cookie)))


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
