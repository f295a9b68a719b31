# SPDX-License-Identifier: AGPL-3.0-or-later
"""Question and answer as age files to the reader who asked: JSON, framed, padded.

Every question has one size, and so have nearly all answers: a hundred pages fit into one step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from onwiki.evidence.interaction import Interaction, Side
from onwiki.evidence.meetings import Edit, Meeting
from onwiki.links import Revision, address
from onwiki.wikis import WikiList
from service.ids import to_text
from service.interactions.wording import Worded
from service.reports.wiki_names import wiki_label
from service.sealing import age
from service.sealing.parts import PART_STEP, PartContext, frame

ANSWER_STEP: Final = 65_536


def seal_question(recipient: str, request_id: bytes, worded: Worded) -> bytes:
    """What was asked, for the reader who will look at it later."""
    question = worded.question
    body = {
        "first": question.first,
        "second": question.second,
        "wiki": wiki_label(worded.wiki),
        "window": int(question.window),
        "closeness": int(question.closeness),
    }
    return _seal(recipient, request_id, "question", body, PART_STEP)


def seal_answer(
    recipient: str, request_id: bytes, dbname: str, found: Interaction, wikis: WikiList
) -> bytes:
    """What the wiki answered; links are built anew from wiki and revision."""
    body = {
        "asked_at": _moment(found.asked_at),
        "since": _moment(found.since),
        "first": _side(found.first),
        "second": _side(found.second),
        "pages": [_meeting(one, dbname, wikis) for one in found.met.pages],
        "close": found.met.close,
        "shared": found.met.shared,
    }
    return _seal(recipient, request_id, "answer", body, ANSWER_STEP)


def _seal(
    recipient: str, request_id: bytes, part: str, body: Mapping[str, Any], step: int
) -> bytes:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return age.seal(frame(PartContext(to_text(request_id), part), text, step), [recipient])


def _side(side: Side) -> dict[str, Any]:
    back_to = None if side.back_to is None else _moment(side.back_to)
    return {"there": side.there, "edits": side.edits, "back_to": back_to}


def _meeting(met: Meeting, dbname: str, wikis: WikiList) -> dict[str, Any]:
    return {
        "title": met.title,
        "distance": int(met.distance.total_seconds()),
        "first": _edit(met.first, dbname, wikis),
        "second": _edit(met.second, dbname, wikis),
        "first_edits": met.first_edits,
        "second_edits": met.second_edits,
    }


def _edit(edit: Edit, dbname: str, wikis: WikiList) -> dict[str, Any]:
    return {
        "revid": edit.revid,
        "timestamp": _moment(edit.timestamp),
        "address": address(Revision(dbname, edit.revid), wikis),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
