# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses in the environment: the tool's own, the wikis' and the database's. No network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from service.environment import EnvironmentReading, open_to_others

INSTANCE: Final = Path("instance")
"""Where the demo keeps its database."""

LEAVE_URL: Final = "https://www.wikipedia.org/"
"""The neutral page that *Leave now* goes to."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class AddressReading(EnvironmentReading):
    """What each address wants."""

    def base_url(self) -> str:
        name, wants = "CS_BASE_URL", "an address such as https://tool.example.org, without a path"
        value = self.required(name, wants).rstrip("/")
        parts = self.address(name, value, f"wants {wants}") if value else None
        if parts is None:
            return value
        if parts.path:
            self.wrong(name, f"wants {wants}")
        if self.demo and parts.netloc.rsplit(":", 1)[0] not in _LOOPBACK:
            self.wrong(name, "wants a loopback address (http://localhost:8000) with CS_DEMO=1")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    def script(self, name: str, script: str) -> str:
        wants = f"the address of the wiki's {script}, such as https://wiki.example.org/w/{script}"
        value = self.required(name, wants)
        if not value:
            return value
        parts = self.address(name, value, f"wants {wants}")
        if parts is not None and not parts.path.endswith(f"/{script}"):
            self.wrong(name, f"wants {wants}")
        return value

    def meta_api(self, oauth_wiki: str) -> str:
        """Beside the central wiki's index.php unless it is said otherwise."""
        if self.optional("CS_META_API"):
            return self.script("CS_META_API", "api.php")
        return re.sub(r"index\.php\Z", "api.php", oauth_wiki)

    def leave_url(self, oauth_wiki: str) -> str:
        """Where *Leave now* goes; the demo, which may be offline, goes to its own wiki."""
        value = self.optional("CS_LEAVE_URL")
        if not value:
            return f"{origin_of(oauth_wiki)}/" if self.demo and oauth_wiki else LEAVE_URL
        self.address("CS_LEAVE_URL", value, "wants the address of a neutral page")
        return value

    def database_url(self) -> str:
        name = "CS_DATABASE_URL"
        default = f"sqlite:///{(INSTANCE / 'community-support.sqlite').resolve()}"
        wants = "an SQLAlchemy address such as mariadb+pymysql://user:password@host/name"
        value = self.optional(name)
        if not value:
            return default if self.demo else self.required(name, wants)
        try:
            url = make_url(value)
            kind, database = url.get_backend_name(), url.database or ""
        except ArgumentError:
            self.wrong(name, f"cannot be read; wants {wants}")
            return value
        if kind == "sqlite":
            if not self.demo and Path(database).is_file() and open_to_others(Path(database)):
                self.wrong(name, "is a file that everybody here can read; wants chmod 600")
        elif kind not in {"mariadb", "mysql"} or not database:
            self.wrong(name, f"wants MariaDB or SQLite, with a database: {wants}")
        elif database.lower().endswith("_p"):
            self.wrong(name, "names a public ToolsDB database (…_p); wants a private one")
        return value
