# SPDX-License-Identifier: AGPL-3.0-or-later
"""Security headers on every answer, and the check of the Host header.

The policy starts from nothing and names what a page needs. Exceptions are made where they are
needed: Chromium applies ``form-action`` to the redirects after a form too, so *Leave now* names
its neutral page and a page with the sign-in button names the wiki; pages that show opened pictures
allow the addresses of what their own script made (``blob:``).
"""

from __future__ import annotations

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

_HSTS: Final = "max-age=31536000"


def init_app(app: Flask, config: Config) -> None:
    """Check the host before, and set the headers after every request."""

    def check_host() -> None:
        # The platform's health probe asks by the container's own address.
        if request.endpoint != "web.healthz" and request.host.lower() != config.host:
            abort(400)

    def add_headers(response: Response) -> Response:
        set_headers(
            response.headers, config, signs_in="signs_in" in g, shows_pictures="shows_pictures" in g
        )
        return response

    app.before_request(check_host)
    app.after_request(add_headers)
    app.add_template_global(allow_sign_in)
    app.add_template_global(allow_opened_pictures)


def allow_sign_in() -> str:
    """Called by the template of the sign-in button: this page's form leads to the wiki."""
    g.signs_in = True
    return ""


def allow_opened_pictures() -> str:
    """Called by the templates of pages whose script opens pictures."""
    g.shows_pictures = True
    return ""


def set_headers(
    headers: Headers, config: Config, *, signs_in: bool, shows_pictures: bool = False
) -> None:
    headers.update(_FIXED)
    headers["Content-Security-Policy"] = policy(
        config, signs_in=signs_in, shows_pictures=shows_pictures
    )
    headers.setdefault("Cache-Control", "no-store")
    if config.https:
        headers["Strict-Transport-Security"] = _HSTS


def policy(config: Config, *, signs_in: bool, shows_pictures: bool = False) -> str:
    """The Content-Security-Policy of a page."""
    forms = ["'self'", config.leave_origin]
    if signs_in:
        forms.append(config.oauth_origin)
        if config.on_wikimedia:
            # The central wiki sends people on to the shared sign-in domain and back.
            forms.append("https://*.wikimedia.org")
    directives = {**_CSP, "form-action": " ".join(dict.fromkeys(forms))}
    if shows_pictures:
        directives["img-src"] += " blob:"
    if config.https:
        directives["upgrade-insecure-requests"] = ""
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())
