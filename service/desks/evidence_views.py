# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the wikis answer about a case's evidence: how far that is, and asking once more. JSON."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from service.cases.asking_again import AskingRefused, Marked
from service.desks.blueprint import blueprint
from service.desks.here import Here, case_id_of
from service.desks.permitted import permitted
from service.i18n import msg
from service.ids import BadId, to_bytes, to_text
from service.reports.questions import Question
from service.reports.record import MOST_LINKS
from service.rights.permissions import DeskAct

_REFUSED: Final = 422
_MOST_REPORTS: Final = 200


@blueprint.get("/desk/<desk>/cases/<case>/answers")
@permitted(DeskAct.SEE_CASES)
def answers(here: Here, case: str) -> ResponseReturnValue:
    """Of each report that the reader can open: how many answers it has, and whether more are on
    their way; 304 while nothing changed.
    """
    domain = here.services.domain
    with here.services.database.read() as database:
        found = domain.reading.open(database, here.desk, here.reader, case_id_of(case))
    if found is None:
        abort(404)
    reports = [
        {"id": to_text(one.report), "findings": one.findings, "asking": one.asking}
        for one in domain.asking_again.standing(found)
    ]
    response = jsonify(reports=reports)
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/desk/<desk>/cases/<case>/again")
@permitted(DeskAct.ASK_LINKS_AGAIN)
def ask_again(here: Here, case: str) -> ResponseReturnValue:
    """Have the wikis asked once more (``reports``: questions by report id). ``asked``: how many
    links are in the queue now.
    """
    services = here.services
    try:
        wanted = _wanted(request.get_json())
        with services.database.write() as database:
            asked = services.domain.asking_again.ask(
                database, here.desk, here.reader, case_id_of(case), wanted, services.clock()
            )
    except AskingRefused as refused:
        message = msg(refused.message_key).unescape()
        return jsonify(errors=[{"field": "again", "message": message}]), _REFUSED
    if asked is None:
        abort(404)
    return jsonify(asked=asked)


def _wanted(value: Any) -> dict[bytes, list[Marked]]:
    """Questions by report id; 400 for what no page of ours sends."""
    try:
        reports: dict[str, Any] = value["reports"]
        if len(reports) > _MOST_REPORTS:
            abort(400)
        return {
            to_bytes(report): [_marked(one) for one in questions[: MOST_LINKS + 1]]
            for report, questions in reports.items()
        }
    except (AttributeError, BadId, KeyError, TypeError):
        abort(400)


def _marked(value: Any) -> Marked:
    position, texts = value["position"], [value[name] for name in ("cited", "asked", "mark")]
    if type(position) is not int or not 0 <= position < MOST_LINKS:
        raise TypeError
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    cited, asked, mark = texts
    return Marked(Question(position, cited, asked), mark)
