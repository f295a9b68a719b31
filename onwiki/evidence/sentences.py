# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every message key that findings use, and the parameters each sentence may be filled with.

Whoever translates or shows findings holds the own messages against this list (in a test). Values
are names, numbers and aware times; a parameter may be None where the docstring of its finding
says so.
"""

from collections.abc import Mapping

from onwiki.errors import Unavailable
from onwiki.evidence.authorship import Authorship
from onwiki.evidence.findings import Hidden

EDIT = frozenset({"author", "title", "timestamp", "size_change"})
RANGE = frozenset({"edits", "authors", "author", "title", "first", "last"})
LOG = frozenset({"author", "log_type", "action", "title", "timestamp"})
COMMENT = frozenset({"signed", "author", "title", "timestamp", "edits"})
NOTHING = frozenset[str]()

SENTENCES: Mapping[str, frozenset[str]] = {
    "finding-exists": EDIT,
    "finding-exists-creation": EDIT,
    "finding-exists-imported": EDIT,
    "finding-exists-partly-hidden": EDIT,
    "finding-exists-user-hidden": EDIT,
    "finding-range": RANGE,
    "finding-range-author-hidden": RANGE,
    "finding-range-reversed": RANGE,
    "finding-range-several-authors": RANGE,
    "finding-across-pages": frozenset({"old_title", "new_title"}),
    "finding-page": frozenset({"title"}),
    "finding-page-redirect": frozenset({"title"}),
    "finding-log": LOG,
    "finding-log-user-hidden": LOG,
    "finding-log-action-hidden": LOG,
    "finding-filter-hit": frozenset({"author", "action", "result", "title", "timestamp"}),
    "finding-comment": COMMENT,
    "finding-comment-several": COMMENT,
    "finding-comment-signed-by-another": COMMENT,
    "finding-comment-edit-unknown": COMMENT,
    "finding-suppressed": NOTHING,
    "finding-not-visible": NOTHING,
    "finding-no-neighbour": NOTHING,
    "finding-not-asked": NOTHING,
    "finding-not-checked-kind": frozenset({"notation"}),
    "finding-not-checked-wiki": frozenset({"notation"}),
    "finding-not-checked-flow": frozenset({"notation"}),
    "finding-not-checked-history": frozenset({"notation"}),
    "finding-not-checked-other": frozenset({"notation"}),
    "finding-deleted": frozenset({"title", "deleted_on"}),
    "finding-leads-nowhere": NOTHING,
}
"""The main sentence of every finding."""

REMARKS: frozenset[str] = frozenset(
    {
        "finding-pinned",
        "finding-at-least",
        "finding-author-temporary",
        "finding-author-address",
        *(part.remark for part in Hidden),
        *(reason.message_key for reason in Unavailable),
        *(verdict.message_key for verdict in Authorship),
    }
)
"""Messages without parameters: a finding's remarks, why a wiki could not be asked, and whether a
named account made it. Those of `Hidden` are words for a list ("the text"), the others sentences."""
