# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages the browser code of keys needs. The TypeScript lists the same; a test compares."""

from __future__ import annotations

from typing import Final

ERROR_MESSAGES: Final = (
    "web-error-unreachable",
    "web-error-refused",
    "keys-error-wrong-secret",
    "keys-error-cannot-open",
    "keys-error-worker-lost",
    "keys-passkey-stopped",
    "keys-passkey-unsupported",
    "keys-code-wrong-length",
    "keys-code-wrong-symbol",
    "keys-code-wrong-check",
)
"""``browser/explain.ts``"""

UNLOCK_MESSAGES: Final = (
    *ERROR_MESSAGES,
    "keys-unlock-label",
    "keys-unlock-hint",
    "keys-unlock-show",
    "keys-unlock",
    "keys-unlocking",
    "keys-unlock-empty",
    "keys-unlock-no-such",
    "keys-unlock-or",
    "keys-unlock-passkey",
    "keys-unlock-passkey-asks",
)
"""``browser/keys/unlock-form.ts``"""

REQUIRE_MESSAGES: Final = (
    *UNLOCK_MESSAGES,
    "keys-none-yet",
    "keys-make-link",
    "keys-unlocked-until",
)
"""``browser/keys/require.ts``"""

SHEET_MESSAGES: Final = (
    "keys-passphrase",
    "keys-recovery-code",
    "keys-passphrase-hint",
    "keys-recovery-hint",
    "keys-copy",
    "keys-copied",
    "keys-print",
    "keys-kept",
    "keys-sheet-of",
)
"""``browser/keys/secret-sheet.ts``"""

NEW_KEY_MESSAGES: Final = (
    *SHEET_MESSAGES,
    "keys-making",
    "keys-keep-passphrase",
    "keys-keep-code",
    "keys-registering",
)
"""``browser/keys/new-key.ts``"""

MANAGE_MESSAGES: Final = (
    *SHEET_MESSAGES,
    "keys-rebox-anyway",
    "keys-rebox-done",
    "keys-rebox-failed",
    "keys-rebox-kept",
    "keys-rebox-let-go",
    "keys-rebox-working",
    "keys-unlock-passkey-asks",
    "keys-wrap-added",
    "keys-wrap-adding",
    "keys-wrap-file",
    "keys-wrap-passkey",
    "keys-wrap-passphrase",
    "keys-wrap-recovery",
    "keys-wrap-remove",
    "keys-wrap-remove-sure",
    "keys-wrap-removed",
)
"""``browser/keys/manage.ts``"""

KEY_MESSAGES: Final = (
    *REQUIRE_MESSAGES,
    *NEW_KEY_MESSAGES,
    *MANAGE_MESSAGES,
    "keys-make",
    "keys-made",
    "keys-made-functionary",
    "keys-made-reporter",
    "keys-fingerprint",
    "keys-open-works",
    "keys-rebox-next",
    "keys-lock",
    "keys-go-on",
)
"""``browser/pages/key.ts``"""

STEP_UP_MESSAGES: Final = REQUIRE_MESSAGES
"""``browser/pages/step-up.ts``"""
