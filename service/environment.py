# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading values from the environment: what is wrong is collected, named, and never shown."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from service.sealing import age
from service.sealing.keyring import BadKeyRing, KeyRing
from service.variables import FILE_SUFFIX, SECRETS

_FEWEST_SECRET_CHARACTERS: Final = 32
_FEWEST_DIFFERENT: Final = 10

_DEMO_MARK: Final = "demo"
"""How made-up secrets of a demo begin."""

DEMO_SECRETS: Final = frozenset(
    {
        "c1f0a5e2d79b48360f2e4c6a8b1d3f5e7092a4b6",
        "4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091",
        "b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9",
        "7b1e0c55a9d84f2e8c36f1d20b94e7a3",
    }
)
"""The secrets of ``onwiki.sandbox.demo``; a test compares."""


@dataclass(frozen=True)
class Problem:
    """One missing or weak value: its name and what it wants."""

    name: str
    wants: str

    def __str__(self) -> str:
        return f"{self.name}: {self.wants}"


def open_to_others(path: Path) -> bool:
    """Whether everybody on this machine may read or write an existing file."""
    return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


class ConfigError(Exception):
    """The environment cannot be used. ``str`` has a line for each of ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class EnvironmentReading:
    """One pass over the environment that collects problems and goes on with stand-ins."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[Problem] = []
        self._unread: set[str] = set()
        self.demo = self.flag("CS_DEMO")
        self.environ = {**environ, **self._from_files()}

    def _from_files(self) -> dict[str, str]:
        """Secrets that stand in files of their own (``CS_SECRET_KEY_FILE``)."""
        found = {}
        for name in SECRETS:
            path = self.optional(f"{name}{FILE_SUFFIX}")
            if path and (value := self._secret_in(name, Path(path))) is not None:
                found[name] = value
        return found

    def _secret_in(self, name: str, path: Path) -> str | None:
        """What the file holds; None when it is refused, and then the name itself is not missed."""
        named, wants = f"{name}{FILE_SUFFIX}", f"wants the path of a file that holds {name}"
        if self.optional(name):
            self.wrong(named, f"is set beside {name}; wants only one of the two")
            return None
        self._unread.add(name)
        try:
            if not self.demo and open_to_others(path):
                self.wrong(named, "can be read by everybody on this machine; wants chmod 600")
                return None
            value = path.read_text("ascii").strip()
        except OSError:
            self.wrong(named, f"names a file that is not there or cannot be read; {wants}")
            return None
        except UnicodeDecodeError:
            self.wrong(named, f"is not a text of plain letters; {wants}")
            return None
        self._unread.remove(name)
        return value

    def wrong(self, name: str, wants: str) -> None:
        self.problems.append(Problem(name, wants))

    def optional(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def required(self, name: str, what: str) -> str:
        value = self.optional(name)
        if not value and name not in self._unread:
            self.wrong(name, f"is missing; wants {what}")
        return value

    def refuse_debugging(self) -> None:
        """Flask's switch shows code, values and a console to whoever makes a page fail."""
        name = "FLASK_DEBUG"
        if not self.demo and self.optional(name).lower() not in {"", "0", "false", "no"}:
            self.wrong(name, "is on; wants to be unset in production")

    def contact(self, name: str) -> str:
        """An e-mail address or the address of a page; in the demo it may be missing."""
        wants = "an e-mail address or the https address of a page"
        value = self.optional(name) if self.demo else self.required(name, wants)
        if value and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", value):
            self.address(name, value, f"wants {wants}")
        return value

    def flag(self, name: str) -> bool:
        value = self.environ.get(name, "")
        if value not in {"", "0", "1"}:
            self.wrong(name, "wants 1, 0 or nothing")
        return value == "1"

    def number(self, name: str, least: int, most: int) -> int | None:
        value = self.environ.get(name, "")
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            self.wrong(name, f"wants a whole number from {least} to {most}")
            return None
        return int(value)

    def optional_file(self, name: str) -> Path | None:
        return self.file(name, "the path of a file") if self.environ.get(name) else None

    def file(self, name: str, what: str) -> Path | None:
        value = self.required(name, what)
        if not value:
            return None
        path = Path(value)
        if not path.is_file():
            self.wrong(name, f"names a file that is not there; wants {what}")
            return None
        return path

    def network_address(self, name: str) -> str:
        """An IP address to listen on, or nothing."""
        value = self.optional(name)
        try:
            if value:
                ip_address(value)
        except ValueError:
            self.wrong(name, "wants an address of this machine, such as 127.0.0.1")
        return value

    def address(self, name: str, value: str, wants: str) -> SplitResult | None:
        """An absolute http(s) address without credentials, query and fragment."""
        try:
            parts = urlsplit(value)
            port_is_fine = parts.port is None or parts.port > 0
        except ValueError:
            parts, port_is_fine = SplitResult("", "", "", "", ""), False
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
        if parts.scheme not in {"http", "https"} or not (parts.hostname and plain and port_is_fine):
            self.wrong(name, wants)
            return None
        if not self.demo and parts.scheme == "http":
            self.wrong(name, "wants https; plain http is for the demo (CS_DEMO=1) only")
        return parts

    def secret(self, name: str) -> str:
        wants = f"at least {_FEWEST_SECRET_CHARACTERS} random characters"
        value = self.required(name, wants)
        if value and _is_weak(value):
            self.wrong(name, f"is too short or too regular; wants {wants}")
        self.refuse_demo(name, value)
        return value

    def consumer_secret(self, name: str) -> str:
        wants = "the consumer's secret, as the wiki showed it once"
        value = self.required(name, wants)
        if value and not self.demo and _is_weak(value):
            self.wrong(name, f"is too short or too regular; wants {wants}")
        self.refuse_demo(name, value)
        return value

    def refuse_demo(self, name: str, value: str) -> None:
        """Refuse in production what everybody can read in the source code."""
        known = value in DEMO_SECRETS or any(
            part.lower().startswith(_DEMO_MARK) for part in value.split(",")
        )
        if known and not self.demo:
            self.wrong(name, "is a secret of the demo, which everybody knows; wants one of its own")

    def recipient(self, name: str) -> str:
        """A post-quantum age recipient, or nothing."""
        wants = "an age recipient (age1pq1…), as age-keygen -pq shows it; never the identity"
        value = self.optional(name)
        try:
            if value:
                age.parse_recipient(value)
        except age.InvalidRecipient as error:
            self.wrong(name, f"{error}; wants {wants}")
        return value

    def key_ring(self, name: str) -> str:
        wants = "keys of 32 random bytes each in base64url, the newest first, commas between"
        value = self.required(name, wants)
        if not value:
            return value
        try:
            KeyRing.parse(value)
        except BadKeyRing as error:
            self.wrong(name, f"{error}; wants {wants}")
        self.refuse_demo(name, value)
        return value


def _is_weak(value: str) -> bool:
    return len(value) < _FEWEST_SECRET_CHARACTERS or len(set(value)) < _FEWEST_DIFFERENT
