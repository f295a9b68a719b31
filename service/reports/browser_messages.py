# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages the browser code of these pages needs. The TypeScript lists the same; a test
compares.
"""

from __future__ import annotations

from typing import Final

from onwiki.evidence.sentences import SENTENCES
from service.attachments.browser_messages import ATTACHING_MESSAGES, READING_MESSAGES
from service.keys.browser_messages import ERROR_MESSAGES, SHEET_MESSAGES, UNLOCK_MESSAGES

FINDING_MESSAGES: Final = tuple(SENTENCES)
"""Every ``message_key`` that a finding can have."""

FINDING_PAGE_MESSAGES: Final = (
    *FINDING_MESSAGES,
    "finding-at-least",
    "finding-author-address",
    "finding-author-partly",
    "finding-author-temporary",
    "finding-checked",
    "finding-checked-again",
    "finding-earlier",
    "finding-hidden-action",
    "finding-hidden-parts",
    "finding-hidden-comment",
    "finding-hidden-text",
    "finding-hidden-user",
    "finding-other-author",
    "finding-other-authors",
    "finding-own-author-partly",
    "finding-own-other-author",
    "finding-own-other-authors",
    "finding-pinned",
    "finding-size",
)
"""What a page needs that shows findings (``browser/findings.ts``)."""

WRITE_MESSAGES: Final = (
    *ATTACHING_MESSAGES,
    *ERROR_MESSAGES,
    *SHEET_MESSAGES,
    "keys-making",
    "keys-registering",
    "reports-account-remove",
    "reports-account-added",
    "reports-account-removed",
    "reports-counter-left",
    "reports-counter-over",
    "reports-error-accounts-many",
    "reports-error-hold-nobody",
    "reports-error-links-many",
    "reports-error-narrative-empty",
    "reports-error-narrative-long",
    "reports-error-readers-changed",
    "reports-error-readers-few",
    "reports-error-session",
    "reports-left-out-named",
    "reports-reader-also",
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

OWN_THREAD_MESSAGES: Final = (
    "reports-counter-left",
    "reports-counter-over",
    "reports-error-narrative-long",
    "reports-error-session",
    "reports-links-found",
    "reports-links-none",
    "reports-links-open",
    "reports-links-unreachable",
    "reports-sending-going",
    "reports-sending-sealing",
    "thread-added",
    "thread-download-done",
    "thread-download-how",
    "thread-download-working",
    "thread-error-empty",
    "thread-error-links-many",
)
"""``browser/report/own-thread.ts``"""

OWN_MESSAGES: Final = (
    *READING_MESSAGES,
    *UNLOCK_MESSAGES,
    *FINDING_PAGE_MESSAGES,
    *OWN_THREAD_MESSAGES,
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
