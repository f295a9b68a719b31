# SPDX-License-Identifier: AGPL-3.0-or-later
"""The newest list of wikis that a command can have: the database's, where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from onwiki.wikis import WikiList, load_extra_wikis
from service.config import Config, ConfigError
from service.database import Database
from service.wikis.kept import kept


class NoNewerList(Exception):
    """A database is configured and did not answer; ``wikis`` is the list to go on with."""

    def __init__(self, wikis: WikiList) -> None:
        super().__init__("the database did not answer")
        self.wikis = wikis


def wikis_at_hand(environ: Mapping[str, str]) -> WikiList:
    """This version's list with the extra wikis of ``environ``; brought up to date from the
    database where ``environ`` is a whole configuration.

    Raises ExtraWikisError, NoNewerList.
    """
    wikis = WikiList.snapshot().copy()
    if extra := environ.get("CS_EXTRA_WIKIS"):
        wikis = wikis.with_extra(load_extra_wikis(Path(extra)))
    try:
        database = _database(Config.from_environ(environ))
    except ConfigError:
        return wikis
    if database is None:
        return wikis
    try:
        with database.read() as session:
            newer = kept(session)
    except SQLAlchemyError:
        raise NoNewerList(wikis) from None
    finally:
        database.dispose()
    if newer:
        wikis.adopt(newer)
    return wikis


def _database(config: Config) -> Database | None:
    """None for a file that is not there yet: looking would make it."""
    database = Database(config.database_url)
    file = database.url.database or ""
    if database.url.get_backend_name() == "sqlite" and not Path(file).is_file():
        return None
    return database
