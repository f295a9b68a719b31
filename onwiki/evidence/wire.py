# SPDX-License-Identifier: AGPL-3.0-or-later
"""Findings as JSON objects: what is sealed into a report, and read again years later.

`version` is raised when a field changes its meaning or a class goes; a new optional field or a
new class needs no new version. References travel in EVIDENCE.md's canonical notation.
"""

import types
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from onwiki.evidence.findings import (
    Finding,
    LeadsNowhere,
    NoNeighbour,
    NotAsked,
    NotChecked,
    NotVisible,
    Suppressed,
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
from onwiki.links import BadNotation, Reference, Rejection, parse_notation, render

VERSION = 1

KINDS: dict[str, type[Finding]] = {
    "exists": Exists,
    "range": RangeFound,
    "across-pages": AcrossPages,
    "page": PageFound,
    "log": LogFound,
    "filter-hit": FilterHit,
    "comment": CommentFound,
    "deleted": Deleted,
    "leads-nowhere": LeadsNowhere,
    "suppressed": Suppressed,
    "not-visible": NotVisible,
    "no-neighbour": NoNeighbour,
    "not-asked": NotAsked,
    "not-checked": NotChecked,
}
NAMES = {kind: name for name, kind in KINDS.items()}


class BadFinding(Exception):
    """JSON that is no finding of a version that we know. Carries nothing of it."""


def to_json(finding: Finding) -> dict[str, Any]:
    """An object that `json.dumps` takes."""
    return {"version": VERSION, **plain_fields(finding)}


def from_json(raw: dict[str, Any]) -> Finding:
    """Inverse of `to_json`. Raises BadFinding."""
    try:
        if raw["version"] != VERSION:
            raise BadFinding
        return finding_of(raw)
    except (KeyError, TypeError, ValueError, BadNotation):
        raise BadFinding from None


def plain_fields(finding: Finding) -> dict[str, Any]:
    values = {one.name: plain(getattr(finding, one.name)) for one in fields(finding)}
    values["reference"] = render(finding.reference)
    return {"kind": NAMES[type(finding)], **values}


def plain(value: object) -> Any:  # noqa: PLR0911 - one line a type
    match value:
        case Finding():
            return plain_fields(value)
        case RangeAuthor():
            return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        case datetime():
            return value.astimezone(UTC).isoformat()
        case frozenset():
            return sorted(plain(one) for one in value)
        case tuple():
            return [plain(one) for one in value]
        case StrEnum():
            return value.value
        case _:
            return value


def finding_of(raw: dict[str, Any]) -> Finding:
    kind = KINDS[raw["kind"]]
    values = {name: read(raw[name]) for name, read in readers(kind).items() if name in raw}
    return kind(**{**values, "reference": reference_of(raw["reference"])})


def reference_of(notation: Any) -> Reference:
    """Findings are about references only; a rejected link has none."""
    reference = parse_notation(exact(str)(notation))
    if isinstance(reference, Rejection):
        raise BadFinding
    return reference


def readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    """How each field of a dataclass is read, from its type."""
    hints = get_type_hints(kind)
    return {one.name: reader_of(hints[one.name]) for one in fields(kind) if one.name != "reference"}


def reader_of(hint: Any) -> Callable[[Any], Any]:  # noqa: PLR0911 - one line a type
    arguments = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (reader_of(one) for one in arguments if one is not type(None))
        return lambda raw: None if raw is None else inner(raw)
    if get_origin(hint) is frozenset:
        item = reader_of(arguments[0])
        return lambda raw: frozenset(item(one) for one in raw)
    if get_origin(hint) is tuple:
        item = reader_of(arguments[0])
        return lambda raw: tuple(item(one) for one in raw)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is RangeAuthor:
        return lambda raw: RangeAuthor(
            **{name: read(raw[name]) for name, read in readers(RangeAuthor).items()}
        )
    if isinstance(hint, type) and issubclass(hint, Finding):
        return finding_of
    return exact(hint)


def exact(hint: Any) -> Callable[[Any], Any]:
    """Numbers, strings and words of a closed list; nothing is converted silently."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint

    def read(raw: Any) -> Any:
        if hint is float and type(raw) is int:
            return float(raw)
        if type(raw) is not hint:
            raise TypeError
        return raw

    return read
