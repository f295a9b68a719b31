# SPDX-License-Identifier: AGPL-3.0-or-later
"""systemd takes the units of the plain path, and calls them hardened."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.named_facts import NAMED_FACT

VPS = Path(__file__).parents[2] / "toolforge" / "vps"
UNITS = sorted(VPS.glob("*.service"))
MOST_EXPOSED = 20
"""Tenths of systemd's 0 (sealed off) to 10 (open)."""

HARDENED = {
    *("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes"),
    *("PrivateDevices=yes", "CapabilityBoundingSet=", "SystemCallFilter=@system-service"),
}


@pytest.fixture
def analyse(record_property: Callable[[str, object], None]) -> str | None:
    """systemd-analyze, where the machine has it; named at the end of the run when it has not."""
    found = shutil.which("systemd-analyze")
    if found is None:
        record_property(NAMED_FACT, "no systemd-analyze here: units were read, not verified")
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_unit_is_hardened(unit: Path) -> None:
    lines = set(unit.read_text("utf-8").splitlines())

    assert lines >= HARDENED
    if "EnvironmentFile=" in unit.read_text("utf-8"):
        assert {"UMask=0077", "LimitCORE=0", "User=community-support"} <= lines
    assert not re.search(r"Environment=\S*(SECRET|KEYS?|PASSWORD|URL)=", "\n".join(lines))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_the_unit(unit: Path, tmp_path: Path, analyse: str | None) -> None:
    if analyse is None:
        return
    text = unit.read_text("utf-8").replace("/srv/community-support/.venv/bin", str(tmp_path))
    text = text.replace("/srv/community-support/toolforge", str(tmp_path))
    for name in ("community-support", "backup.sh"):
        shutil.copy(Path(sys.executable).resolve(), tmp_path / name)
    (tmp_path / unit.name).write_text(text, "utf-8")
    verified = subprocess.run(
        [analyse, "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in verified.stderr.splitlines() if unit.stem in line] == []
    assert verified.returncode == 0, verified.stderr

    subprocess.run(
        [analyse, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit)],
        capture_output=True,
        check=True,
    )


def test_a_wrong_unit_would_be_seen(tmp_path: Path, analyse: str | None) -> None:
    if analyse is None:
        return
    unit = tmp_path / "wrong.service"
    unit.write_text("[Service]\nExecStart=/nowhere/at/all\nNoSuchThing=1\n", "utf-8")
    done = subprocess.run(
        [analyse, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert "NoSuchThing" in done.stderr
    assert done.returncode != 0


def test_timers_start_units_that_are_there() -> None:
    for timer in VPS.glob("*.timer"):
        assert timer.with_suffix(".service") in UNITS
        assert "OnCalendar=" in timer.read_text("utf-8")
