# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can go wrong between us and a wiki, in words that are safe to log.

Nothing here carries a URL, an id or a name: the text of every exception is one word of a
closed list (DESIGN section 5).
"""

from enum import StrEnum


class Unavailable(StrEnum):
    """Why a wiki could not be asked. Each one is worth asking again later."""

    UNREACHABLE = "unreachable"
    """No connection, or it was reset."""
    TIMEOUT = "timeout"
    SERVER_ERROR = "server-error"
    """HTTP 5xx, or an internal error that the API reports."""
    MAXLAG = "maxlag"
    RATE_LIMITED = "rate-limited"
    READ_ONLY = "read-only"
    NOT_JSON = "not-json"
    """HTML or broken JSON where the API's answer should be."""
    MALFORMED = "malformed"
    """JSON, but not of the shape that the API documents."""
    INCOMPLETE = "incomplete"
    """The wiki answered, but left this question out."""
    REDIRECTED = "redirected"
    """The API sent us elsewhere. Redirects are never followed: they leave the allow-list."""
    OTHER_WIKI = "other-wiki"
    """The answer came from another wiki than the one asked."""
    SIGN_IN_REFUSED = "sign-in-refused"
    """The bot's credentials were refused, or belong to another account."""
    CAPTCHA = "captcha"
    REFUSED = "refused"
    """HTTP 4xx, or an API error that we have no better word for."""
    STOPPED = "stopped"
    """The child process ended without an answer."""

    @property
    def message_key(self) -> str:
        """Key of the plain sentence that the interface shows."""
        return f"wiki-unavailable-{self.value}"


class WikiUnavailable(Exception):
    """A wiki could not be asked; ask again after `retry_after_s` (None: caller's own back-off)."""

    def __init__(self, reason: Unavailable, retry_after_s: float | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.retry_after_s = retry_after_s
