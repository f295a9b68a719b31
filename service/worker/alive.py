# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``worker-alive``: for a platform that restarts a worker that hangs.

It is called every few seconds, so it loads nothing of the service.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

import click

LONGEST_STEP_S: Final = 900
"""Longer than a lease: no step of a worker that is well takes as long."""


@click.command("worker-alive")
@click.argument("health_file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--within",
    type=click.IntRange(1),
    default=LONGEST_STEP_S,
    show_default=True,
    help="Seconds since the worker's last step.",
)
def worker_alive(health_file: Path, within: int) -> None:
    """Look at the file that the worker touches at every step; status 1 when it does no more.

    Example: community-support worker-alive /tmp/worker.health
    """
    try:
        age = time.time() - health_file.stat().st_mtime
    except FileNotFoundError:
        click.echo("The worker has not begun.", err=True)
        sys.exit(1)
    if age > within:
        click.echo(f"The worker's last step was {int(age)} s ago.", err=True)
        sys.exit(1)
