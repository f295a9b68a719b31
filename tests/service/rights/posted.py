# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is posted to each route in the walk of roles: what its page or its script would send."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

from service.reports.form_ids import FormIds
from service.sealing import age
from service.thread.answering import MESSAGE_SIZE
from tests.service.desks.walking import Body
from tests.service.desks.worlds import QUESTION
from tests.service.world import World

_FORMS: Final[dict[str, dict[str, str]]] = {
    "attachments.upload": {"form_id": "x", "number": "0", "index": "0"},
    "attachments.uploaded": {"form_id": "x", "wanted": "0"},
    "declared.add": {"name": "Hedgerow", "kind": "private"},
    "declared.stop": {"name": "Hedgerow"},
    "desks.assign": {"assignee": "me"},
    "desks.confirm_first_key": {"fingerprint": "x"},
    "desks.removal": {},
    "desks.review": {"outcome": "counted"},
    "desks.set_intake": {"intake": "closed", "reason": "Too few of us."},
    "desks.set_state": {"state": "working"},
    "desks.vouch": {"fingerprint": "x"},
    "export.export": {},
    "notices.change": {"rhythm": "weekly"},
    "reports.end_hold": {},
    "reports.file": {"form_id": "x"},
    "reports.file_plain": {"form_id": "x"},
    "reports.withdraw_now": {},
    "retention.prolong": {"reason": "Needed."},
    "sessions.end": {"session": "x"},
    "signin.begin": {},
    "signin.sign_out": {},
    "thread.add": {"form_id": "x", "number": "0"},
    "thread.add_plain": {"form_id": "x", "words": "And again."},
    "web.leave": {},
}


@dataclass(frozen=True)
class Posted:
    """What one person posts; ``report`` is the report's id as it stands in addresses."""

    world: World
    report: str
    central_id: int

    def to(self, endpoint: str) -> Body:
        """A route that is not named here is sent an empty JSON object."""
        if endpoint == "thread.answer":
            return Body(form=self._message())
        if endpoint in _FORMS:
            return Body(form=_FORMS[endpoint])
        return Body(json=self._json().get(endpoint, {}))

    def _json(self) -> dict[str, Any]:
        report = self.report
        return {
            "attachments.of_case": {"report": report, "number": 0, "start": 0},
            "attachments.own": {"number": 0, "start": 0},
            "desks.ask_again": {"reports": {report: []}},
            "desks.boxes": {"boxes": {report: "AAAA"}},
            "desks.identity": {"why": "act", "words": "To help."},
            "desks.sealed": {"reports": [report]},
            "interactions.ask": QUESTION,
        }

    def _message(self) -> Any:
        """With a form that is right, whether or not the person could have got it."""
        ids = FormIds(self.world.services.config.secret_key)
        _identity, recipient = age.new_identity()
        return {
            "form_id": ids.issue(self.central_id, f"message about {self.report}").signed,
            "number": "0",
            "writing": "closing",
            "message": (io.BytesIO(age.seal(bytes(MESSAGE_SIZE), [recipient])), "message.age"),
        }
