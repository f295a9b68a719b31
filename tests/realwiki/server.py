# SPDX-License-Identifier: AGPL-3.0-or-later
"""A fresh MediaWiki on SQLite behind PHP's built-in server, shared by the workers of one run.

One PHP worker only: concurrent writers would block each other on SQLite.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.realwiki.install import code_folder
from tests.realwiki.interface import BOT, BOT_APP, BOT_PASSWORD, PASSWORD
from tests.realwiki.settings import EXTENSIONS, add_settings

ADMIN = "Warden"
DBNAME = "realwiki"
_START_S = 60
_OPCACHE = (
    "-d", "opcache.enable=1", "-d", "opcache.enable_cli=1", "-d", "opcache.memory_consumption=256",
    "-d", "opcache.max_accelerated_files=20000", "-d", "opcache.validate_timestamps=0",
)  # fmt: skip


@dataclass(frozen=True)
class Running:
    """A wiki that answers. ``pid`` is the PHP server's process (and group); ``data`` the folder of
    its settings and database.
    """

    base_url: str
    pid: int
    data: str


@contextmanager
def shared_wiki(folder: Path) -> Iterator[Running]:
    """The run's wiki in ``folder``: the first user installs and starts it, the last one stops it.

    Users are counted in a file under a lock, so that pytest-xdist's workers have one wiki together.
    """
    folder.mkdir(exist_ok=True)
    with _lock(folder):
        state = folder / "running.json"
        users = _users(folder)
        if users == 0:
            state.write_text(json.dumps(asdict(_start(folder))))
        running = Running(**json.loads(state.read_text()))
        (folder / "users").write_text(str(users + 1))
    try:
        yield running
    finally:
        with _lock(folder):
            left = _users(folder) - 1
            (folder / "users").write_text(str(left))
            if left == 0:
                _stop(running)
                shutil.rmtree(folder / "data", ignore_errors=True)


def _users(folder: Path) -> int:
    counted = folder / "users"
    return int(counted.read_text()) if counted.exists() else 0


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(folder: Path) -> Running:
    code = code_folder()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    data = folder / "data"
    data.mkdir()
    _install(code, data, base_url)
    root = data / "root"
    root.mkdir()
    (root / "w").symlink_to(code)
    with (folder / "php.log").open("wb") as log:
        server = subprocess.Popen(
            ["php", *_OPCACHE, "-S", f"127.0.0.1:{port}", "-t", str(root)],
            env=_environment(data),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _wait_for(port)
    running = Running(base_url, server.pid, str(data))
    # Another worker may stop it: this process must not complain about a child left behind.
    server.returncode = 0
    return running


def _install(code: Path, data: Path, base_url: str) -> None:
    extensions = [name for name in EXTENSIONS if (code / "extensions" / name).is_dir()]
    maintain(
        code, None, "install.php", "--dbtype", "sqlite", "--dbpath", str(data / "db"),
        "--dbname", DBNAME, "--server", base_url, "--scriptpath", "/w", "--confpath", str(data),
        "--extensions", ",".join(extensions), "--skins", "Vector", "--pass", PASSWORD,
        "Contract Wiki", ADMIN,
    )  # fmt: skip
    add_settings(data / "LocalSettings.php")
    maintain(code, data, "createAndPromote.php", "--force", "--custom-groups", "suppress", ADMIN)
    maintain(code, data, "createAndPromote.php", "--bot", BOT, PASSWORD)
    grants = "basic,highvolume,editpage,createeditmovepage,sendemail"
    maintain(
        code, data, "createBotPassword.php", "--appid", BOT_APP, "--grants", grants, BOT,
        BOT_PASSWORD,
    )  # fmt: skip


def maintain(code: Path, data: Path | None, script: str, *arguments: str) -> None:
    """Run one of MediaWiki's maintenance scripts on the wiki in ``data``, or one of an extension's
    by its path.
    """
    done = subprocess.run(
        ["php", str(code / script if "/" in script else code / "maintenance" / script), *arguments],
        env=_environment(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"


def _environment(data: Path | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    if data is None:
        return kept
    return {
        **kept,
        "MW_CONFIG_FILE": str(data / "LocalSettings.php"),
        "MW_INSTALL_PATH": str(code_folder()),
    }


def _wait_for(port: int) -> None:
    end = time.monotonic() + _START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            assert time.monotonic() < end, "PHP's server did not start; see its log"
            time.sleep(0.02)
        else:
            return


def _stop(running: Running) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGTERM)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(running.pid, 0)
