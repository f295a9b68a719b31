# SPDX-License-Identifier: AGPL-3.0-or-later
"""Configuration: the environment in, a frozen ``Config`` out, or every problem by name (DESIGN 11).

Values are checked for what can be known without network, database or other files' content.
Neither an error nor ``repr(config)`` ever shows a value that is secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from service.sealing.keyring import BadKeyRing, KeyRing

INSTANCE: Final = Path("instance")
"""Where the demo keeps its database."""

LEAVE_URL: Final = "https://www.wikipedia.org/"
"""The neutral page that *Leave now* goes to."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_WIKIMEDIA: Final = re.compile(
    r"(.+\.)?(wiki(media|pedia|data|books|news|quote|source|versity|voyage|functions)"
    r"|wiktionary|mediawiki)\.org"
)
_DEMO_MARKS: Final = ("demo", "sandbox")
_FEWEST_SECRET_CHARACTERS: Final = 32
_FEWEST_DIFFERENT: Final = 10


@dataclass(frozen=True)
class Problem:
    """One missing or weak value: its name and what it wants."""

    name: str
    wants: str

    def __str__(self) -> str:
        return f"{self.name}: {self.wants}"


class ConfigError(Exception):
    """The environment cannot be used. ``str`` has a line for each of ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class BotOAuth:
    """The bot's owner-only consumer."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_key: str
    access_secret: str = field(repr=False)


@dataclass(frozen=True)
class BotPassword:
    """A bot password: for tests and for wikis without OAuth."""

    password: str = field(repr=False)


@dataclass(frozen=True)
class Bot:
    """The bot's account and how it proves to be it."""

    name: str
    access: BotOAuth | BotPassword


@dataclass(frozen=True)
class Config:
    """What the environment says, checked."""

    base_url: str
    """Scheme, host and port, without a slash at the end."""
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    at_rest_keys: str = field(repr=False)
    match_keys: str = field(repr=False)
    oauth_wiki: str
    """Address of the central wiki's index.php."""
    oauth_consumer_key: str
    oauth_consumer_secret: str = field(repr=False)
    meta_api: str
    """Address of the api.php that answers ``meta=globaluserinfo``."""
    desks: Path
    bot: Bot | None = None
    extra_wikis: Path | None = None
    demo: bool = False
    trusted_proxies: int = 0
    """Proxies in front of the tool that set X-Forwarded-Proto."""
    metrics_port: int | None = None
    roster_page: str | None = None
    """Title of the pinned roster page on the central wiki."""
    leave_url: str = LEAVE_URL

    @property
    def production(self) -> bool:
        return not self.demo

    @property
    def callback_url(self) -> str:
        return f"{self.base_url}/oauth/callback"

    @property
    def host(self) -> str:
        """Host of the base address, with the port where it is not the scheme's own."""
        return urlsplit(self.base_url).netloc

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def oauth_origin(self) -> str:
        return _origin(self.oauth_wiki)

    @property
    def leave_origin(self) -> str:
        return _origin(self.leave_url)

    @property
    def on_wikimedia(self) -> bool:
        return bool(_WIKIMEDIA.fullmatch(urlsplit(self.oauth_wiki).hostname or ""))

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """Read the ``CS_`` values. Raises ConfigError with every problem, not only the first."""
        reading = _Reading(environ)
        config = reading.config()
        if reading.problems:
            raise ConfigError(reading.problems)
        return config


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class _Reading:
    """One pass over the environment that collects problems and goes on with stand-ins."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[Problem] = []
        self.demo = self.flag("CS_DEMO")

    def config(self) -> Config:
        oauth_wiki = self.script("CS_OAUTH_WIKI", "index.php")
        config = Config(
            base_url=self.base_url(),
            database_url=self.database_url(),
            secret_key=self.secret("CS_SECRET_KEY"),
            at_rest_keys=self.key_ring("CS_AT_REST_KEYS"),
            match_keys=self.key_ring("CS_MATCH_KEYS"),
            oauth_wiki=oauth_wiki,
            oauth_consumer_key=self.required("CS_OAUTH_CONSUMER_KEY", "the consumer's key"),
            oauth_consumer_secret=self.consumer_secret("CS_OAUTH_CONSUMER_SECRET"),
            meta_api=self.script(
                "CS_META_API", "api.php", re.sub(r"index\.php\Z", "api.php", oauth_wiki)
            ),
            desks=self.file("CS_DESKS", "the path of desks.toml") or Path(),
            bot=self.bot(_is_wikimedia(oauth_wiki)),
            extra_wikis=self.optional_file("CS_EXTRA_WIKIS"),
            demo=self.demo,
            trusted_proxies=self.number("CS_TRUSTED_PROXIES", 0, 8) or 0,
            metrics_port=self.number("CS_METRICS_PORT", 1, 65_535),
            roster_page=self.optional("CS_ROSTER_PAGE") or None,
            leave_url=self.leave_url(oauth_wiki),
        )
        self.refuse_equal_secrets(config)
        return config

    def wrong(self, name: str, wants: str) -> None:
        self.problems.append(Problem(name, wants))

    def optional(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def required(self, name: str, what: str) -> str:
        value = self.optional(name)
        if not value:
            self.wrong(name, f"is missing; wants {what}")
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

    def script(self, name: str, script: str, default: str = "") -> str:
        wants = f"the address of the wiki's {script}, such as https://wiki.example.org/w/{script}"
        value = self.optional(name) or default or self.required(name, wants)
        if not value:
            return value
        parts = self.address(name, value, f"wants {wants}")
        if parts is not None and not parts.path.endswith(f"/{script}"):
            self.wrong(name, f"wants {wants}")
        return value

    def leave_url(self, oauth_wiki: str) -> str:
        """Where *Leave now* goes; the demo, which may be offline, goes to its own wiki."""
        value = self.optional("CS_LEAVE_URL")
        if not value:
            return f"{_origin(oauth_wiki)}/" if self.demo and oauth_wiki else LEAVE_URL
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
            database = make_url(value).database or ""
        except ArgumentError:
            self.wrong(name, f"cannot be read; wants {wants}")
            return value
        if database.endswith("_p"):
            self.wrong(name, "names a public ToolsDB database (…_p); wants a private one")
        return value

    def secret(self, name: str) -> str:
        wants = f"at least {_FEWEST_SECRET_CHARACTERS} random characters"
        value = self.required(name, wants)
        if value and _is_weak(value):
            self.wrong(name, f"is too short or too regular; wants {wants}")
        self.refuse_demo(name, value)
        return value

    def consumer_secret(self, name: str) -> str:
        value = self.required(name, "the consumer's secret")
        if value and not self.demo and _is_weak(value):
            self.wrong(name, "is no consumer secret of MediaWiki: those have 40 random characters")
        self.refuse_demo(name, value)
        return value

    def refuse_demo(self, name: str, value: str) -> None:
        """Secrets of the demo and the sandbox begin with a mark, so that they can be told."""
        marked = any(part.lower().startswith(_DEMO_MARKS) for part in value.split(","))
        if marked and not self.demo:
            self.wrong(name, "is a secret of the demo, which everybody knows; wants one of its own")

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

    def bot(self, on_wikimedia: bool) -> Bot | None:
        names = (
            "CS_BOT_CONSUMER_KEY",
            "CS_BOT_CONSUMER_SECRET",
            "CS_BOT_ACCESS_KEY",
            "CS_BOT_ACCESS_SECRET",
        )
        given = [
            name for name in ("CS_BOT_NAME", "CS_BOT_PASSWORD", *names) if name in self.environ
        ]
        if self.demo and not given:
            return None
        bot_name = self.required("CS_BOT_NAME", "the user name of the bot")
        password = self.optional("CS_BOT_PASSWORD")
        if password:
            if not self.demo and on_wikimedia:
                self.wrong("CS_BOT_PASSWORD", "is not for Wikimedia; wants to be an OAuth consumer")
            return Bot(bot_name, BotPassword(password))
        consumer_key, consumer_secret, access_key, access_secret = (
            self.required(name, "its part of the bot's owner-only OAuth consumer") for name in names
        )
        self.refuse_demo("CS_BOT_CONSUMER_SECRET", consumer_secret)
        self.refuse_demo("CS_BOT_ACCESS_SECRET", access_secret)
        return Bot(bot_name, BotOAuth(consumer_key, consumer_secret, access_key, access_secret))

    def refuse_equal_secrets(self, config: Config) -> None:
        """Keys of different use must differ: what one process leaks must not open another's."""
        at_rest = set(config.at_rest_keys.split(","))
        match = set(config.match_keys.split(","))
        if config.at_rest_keys and at_rest & match:
            self.wrong("CS_MATCH_KEYS", "has a key of CS_AT_REST_KEYS; wants keys of its own")
        if config.secret_key and config.secret_key in at_rest | match:
            self.wrong("CS_SECRET_KEY", "is a key of a key ring; wants one of its own")


def _is_wikimedia(url: str) -> bool:
    try:
        return bool(_WIKIMEDIA.fullmatch(urlsplit(url).hostname or ""))
    except ValueError:
        return False


def _is_weak(value: str) -> bool:
    return len(value) < _FEWEST_SECRET_CHARACTERS or len(set(value)) < _FEWEST_DIFFERENT
