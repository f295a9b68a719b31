# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands: run the web application, check the configuration."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

import click

from service.config import Config, ConfigError, Problem
from service.variables import FILE_SUFFIX, VARIABLES, unknown


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
    config = config_or_exit()
    if port == config.metrics_port:
        click.echo("CS_METRICS_PORT: is the pages' own port; wants another one", err=True)
        sys.exit(2)
    if re.fullmatch(r"[1-9]\d?", os.environ.get("WEB_CONCURRENCY", "2"), re.ASCII) is None:
        click.echo("WEB_CONCURRENCY: wants the number of processes, from 1 to 99", err=True)
        sys.exit(2)
    # gunicorn would take further options from there, such as a log of addresses.
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    sys.argv = ["gunicorn", "-c", "python:service.web.serving", "-b", f"{host}:{port}"]
    # In this process: another one would load half of the tool once more.
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 - the other commands do without

    run()


@click.group()
def config() -> None:
    """Look at the configuration."""


@config.command()
@click.option("--start", is_flag=True, help="Look at desks.toml and the database as well.")
def check(*, start: bool) -> None:
    """Say of each CS_ variable whether it is set, missing or wrong; no value is shown.

    Ends with status 2 when web and worker would not start with it, or a name is not known.

    Example: community-support config check --start
    """
    problems = problems_of(os.environ)
    wrong = {problem.name: problem for problem in problems}
    for one in VARIABLES:
        named = f"{one.name}{FILE_SUFFIX}"
        if one.name in wrong:
            click.echo(wrong.pop(one.name))
        elif os.environ.get(named) and named not in wrong:
            click.echo(f"{one.name}: is set, in a file ({one.holds})")
        elif os.environ.get(one.name):
            click.echo(f"{one.name}: is set ({one.holds})")
        elif named not in wrong:
            click.echo(f"{one.name}: is not set ({one.holds}); {one.otherwise or 'not needed'}")
    strangers = unknown(os.environ)
    for problem in wrong.values():
        click.echo(problem)
    for name in strangers:
        click.echo(f"{name}: is not known; wants to be spelt as in the list, or unset")
    if problems or strangers:
        click.echo(f"The configuration has {len(problems) + len(strangers)} problem(s).", err=True)
        sys.exit(2)
    found = Config.from_environ(os.environ)
    if start:
        from service.starting import start_or_exit  # noqa: PLC0415 - it loads the whole service

        start_or_exit(found).database.dispose()
    click.echo(f"The configuration is complete ({'demo' if found.demo else 'production'}).")


def problems_of(environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is missing or wrong."""
    try:
        Config.from_environ(environ)
    except ConfigError as error:
        return error.problems
    return ()
