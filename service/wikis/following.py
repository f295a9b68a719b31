# SPDX-License-Identifier: AGPL-3.0-or-later
"""The web process takes over what the worker fetched."""

from __future__ import annotations

import logging

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from service.logs import facts
from service.services import Services
from service.wikis.kept import Follower

_log = logging.getLogger(__name__)


def follow_wikis(app: Flask, services: Services) -> None:
    """Look for a newer list with a request, every ten minutes at most."""
    follower = Follower(services.database, services.wikis)

    @app.before_request
    def follow() -> None:
        try:
            follower.follow(services.clock())
        except SQLAlchemyError as error:  # the page itself may need no database
            _log.warning("no look at the list of wikis", extra=facts(error=type(error).__name__))
