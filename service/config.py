# SPDX-License-Identifier: AGPL-3.0-or-later
"""Configuration: the environment in, a frozen ``Config`` out, or every problem by name (DESIGN 11).

Values are checked for what can be known without network, database or other files' content.
Neither an error nor ``repr(config)`` ever shows a value that is secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from service.addresses import LEAVE_URL, AddressReading, origin_of
from service.environment import ConfigError, Problem
from service.retention.erasures import BACKUPS_KEPT_DAYS

__all__ = ["Bot", "BotOAuth", "BotPassword", "Config", "ConfigError", "Problem"]

_WIKIMEDIA: Final = re.compile(
    r"(.+\.)?(wiki(media|pedia|data|books|news|quote|source|versity|voyage|functions)"
    r"|wiktionary|mediawiki)\.org"
)


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
    run_page: str = ""
    """Title of the page on each wiki whose text lets the bot post; empty for User:BOT/Run."""
    extra_wikis: Path | None = None
    demo: bool = False
    trusted_proxies: int = 0
    """Proxies in front of the tool that set X-Forwarded-Proto."""
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    """Address of the network that the metrics listen on; never where the pages are."""
    roster_page: str | None = None
    """Title of the pinned roster page on the central wiki."""
    leave_url: str = LEAVE_URL
    quota_reports: int = 5
    """How many reports one person may file in ``quota_days`` days, over all desks."""
    quota_days: int = 30
    backup_recipient: str = ""
    """The operator's age recipient, to which backups are sealed; empty: none can be made."""
    backup_days: int = BACKUPS_KEPT_DAYS
    """How long the operator keeps backups at most."""
    contact: str = ""
    """Where people write about privacy: an e-mail address, or the address of a page."""

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
        return origin_of(self.oauth_wiki)

    @property
    def central_api(self) -> str:
        """Address of the api.php of the wiki that people sign in with, where the roster page is."""
        return re.sub(r"index\.php\Z", "api.php", self.oauth_wiki)

    @property
    def leave_origin(self) -> str:
        return origin_of(self.leave_url)

    @property
    def on_wikimedia(self) -> bool:
        return bool(_WIKIMEDIA.fullmatch(urlsplit(self.oauth_wiki).hostname or ""))

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """Read the ``CS_`` values. Raises ConfigError with every problem, not only the first."""
        reading = _ConfigReading(environ)
        config = reading.config()
        if reading.problems:
            raise ConfigError(reading.problems)
        return config


class _ConfigReading(AddressReading):
    """What each value wants."""

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
            meta_api=self.meta_api(oauth_wiki),
            desks=self.file("CS_DESKS", "the path of desks.toml") or Path(),
            bot=self.bot(_is_wikimedia(oauth_wiki)),
            run_page=self.optional("CS_BOT_RUN_PAGE"),
            extra_wikis=self.optional_file("CS_EXTRA_WIKIS"),
            demo=self.demo,
            trusted_proxies=self.number("CS_TRUSTED_PROXIES", 0, 8) or 0,
            metrics_port=self.number("CS_METRICS_PORT", 1, 65_535),
            metrics_host=self.network_address("CS_METRICS_HOST") or Config.metrics_host,
            roster_page=self.optional("CS_ROSTER_PAGE") or None,
            leave_url=self.leave_url(oauth_wiki),
            quota_reports=self.number("CS_QUOTA_REPORTS", 1, 50) or Config.quota_reports,
            quota_days=self.number("CS_QUOTA_DAYS", 1, 365) or Config.quota_days,
            backup_recipient=self.recipient("CS_BACKUP_RECIPIENT"),
            backup_days=self.number("CS_BACKUP_DAYS", 1, 3650) or BACKUPS_KEPT_DAYS,
            contact=self.contact("CS_CONTACT"),
        )
        self.refuse_debugging()
        self.refuse_equal_secrets(config)
        return config

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
            self.refuse_demo("CS_BOT_PASSWORD", password)
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
