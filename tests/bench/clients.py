# SPDX-License-Identifier: AGPL-3.0-or-later
"""The people of a crowd: a thread and a connection each, nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

from tests.bench.crowd import FILING, FIRST_PAGE, FORM, OWN_LIST, Came, Crowd
from tests.bench.forms import Filled

ANSWERED_WITHIN_S: Final = 120
_LOOK_AGAIN_S: Final = 0.2
_OK: Final = 200


def elsewhere() -> ProcessPoolExecutor:
    """A process for crowds: clients and servers must not wait for one interpreter's lock."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def visit(crowd: Crowd) -> Came:
    """Let all of them do what they came for."""
    ends = None if crowd.seconds is None else time.monotonic() + crowd.seconds
    people = [Client(crowd, number, ends) for number in range(len(crowd.clients))]
    threads = [threading.Thread(target=one.visit) for one in people]
    for thread in threads:
        thread.start()
    came = Came()
    for thread, one in zip(threads, people, strict=True):
        thread.join()
        came.add(one.came)
    return came


class Broken(Exception):
    """No answer: the connection could not be made, or ended too early."""


class Client:
    """One person's browser."""

    def __init__(self, crowd: Crowd, number: int, ends: float | None) -> None:
        self.crowd = crowd
        self.number = number
        self.forms = crowd.clients[number]
        self.ends = ends
        self.came = Came()
        self._process = number % len(crowd.ports)
        self._connection: http.client.HTTPConnection | None = None

    def visit(self) -> None:
        """File the reports, until it is time to go."""
        for step in self._steps():
            if self.ends is not None and time.monotonic() >= self.ends:
                break
            step()
        else:
            if self.ends is not None:
                self.came.errors["had no report left to file"] += 1
        self._close()

    def _steps(self) -> Iterator[Callable[[], None]]:
        """The requests of all visits. Where they end by the clock, everybody begins with another
        one, so that at any moment all kinds are asked for.
        """
        begin = 0 if self.ends is None else self.number % 4
        for form in self.forms:
            steps = self._look, self._open, self._file, self._list
            if begin == 3:
                yield partial(self._list, form)
                begin = 0
            yield from (partial(step, form) for step in steps[begin:])
            begin = 0

    def _look(self, form: Filled) -> None:
        self._get(FIRST_PAGE, "/", form, "<main")

    def _open(self, form: Filled) -> None:
        self._get(FORM, f"/report/{self.crowd.desk}", form, "data-form-id")

    def _list(self, form: Filled) -> None:
        """What was accepted is seen at once, whether the worker has come to it or not."""
        filed = self.came.accepted[-1:] == [form.report]
        self._get(OWN_LIST, "/reports", form, f"/reports/{form.report}" if filed else "<main")

    def _file(self, form: Filled) -> None:
        headers = {"Content-Type": form.content_type, "Accept": "application/json"}
        path, sent = f"/report/{self.crowd.desk}", f"/reports/{form.report}/sent"
        answer = self._ask(FILING, "POST", path, form, form.body, headers)
        if answer is None:
            return
        if json.loads(answer).get("location") == sent:
            self.came.accepted.append(form.report)
        else:
            self.came.errors[f"{FILING}: another address"] += 1

    def _get(self, what: str, path: str, form: Filled, holds: str) -> None:
        answer = self._ask(what, "GET", path, form)
        if answer is not None and holds.encode() not in answer:
            self.came.errors[f"{what}: without what belongs there"] += 1

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        form: Filled,
        body: bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> bytes | None:
        """The answer's body; None when it was an error, which is counted then."""
        headers = {"Host": self.crowd.host, "Cookie": f"session={form.cookie}", **(more or {})}
        began = time.monotonic()
        tries = 0
        while True:
            tries += 1
            try:
                status, answer = self._exchange(method, path, body, headers)
                break
            except Broken as broken:
                if not self.crowd.again or time.monotonic() - began > ANSWERED_WITHIN_S:
                    self.came.errors[f"{what}: {broken}"] += 1
                    return None
                self.came.broken += 1
                self._process = (self._process + 1) % len(self.crowd.ports)
                if tries % len(self.crowd.ports) == 0:
                    time.sleep(_LOOK_AGAIN_S)
        self.came.times_ms.setdefault(what, []).append(1000 * (time.monotonic() - began))
        self.came.filed_again += what == FILING and tries > 1
        if status != _OK:
            self.came.errors[f"{what}: {status}"] += 1
            return None
        return answer

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Status and body. Raises Broken."""
        if self._connection is None:
            port = self.crowd.ports[self._process]
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", port, timeout=ANSWERED_WITHIN_S
            )
        try:
            self._connection.request(method, path, body=body, headers=dict(headers))
            response = self._connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._close()
            raise Broken(type(error).__name__) from None
        if response.will_close:
            self._close()
        return response.status, answer

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
