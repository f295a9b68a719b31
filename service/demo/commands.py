# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``demo``: everything in one terminal, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from service.addresses import INSTANCE
from service.config import Config
from service.demo.environment import demo_environment
from service.demo.night import let_night_come
from service.demo.people import READERS, KeyMakerFailed, give_keys
from service.demo.processes import NotReady, PortTaken, Processes, refuse_taken, until_answers
from service.demo.roster_page import write_roster_page
from service.desks.rows import lay_rows
from service.migrations.state import upgrade
from service.notices.commands import let_all_come
from service.services import build_services


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), envvar="PORT", default=8000)
@click.option("--sandbox-port", type=click.IntRange(1, 65_535), envvar="SANDBOX_PORT", default=8001)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=INSTANCE,
    help="Folder that keeps the demo between two starts.",
)
@click.option(
    "--reminders-now",
    is_flag=True,
    help="Start nothing: let all reminders of the running demo come now.",
)
@click.option(
    "--night-now",
    is_flag=True,
    help="Start nothing: release now what is held and would be released at night.",
)
def demo(port: int, sandbox_port: int, data: Path, *, reminders_now: bool, night_now: bool) -> None:
    """Try it: two sandbox wikis, the tool and its worker, with people to be.

    Example: PORT=8080 SANDBOX_PORT=8081 community-support demo
    """
    folder = data.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = {**os.environ, **demo_environment(folder, port, sandbox_port)}
    if reminders_now:
        count = let_all_come(build_services(Config.from_environ(environment)))
        click.echo(f"Reminders on their way: {count}.")
        return
    if night_now:
        count = let_night_come(build_services(Config.from_environ(environment)))
        click.echo(f"Released: {count}.")
        return
    web, sandbox = f"http://localhost:{port}", f"http://127.0.0.1:{sandbox_port}"
    runs = False
    try:
        refuse_taken({"PORT": port, "SANDBOX_PORT": sandbox_port})
        with Processes(environment, folder / "log") as processes:
            callback = f"{web}/oauth/callback"
            processes.start(
                "sandbox wiki",
                ["-m", "onwiki.sandbox", "--port", str(sandbox_port)],
                ["--data", str(folder / "sandbox"), "--callback-prefix", callback],
            )
            until_answers(f"{sandbox}/wiki/Main_Page", processes)
            prepare(Config.from_environ(environment), folder / "sandbox")
            processes.start("web", ["-m", "service.cli", "web", "--port", str(port)])
            processes.start("worker", ["-m", "service.cli", "worker"])
            until_answers(f"{web}/healthz", processes)
            click.echo(welcome(web, sandbox))
            runs = True
            processes.wait()
    except (PortTaken, NotReady, KeyMakerFailed) as error:
        what = "stopped" if runs else "cannot start"
        click.echo(f"The demo {what}: {error}", err=True)
        sys.exit(1)


def prepare(config: Config, sandbox: Path) -> None:
    """The database with its tables, the two readers who have keys from the start, and the page on
    the wiki (whose store is in ``sandbox``) that says so.
    """
    services = build_services(config)
    upgrade(services.database)
    lay_rows(services.database, services.desks)
    give_keys(services)
    write_roster_page(services, sandbox)
    services.database.dispose()


def welcome(web: str, sandbox: str) -> str:
    """Where to click, and who to be."""
    readers = "\n".join(f"    {one.name:<14}{one.passphrase}" for one in READERS)
    return f"""
Community Support is running. Ctrl-C stops everything; what you did is kept
(`make reset` clears it).

  The tool           {web}
  Sandbox wikis      {sandbox}/wiki/Main_Page
                     {sandbox}/wiki2/Main_Page

  When the sandbox wiki asks who you are, choose:

    Larkspur      a reporter, at home on the first wiki
    Quillfeather  a reporter, at home on the second wiki
    Dewberry      a new account: what it reports is looked at first, and counted after
    Nettlecombe   a blocked account: the same
    Marlowick     a functionary who has no key yet
    Thornbury     a functionary of the same desk: name this account in a report

  Functionaries with a key, and the passphrase that opens it:

{readers}

  Reminders that somebody subscribed to come now with
    make reminders
  Reports that wait for others are released now, not at night, with
    make night
"""
