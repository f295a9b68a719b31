# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes and marks that hold in one case or one report only, and stand for nothing outside of it."""

from __future__ import annotations

from typing import Final

from service.ids import to_text
from service.vault import Vault

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters and digits: none that look alike when a code is read out."""

_MARK_SIZE: Final = 12


def short_code(vault: Vault, purpose: str, case: bytes, value: bytes) -> str:
    """Four letters for a report or a reporter within a case; other ones in every other case."""
    number = int.from_bytes(vault.label(purpose, case, value)[:4], "big")
    return "".join(LETTERS[(number >> shift) & 31] for shift in (0, 5, 10, 15))


def account_mark(vault: Vault, report_id: bytes, token: bytes) -> str:
    """Which of a report's accounts a case is about, for browsers that opened the report.

    It stands in the report's sealed part beside the name. The server, which knows a case by its
    token only, gives the same mark with the case; two reports' marks of one account differ.
    """
    return to_text(vault.label("account-mark", report_id, token)[:_MARK_SIZE])
