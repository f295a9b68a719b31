# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages the browser code of a desk's pages needs. The TypeScript lists the same; a test
compares.
"""

from __future__ import annotations

from typing import Final

from service.attachments.browser_messages import READING_MESSAGES
from service.export.browser_messages import EXPORT_MESSAGES
from service.interactions.browser_messages import INTERACTION_MESSAGES
from service.keys.browser_messages import REQUIRE_MESSAGES
from service.reports.browser_messages import FINDING_PAGE_MESSAGES

ACCOUNT_MESSAGES: Final = (
    "desks-account-closed",
    "desks-account-nobody",
)
"""``browser/desk/accounts.ts``"""

LIST_WATCH_MESSAGES: Final = ("watching-list", "watching-list-link")
"""``browser/desk/watch-list.ts``"""

WATCH_MESSAGES: Final = (
    "watching-begin",
    "watching-first",
    "watching-fingerprint-wrong",
    "watching-head-changed",
    "watching-head-gone",
    "watching-heads-about",
    "watching-heads-kept",
    "watching-heads-none",
    "watching-key-changed",
    "watching-key-changed-operator",
    "watching-key-gone",
    "watching-key-new",
    "watching-key-new-operator",
    "watching-pinned-differs",
    "watching-pinned-missing",
    "watching-pinned-open",
    "watching-pinned-same",
    "watching-pinned-several",
    "watching-pinned-unreachable",
    "watching-same",
    "watching-save",
    "watching-seen",
    "watching-since",
)
"""``browser/desk/watch-roster.ts``"""

ACTS_MESSAGES: Final = (
    "desks-answer-empty",
    "desks-answer-long",
    "desks-answer-sealing",
    "desks-answer-sent",
    "desks-closing-done",
    "desks-closing-empty",
    "desks-closing-long",
    "desks-identity-shown",
    "desks-identity-unnamed",
    "desks-thread-added",
    "desks-thread-answered",
    "desks-thread-closed",
    "reports-error-session",
)
"""``browser/desk/acts.ts``"""

QUEUE_MESSAGES: Final = (
    *REQUIRE_MESSAGES,
    *ACCOUNT_MESSAGES,
    *LIST_WATCH_MESSAGES,
    "desks-queue-found",
    "desks-queue-shortcuts",
)
"""``pages/queue.ts``"""

CASE_MESSAGES: Final = (
    *READING_MESSAGES,
    *REQUIRE_MESSAGES,
    *ACCOUNT_MESSAGES,
    *FINDING_PAGE_MESSAGES,
    *ACTS_MESSAGES,
    *INTERACTION_MESSAGES,
    *EXPORT_MESSAGES,
    "desks-account-typed",
    "desks-again",
    "desks-again-asking",
    "desks-again-news",
    "desks-case-again",
    "desks-case-opened",
    "desks-case-opening",
    "desks-evidence-cited",
    "desks-evidence-gap",
    "desks-evidence-gap-hours",
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
    *WATCH_MESSAGES,
    "desks-share-done",
    "desks-share-failed",
    "desks-share-left",
    "desks-share-nothing",
    "desks-share-working",
)
"""``pages/roster.ts``"""
