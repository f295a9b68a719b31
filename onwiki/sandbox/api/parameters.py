# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the parameters of an API request by MediaWiki's rules (ParamValidator)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.store import stamp

_LOW_LIMIT, _HIGH_LIMIT = 50, 500
_INT64 = 2**63


class Parameters:
    """The parameters of one request. Remembers which were read, to warn about the others."""

    def __init__(self, values: Mapping[str, str], *, high_limits: bool) -> None:
        self._values = dict(values)
        self._high = high_limits
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        self._read.add(name)
        return name in self._values

    def text(self, name: str) -> str | None:
        self._read.add(name)
        value = self._values.get(name)
        return None if value is None else value.replace("\r\n", "\n")

    def required(self, name: str) -> str:
        """The value, or the error ``missingparam``."""
        value = self.text(name)
        if value is None or value == "":
            raise ApiError("missingparam", f'The "{name}" parameter must be set.')
        return value

    def flag(self, name: str) -> bool:
        """A boolean: true when the parameter is there, whatever it holds."""
        return self.text(name) is not None

    def multi(self, name: str) -> list[str]:
        """A list separated by ``|`` (or U+001F when it begins with it), each value once.

        Raises ``toomanyvalues`` beyond 50 values, 500 with ``apihighlimits``; nothing is done then.
        """
        raw = self.text(name)
        if not raw:
            return []
        values = raw[1:].split("\x1f") if raw.startswith("\x1f") else raw.split("|")
        limit = _HIGH_LIMIT if self._high else _LOW_LIMIT
        if len(values) > limit:
            raise ApiError(
                "toomanyvalues",
                f'Too many values supplied for parameter "{name}". The limit is {limit}.',
                extra={
                    "parameter": name,
                    "limit": limit,
                    "lowlimit": _LOW_LIMIT,
                    "highlimit": _HIGH_LIMIT,
                },
            )
        return list(dict.fromkeys(values))

    def choices(self, name: str, default: str, known: Iterable[str]) -> tuple[list[str], list[str]]:
        """A list of keywords split into known and unknown ones."""
        values = self.multi(name) if name in self else default.split("|")
        allowed = set(known)
        return [v for v in values if v in allowed], [v for v in values if v and v not in allowed]

    def integers(self, name: str) -> list[int]:
        """A list of whole numbers of 64 bits; raises ``badinteger``."""
        return [_integer(name, value) for value in self.multi(name)]

    def integer(self, name: str) -> int | None:
        value = self.text(name)
        return None if value is None or value == "" else _integer(name, value)

    def moment(self, name: str) -> str | None:
        """A time as the database writes it, from ISO 8601 or 14 digits; raises ``badtimestamp``."""
        value = self.text(name)
        if not value:
            return None
        for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y%m%d%H%M%S"):
            with suppress(ValueError):
                return stamp(datetime.strptime(value, form).replace(tzinfo=UTC))
        sentence = f'Invalid value "{value}" for timestamp parameter "{name}".'
        raise ApiError("badtimestamp", sentence)

    def limit(self, name: str, default: int) -> int:
        """How many results are wanted; ``max`` is 500, or 5000 with ``apihighlimits``."""
        value = self.text(name)
        top = 5000 if self._high else 500
        if value is None:
            return default
        return top if value == "max" else max(1, min(_integer(name, value), top))

    def ignore(self, *names: str) -> None:
        """Names that this sandbox accepts without doing anything."""
        self._read.update(names)

    def unread(self) -> list[str]:
        return [name for name in self._values if name not in self._read]


def _integer(name: str, value: str) -> int:
    if re.fullmatch(r"[+-]?[0-9]{1,20}", value):
        number = int(value)
        if -_INT64 <= number < _INT64:
            return number
    raise ApiError("badinteger", f'Invalid value "{value}" for integer parameter "{name}".')
