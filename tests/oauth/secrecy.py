# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks for tokens, secrets and names in whatever a log could print."""

import traceback

from oauth.errors import SignInError
from tests.oauth.loopback import CONSUMER, REQUEST_TOKEN, VERIFIER


class Secrets:
    """What must not be found in any text."""

    def __init__(self) -> None:
        self._needles = {
            CONSUMER.key,
            CONSUMER.secret,
            REQUEST_TOKEN.key,
            REQUEST_TOKEN.secret,
            VERIFIER,
            "access-key-8816907042",
            "access-secret-57ad161fa2",
            "Alice",
            "eyJ",  # how every JWT begins
        }

    def add(self, *needles: str) -> None:
        self._needles.update(needles)

    def assert_absent(self, text: str) -> None:
        found = sorted(needle for needle in self._needles if needle in text)
        assert found == []

    def assert_kept(self, error: SignInError) -> None:
        """Nothing secret in what a log would print of the error, nor in what it drags along."""
        self.assert_absent(str(error))
        self.assert_absent(repr(error))
        self.assert_absent("".join(traceback.format_exception(error)))
        assert error.__cause__ is None
        assert error.__context__ is None
