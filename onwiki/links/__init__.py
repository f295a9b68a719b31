# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pasted text → references to edits, log entries, pages. Pure: no network, no files."""

from onwiki.links.address import address
from onwiki.links.notation import BadNotation, parse_notation, render
from onwiki.links.offline import offline
from onwiki.links.recognise import recognise
from onwiki.links.reference import (
    AbuseLogEntry,
    Comment,
    DeletedRevision,
    FlowPost,
    History,
    LogEntry,
    Neighbour,
    NotEvidence,
    OtherResource,
    Page,
    Range,
    Reference,
    Relative,
    Revision,
    ShortLink,
    Title,
)
from onwiki.links.rejection import Rejection, RejectReason
from onwiki.links.scan import Found, recognise_all

__all__ = [
    "AbuseLogEntry",
    "BadNotation",
    "Comment",
    "DeletedRevision",
    "FlowPost",
    "Found",
    "History",
    "LogEntry",
    "Neighbour",
    "NotEvidence",
    "OtherResource",
    "Page",
    "Range",
    "Reference",
    "RejectReason",
    "Rejection",
    "Relative",
    "Revision",
    "ShortLink",
    "Title",
    "address",
    "offline",
    "parse_notation",
    "recognise",
    "recognise_all",
    "render",
]
