# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages the browser code of these pages needs. The TypeScript lists the same; a test
compares, and holds FINDING_MESSAGES to what ``onwiki.evidence`` can say.
"""

from __future__ import annotations

from typing import Final

FINDING_MESSAGES: Final = (
    "finding-exists",
    "finding-exists-creation",
    "finding-exists-imported",
    "finding-exists-partly-hidden",
    "finding-exists-user-hidden",
    "finding-range",
    "finding-range-author-hidden",
    "finding-range-reversed",
    "finding-range-several-authors",
    "finding-across-pages",
    "finding-suppressed",
    "finding-not-visible",
    "finding-no-neighbour",
    "finding-not-asked",
    "finding-not-checked-kind",
    "finding-not-checked-wiki",
)
"""Every ``message_key`` that a finding can have."""

FINDING_PAGE_MESSAGES: Final = (
    *FINDING_MESSAGES,
    "finding-at-least",
    "finding-checked",
    "finding-hidden-action",
    "finding-hidden-comment",
    "finding-hidden-text",
    "finding-hidden-user",
    "finding-other-author",
    "finding-other-authors",
    "finding-own-other-author",
    "finding-own-other-authors",
    "finding-pinned",
    "finding-size",
)
"""What a page needs that shows findings (``browser/findings.ts``)."""

_ERRORS: Final = (
    "web-error-unreachable",
    "web-error-refused",
    "keys-error-wrong-secret",
    "keys-error-cannot-open",
    "keys-error-worker-lost",
    "keys-code-wrong-length",
    "keys-code-wrong-symbol",
    "keys-code-wrong-check",
)
_SHEET: Final = (
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
_UNLOCK: Final = (
    "keys-unlock-label",
    "keys-unlock-hint",
    "keys-unlock-show",
    "keys-unlock",
    "keys-unlocking",
    "keys-unlock-empty",
    "keys-unlock-no-such",
)

WRITE_MESSAGES: Final = (
    *_ERRORS,
    *_SHEET,
    "keys-making",
    "keys-registering",
    "reports-account-remove",
    "reports-account-added",
    "reports-account-removed",
    "reports-counter-left",
    "reports-counter-over",
    "reports-error-accounts-many",
    "reports-error-links-many",
    "reports-error-narrative-empty",
    "reports-error-narrative-long",
    "reports-error-readers-changed",
    "reports-error-readers-few",
    "reports-error-session",
    "reports-error-summary",
    "reports-left-out-named",
    "reports-links-found",
    "reports-links-none",
    "reports-links-open",
    "reports-links-unreachable",
    "reports-readers-count",
    "reports-readers-few",
    "reports-readers-left-out",
    "reports-readers-named",
    "reports-sending-code",
    "reports-sending-sealing",
    "reports-sending-sealed",
    "reports-sending-going",
    "reports-sending-without",
)
"""``pages/report-form.ts``"""

OWN_MESSAGES: Final = (
    *_ERRORS,
    *_UNLOCK,
    *FINDING_PAGE_MESSAGES,
    "reports-link-state-waiting",
    "reports-link-state-checked",
    "reports-link-state-later",
    "reports-link-state-not-evidence",
    "reports-link-state-given-up",
    "reports-own-accounts-none",
    "reports-own-cannot-open",
    "reports-own-not-understood",
    "reports-own-opened",
    "reports-own-opening",
    "reports-own-updated",
)
"""``pages/my-report.ts``"""
