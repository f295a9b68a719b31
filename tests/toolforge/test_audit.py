# SPDX-License-Identifier: AGPL-3.0-or-later
"""``make audit`` never passes without having looked at something."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "toolforge" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def answering(python: object, browser: object) -> Any:
    """A runner that prints these in place of the two tools."""

    def run(command: Sequence[str]) -> str:
        answer = browser if command[0] == "npm" else python
        return answer if isinstance(answer, str) else json.dumps(answer)

    return run


def pip(*packages: tuple[str, list[str]]) -> dict[str, Any]:
    return {
        "dependencies": [
            {"name": name, "version": "1.0", "vulns": [{"id": one} for one in ids]}
            for name, ids in packages
        ]
    }


NPM = {"vulnerabilities": {}, "metadata": {"dependencies": {"prod": 7}}}


def test_packages_without_weaknesses_pass(audit: ModuleType) -> None:
    assert audit.main(answering(pip(("flask", [])), NPM)) == 0


def test_weakness_fails_and_is_named(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    weak = {**NPM, "vulnerabilities": {"left-pad": {"severity": "high"}}}

    assert audit.main(answering(pip(("flask", ["CVE-2026-1"])), weak)) == 1
    said = capsys.readouterr().out
    assert "flask 1.0: CVE-2026-1" in said
    assert "left-pad: high" in said


@pytest.mark.parametrize(
    ("python", "browser"),
    [
        ("", NPM),
        ({"dependencies": []}, NPM),
        ({"dependencies": [{"name": "flask", "skip_reason": "no data"}]}, NPM),
        (pip(("flask", [])), {"error": {"code": "ENOAUDIT"}}),
        (pip(("flask", [])), {"vulnerabilities": {}, "metadata": {"dependencies": {"prod": 0}}}),
        (pip(("flask", [])), "[]"),
    ],
)
def test_looking_at_nothing_fails(
    audit: ModuleType, python: object, browser: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(answering(python, browser)) == 1
    assert "nothing was audited" in capsys.readouterr().err
