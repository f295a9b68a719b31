# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the wikis say about cited evidence: references in, findings out."""

from onwiki.evidence.authorship import Authorship, authorship
from onwiki.evidence.check import Checked, check
from onwiki.evidence.findings import (
    AuthorKind,
    Finding,
    Hidden,
    LeadsNowhere,
    NoNeighbour,
    NotAsked,
    NotChecked,
    NotVisible,
    Suppressed,
    Uncheckable,
)
from onwiki.evidence.found import (
    AcrossPages,
    CommentFound,
    Deleted,
    Exists,
    FilterHit,
    LogFound,
    PageFound,
    RangeAuthor,
    RangeFound,
)
from onwiki.evidence.pins import fixed
from onwiki.evidence.sentences import REMARKS, SENTENCES
from onwiki.evidence.wire import from_json, to_json

__all__ = [
    "REMARKS",
    "SENTENCES",
    "AcrossPages",
    "AuthorKind",
    "Authorship",
    "Checked",
    "CommentFound",
    "Deleted",
    "Exists",
    "FilterHit",
    "Finding",
    "Hidden",
    "LeadsNowhere",
    "LogFound",
    "NoNeighbour",
    "NotAsked",
    "NotChecked",
    "NotVisible",
    "PageFound",
    "RangeAuthor",
    "RangeFound",
    "Suppressed",
    "Uncheckable",
    "authorship",
    "check",
    "fixed",
    "from_json",
    "to_json",
]
