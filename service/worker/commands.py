# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``worker``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service import logs
from service.desks.rows import lay_rows
from service.services import Services
from service.starting import refuse, start_or_exit
from service.web.commands import config_or_exit
from service.worker.building import build_context
from service.worker.loop import Worker

if TYPE_CHECKING:
    from service.metrics.working import WorkerCounts


@click.command()
@click.option(
    "--health-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to touch at every step; a platform's probe looks at its age.",
)
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def worker(health_file: Path | None, *, once: bool) -> None:
    """Fold reports into cases, check evidence, post reminders, chain the audit, purge.

    Example: community-support worker --health-file /tmp/worker.health
    """
    config = config_or_exit()
    logs.configure()
    services = start_or_exit(config)
    lay_rows(services.database, services.desks)
    one = Worker(build_context(services), health_file, None if once else _counts(services))
    if once:
        click.echo(f"Done: {one.run_until_idle()} step(s).")
    else:
        one.run()


def _counts(services: Services) -> WorkerCounts | None:
    """The worker's counts, shown on a port of their own; None without CS_METRICS_PORT."""
    config = services.config
    if config.metrics_port is None:
        return None
    from service.metrics.listening import MetricsPortTaken, listen, serve  # noqa: PLC0415
    from service.metrics.working import QueueState, WorkerCounts  # noqa: PLC0415

    counts = WorkerCounts()
    try:
        listener = listen(config.metrics_host, config.metrics_port)
    except MetricsPortTaken as taken:
        refuse([str(taken)])
    serve(listener, (*counts.collectors, QueueState(services.database, services.clock)))
    return counts
