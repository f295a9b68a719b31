# SPDX-License-Identifier: AGPL-3.0-or-later
"""Security headers on every answer, and the check of the Host header.

The policy starts from nothing and names what a page needs. Exceptions are made where they are
needed: Chromium applies ``form-action`` to the redirects after a form too, so *Leave now* names
its neutral page and a page with the sign-in button names the wiki. The page of a desk's roster may
ask the central wiki for the pinned roster page: the one exception of ``connect-src``. Pages that
show opened pictures allow the addresses of what their own script made (``blob:``).
"""

from __future__ import annotations

import enum
from functools import cache
from typing import Final

from flask import Flask, Response, abort, g, request
from werkzeug.datastructures import Headers

from service.config import Config

TRUSTED_TYPES: Final = "community-support"
"""Name of the bundle's Trusted Types policy; it makes addresses of its own Worker."""

_CSP: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # Codex has its icons in data: addresses
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": TRUSTED_TYPES,
}
_PERMISSIONS: Final = ", ".join(
    (
        "accelerometer=()",
        "browsing-topics=()",
        "camera=()",
        "display-capture=()",
        "geolocation=()",
        "gyroscope=()",
        "magnetometer=()",
        "microphone=()",
        "midi=()",
        "payment=()",
        "usb=()",
        "clipboard-write=(self)",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    )
)
_FIXED: Final = {
    # Not no-referrer: Flask-WTF compares the Referer of every https POST with the host.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
    "X-Robots-Tag": "noindex",
}
FORGET: Final = {"Clear-Site-Data": '"storage"'}
"""Sent when a session ends: what the browser keeps of an unlocked key goes too."""

HEALTH: Final = frozenset({"web.alive", "web.healthz"})
"""Views for machines that watch: asked by any host name, and left out of the log."""

_HSTS: Final = "max-age=31536000; includeSubDomains"


class Need(enum.Enum):
    """What a page needs beyond the policy of all pages."""

    SIGN_IN = enum.auto()
    WIKI = enum.auto()
    PICTURES = enum.auto()


def init_app(app: Flask, config: Config) -> None:
    """Check the host before, and set the headers after every request."""

    def check_host() -> None:
        # The platform's health probe asks by the container's own address.
        if request.endpoint not in HEALTH and request.host.lower() != config.host:
            abort(400)

    def add_headers(response: Response) -> Response:
        set_headers(response.headers, config, g.get("needs", frozenset()))
        return response

    app.before_request(check_host)
    app.after_request(add_headers)
    for allow in (allow_sign_in, allow_asking_wiki, allow_opened_pictures):
        app.add_template_global(allow)


def allow_sign_in() -> str:
    """Called by the template of the sign-in button: this page's form leads to the wiki."""
    return _allow(Need.SIGN_IN)


def allow_asking_wiki() -> str:
    """Called by the roster's template: this page's script asks the central wiki for a page."""
    return _allow(Need.WIKI)


def allow_opened_pictures() -> str:
    """Called by the templates of pages whose script opens pictures."""
    return _allow(Need.PICTURES)


def _allow(need: Need) -> str:
    g.needs = g.get("needs", frozenset()) | {need}
    return ""


def set_headers(headers: Headers, config: Config, needs: frozenset[Need] = frozenset()) -> None:
    headers.update(_FIXED)
    headers["Content-Security-Policy"] = policy(config, needs)
    headers.setdefault("Cache-Control", "no-store")
    if config.https:
        headers["Strict-Transport-Security"] = _HSTS


@cache
def policy(config: Config, needs: frozenset[Need] = frozenset()) -> str:
    """The Content-Security-Policy of a page."""
    forms = ["'self'", config.leave_origin]
    if Need.SIGN_IN in needs:
        forms.append(config.oauth_origin)
        if config.on_wikimedia:
            # The central wiki sends people on to the shared sign-in domain and back.
            forms.append("https://*.wikimedia.org")
    directives = {**_CSP, "form-action": " ".join(dict.fromkeys(forms))}
    if Need.WIKI in needs:
        directives["connect-src"] += f" {config.oauth_origin}"
    if Need.PICTURES in needs:
        directives["img-src"] += " blob:"
    if config.https:
        directives["upgrade-insecure-requests"] = ""
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())
