# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may see a view. Each view carries exactly one of these decorators; the app refuses to start
with a view that has none (``require_access``), so nothing is open by being forgotten.

What a person may not see looks like what is not there: 404, with the same page.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Flask, abort, session
from werkzeug.exceptions import Forbidden, ServiceUnavailable, Unauthorized

from service.rights.asking import LONGEST_TRUSTED
from service.services import current_services
from service.sessions.person import Person
from service.sessions.store import PERSON

View = Callable[..., Any]

_MARK: Final = "community_support_access"


class Access(enum.Enum):
    """Who may see a view."""

    OPEN = "everybody"
    SIGNED_IN = "whoever signed in"
    READER = "functionaries of the desk in the address"
    COORDINATOR = "coordinators of the desk in the address"


class UndecidedAccess(Exception):
    """A view without an access decorator. ``str`` names its endpoint."""


class RightsUnknown(ServiceUnavailable):
    """The wiki did not say which rights the person has: reading stays closed, filing open."""


class RightsGone(Forbidden):
    """The wiki said that the person has lost the right; the sessions are over."""


def person_or_none() -> Person | None:
    """The signed-in person of this request, if there is one."""
    value = session.get(PERSON)
    return None if value is None else Person.from_json(value)


def current_person() -> Person:
    """The signed-in person. Raises Unauthorized, which is answered with the sign-in page."""
    person = person_or_none()
    if person is None:
        raise Unauthorized
    return person


def access_of(view: View) -> Access | None:
    """What was decided for a view."""
    access: Access | None = getattr(view, _MARK, None)
    return access


def require_access(app: Flask) -> None:
    """Refuse an app with an undecided view. Raises UndecidedAccess."""
    for endpoint, view in app.view_functions.items():
        if access_of(view) is None:
            raise UndecidedAccess(endpoint)


def open_to_all(view: View) -> View:
    """Everybody may see it."""
    return _decided(view, Access.OPEN)


def signed_in(view: View) -> View:
    """Signed-out people get the sign-in page, and come back here from it."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        current_person()
        return view(*args, **kwargs)

    return _decided(guarded, Access.SIGNED_IN)


def reader(view: View) -> View:
    """Functionaries of the desk that the address names, with rights confirmed in this session.

    For others the desk's pages are not there. Of whom the wiki said nothing, it cannot be known
    whether they are others: they are told so.
    """

    @wraps(view)
    def guarded(desk: str, *args: Any, **kwargs: Any) -> Any:
        services, person = current_services(), current_person()
        if services.desk(desk) is None:
            abort(404)
        checked = person.rights_checked
        if checked is None or services.clock() - checked > LONGEST_TRUSTED:
            raise RightsUnknown
        if desk not in person.desks:
            abort(404)
        return view(desk, *args, **kwargs)

    return _decided(guarded, Access.READER)


def coordinator(view: View) -> View:
    """Those whom desks.toml names as coordinators of the desk in the address; others get 404."""

    @wraps(view)
    def guarded(desk: str, *args: Any, **kwargs: Any) -> Any:
        person, found = current_person(), current_services().desk(desk)
        if found is None or person.central_id not in found.coordinators:
            abort(404)
        return view(desk, *args, **kwargs)

    return _decided(guarded, Access.COORDINATOR)


def _decided(view: View, access: Access) -> View:
    if access_of(view) is not None:
        raise UndecidedAccess(f"{view.__name__} has two access decorators")
    setattr(view, _MARK, access)
    return view
