# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small forms on the page of a case: one of a few values is posted, and its page comes again."""

from __future__ import annotations

import enum
from typing import TypeVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.desks.here import Here

_Choice = TypeVar("_Choice", bound=enum.StrEnum)


def posted_choice(field: str, choices: type[_Choice]) -> _Choice:
    """The value of a field; 400 for what no button of ours posts."""
    try:
        return choices(request.form.get(field, ""))
    except ValueError:
        abort(400)


def back_to_case(here: Here, case: str, *, exists: bool) -> ResponseReturnValue:
    """To its page; 404 where that does not exist for who asks."""
    if not exists:
        abort(404)
    return redirect(url_for("desks.case", desk=here.desk.key, case=case), 303)
