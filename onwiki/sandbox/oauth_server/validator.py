# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: ARG002 - the arguments are oauthlib's
"""What oauthlib's server side asks us while it checks a signed request."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime

from oauthlib.common import Request
from oauthlib.oauth1 import RequestValidator

from onwiki.sandbox.oauth_server import consumers, refusals

TIMESTAMP_WINDOW_S = 300


class WikiValidator(RequestValidator):
    """Answers from the sandbox's tables, and refuses in MediaWiki's words.

    The order of the checks is oauthlib's: nonce and time, consumer, token, signature. What
    MediaWiki looks at only after the signature (callback, verifier) is left to the endpoints.
    """

    def __init__(self, db: sqlite3.Connection, now: datetime) -> None:
        super().__init__()
        self._db = db
        self._now = now

    @property
    def enforce_ssl(self) -> bool:
        return False

    @property
    def timestamp_lifetime(self) -> int:
        # oauthlib compares with the machine's clock; ours is checked with the nonce below.
        return 10**10

    @property
    def dummy_client(self) -> str:
        return "0" * 32

    @property
    def dummy_request_token(self) -> str:
        return "0" * 32

    @property
    def dummy_access_token(self) -> str:
        return "0" * 32

    def check_client_key(self, client_key: str) -> bool:
        return bool(client_key)

    def check_nonce(self, nonce: str) -> bool:
        return bool(re.fullmatch(r"[ -~]{1,64}", nonce))

    def check_request_token(self, request_token: str) -> bool:
        return bool(request_token)

    def check_access_token(self, request_token: str) -> bool:
        return bool(request_token)

    def check_verifier(self, verifier: str) -> bool:
        return bool(verifier)

    def check_realms(self, realms: list[str]) -> bool:
        return True

    def get_default_realms(self, client_key: str, request: Request) -> list[str]:
        return []

    def validate_requested_realms(
        self, client_key: str, realms: list[str], request: Request
    ) -> bool:
        return True

    def validate_realms(
        self,
        client_key: str,
        token: str,
        request: Request,
        uri: str | None = None,
        realms: list[str] | None = None,
    ) -> bool:
        return True

    def validate_timestamp_and_nonce(
        self,
        client_key: str,
        timestamp: str,
        nonce: str,
        request: Request,
        request_token: str | None = None,
        access_token: str | None = None,
    ) -> bool:
        if consumers.find(self._db, client_key) is None:
            raise refusals.protocol("Invalid consumer")
        ours, yours = int(self._now.timestamp()), int(timestamp)
        if abs(ours - yours) > TIMESTAMP_WINDOW_S:
            raise refusals.protocol(f"Expired timestamp, yours {yours}, ours {ours}")
        token = access_token or request_token or ""
        if not consumers.remember_nonce(self._db, client_key, token, nonce, yours):
            raise refusals.protocol(f"Nonce already used: {nonce}")
        return True

    def validate_client_key(self, client_key: str, request: Request) -> bool:
        return consumers.find(self._db, client_key) is not None

    def validate_redirect_uri(self, client_key: str, redirect_uri: str, request: Request) -> bool:
        return True

    def validate_request_token(self, client_key: str, token: str, request: Request) -> bool:
        found = consumers.request_token(self._db, token, self._now)
        if found is None or found.consumer != client_key:
            raise refusals.token_not_found()
        return True

    def validate_verifier(
        self, client_key: str, token: str, verifier: str, request: Request
    ) -> bool:
        return True

    def validate_access_token(self, client_key: str, token: str, request: Request) -> bool:
        found = consumers.acceptance(self._db, token)
        if found is None or found.consumer != client_key:
            raise refusals.no_grant()
        return True

    def get_client_secret(self, client_key: str, request: Request) -> str:
        found = consumers.find(self._db, client_key)
        return found.secret if found else ""

    def get_request_token_secret(self, client_key: str, token: str, request: Request) -> str:
        found = consumers.request_token(self._db, token, self._now)
        return found.secret if found else ""

    def get_access_token_secret(self, client_key: str, token: str, request: Request) -> str:
        found = consumers.acceptance(self._db, token)
        return found.access_secret if found else ""
