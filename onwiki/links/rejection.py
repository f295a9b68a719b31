# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a text is no usable link: a closed list, first the reason that comes first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RejectReason(StrEnum):
    """The reasons in order of precedence: when several apply, the first is given."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    BAD_CHAR = "bad-char"
    AMBIGUOUS = "ambiguous"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    PORT = "port"
    PRIVATE_WIKI = "private-wiki"
    NOT_A_WIKI = "not-a-wiki"
    HOST = "host"
    DUPLICATE_PARAM = "duplicate-param"
    MALFORMED = "malformed"
    MOVING_TARGET = "moving-target"
    NO_ID = "no-id"
    BAD_ID = "bad-id"

    @property
    def message_key(self) -> str:
        """The i18n key of the sentence that says what to paste instead."""
        return f"link-reject-{self.value}"


@dataclass(frozen=True, slots=True)
class Rejection:
    """The answer for a text that is not recognised."""

    reason: RejectReason


class Refused(Exception):
    """Ends recognising from within: an answer on its way up. `recognise` returns it."""

    def __init__(self, reason: RejectReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
