# SPDX-License-Identifier: AGPL-3.0-or-later
"""People of a World as visitors of the site: signed in, each with a client of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.ids import to_text
from service.keys.stepup import STEPPED_UP, SteppedUp, proved
from service.services import Services
from service.sessions.person import Person
from service.sessions.store import PERSON, SessionStore
from tests.service.world import DESK, World

JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class Visitor:
    """A signed-in person. ``csrf`` is the token of the person's forms."""

    client: FlaskClient
    csrf: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def text(self, path: str) -> str:
        """The page at ``path``, which is there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status
        return answer.get_data(as_text=True)

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.csrf, **fields})

    def ask(self, path: str) -> TestResponse:
        """GET as a script does."""
        return self.client.get(path, headers=JSON)

    def send(self, path: str, value: Any) -> TestResponse:
        """POST JSON as a script does."""
        return self.client.post(path, json=value, headers={**JSON, "X-CSRFToken": self.csrf})


def sign_in(
    app: Flask, services: Services, person: Person, stepped_up: SteppedUp | None = None
) -> Visitor:
    """A client with a session of ``person``, as after a sign-in; and after a step-up."""
    store = SessionStore(
        services.database, services.vault, services.config.secret_key, services.clock
    )
    client = app.test_client()
    kept = {} if stepped_up is None else {STEPPED_UP: stepped_up.to_json()}
    client.set_cookie("session", store.create({PERSON: person.to_json(), **kept}))
    page = client.get("/").get_data(as_text=True)
    return Visitor(client, page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0])


def functionary(services: Services, central_id: int, name: str) -> Person:
    """A functionary of DESK whose rights were confirmed just now."""
    return Person(
        central_id=central_id,
        name=name,
        desks=frozenset({DESK}),
        rights_checked=services.clock(),
    )


def visit(app: Flask, world: World, name: str, *, stepped_up: bool = False) -> Visitor:
    """A reader of the world, signed in; ``stepped_up``: who has just shown the own key."""
    services, central_id = world.services, world.readers[name].central_id
    with services.database.read() as session:
        key = services.domain.keys.of(session, central_id)
    shown = proved(key, services.clock()) if stepped_up and key is not None else None
    return sign_in(app, services, functionary(services, central_id, name), shown)


def person_address(world: World, name: str) -> str:
    """What stands for a colleague in addresses."""
    label = world.domain.roster.label(DESK, world.readers[name].central_id)
    return f"/desk/{DESK}/roster/{to_text(label)}"


def case_address(case: bytes) -> str:
    return f"/desk/{DESK}/cases/{to_text(case)}"
