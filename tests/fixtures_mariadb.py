# SPDX-License-Identifier: AGPL-3.0-or-later
"""A private MariaDB server: own data folder, a socket instead of a port, stopped at the end.

Under pytest-xdist the workers share one server: the first one starts it, the last one stops it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket as socket_module
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pymysql
import pytest
from sqlalchemy import (
    URL,
    CompoundSelect,
    Connection,
    Engine,
    MetaData,
    create_engine,
    exists,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.exc import OperationalError

START_S = 60


class MariaDB:
    """A running server and the databases that tests make in it."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self._made = 0
        self._kept: Engine | None = None

    def url(self, name: str = "") -> URL:
        return URL.create(
            "mysql+pymysql",
            username="root",
            database=name or None,
            # Else the driver reads all of Debian's certificates for each connection.
            query={"unix_socket": str(self.socket), "charset": "utf8mb4", "ssl_disabled": "true"},
        )

    def emptied(self, tables: MetaData) -> URL:
        """This process's database with these tables and no row: made once, emptied for each test.
        Making twenty tables takes a second; emptying them a few milliseconds.
        """
        if self._kept is None:
            self._kept = create_engine(self.new_database("kept"), pool_pre_ping=True)
            tables.create_all(self._kept)
        else:
            with self._kept.begin() as connection:
                self._end_others(connection)
                for name in connection.scalars(with_rows(tables)).all():
                    connection.execute(tables.tables[name].delete())
        return self._kept.url

    def close(self) -> None:
        """End this process's own connections; the server goes on."""
        if self._kept is not None:
            self._kept.dispose()

    def _end_others(self, connection: Connection) -> None:
        """End connections to this process's database that a test left behind, with their locks."""
        others = connection.execute(
            text("SELECT id FROM information_schema.processlist WHERE db = :db AND id != :own"),
            {"db": connection.engine.url.database, "own": _own_id(connection)},
        )
        for (number,) in others.all():
            # It may be gone by now: MariaDB says so with error 1094.
            with suppress(OperationalError):
                connection.execute(text(f"KILL {int(number)}"))

    def new_database(self, prefix: str) -> URL:
        """An empty database of its own."""
        self._made += 1
        name = f"{prefix}_{os.getpid()}_{self._made}"
        engine = create_engine(self.url())
        with engine.begin() as connection:
            connection.execute(text(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4"))
        engine.dispose()
        return self.url(name)

    def drop_database(self, url: URL) -> None:
        engine = create_engine(self.url())
        with engine.begin() as connection:
            connection.execute(text(f"DROP DATABASE `{url.database}`"))
        engine.dispose()


def _server() -> str:
    found = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    assert found, "mariadb-server-core is missing: `make packages` installs it"
    return found


def _wait_for(socket: Path) -> None:
    """Wait until the server answers. A plain socket first: the driver leaks its own on refusal."""
    end = time.monotonic() + START_S
    while True:
        with socket_module.socket(socket_module.AF_UNIX) as plain:
            if plain.connect_ex(str(socket)) == 0:
                break
        assert time.monotonic() < end, "MariaDB did not start; see its log"
        time.sleep(0.05)
    pymysql.connect(unix_socket=str(socket), user="root").close()


@cache
def with_rows(tables: MetaData) -> CompoundSelect[str]:
    """The question which tables have any row, for all at once."""
    return union_all(
        *(
            select(literal(table.name)).where(exists(select(1).select_from(table)))
            for table in tables.sorted_tables
        )
    )


def _own_id(connection: Connection) -> int:
    number: int = connection.execute(text("SELECT CONNECTION_ID()")).scalar_one()
    return number


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[MariaDB]:
    """The run's server. With xdist the worker that comes first keeps it for all."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    folder = shared / "mariadb"
    with shared_server(folder) as socket:
        server = MariaDB(socket)
        yield server
        server.close()


@contextmanager
def shared_server(folder: Path) -> Iterator[Path]:
    """Start the server unless it runs; stop it when the last user is gone.

    Users are counted in a file under a lock; the server is detached from the worker that started
    it, because another worker may need it longer.
    """
    folder.mkdir(exist_ok=True)
    with _lock(folder):
        users = folder / "users"
        count = int(users.read_text()) if users.exists() else 0
        if count == 0:
            _start_detached(folder)
        users.write_text(str(count + 1))
    try:
        yield folder / "s"
    finally:
        with _lock(folder):
            count = int(users.read_text()) - 1
            users.write_text(str(count))
            if count == 0:
                os.kill(int((folder / "pid").read_text()), signal.SIGTERM)
                _wait_gone(folder / "pid")
                shutil.rmtree(folder / "data", ignore_errors=True)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start_detached(folder: Path) -> None:
    data, socket, scratch = folder / "data", folder / "s", folder / "scratch"
    scratch.mkdir(exist_ok=True)
    user = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", *user,
         "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True, capture_output=True,
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        # setsid --fork: another xdist worker may need it longer than the one that starts it.
        subprocess.run(
            ["setsid", "--fork", _server(), "--no-defaults", f"--datadir={data}",
             f"--socket={socket}", *user, "--skip-networking", f"--pid-file={folder / 'pid'}",
             "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0",
             "--skip-name-resolve", "--max-connections=200",
             # In a common folder another server that starts takes our tables for leftovers.
             f"--tmpdir={scratch}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True,
        )  # fmt: skip
    _wait_for(socket)


def _wait_gone(pid_file: Path) -> None:
    end = time.monotonic() + START_S
    while pid_file.exists() and time.monotonic() < end:
        time.sleep(0.05)
