# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gathering the fields of an element: only what was asked for, and only what may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from onwiki.sandbox.api.request import Caller
from onwiki.sandbox.revisions import NOTHING, Hidden


class Fields:
    """The fields of one revision, log entry or account, by the properties that name them.

    A hidden part leaves its flag even for those who may see the part itself.
    """

    def __init__(self, props: Iterable[str], caller: Caller, hidden: Hidden = NOTHING) -> None:
        self.values: dict[str, Any] = {}
        self._props = frozenset(props)
        self._caller = caller
        self._hidden = hidden
        self.concealed = False
        """Whether a part that was asked for is hidden from the public."""

    def add(self, prop: str, /, **fields: Any) -> None:
        """Fields that everybody may see, when ``prop`` was asked for."""
        if prop in self._props:
            self.values |= fields

    def guard(self, part: Hidden, flag: str, by_prop: Mapping[str, Mapping[str, Any]]) -> None:
        """Fields of a part that may be hidden, by the property that asks for each."""
        if not self._props & by_prop.keys():
            return
        if self._hidden & part:
            self.concealed = True
            self.values[flag] = True
        if self._caller.sees(self._hidden, part):
            for prop, fields in by_prop.items():
                self.add(prop, **fields)
