# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every part of the service works with, built once from the configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

from flask import current_app

from onwiki.wikis import WikiList, load_extra_wikis
from service.config import Config
from service.database import Database
from service.desks.configuration import read_desks, read_noticeboard, read_operators
from service.desks.desk import Desk
from service.domain import Domain
from service.matching.tokens import MatchKeys
from service.rights.asking import Accounts
from service.sealing.at_rest import AtRest, KeyRing
from service.vault import Vault

Clock = Callable[[], datetime]
"""The time now, aware, in UTC."""

EXTENSION: Final = "community_support"
"""Key of the Services among a Flask app's extensions."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """Handed to logic by argument; views take it from ``current_services``."""

    config: Config
    database: Database
    at_rest: AtRest = field(repr=False)
    match_keys: MatchKeys = field(repr=False)
    wikis: WikiList = field(repr=False)
    desks: tuple[Desk, ...]
    operators: tuple[str, ...] = ()
    """Accounts of those who run the server; the form names them."""
    noticeboard: str | None = None
    """Where desks that want signatories look for them."""
    clock: Clock = utc_now

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.at_rest, self.match_keys)

    @cached_property
    def domain(self) -> Domain:
        """The features' logic over this database's keys and these wikis."""
        return Domain.assemble(self.vault, self.wikis)

    @cached_property
    def accounts(self) -> Accounts:
        """The way to ask the central wiki about accounts; the noticeboard only if it matters."""
        wanted = any(desk.signatories_only for desk in self.desks)
        return Accounts(self.config.meta_api, self.noticeboard if wanted else None)

    def desk(self, key: str) -> Desk | None:
        """The configured desk with that key."""
        return next((desk for desk in self.desks if desk.key == key), None)

    def today(self) -> date:
        """The day now, in UTC."""
        return self.clock().date()


def build_services(config: Config, *, clock: Clock = utc_now) -> Services:
    """Raises DeskConfigurationError and the errors of ``load_extra_wikis``."""
    wikis = WikiList.snapshot().copy()  # grows with service.wikis
    if config.extra_wikis is not None:
        wikis = wikis.with_extra(load_extra_wikis(config.extra_wikis))
    return Services(
        config=config,
        database=Database(config.database_url),
        at_rest=AtRest(KeyRing.parse(config.at_rest_keys)),
        match_keys=MatchKeys.parse(config.match_keys),
        wikis=wikis,
        desks=read_desks(config.desks),
        operators=read_operators(config.desks),
        noticeboard=read_noticeboard(config.desks),
        clock=clock,
    )


def current_services() -> Services:
    """The Services of the app that handles this request."""
    services: Services = current_app.extensions[EXTENSION]
    return services
