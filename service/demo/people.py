# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's two first readers: their keys are made with passphrases that stand here."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from oauth.account import fetch_account
from service.cases.membership import Cases
from service.desks.roster import OPERATOR
from service.keys.store import WrapKind
from service.services import Services

DESK: Final = "oversight-sandbox"
_SCRIPT: Final = Path(__file__).with_name("make_key.mjs")


@dataclass(frozen=True)
class DemoReader:
    """A functionary who has a key from the start."""

    name: str
    passphrase: str


READERS: Final = (
    DemoReader("Rowanbark", "amber kettle quiet meadow violin harbor"),
    DemoReader("Fennelwood", "copper lantern gentle river walnut pencil"),
)


class KeyMakerFailed(Exception):
    """node did not make a demo key; the packages of package.json are needed."""


def give_keys(services: Services) -> None:
    """Let both readers have a key that the operator vouched for, unless they have one."""
    domain = services.domain
    for reader in READERS:
        account = fetch_account(services.config.meta_api, name=reader.name)
        if account is None:
            raise KeyMakerFailed(f"the sandbox wiki does not know {reader.name}")
        with services.database.read() as session:
            if domain.keys.of(session, account.central_id) is not None:
                continue
        recipient, wrap = _make_key(reader.passphrase)
        today = services.today()
        cases: Cases = domain.cases
        with services.database.write() as session:
            cases.lock(session, DESK)
            domain.keys.register(
                session, account.central_id, recipient, [(WrapKind.PASSPHRASE, wrap)], today
            )
            domain.roster.confirm(session, DESK, account.central_id, account.name, today)
            session.flush()
            domain.roster.vouch(session, DESK, OPERATOR, account.central_id, today)


def _make_key(passphrase: str) -> tuple[str, bytes]:
    """Recipient and wrapped identity, made by the browser's own library under node."""
    made = subprocess.run(
        ["node", str(_SCRIPT)],  # noqa: S607 - node is where the user has it
        input=json.dumps({"passphrase": passphrase}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if made.returncode != 0:
        raise KeyMakerFailed("node could not make a key: is node_modules there?")
    answer = json.loads(made.stdout)
    return answer["recipient"], base64.b64decode(answer["wrap"])
