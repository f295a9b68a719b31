# SPDX-License-Identifier: AGPL-3.0-or-later
"""Start the sandbox: ``python -m onwiki.sandbox --port 8001 --data instance/sandbox``."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path

from onwiki.sandbox import demo
from onwiki.sandbox.server import PortTaken, SandboxServer
from onwiki.sandbox.store import SandboxDataError, Store

CONTROL_TOKEN = "CS_SANDBOX_CONTROL_TOKEN"  # noqa: S105 - the name of a variable


def main() -> int:
    """Serve until SIGINT or SIGTERM. Returns 1 when the port or the data cannot be used."""
    options = _parser().parse_args()
    try:
        store = Store(options.data / "sandbox.sqlite3")
        demo.prepare(store, options.callback_prefix)
        server = SandboxServer(store, options.port, os.environ.get(CONTROL_TOKEN))
    except (PortTaken, SandboxDataError) as error:
        sys.stderr.write(f"sandbox wiki: {error}\n")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"sandbox wiki: {server.base_url}/wiki/Main_Page\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.serve()
    server.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onwiki.sandbox",
        description="Two small wikis for trying and testing, on 127.0.0.1 only.",
        epilog=f"Failures can be switched on when {CONTROL_TOKEN} is set. Example:"
        " python -m onwiki.sandbox --port 8001 --data instance/sandbox",
    )
    parser.add_argument("--port", type=int, default=8001, help="default: 8001; 0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps the wikis")
    parser.add_argument(
        "--callback-prefix",
        default=demo.DEFAULT_CALLBACK,
        help="where the demo's sign-in consumer may send people (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
