# SPDX-License-Identifier: AGPL-3.0-or-later
"""The search through the whole run's logs (tests/suite_logs.py) hears everything, and finds."""

from __future__ import annotations

import logging
import secrets
import subprocess
import sys

import pytest
from flask.testing import FlaskClient

from service.logs import facts
from tests.suite_logs import PLAINTEXTS, collected, folder_of_run, telling

OWN = logging.getLogger("service.test")


def said(marker: str) -> list[str]:
    return [line for line in collected(folder_of_run()) if marker in line]


def test_what_this_process_logs_is_kept() -> None:
    marker = secrets.token_hex(8)
    OWN.info("marked", extra=facts(marker=marker))

    [line] = said(marker)
    assert line.startswith('{"time"')


def test_requests_are_kept_as_a_service_would_write_them(client: FlaskClient) -> None:
    request = client.get("/privacy").headers["X-Request-Id"]

    [line] = said(request)
    assert '"route": "web.privacy"' in line


def test_what_a_process_of_a_test_logs_is_kept() -> None:
    marker = secrets.token_hex(8)
    program = (
        "import logging; from service import logs; logs.configure();"
        f"logging.getLogger('service.x').info({marker!r});"
        "raise SystemExit"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    [line] = said(marker)
    assert '"event"' in line


def test_its_exceptions_are_kept_too() -> None:
    marker = secrets.token_hex(8)
    program = f"raise ValueError({marker!r})"
    subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert said(f"ValueError: {marker}")


@pytest.mark.parametrize("word", PLAINTEXTS)
def test_every_plaintext_is_found(word: str) -> None:
    escaped = word.encode("unicode_escape").decode()
    lines = [f'{{"event": "read", "of": "{word}"}}', f"ValueError: {word}"]
    if "\\x" not in escaped and escaped != word:
        lines.append(f'{{"event": "{escaped}"}}')

    assert {one.line for one in telling(lines)} == set(lines)


@pytest.mark.parametrize(
    "value",
    [
        "https://wiki.example.org/w/index.php",
        "GET /report/4mT0xQk2abc",
        "/desk/stewards/cases",
        "index.php?oldid=123456",
        "diff=4711",
        "age1pq1qqqqqqqqqqqqqqqqqqqqqqqq",
        "AGE-SECRET-KEY-PQ-1QQQQ",
        "SELECT blob FROM report",
    ],
)
def test_shapes_are_found_whoever_typed_them(value: str) -> None:
    assert list(telling([f'{{"event": "{value}"}}']))


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "request", "route": "web.privacy", "status": 200, "ms": 3}',
        '{"event": "%s://%s:%s \\"%s %s %s\\" %s %s", "at": "urllib3/connectionpool.py:544"}',
        '{"trace": ["service/reports/filing.py:20 file", "flask/app.py:1 wsgi_app"]}',
    ],
)
def test_ordinary_lines_are_not(line: str) -> None:
    assert list(telling([line])) == []
