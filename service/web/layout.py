# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the layout asks for: who is signed in, where things are, which version this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from flask import Flask, current_app, g, url_for

from service.config import Config
from service.desks.desk import Desk
from service.i18n.request import catalogue
from service.services import current_services
from service.sessions.interface import current_session
from service.sessions.person import Person
from service.web.access import person_or_none

SOURCE_URL: Final = "https://gitlab.wikimedia.org/toolforge-repos/community-support"
BUGS_URL: Final = f"{SOURCE_URL}/-/issues"
TRANSLATE_URL: Final = "https://translatewiki.net/"
EMERGENCY_ADDRESS: Final = "emergency@wikimedia.org"


def init_app(app: Flask) -> None:
    for one in (
        visitor,
        tab_label,
        desks_of_visitor,
        desks_to_coordinate,
        page_config,
        languages,
        address_if_there,
    ):
        app.add_template_global(one)
    app.jinja_env.globals.update(
        source_url=SOURCE_URL,
        bugs_url=BUGS_URL,
        translate_url=TRANSLATE_URL,
        emergency_address=EMERGENCY_ADDRESS,
        tool_version=_version(),
    )


def visitor() -> Person | None:
    """The signed-in person, for the layout. Nobody on the page of an error of ours: the database
    may be what is broken.
    """
    return None if g.get("broken") else person_or_none()


def tab_label() -> str:
    """Tells the browser whether the key that a tab has unlocked belongs to this session."""
    return current_session().label


def desks_of_visitor() -> list[Desk]:
    """Configured desks whose functionary the visitor is."""
    person = visitor()
    desks = () if person is None else current_services().desks
    return [desk for desk in desks if person is not None and desk.key in person.desks]


def desks_to_coordinate() -> list[Desk]:
    """Configured desks whose coordinator the visitor is."""
    person = visitor()
    desks = () if person is None else current_services().desks
    return [desk for desk in desks if person is not None and person.central_id in desk.coordinators]


def page_config() -> Config:
    return current_services().config


def languages() -> list[tuple[str, str]]:
    """Code and name of the languages that a person can choose."""
    return [(language.code, language.name) for language in catalogue().translated]


def address_if_there(endpoint: str, **values: Any) -> str | None:
    """Address of a page of a feature that may not be part of this installation."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _version() -> str:
    try:
        return version("community-support")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "0.0.0"
