# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pywikibot API request that is tried once, by POST, at one address. Child process only.

pywikibot's own request retries for up to 25 minutes, follows redirects off the allow-list,
repeats an edit after a read time-out (the text is then there twice: OAUTH.md) and logs full
URLs. Retrying is the worker's business; here the first failure is the answer.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests
from pywikibot.comms import http
from pywikibot.data.api import Request

from onwiki.errors import Unavailable, WikiUnavailable

MAXLAG_S = 5
"""Seconds of replication lag from which the wiki is to refuse us (API:Etiquette)."""

LONGEST_RETRY_AFTER_S = 86_400.0


class RequestCount:
    """How many HTTP requests this process has made."""

    def __init__(self) -> None:
        self.made = 0


REQUESTS = RequestCount()


class OneTryRequest(Request):
    """One POST. Every failure becomes a WikiUnavailable without a word of what was asked."""

    def _use_get(self) -> bool:
        return False

    def _add_defaults(self) -> None:
        """Only what is needed: pywikibot's own would ask for extensions and add userinfo."""
        self.throttle = False  # pacing is the caller's (onwiki.notices.pacing)
        self._params.setdefault("maxlag", [str(MAXLAG_S)])
        self._params.setdefault("format", ["json"])
        self._params.setdefault("formatversion", ["2"])

    def _http_request(
        self, use_get: bool, uri: str, data: Any, headers: Any, paramstring: str
    ) -> tuple[requests.Response, bool]:
        del paramstring
        REQUESTS.made += 1
        response = http.request(
            self.site,
            uri=uri,
            method="POST",
            data=data,
            headers=headers,
            allow_redirects=False,
            default_error_handling=False,
            callbacks=[refuse_failures],
        )
        return response, use_get

    def _json_loads(self, response: requests.Response) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError:
            raise WikiUnavailable(Unavailable.NOT_JSON) from None
        if not isinstance(answer, dict):
            raise WikiUnavailable(Unavailable.MALFORMED)
        refuse_lag(answer, response)
        if self.action != "edit":  # there the caller reads it (onwiki.notices.post)
            refuse_captcha(answer)
        return answer

    def _userinfo_query(self, result: Any) -> bool:
        """Never sign in again behind the caller's back."""
        del result
        return False

    def _handle_warnings(self, result: Any) -> bool:
        """Warnings repeat parameters; nobody reads them here."""
        del result
        return False

    def _logged_in(self, code: Any) -> bool:
        del code
        return True

    def _bad_token(self, code: Any) -> bool:
        del code
        return False

    def _internal_api_error(self, code: Any, error: Any, result: Any) -> bool:
        """Reported with its code like every other error; never retried."""
        del code, error, result
        return False

    def _ratelimited(self) -> None:
        raise WikiUnavailable(Unavailable.RATE_LIMITED)

    def wait(self, delay: float | None = None, **kwargs: Any) -> None:
        """pywikibot would sleep and try again."""
        del delay, kwargs
        raise WikiUnavailable(Unavailable.SERVER_ERROR)


def refuse_failures(response: requests.Response | Exception) -> None:
    """pywikibot's call-back after each HTTP exchange: let only a 200 through."""
    if isinstance(response, requests.Timeout):
        raise WikiUnavailable(Unavailable.TIMEOUT)
    if isinstance(response, requests.TooManyRedirects):
        # requests looks one step ahead even when told not to follow (onwiki.bot.site allows 0).
        raise WikiUnavailable(Unavailable.REDIRECTED)
    if isinstance(response, Exception):
        raise WikiUnavailable(Unavailable.UNREACHABLE)
    # pywikibot reads this header as a number after every answer; it may be a date.
    after = response.headers.pop("Retry-After", None)
    wait_s = seconds_to_wait(after, response.headers)
    if wait_s is not None:
        response.headers["Retry-After"] = str(wait_s)
    reason = failure_of(response.status_code)
    if reason is not None:
        raise WikiUnavailable(reason, wait_s)


def failure_of(status: int) -> Unavailable | None:
    """What an HTTP status means for us. The API answers 200 even for its errors."""
    match status:
        case HTTPStatus.OK:
            return None
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Unavailable.RATE_LIMITED
        case _ if 300 <= status < 400:
            return Unavailable.REDIRECTED
        case _ if status >= 500:
            return Unavailable.SERVER_ERROR
        case _:
            return Unavailable.REFUSED


def seconds_to_wait(value: str | None, headers: Mapping[str, str]) -> float | None:
    """Retry-After (RFC 9110 section 10.2.3): seconds, or a date against the answer's own Date."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            until, now = parsedate_to_datetime(value), parsedate_to_datetime(headers["Date"])
        except (KeyError, ValueError):
            return None
        seconds = (until - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)


def refuse_lag(answer: Mapping[str, Any], response: requests.Response) -> None:
    """maxlag comes as HTTP 200 with `Retry-After: 5` (recording 126)."""
    error = answer.get("error")
    if isinstance(error, dict) and error.get("code") == "maxlag":
        wait_s = seconds_to_wait(response.headers.get("Retry-After"), response.headers)
        raise WikiUnavailable(Unavailable.MAXLAG, wait_s)


def refuse_captcha(answer: Mapping[str, Any]) -> None:
    """A demand to solve one stands where the action's own answer should be (ConfirmEdit)."""
    if any(isinstance(part, dict) and "captcha" in part for part in answer.values()):
        raise WikiUnavailable(Unavailable.CAPTCHA)
