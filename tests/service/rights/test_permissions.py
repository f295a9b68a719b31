# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every route for every role, against the table in permissions.txt.

The routes come from ``app.url_map``: one that has no row fails, and so does a row without a route.
What is asked for is there: the table tells who may, not who finds something.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service.database import Database
from service.migrations.state import upgrade
from tests.service.desks.conftest import FENNELWOOD, ROWANBARK
from tests.service.desks.walking import Body
from tests.service.desks.worlds import copy_of
from tests.service.rights.everybody import (
    CENTRAL_IDS,
    COORDINATOR,
    COUNSELLORS_DESK,
    DESKS_HEAD,
    ROLES,
    Scene,
    lay_scene,
)
from tests.service.rights.posted import Posted
from tests.service.signin.conftest import csrf_of
from tests.service.visiting import JSON, Visitor
from tests.service.world import World

TABLE: Final = Path(__file__).with_name("permissions.txt")

LAST: Final = (
    "keys.start_over",
    "keys.change",
    "reports.withdraw_now",
    "signin.sign_out",
    "signin.begin",
    "web.leave",
)
"""What ends or changes what is asked for after it, in this order."""


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """With a coordinator who is no functionary, an operator, and a desk of counsellors."""
    path = Path(environ["CS_DESKS"])
    named = 'key = "oversight"\n'
    text = path.read_text().replace(named, f"{named}coordinators = [{COORDINATOR[0]}]\n")
    path.write_text(DESKS_HEAD + text + COUNSELLORS_DESK)
    return environ


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite: its file can be copied. What is asked here is who may."""
    url = f"sqlite:///{tmp_path / 'tables.sqlite'}"
    made = Database(url)
    upgrade(made)
    made.dispose()
    return url


@pytest.fixture
def scene(app: Flask, world: World) -> Scene:
    world.add_reader("Rowanbark", ROWANBARK)
    world.add_reader("Fennelwood", FENNELWOOD)
    return lay_scene(app, world)


def expected() -> dict[str, dict[str, str]]:
    """The table: by ``METHOD endpoint``, what each role is answered."""
    lines = [line.split("#")[0].split() for line in TABLE.read_text("utf-8").splitlines()]
    head, *rows = [line for line in lines if line]
    assert head == ["route", *ROLES]
    found: dict[str, dict[str, str]] = {}
    for method, endpoint, *answers in rows:
        assert len(answers) == len(ROLES), endpoint
        assert f"{method} {endpoint}" not in found, endpoint
        found[f"{method} {endpoint}"] = dict(zip(ROLES, answers, strict=True))
    return found


def routes(app: Flask) -> dict[str, Rule]:
    """Every route, once for each method; what ends things comes last."""
    found = {
        f"{method} {rule.endpoint}": rule
        for rule in sorted(app.url_map.iter_rules(), key=str)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }
    return dict(sorted(found.items(), key=lambda one: _place(one[1].endpoint)))


def _place(endpoint: str) -> int:
    return LAST.index(endpoint) + 1 if endpoint in LAST else 0


def word_of(answer: TestResponse) -> str:
    """What an answer says about who may: see the head of the table."""
    if answer.status_code == 400:
        for refused in (b"session-ended", b"<h1>Your session is over"):
            assert refused not in answer.get_data(), "the walk sent a token that does not hold"
    match answer.status_code:
        case 401:
            return "sign-in"
        case 404:
            return "-"
        case 403:
            return "key"
        case status if status < 500:
            return "yes"
        case status:
            return str(status)


def ask(app: Flask, visitor: Visitor, name: str, rule: Rule, body: Body, scene: Scene) -> str:
    if rule.endpoint in LAST:
        visitor = Visitor(visitor.client, csrf_of(visitor.client))
    arguments = {argument: scene.arguments[argument] for argument in rule.arguments}
    address = app.url_map.bind("localhost:8000").build(rule.endpoint, arguments)
    if name.startswith("GET"):
        answer = visitor.get(address)
    elif body.form is not None:
        answer = visitor.post(address, **body.form)
    else:
        answer = visitor.client.post(
            address, json=body.json, headers={**JSON, "X-CSRFToken": visitor.csrf}
        )
    return word_of(answer)


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert sorted(expected()) == sorted(routes(app))


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_table_says(
    role: str, scene: Scene, tmp_path: Path, bundle: Path
) -> None:
    with copy_of(scene.world, tmp_path / role, bundle) as (world, app):
        visitor = ROLES[role](app, world)
        posted = Posted(world, scene.arguments["report"], CENTRAL_IDS[role])
        found = {
            name: ask(app, visitor, name, rule, posted.to(rule.endpoint), scene)
            for name, rule in routes(app).items()
        }

    wanted = {name: row[role] for name, row in expected().items()}
    assert {name: word for name, word in found.items() if wanted[name] != word} == {}


def test_somebody_may_everything_that_there_is() -> None:
    """A row in which nobody gets an answer would show nothing."""
    closed = [name for name, row in expected().items() if "yes" not in row.values()]

    assert closed == []
