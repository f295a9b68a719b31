# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command ``community-support``: a thin group; each command's code is loaded when it is called.

A feature's commands are in ``service/<feature>/commands.py``; a line below makes them known.
"""

from __future__ import annotations

import importlib
from typing import Final

import click

COMMANDS: Final = {
    "audit": "service.audit.commands:audit",
    "backup": "service.backup.commands:backup",
    "check-links": "service.evidence.commands:check_links",
    "config": "service.web.commands:config",
    "db": "service.migrations.commands:db",
    "demo": "service.demo.commands:demo",
    "desks": "service.desks.commands:desks",
    "erasures": "service.backup.commands:erasures",
    "notices": "service.notices.commands:notices",
    "restore": "service.backup.commands:restore",
    "retention": "service.retention.commands:retention",
    "roster": "service.desks.roster_commands:roster",
    "rotate": "service.rotation.commands:rotate",
    "sessions": "service.sessions.commands:sessions",
    "web": "service.web.commands:web",
    "worker": "service.worker.commands:worker",
    "worker-alive": "service.worker.alive:worker_alive",
}
"""Name → module and click command."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="community-support")
def main() -> None:
    """Community Support: confidential reports, read only by those they are sealed to."""


if __name__ == "__main__":
    main()
