# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the wikis say about cited evidence: references in, findings out."""

from onwiki.evidence.check import Checked, check
from onwiki.evidence.findings import (
    AcrossPages,
    AuthorKind,
    Exists,
    Finding,
    Hidden,
    NoNeighbour,
    NotAsked,
    NotChecked,
    NotVisible,
    RangeAuthor,
    RangeFound,
    Suppressed,
    Uncheckable,
)
from onwiki.evidence.wire import from_json, to_json

__all__ = [
    "AcrossPages",
    "AuthorKind",
    "Checked",
    "Exists",
    "Finding",
    "Hidden",
    "NoNeighbour",
    "NotAsked",
    "NotChecked",
    "NotVisible",
    "RangeAuthor",
    "RangeFound",
    "Suppressed",
    "Uncheckable",
    "check",
    "from_json",
    "to_json",
]
