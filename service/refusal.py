# SPDX-License-Identifier: AGPL-3.0-or-later
"""An act that is not done, with the reason for the person who wanted it."""

from __future__ import annotations


class Refusal(Exception):
    """Nothing was written. ``message_key`` names a message without parameters."""

    def __init__(self, message_key: str) -> None:
        super().__init__(message_key)
        self.message_key = message_key
