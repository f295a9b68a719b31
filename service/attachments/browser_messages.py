# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages the browser code for files needs. The TypeScript lists the same; tests compare."""

from __future__ import annotations

from typing import Final

KIND_MESSAGES: Final = (
    "attachments-kind-mail",
    "attachments-kind-pdf",
    "attachments-kind-picture",
)
"""``attachments/attached.ts``"""

ATTACHING_MESSAGES: Final = (
    *KIND_MESSAGES,
    "attachments-added",
    "attachments-error-broken",
    "attachments-error-canvas",
    "attachments-error-gone",
    "attachments-error-kind",
    "attachments-error-large",
    "attachments-error-many",
    "attachments-error-pixels",
    "attachments-error-together",
    "attachments-looking",
    "attachments-remove",
    "attachments-removed",
    "attachments-sealing",
    "attachments-sending",
    "attachments-sent-some",
)
"""``attachments/form.ts``"""

READING_MESSAGES: Final = (
    *KIND_MESSAGES,
    "attachments-close",
    "attachments-error-damaged",
    "attachments-error-not-so",
    "attachments-error-wrong-context",
    "attachments-fetching",
    "attachments-hide",
    "attachments-mail-shortened",
    "attachments-open",
    "attachments-opening",
    "attachments-pdf-warning",
    "attachments-save",
    "attachments-show",
    "attachments-title",
)
"""``attachments/reading.ts``"""
