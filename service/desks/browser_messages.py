# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages the browser code of a desk's pages needs. The TypeScript lists the same; a test
compares.
"""

from __future__ import annotations

from typing import Final

from service.attachments.browser_messages import READING_MESSAGES
from service.keys.browser_messages import REQUIRE_MESSAGES
from service.reports.browser_messages import FINDING_PAGE_MESSAGES

ACCOUNT_MESSAGES: Final = (
    "desks-account-closed",
    "desks-account-nobody",
)
"""``browser/desk/accounts.ts``"""

QUEUE_MESSAGES: Final = (
    *REQUIRE_MESSAGES,
    *ACCOUNT_MESSAGES,
    "desks-queue-found",
    "desks-queue-shortcuts",
)
"""``pages/queue.ts``"""

CASE_MESSAGES: Final = (
    *READING_MESSAGES,
    *REQUIRE_MESSAGES,
    *ACCOUNT_MESSAGES,
    *FINDING_PAGE_MESSAGES,
    "desks-account-typed",
    "desks-case-again",
    "desks-case-opened",
    "desks-case-opening",
    "desks-evidence-cited",
    "desks-evidence-gap",
    "desks-evidence-none",
    "desks-evidence-not-understood",
    "desks-evidence-open",
    "desks-evidence-report",
    "desks-evidence-undated",
    "desks-evidence-waiting",
    "desks-report-accounts",
    "desks-report-cannot-open",
    "desks-report-wishes",
    "desks-wish-act",
    "desks-wish-advice",
    "desks-wish-combine",
    "desks-wish-record",
)
"""``pages/case.ts`` and ``browser/desk/``"""

ROSTER_MESSAGES: Final = (
    *REQUIRE_MESSAGES,
    "desks-share-done",
    "desks-share-failed",
    "desks-share-left",
    "desks-share-nothing",
    "desks-share-working",
)
"""``pages/roster.ts``"""
