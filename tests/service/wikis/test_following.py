# SPDX-License-Identifier: AGPL-3.0-or-later
"""A running web process learns of a new wiki, and serves pages without its database."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from sqlalchemy import text

from onwiki.sandbox.api.sitematrix import NEWER
from onwiki.wikis import WikiList
from service.services import Services
from service.wikis.following import follow_wikis
from service.wikis.kept import LOOK_EVERY, keep
from tests.service.conftest import ManualClock


def app_of(services: Services) -> Flask:
    app = Flask(__name__)
    follow_wikis(app, services)
    app.add_url_rule("/", view_func=lambda: "a page")
    return app


def test_web_process_takes_over_what_the_worker_fetched(
    services: Services, clock: ManualClock
) -> None:
    own = replace(services, wikis=WikiList.snapshot().copy())
    client = app_of(own).test_client()
    client.get("/")
    with own.database.write() as session:
        keep(session, (*own.wikis.own, NEWER), clock())
    clock.advance(seconds=LOOK_EVERY.total_seconds() + 1)
    client.get("/")
    assert own.wikis.by_dbname(NEWER.dbname) == NEWER


def test_page_is_served_while_the_table_is_not_there(services: Services) -> None:
    with services.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wiki_list RENAME TO elsewhere"))
    try:
        answer = app_of(services).test_client().get("/")
    finally:
        with services.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE elsewhere RENAME TO wiki_list"))
    assert answer.text == "a page"
