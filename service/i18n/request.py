# SPDX-License-Identifier: AGPL-3.0-or-later
"""The language of a request, and messages, dates and numbers in it for views and templates.

``?uselang=`` counts for one request, as on the wikis. The choice made with the language menu
(``?setlang=``) is kept in a cookie that ends with the browser: on a shared computer it shows
nothing more tomorrow. Then comes what the browser asks for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from service.i18n.catalogue import SOURCE, Catalogue, Messages, Parameter

COOKIE: Final = "cs-lang"
_EXTENSION: Final = "community_support_i18n"

_EVERY_PAGE: Final = ("keys-unlocked-until",)
"""Messages of the script in the top bar."""

# Written out, so that a search for a message key finds where it is used.
_MONTHS: Final = (
    "web-month-1",
    "web-month-2",
    "web-month-3",
    "web-month-4",
    "web-month-5",
    "web-month-6",
    "web-month-7",
    "web-month-8",
    "web-month-9",
    "web-month-10",
    "web-month-11",
    "web-month-12",
)


def init_app(app: Flask, catalogue: Catalogue) -> None:
    """Give templates ``msg`` and the filters ``day``, ``moment``, ``number``."""
    app.extensions[_EXTENSION] = catalogue
    app.add_template_global(msg)
    app.add_template_global(browser_messages)
    app.add_template_global(current_messages)
    app.add_template_filter(write_day, "day")
    app.add_template_filter(write_moment, "moment")
    app.add_template_filter(write_number, "number")
    app.after_request(_keep_choice)


def catalogue() -> Catalogue:
    found: Catalogue = current_app.extensions[_EXTENSION]
    return found


def current_messages() -> Messages:
    """The messages in the language of this request."""
    if "messages" not in g:
        g.messages = catalogue().messages(_language(catalogue()))
    messages: Messages = g.messages
    return messages


def msg(key: str, **parameters: Parameter) -> Markup:
    """The message in the language of this request, safe to put into HTML."""
    return current_messages().text(key, **parameters)


def browser_messages(keys: Sequence[str]) -> Markup:
    """The data block that the TypeScript of a page takes its words from."""
    messages = current_messages()
    texts = {key: messages.raw(key) for key in (*_EVERY_PAGE, *keys)}
    data = json.dumps(texts, ensure_ascii=False)
    # Nothing in a data block may look like markup to the HTML parser.
    for character in "<>&":
        data = data.replace(character, f"\\u{ord(character):04x}")
    block = '<script type="application/json" id="messages" data-language="{}">{}</script>'
    return Markup(block).format(messages.html_lang, Markup(data))  # noqa: S704 - escaped above


def write_day(value: date) -> Markup:
    """``3 May 2026``"""
    month = msg(_MONTHS[value.month - 1])
    return msg("web-date", day=str(value.day), month=month, year=str(value.year))


def write_moment(value: datetime) -> Markup:
    """``3 May 2026, 14:02 UTC``"""
    utc = value.astimezone(UTC)
    return msg("web-moment", date=write_day(utc.date()), time=f"{utc:%H:%M}")


def write_number(value: int) -> str:
    return current_messages().number(value)


def _language(known: Catalogue) -> str:
    for wanted in (request.args.get("uselang"), _chosen(known), request.cookies.get(_cookie())):
        if wanted and known.knows(wanted.lower()):
            return wanted.lower()
    return request.accept_languages.best_match(list(known.texts), SOURCE) or SOURCE


def _chosen(known: Catalogue) -> str | None:
    chosen = request.args.get("setlang", "").lower()
    return chosen if chosen in known.texts else None


def _cookie() -> str:
    """Its name; over https one that no other host can set."""
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE


def _keep_choice(response: Response) -> Response:
    chosen = _chosen(catalogue())
    if chosen is not None:
        response.set_cookie(
            _cookie(), chosen, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response
