# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is in an export: paths, and the list of them. Pure.

A file that somebody finds is no report, but what stands here in the clear can be read by whoever
finds it: codes, days and sizes, no ids of the database, no name, and no word of a report.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

FORMAT: Final = "community-support-case/1"
README: Final = "README.txt"
MANIFEST: Final = "manifest.json"
BOX: Final = "box"


@dataclass(frozen=True)
class ExportedReport:
    """A report, as the page of its case calls it."""

    code: str
    """Within this export it stands for one report only."""
    reporter_code: str
    day: date
    mark: str

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "reporter": self.reporter_code,
            "day": self.day.isoformat(),
            "mark": self.mark,
        }


@dataclass(frozen=True)
class ExportedFile:
    """An age file: the box of a report, one of its parts, or one of its attachments."""

    report: str
    part: str
    size: int
    """Bytes."""
    sha256: str

    def to_json(self) -> dict[str, Any]:
        return {
            "path": path_of(self.report, self.part),
            "report": self.report,
            "part": self.part,
            "size": self.size,
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class Exported:
    """A whole export."""

    desk: str
    case: str
    made: date
    reports: Sequence[ExportedReport]
    files: Sequence[ExportedFile]


def path_of(report: str, part: str) -> str:
    """Where in the zip an age file is."""
    return f"reports/{report}/{part}.age"


def manifest(exported: Exported) -> bytes:
    """The list as JSON, a report or a file a line, so that line tools can read it, too."""
    head = {
        "format": FORMAT,
        "desk": exported.desk,
        "case": exported.case,
        "made": exported.made.isoformat(),
    }
    fields = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    fields.append(f'"reports": [{_lines(one.to_json() for one in exported.reports)}]')
    fields.append(f'"files": [{_lines(one.to_json() for one in exported.files)}]')
    return ("{\n" + ",\n".join(fields) + "\n}\n").encode()


def unique_codes(codes: Iterable[str]) -> list[str]:
    """The codes; one that comes again, by chance, with a number."""
    found: list[str] = []
    for code in codes:
        again = sum(1 for one in found if one.split("-")[0] == code)
        found.append(f"{code}-{again + 1}" if again else code)
    return found


def _lines(values: Iterable[dict[str, Any]]) -> str:
    lines = [json.dumps(value, separators=(",", ":")) for value in values]
    return "\n" + ",\n".join(lines) + "\n" if lines else ""
