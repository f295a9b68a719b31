# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the parent and its child process say to each other: one JSON object a line.

Parent, first line: `{"wiki": {...}, "access": {...} | null, "sign_in": bool, "timeout_s": float}`
Child's answer:     `{"ready": {"name": str | null, "limit": 50 | 500}, "requests": int}`
Parent, then:       `{"ask": {parameter: value}}` or `{"edit": {parameter: value}}`
Child's answer:     `{"answer": {...}, "requests": int}`,
                    `{"refused": API error code, "requests": int}` or
                    `{"fault": reason, "retry_after_s": float | null, "requests": int}`

`requests` counts every HTTP request that the child has made so far, sign-in included.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

READING_ACTIONS = frozenset({"query", "compare", "discussiontoolsfindcomment"})
"""What the child may ask for. A mistake in a caller cannot become an edit."""

CODE = re.compile(r"[\w\\-]{1,120}", re.ASCII)
"""API error codes; anything else is not repeated, it could carry text."""


@dataclass(frozen=True)
class WikiAddress:
    """Where the child finds the API: the allow-list's own words, never a user's URL."""

    dbname: str
    scheme: str
    netloc: str
    script_path: str


def encode(message: Json) -> bytes:
    """One line of the pipe."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> Json:
    """Inverse of `encode`. Raises ValueError for anything but a JSON object."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not an object")  # noqa: TRY004 - callers handle one kind of error
    return message


def clean_code(code: object) -> str:
    """An API error code that is safe to pass on and to log."""
    text = str(code)
    return text if CODE.fullmatch(text) else "unknown"
