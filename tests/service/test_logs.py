# SPDX-License-Identifier: AGPL-3.0-or-later
"""Log lines: what happened, by route name, and never with whose data."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config as GunicornConfig

from service import logs
from service.logs import GunicornLogger, JsonLines, facts

OWN, FOREIGN = logging.getLogger("service.test"), logging.getLogger("library.test")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a process that logs as the service does would write."""
    stream = io.StringIO()
    root = logging.getLogger()
    kept = root.handlers[:], root.level, {n: logging.getLogger(n).level for n in logs.OWN}
    logs.configure(stream)
    yield stream
    root.handlers[:], level, levels = kept[0], kept[1], kept[2]
    root.setLevel(level)
    for name, value in levels.items():
        logging.getLogger(name).setLevel(value)
    logging.captureWarnings(capture=False)


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def fail() -> None:
    name = "Larkspur"
    raise ValueError(f"cannot read the report of {name}")


def fail_in_a_view() -> str:
    fail()
    return ""


def test_request_is_logged_by_route_and_never_by_address(
    client: FlaskClient, lines: io.StringIO
) -> None:
    answer = client.get("/privacy?account=Larkspur", headers={"Referer": "http://localhost:8000/x"})

    [line] = told(lines)
    assert line["event"] == "request"
    assert (line["route"], line["method"], line["status"]) == ("web.privacy", "GET", 200)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert isinstance(line["ms"], int)
    assert "Larkspur" not in lines.getvalue()
    assert "/privacy" not in lines.getvalue()


def test_word_in_place_of_the_method_is_not_logged(client: FlaskClient, lines: io.StringIO) -> None:
    client.open("/privacy", method="LARKSPUR")

    [line] = told(lines)
    assert line["method"] == "other"
    assert "larkspur" not in lines.getvalue().casefold()


def test_address_that_leads_nowhere_is_not_logged_either(
    client: FlaskClient, lines: io.StringIO
) -> None:
    client.get("/reports/of/Larkspur")

    [line] = told(lines)
    assert (line["route"], line["status"]) == ("none", 404)
    assert "Larkspur" not in lines.getvalue()


def test_health_and_static_requests_are_left_out(client: FlaskClient, lines: io.StringIO) -> None:
    client.get("/healthz")
    client.get("/healthz/alive")
    client.get("/static/app-AAAA.js")

    assert told(lines) == []


def test_exception_is_logged_by_type_and_place_without_its_text(lines: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        OWN.exception("something failed", extra=facts(count=3))

    [line] = told(lines)
    assert line["exception"] == "builtins.ValueError"
    assert line["count"] == 3
    assert line["trace"][-1].startswith("tests/service/test_logs.py:")
    assert line["trace"][-1].endswith(" fail")
    assert "Larkspur" not in lines.getvalue()


def test_exception_of_a_view_reaches_the_log_without_address_and_text(
    client: FlaskClient, app: Flask, lines: io.StringIO
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["web.terms"] = fail_in_a_view

    client.get("/terms?account=Larkspur")

    events = [line["event"] for line in told(lines)]
    assert events == ["unhandled exception", "request"]
    assert "Larkspur" not in lines.getvalue()
    assert "/terms" not in lines.getvalue()


def test_libraries_are_quoted_without_what_they_fill_in(lines: io.StringIO) -> None:
    FOREIGN.warning("connecting to %s", "http://wiki.example.org/?user=Larkspur")
    FOREIGN.warning("user " + "Larkspur")
    FOREIGN.info("not worth a line")

    first, second = told(lines)
    assert first["event"] == "connecting to %s"
    assert second["event"] == "message of a library"
    assert "Larkspur" not in lines.getvalue()


def test_no_folder_of_the_machine_is_in_a_line(lines: io.StringIO) -> None:
    try:
        json.loads("{")
    except ValueError:
        FOREIGN.exception("failed")

    assert "/usr" not in lines.getvalue()
    assert "/home" not in lines.getvalue()
    assert "site-packages" not in lines.getvalue()


def test_gunicorn_writes_no_request_of_its_own() -> None:
    logger = GunicornLogger(GunicornConfig())

    assert logger.access_log.handlers == []
    assert [type(handler.formatter) for handler in logger.error_log.handlers] == [JsonLines]
