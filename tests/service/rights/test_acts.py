# SPDX-License-Identifier: AGPL-3.0-or-later
"""A permission is (desk, act): each view of a desk names its act, and what the act wants is asked
for. Which roles that lets through is walked in test_permissions.py.
"""

from __future__ import annotations

from typing import Final

import pytest
from flask import Flask
from werkzeug.routing import Rule

from service.desks.permitted import act_of, coordinates, permitted
from service.rights.permissions import DeskAct, Wants, Whose
from service.web.access import Access, access_of
from tests.service.rights.everybody import NOTHING_THERE
from tests.service.visiting import visit
from tests.service.world import World

POSTED_WITHOUT_CHANGING: Final = {
    DeskAct.OPEN_PARTS: "it is reading; a POST, because the first time is written down",
    DeskAct.REMOVE_QUESTION: "only the asker's own question goes, and erasing is always possible",
}
"""Acts behind a POST for which the session's word is enough. A new one is a decision."""

OF_A_DESK: Final = {Access.READER, Access.COORDINATOR}


def acts(app: Flask) -> dict[str, DeskAct]:
    named = {endpoint: act_of(view) for endpoint, view in app.view_functions.items()}
    return {endpoint: act for endpoint, act in named.items() if act is not None}


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def test_every_view_of_a_desk_names_its_act(app: Flask) -> None:
    of_desks = {
        endpoint for endpoint, view in app.view_functions.items() if access_of(view) in OF_A_DESK
    }

    assert acts(app).keys() == of_desks


def test_every_act_can_be_done_somewhere(app: Flask) -> None:
    assert set(acts(app).values()) == set(DeskAct)


def test_views_are_open_to_those_whose_act_it_is(app: Flask) -> None:
    coordinators = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if access_of(view) is Access.COORDINATOR
    }

    assert coordinators == {
        endpoint for endpoint, act in acts(app).items() if act.whose is Whose.COORDINATORS
    }


def test_whatever_changes_something_wants_more_than_a_session(app: Flask) -> None:
    """A new route that posts is sensitive, or it is written down above why not."""
    named = acts(app)
    posting = {named[rule.endpoint] for rule in rules(app, "POST") if rule.endpoint in named}

    assert {act for act in posting if not act.is_sensitive} == POSTED_WITHOUT_CHANGING.keys()


def test_whatever_wants_a_key_is_closed_until_it_is_shown(app: Flask, world: World) -> None:
    visitor, named = visit(app, world, "Rowanbark"), acts(app)
    adapter, closed = app.url_map.bind("localhost"), set()
    for rule in rules(app, "POST"):
        if rule.endpoint not in named:
            continue
        values = {name: NOTHING_THERE[name] for name in rule.arguments}
        answer = visitor.send(adapter.build(rule.endpoint, values), {})
        if answer.status_code == 403 and answer.get_json()["error"] == "step-up":
            closed.add(rule.endpoint)

    assert closed == {
        endpoint
        for endpoint, act in named.items()
        if act.wants >= Wants.KEY and act.whose is not Whose.COORDINATORS
    }


@pytest.mark.parametrize("act", DeskAct, ids=lambda act: act.name.lower())
def test_act_is_bound_by_the_decorator_of_those_who_may(act: DeskAct) -> None:
    """Who mixes them up does not get a program that starts."""
    wrong = permitted if act.whose is Whose.COORDINATORS else coordinates

    with pytest.raises(ValueError, match=act.name):
        wrong(act)
