# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m tests.nursery N``: has read pywikibot in, once, and forks each bot from itself.

A bot is ``onwiki.bot.child`` in a process, session, folder and environment of its own, as if it had
been started by itself; what it would read in first, two fifths of a second, it finds there. Asked
on the socket that is file descriptor N (tests.fixtures_nursery); ends with whoever holds the other
end.
"""

from __future__ import annotations

import json
import os
import random
import socket
import sys
import threading
from typing import Any, Final

from pywikibot import config

from onwiki.bot.child import main

LONGEST_ORDER: Final = 1 << 16
"""Bytes."""


def serve(asked: socket.socket) -> None:
    """Give birth, or say how one ended, until nobody asks any more."""
    while True:
        line, given, _flags, _address = socket.recv_fds(asked, LONGEST_ORDER, 3)
        if not line:
            return
        order = json.loads(line)
        if "ended" in order:
            _, status = os.waitpid(order["ended"], 0)
            asked.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
            continue
        number = os.fork()
        if number == 0:
            asked.close()
            os._exit(live(order, given))
        for one in given:
            os.close(one)
        asked.sendall(b"%d\n" % number)


def live(order: dict[str, Any], given: list[int]) -> int:
    """A bot's life, on the pipes of who ordered it; the third stays open while it lasts."""
    os.setsid()
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    config.base_dir = order["environment"]["PYWIKIBOT_DIR"]
    random.seed()
    incoming, outgoing, _alive = given
    os.dup2(incoming, 0)
    os.dup2(outgoing, 1)
    os.close(incoming)
    os.close(outgoing)
    try:
        return main()
    except BaseException:  # noqa: BLE001 - as the interpreter ends; nothing is said of it
        return 1


if __name__ == "__main__":
    assert threading.active_count() == 1, "what is forked must have no threads"
    serve(socket.socket(fileno=int(sys.argv[1])))
