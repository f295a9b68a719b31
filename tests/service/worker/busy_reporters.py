# SPDX-License-Identifier: AGPL-3.0-or-later
"""The people of the busy year (``busy.py``): they make keys, and report in every way there is."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service.app import create_app
from service.sealing import age
from service.sessions.person import Person
from service.worker.context import Context
from tests.fixtures_sandbox import Sandbox
from tests.service.attachments.sealed import Uploader, manifest, seal_file
from tests.service.keys.holder import PASSKEY, PASSPHRASE, RECOVERY, Holder
from tests.service.reports.forms import Form
from tests.service.visiting import Visitor, sign_in
from tests.service.worker.test_report_to_findings import demo_revisions
from tests.service.worker.typed import LONG, Typed
from tests.service.world import World

LARKSPUR, QUILLFEATHER = (1, "Larkspur"), (2, "Quillfeather")
HEATHER, WILLOWMERE = (903, "Heather Field"), (904, "Willowmere")
NAMED: Final = "Thornbury"
"""Whom all reports name."""


@dataclass
class BusyReporters:
    """Who reports, and how."""

    world: World
    context: Context
    sandbox: Sandbox
    bundle: Path
    typed: Typed = LONG

    def people_make_keys(self) -> None:
        """With every kind of wrap; one is changed, so that there is a keyring."""
        self.app = create_app(
            self.world.services.config, services=self.world.services, bundle=self.bundle
        )
        self.app.config["SERVER_NAME"] = self.world.services.config.host
        self.larkspur = Holder.registered(self._visitor(LARKSPUR), PASSPHRASE, RECOVERY)
        self.larkspur.change()
        assert self.larkspur.add(PASSKEY).status_code == 201
        self.quillfeather = Holder.registered(self._visitor(QUILLFEATHER))

    def files_are_on_their_way(self) -> None:
        """Two, for a form that is not sent yet."""
        form = Form(self.larkspur.visitor.client, self.larkspur.visitor.csrf)
        for number in range(2):
            self._upload(form, number)

    def _file(self, reporter: tuple[int, str], hold: str = "") -> bytes:
        names = (NAMED, self.typed.account)
        return self.world.file(reporter, names, self._pasted(), self.typed.narrative, hold=hold)

    def _file_scripted(self) -> bytes:
        """As a browser does, with a file; the reporter can read it again."""
        form = Form(self.larkspur.visitor.client, self.larkspur.visitor.csrf)
        recipient = self._upload(form, 0)
        readers = [one for one in self.world.readers.values() if one.name != "Marlowick"]
        boxes = {one.central_id: one.recipient for one in readers}
        listed = manifest(form.report_id, recipient, self.typed.file)
        answer = form.post_sealed(
            {**boxes, LARKSPUR[0]: self.larkspur.recipient},
            self.typed.narrative,
            accounts=[NAMED],
            links=list(self._pasted()),
            attachment=["0"],
            attachments=(io.BytesIO(listed), "attachments.age"),
        )
        assert answer.status_code == 200, answer.get_json()
        return form.report_id

    def _file_plain(self) -> bytes:
        form = Form(self.quillfeather.visitor.client, self.quillfeather.visitor.csrf)
        answer = form.post_plain(
            narrative=self.typed.narrative,
            accounts=NAMED,
            links="\n".join(self._pasted()),
        )
        assert answer.status_code == 303
        return form.report_id

    def _upload(self, form: Form, number: int) -> str:
        """A file of one chunk; whom it is sealed to."""
        recipient = age.new_identity()[1]
        body = b"%PDF-1.7 " + self.typed.narrative.encode()
        Uploader(form).post_all(number, seal_file(form.report_id, number, body, 1, recipient))
        return recipient

    def _visitor(self, who: tuple[int, str]) -> Visitor:
        services = self.world.services
        person = Person(*who, edit_count=120, rights_checked=services.clock())
        return sign_in(self.app, services, person)

    def _revids(self) -> list[int]:
        return [one for one in demo_revisions(self.sandbox) if one > 10**8][:2]

    def _pasted(self) -> tuple[str, ...]:
        edits = (f"{self.sandbox.base_url}/wiki/Special:Diff/{one}" for one in self._revids())
        return (*edits, self.typed.link)
