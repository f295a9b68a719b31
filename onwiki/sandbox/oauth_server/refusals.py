# SPDX-License-Identifier: AGPL-3.0-or-later
"""MediaWiki's refusals in the OAuth handshake, worded as the real extension words them."""

from __future__ import annotations

import html

_HELP = "https://www.mediawiki.org/wiki/Help:OAuth/Errors#"


class OAuthRefusal(Exception):
    """A refused handshake step. ``key`` is what ``identify`` calls ``error``."""

    def __init__(self, key: str, text: str, *, details: str = "", number: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.text = text
        self.details = details
        self.number = number

    @property
    def line(self) -> str:
        """The body of initiate and token: ``Error:`` and the text, half of it HTML-escaped."""
        body = f"Error: {_escape(self.text)}"
        if self.details:
            link = f'<a class="external" href="{_HELP}{self.number}">{self.number}</a>'
            inside = f'<span class="plainlinks mw-mwoautherror-details">{self.details}, '
            body += f"\n\n{_escape(inside)}{link}{_escape('</span>')}"
        return body


def _escape(text: str) -> str:
    """As PHP's ``htmlspecialchars`` spells it."""
    return html.escape(text).replace("&#x27;", "&#039;")


def protocol(reason: str) -> OAuthRefusal:
    """What the OAuth library underneath complains about."""
    return OAuthRefusal(
        "mwoauth-oauth-exception", f"An error occurred in the OAuth protocol: {reason}"
    )


def token_not_found() -> OAuthRefusal:
    """Unknown or expired request token (E004)."""
    return OAuthRefusal(
        "mwoauthdatastore-request-token-not-found",
        "Sorry, something went wrong connecting this application.\n"
        "Go back and try to connect your account again, or contact the application author.",
        details="OAuth token not found",
        number="E004",
    )


def token_used() -> OAuthRefusal:
    """A request token that was exchanged before (E009)."""
    return OAuthRefusal(
        "mwoauthdatastore-request-token-already-used",
        "This request has already been completed and cannot be resubmitted.\n"
        "Go back to the application and try to connect your account again, or contact the"
        " application author.",
        details="OAuth token already used",
        number="E009",
    )


def owner_only(name: str, key: str) -> OAuthRefusal:
    """An owner-only consumer has no handshake (E010)."""
    return OAuthRefusal(
        "mwoauthserver-consumer-owner-only",
        f'"{name}" is an owner-only Connected App. To fetch the access token, see'
        f" [[Special:OAuthConsumerRegistration/update/{key}]].",
        details="Consumer is owner-only",
        number="E010",
    )


def callback_refused(*, prefix: bool) -> OAuthRefusal:
    rule = (
        ", or the configured callback must be a prefix of the supplied callback." if prefix else ""
    )
    return OAuthRefusal(
        "mwoauth-callback-not-oob-or-prefix" if prefix else "mwoauth-callback-not-oob",
        f'oauth_callback must be set, and must be set to "oob" (case-sensitive){rule}',
    )


def not_accepted() -> OAuthRefusal:
    return OAuthRefusal(
        "mwoauthdatastore-request-token-not-found",
        "No token was found matching your request.",
    )


def bad_verifier() -> OAuthRefusal:
    return OAuthRefusal(
        "mwoauthdatastore-bad-verifier", "The verification code provided was not valid."
    )


def no_grant() -> OAuthRefusal:
    return OAuthRefusal(
        "mwoauthdatastore-access-token-not-found",
        "No approved grant was found for that authorization token.",
    )


def locked_account() -> OAuthRefusal:
    return OAuthRefusal(
        "mwoauth-invalid-authorization-blocked-user",
        "The authorization headers in your request are for a user who is blocked",
    )


def no_local_account() -> OAuthRefusal:
    return OAuthRefusal(
        "mwoauth-invalid-authorization-invalid-user",
        "The authorization headers in your request are for a user that does not exist here",
    )


def not_approved() -> OAuthRefusal:
    return OAuthRefusal(
        "mwoauth-invalid-authorization-not-approved",
        "The authorization headers in your request are for a connected application that is not"
        " currently approved",
    )
