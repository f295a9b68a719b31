# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one way into a desk's views: each names its act, and what that wants is asked for here.

What is asked for comes in an order that tells nothing: first whether somebody has the right (404
else), then what the wiki says within the hour, then the desk's roster (404 for whoever is not on
it, or has no vouched key where one is wanted), last the own key: a session alone, left open or
stolen, opens no name, lets nobody in and takes nobody off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import abort

from service.desks.desk import Desk
from service.desks.here import Here, functionary, reading
from service.rights.permissions import DeskAct, Wants, Whose
from service.services import current_services
from service.web.access import View, coordinator, reader
from service.web.fresh_rights import require_fresh_rights
from service.web.stepped_up import stepped_up, stepped_up_first

_ACT: Final = "community_support_desk_act"


def permitted(act: DeskAct) -> Callable[[Callable[..., Any]], View]:
    """For acts of functionaries and readers: the view is called with their ``Here`` in place of the
    desk's key.
    """
    if act.whose is Whose.COORDINATORS:
        raise ValueError(f"{act.name} is an act of coordinators")
    find = functionary if act.whose is Whose.FUNCTIONARIES else reading

    def decorate(view: Callable[..., Any]) -> View:
        guarded = _with_key(act, view)

        @wraps(view)
        def asked(desk: str, *args: Any, **kwargs: Any) -> Any:
            _want_rights(act)
            here: Here = find(desk)
            return guarded(here, *args, **kwargs)

        return _named(act, reader(asked))

    return decorate


def coordinates(act: DeskAct) -> Callable[[Callable[..., Any]], View]:
    """For acts of coordinators: the view is called with the desk in place of its key."""
    if act.whose is not Whose.COORDINATORS:
        raise ValueError(f"{act.name} is no act of coordinators")

    def decorate(view: Callable[..., Any]) -> View:
        guarded = _with_key(act, view)

        @wraps(view)
        def asked(desk: str, *args: Any, **kwargs: Any) -> Any:
            _want_rights(act)
            found: Desk = current_services().desk(desk) or abort(404)
            return guarded(found, *args, **kwargs)

        return _named(act, coordinator(asked))

    return decorate


def act_of(view: View) -> DeskAct | None:
    """The act that a view named; None for views that are no desk's."""
    act: DeskAct | None = getattr(view, _ACT, None)
    return act


def _want_rights(act: DeskAct) -> None:
    if act.wants >= Wants.RIGHTS:
        require_fresh_rights()


def _with_key(act: DeskAct, view: Callable[..., Any]) -> View:
    if act.wants is Wants.KEY_FIRST:
        return stepped_up_first(view)
    return stepped_up(view) if act.wants is Wants.KEY else view


def _named(act: DeskAct, view: View) -> View:
    setattr(view, _ACT, act)
    return view
