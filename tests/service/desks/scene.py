# SPDX-License-Identifier: AGPL-3.0-or-later
"""The running tool with functionaries whose passphrases are known, and people who file to them."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Page, expect

from onwiki.links import recognise
from service.cases.fold import ResolvedName
from service.desks.arriving import confirm_rights
from service.desks.roster import OPERATOR
from service.keys.store import WrapKind
from service.sessions.store import PERSON, SessionStore
from tests.service.reports.live import Tool
from tests.service.visiting import functionary
from tests.service.world import DESK, World

QUEUE = f"/desk/{DESK}"
ROSTER = f"{QUEUE}/roster"

MAKE_KEY = Path(__file__).parents[3] / "service/demo/make_key.mjs"
PASSPHRASES = {
    "Rowanbark": "amber kettle quiet meadow violin harbor",
    "Fennelwood": "copper lantern gentle river walnut pencil",
    "Thornbury": "velvet orchard simple candle thunder maple",
}


@cache
def make_key(passphrase: str) -> tuple[str, bytes]:
    """Recipient and wrapped identity, made by the browser's own library under node."""
    node = shutil.which("node")
    assert node is not None, "the tests need node"
    text = json.dumps({"passphrase": passphrase})
    done = subprocess.run(
        [node, str(MAKE_KEY)], input=text, capture_output=True, text=True, check=True, timeout=60
    )
    made = json.loads(done.stdout)
    return made["recipient"], base64.b64decode(made["wrap"])


@dataclass(frozen=True)
class Scene:
    """The desk "oversight" of a running tool."""

    tool: Tool

    @property
    def world(self) -> World:
        return World(self.tool.services)

    def id_of(self, name: str) -> int:
        return self.tool.sandbox.person(name).id

    def add_reader(self, name: str, *, vouched: bool = True) -> None:
        """A functionary with the passphrase above, vouched for by the operator."""
        recipient, wrap = make_key(PASSPHRASES[name])
        services, central_id = self.tool.services, self.id_of(name)
        domain, today = services.domain, services.today()
        with services.database.write() as session:
            wraps = [(WrapKind.PASSPHRASE, wrap)]
            domain.keys.register(session, central_id, recipient, wraps, today)
        confirm_rights(services.database, domain, central_id, name, [DESK], today)
        if vouched:
            with services.database.write() as session:
                domain.roster.vouch(session, DESK, OPERATOR, central_id, today)

    def file(
        self, reporter: str, account: str, narrative: str, *links: str, review: bool = False
    ) -> bytes:
        """File a report; the worker has yet to see it. ``review``: from a new account."""
        person = (self.id_of(reporter), reporter)
        return self.world.file(person, (account,), links, narrative, review=review)

    def fold(
        self, reporter: str, account: str, narrative: str, *links: str, review: bool = False
    ) -> bytes:
        """File a report and enter it into its case; no wiki is asked."""
        report = self.file(reporter, account, narrative, *links, review=review)
        services = self.tool.services
        names = [ResolvedName(account, account, self.id_of(account))]
        references = [recognise(link, services.wikis) for link in links]
        with services.database.write() as session:
            services.domain.folding.fold(session, report, names, references)
        return report

    def enter(self, page: Page, name: str, address: str = QUEUE) -> None:
        """Go to a page with the session of a functionary, as after the way through the wiki."""
        services, central_id = self.tool.services, self.id_of(name)
        confirm_rights(
            services.database, services.domain, central_id, name, [DESK], services.today()
        )
        store = SessionStore(
            services.database, services.vault, services.config.secret_key, services.clock
        )
        token = store.create({PERSON: functionary(services, central_id, name).to_json()})
        page.context.add_cookies([{"name": "session", "value": token, "url": self.tool.base_url}])
        page.goto(address)

    def edit(self, dbname: str, revid: int) -> str:
        """Address of an edit on a sandbox wiki."""
        wiki = self.tool.sandbox.wiki(dbname)
        return f"{wiki.index_url}?diff={revid}"


def unlock(page: Page, name: str) -> None:
    """Type the passphrase where the page asks for it."""
    field = page.get_by_label("Passphrase or recovery code")
    field.fill(PASSPHRASES[name])
    field.press("Enter")
    expect(page.get_by_role("button", name="Lock now").first).to_be_visible()
