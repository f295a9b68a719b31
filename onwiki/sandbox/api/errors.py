# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an API request fails: always HTTP 200, with a code, a sentence and sometimes more fields."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """One error of the Action API. ``extra`` are fields beside ``code`` and ``info``."""

    def __init__(
        self,
        code: str,
        info: str,
        *,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.info = info
        self.extra = extra or {}
        self.headers = headers or {}
