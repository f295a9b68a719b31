# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands: make a backup, restore one, export the list of erasures."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NoReturn

import click

from service.backup.framing import DamagedFile
from service.backup.restoring import ErasureList, RestoreRefused, Restoring, read_erasures
from service.backup.writing import backup_lines, erasures_lines, write_file
from service.migrations.state import DatabaseNotMigrated, require_current
from service.sealing import age
from service.services import Services, build_services
from service.web.commands import config_or_exit

NewFile = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=NewFile)
def backup(file: Path) -> None:
    """Write a backup to FILE, sealed to the age recipient CS_BACKUP_RECIPIENT.

    The service may be running. Sessions and the queue are left out.

    Example: community-support backup /backups/2026-05-03.age
    """
    services = _services()
    recipient = services.config.backup_recipient
    if not recipient:
        _refuse(
            "CS_BACKUP_RECIPIENT is not set. Make a key with: age-keygen -pq -o key.txt; set its "
            "public half here, and keep key.txt anywhere but on this server."
        )
    _write(file, age.seal_stream(backup_lines(services), [recipient]))
    click.echo(f"The backup is in {file}.")


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--erasures",
    type=click.File("rb"),
    help="The newest list of erasures (community-support erasures export).",
)
@click.option("--no-erasures", is_flag=True, help="There is no list newer than the backup; say so.")
def restore(file: BinaryIO, erasures: BinaryIO | None, *, no_erasures: bool) -> None:
    """Restore the opened backup FILE (- for standard input) into an empty, migrated database.

    What is in the list of erasures is erased again. The keys of the environment must be those
    that the backup was made with.

    Example: age -d -i key.txt 2026-05-03.age | community-support restore - --erasures newest.jsonl
    """
    if (erasures is None) != no_erasures:
        _refuse(
            "Say --erasures FILE, so that what was withdrawn since the backup stays gone, or "
            "--no-erasures when there is no newer list."
        )
    services = _services()
    try:
        newer = ErasureList(()) if erasures is None else read_erasures(erasures, services)
        done = Restoring(services).restore(file, newer)
    except (DamagedFile, RestoreRefused) as refused:
        _refuse(str(refused))
    click.echo(f"Restored: {done.rows} row(s).")
    click.echo(f"Erased again, as they had been withdrawn or purged: {done.erased} report(s).")
    click.echo(f"Entered by their names as typed, as the queue is not kept: {done.entered}.")
    click.echo("Now: community-support audit verify; then start worker and web.")


@click.group()
def erasures() -> None:
    """The list of what was withdrawn or purged, which a restore needs."""


@erasures.command()
@click.argument("file", type=NewFile)
def export(file: Path) -> None:
    """Write the list of erasures to FILE (- for standard output): labels and days, no names.

    Keep the newest one beside the backups: what was withdrawn after a backup is only in here.

    Example: community-support erasures export /backups/erasures-2026-05-03T14.jsonl
    """
    lines = erasures_lines(_services())
    if str(file) == "-":
        for line in lines:
            click.echo(line, nl=False)
        return
    _write(file, lines)
    click.echo(f"The list is in {file}.")


def _services() -> Services:
    services = build_services(config_or_exit())
    try:
        require_current(services.database)
    except DatabaseNotMigrated as error:
        _refuse(str(error))
    return services


def _write(file: Path, pieces: Iterable[bytes]) -> None:
    try:
        write_file(file, pieces)
    except FileExistsError:
        _refuse(f"{file} is there already: choose another name.")
    except OSError as error:
        _refuse(f"{file} cannot be written: {error.strerror}.")


def _refuse(line: str) -> NoReturn:
    click.echo(line, err=True)
    sys.exit(2)
