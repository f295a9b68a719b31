# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short links of the sandbox, as w.wiki serves them: a code, and a redirect to what it stands for.

There is no way to make one on the wiki: the demo has some, tests add theirs.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PREFIX = "/s/"

DEMO = {
    "stn5": "/w/index.php?diff=310000005&oldid=310000004",
    "rvr2": "/wiki2/Special:Diff/480000004",
}
"""Code → path on the sandbox's own host."""


class AsKept(Response):
    """Sends its headers as they are: werkzeug would mend the address, the extension does not."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        del environ
        return Headers(self.headers)


class ShortLinks:
    """Codes and the addresses that they stand for. Safe between threads."""

    def __init__(self, base_url: str) -> None:
        self._lock = threading.Lock()
        self._addresses = {code: base_url + path for code, path in DEMO.items()}

    def add(self, code: str, address: str) -> None:
        with self._lock:
            self._addresses[code] = address

    def answer(self, code: str) -> Response:
        """As SpecialUrlRedirector does: 301 with the address as it was shortened, or 404."""
        with self._lock:
            address = self._addresses.get(code)
        if address is None:
            return Response("No such short link.", status=404, mimetype="text/plain")
        return AsKept(status=301, headers={"Location": address})
