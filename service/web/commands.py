# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands: run the web application, check the configuration."""

from __future__ import annotations

import os
import sys

import click

from service.config import Config, ConfigError


def config_or_exit() -> Config:
    """The configuration from the environment; ends the command with a line for each problem."""
    try:
        return Config.from_environ(os.environ)
    except ConfigError as error:
        click.echo(f"The configuration has {len(error.problems)} problem(s):", err=True)
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), envvar="PORT", default=8000, show_default=True
)
def web(host: str, port: int) -> None:
    """Serve the web application with gunicorn.

    Example: community-support web --port 8000
    """
    config_or_exit()
    arguments = [sys.executable, "-m", "gunicorn", "-c", "python:service.web.serving"]
    os.execv(sys.executable, [*arguments, "-b", f"{host}:{port}"])  # noqa: S606 - no shell


@click.group()
def config() -> None:
    """Look at the configuration."""


@config.command()
def check() -> None:
    """Check the CS_ environment variables; names each one that is missing or weak.

    Example: community-support config check
    """
    found = config_or_exit()
    click.echo(f"The configuration is complete ({'demo' if found.demo else 'production'}).")
