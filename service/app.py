# SPDX-License-Identifier: AGPL-3.0-or-later
"""The web application, put together."""

from __future__ import annotations

import importlib
import logging
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from flask import Blueprint, Flask
from flask import Request as FlaskRequest
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from service import logs
from service.config import Config
from service.desks.rows import lay_rows
from service.i18n import Catalogue
from service.i18n import request as i18n
from service.limits import limits
from service.migrations.state import require_current
from service.services import EXTENSION, Services, build_services
from service.sessions.interface import ServerSessions
from service.sessions.store import SessionStore
from service.signin import views as signin
from service.signin.flow import SignIn
from service.web import access, assets, errors, headers, health, layout
from service.web.assets import DIST, Assets
from service.wikis.following import follow_wikis

FEATURES: Final = (
    "service.web.views",
    "service.signin.views",
    "service.sessions.views",
    "service.keys.views",
    "service.reports.views",
    "service.attachments.views",
    "service.desks.views",
    "service.declared.views",
    "service.watching.views",
    "service.thread.views",
    "service.notices.views",
    "service.interactions.views",
    "service.retention.views",
    "service.export.views",
)
"""Modules with a ``blueprint``, in the order of registration."""

LARGEST_REQUEST: Final = 1 << 20
"""Bytes. A filing with 64 KiB of narrative and 50 boxes has less than half of it."""

_logger = logging.getLogger(__name__)


class Application(Flask):
    """Flask, but an exception is logged without the path that Flask writes into its message."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        _logger.error("unhandled exception", exc_info=exc_info)


class Request(FlaskRequest):
    """A request whose JSON may be anything that somebody sends."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any | None:
        """As Flask's; nested deeper than Python reads is a bad request like other nonsense."""
        try:
            return super().get_json(force, silent, cache)
        except RecursionError:
            raise BadRequest from None


def create_app(
    config: Config,
    *,
    services: Services | None = None,
    bundle: Path = DIST,
) -> Flask:
    """The application for one configuration.

    ``services`` and ``bundle`` are given by tests. Raises BundleMissing, UndecidedAccess,
    DatabaseNotMigrated, and what ``build_services`` raises.
    """
    services = services or build_services(config)
    if config.production:
        require_current(services.database)
    app = Application("service", static_folder=None, template_folder=None)
    app.request_class = Request
    app.config.update(_flask_config(config))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = services
    store = SessionStore(services.database, services.vault, config.secret_key, services.clock)
    app.session_interface = ServerSessions(store, https=config.https)
    logs.init_app(app)
    headers.init_app(app, config)
    health.init_app(app, services.database)
    i18n.init_app(app, Catalogue())
    assets.init_app(app, Assets(bundle))
    layout.init_app(app)
    errors.init_app(app)
    csrf = CSRFProtect(app)  # type: ignore[no-untyped-call]
    limits.init_app(app)
    signin.init_app(app, SignIn.for_services(services, store))
    for name in FEATURES:
        feature = importlib.import_module(name)
        blueprint: Blueprint = feature.blueprint
        app.register_blueprint(blueprint)
    csrf.exempt("service.web.views.leave")  # type: ignore[no-untyped-call]
    access.require_access(app)
    follow_wikis(app, services)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=0, x_proto=config.trusted_proxies, x_host=0, x_port=0, x_prefix=0
        )
    return app


def _flask_config(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        # The token lives as long as the session: writing a report may take hours.
        "WTF_CSRF_TIME_LIMIT": None,
    }


def from_environment() -> Flask:
    """For gunicorn: ``service.app:from_environment()``. Raises ConfigError, DatabaseNotMigrated."""
    logs.configure()
    services = build_services(Config.from_environ(os.environ))
    app = create_app(services.config, services=services)
    require_current(services.database)
    lay_rows(services.database, services.desks)
    if services.config.metrics_port is not None:
        from service.metrics.requests import count_requests  # noqa: PLC0415 - loaded where it is on

        count_requests(app)
    return app
