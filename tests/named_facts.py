# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a run could or could not try on this machine, said at its end instead of skipped.

A test that depends on something that not every machine can have records it with
``record_property(NAMED_FACT, …)``; properties travel from pytest-xdist's workers to the
controller, which prints them. Load as a plugin: ``pytest_plugins = ["tests.named_facts"]``.
"""

from __future__ import annotations

from typing import Final

import pytest

NAMED_FACT: Final = "named fact"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    facts = [
        str(fact)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, fact in report.user_properties
        if name == NAMED_FACT
    ]
    if facts:
        terminalreporter.section("named facts")
        for fact in facts:
            terminalreporter.write_line(fact)
