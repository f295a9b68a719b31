# SPDX-License-Identifier: AGPL-3.0-or-later
"""``make audit``: known weaknesses of what production installs, Python and browser code.

It needs the internet (lists of weaknesses of the two package indexes), so it is no part of
``make test``. An audit that looked at nothing is a failure, not a pass.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PIP_AUDIT: Final = "pip-audit==2.10.1"
Run = Callable[[Sequence[str]], str]
"""Runs a command in the repository's folder; what it printed."""


class NothingAudited(Exception):
    """No package was looked at. ``str`` says why, as far as it is known."""


@dataclass(frozen=True)
class Audit:
    """How many packages were looked at, and which have known weaknesses."""

    packages: int
    weak: tuple[str, ...]


def audit_python(run: Run) -> Audit:
    """What requirements.txt pins. Raises NothingAudited."""
    uv = str(Path(sys.executable).with_name("uv"))
    options = ("--require-hashes", "--disable-pip", "--format", "json", "-r", "requirements.txt")
    found = _json(run([uv, "tool", "run", PIP_AUDIT.replace("==", "@"), *options]), "pip-audit")
    looked_at = [one for one in found.get("dependencies", []) if "vulns" in one]
    weak = [
        f"{one['name']} {one['version']}: {', '.join(vuln['id'] for vuln in one['vulns'])}"
        for one in looked_at
        if one["vulns"]
    ]
    return _some(Audit(len(looked_at), tuple(weak)), "pip-audit")


def audit_browser_code(run: Run) -> Audit:
    """What package-lock.json pins for the bundle. Raises NothingAudited."""
    found = _json(run(["npm", "audit", "--omit=dev", "--json"]), "npm audit")
    counted = found.get("metadata", {}).get("dependencies", {})
    weak = [
        f"{name}: {one.get('severity', 'unknown')}"
        for name, one in found.get("vulnerabilities", {}).items()
    ]
    return _some(Audit(int(counted.get("prod", 0)), tuple(weak)), "npm audit")


def _json(text: str, tool: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise NothingAudited(f"{tool} gave no answer: is there a way to the internet?") from None
    if not isinstance(found, dict) or "error" in found:
        raise NothingAudited(f"{tool} got no list of weaknesses: is there a way to the internet?")
    return found


def _some(audit: Audit, tool: str) -> Audit:
    if audit.packages == 0:
        raise NothingAudited(f"{tool} looked at no package")
    return audit


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=600
    )
    return done.stdout


def main(run: Run = _run) -> int:
    """The status: 0 when packages were looked at and none is weak."""
    status = 0
    for what, audit in (("Python", audit_python), ("browser code", audit_browser_code)):
        try:
            found = audit(run)
        except NothingAudited as nothing:
            print(f"{what}: nothing was audited. {nothing}", file=sys.stderr)
            status = 1
            continue
        print(f"{what}: {found.packages} packages, {len(found.weak)} with known weaknesses")
        for line in found.weak:
            print(f"  {line}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
