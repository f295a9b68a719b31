# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's environment: what production gets from its operator, made up once and kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from onwiki.sandbox import demo as sandbox_demo
from service.sealing.keyring import generate_key

ROSTER_PAGE: Final = "Project:Support rosters"
_SECRETS: Final = ("CS_SECRET_KEY", "CS_AT_REST_KEYS", "CS_MATCH_KEYS")
_DESKS: Final = Path(__file__).with_name("desks.toml")


def demo_environment(folder: Path, port: int, sandbox_port: int) -> Mapping[str, str]:
    """The ``CS_`` values for a demo whose data lies in ``folder``."""
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    return {
        **_secrets(folder / "secrets.json"),
        "CS_DEMO": "1",
        # localhost and 127.0.0.1 are two sites to a browser, as tool and wiki are in production.
        "CS_BASE_URL": f"http://localhost:{port}",
        "CS_DATABASE_URL": f"sqlite:///{folder / 'community-support.sqlite3'}",
        "CS_OAUTH_WIKI": f"{sandbox}/w/index.php",
        "CS_OAUTH_CONSUMER_KEY": sandbox_demo.SIGN_IN.key,
        "CS_OAUTH_CONSUMER_SECRET": sandbox_demo.SIGN_IN.secret,
        "CS_BOT_NAME": sandbox_demo.BOT_NAME,
        "CS_BOT_CONSUMER_KEY": sandbox_demo.BOT.key,
        "CS_BOT_CONSUMER_SECRET": sandbox_demo.BOT.secret,
        "CS_BOT_ACCESS_KEY": sandbox_demo.BOT_ACCESS_KEY,
        "CS_BOT_ACCESS_SECRET": sandbox_demo.BOT_ACCESS_SECRET,
        "CS_BOT_RUN_PAGE": "Project:Support bot",
        "CS_ROSTER_PAGE": ROSTER_PAGE,
        "CS_DESKS": str(_DESKS),
        "CS_EXTRA_WIKIS": str(_wikis(folder / "wikis.json", sandbox)),
    }


def _secrets(path: Path) -> dict[str, str]:
    """Secrets of this demo alone, made at the first start."""
    if not path.exists():
        made = {name: generate_key() for name in _SECRETS}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


def _wikis(path: Path, sandbox: str) -> Path:
    """The two sandbox wikis as wikis beyond Wikimedia's."""
    wikis = [
        {"dbname": dbname, "url": sandbox + script, "articlepath": articles, "lang": "en"}
        for dbname, script, articles in (
            ("sandboxwiki", "/w", "/wiki/$1"),
            ("sandbox2wiki", "/w2", "/wiki2/$1"),
        )
    ]
    wikis[0]["shortlinks"] = "/s/$1"  # the sandbox resolves them, not w.wiki
    path.write_text(json.dumps(wikis), "utf-8")
    return path
