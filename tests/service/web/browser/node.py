# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scripts under node, as the build runs them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[4]


def run_node(script: Path, *arguments: str) -> str:
    node = shutil.which("node")
    assert node is not None, "the tests need node"
    command = [node, str(script), *arguments]
    done = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout
