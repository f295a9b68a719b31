# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test has: fixtures of servers from the plugins beside this file, and Hypothesis."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures_bundle",
    "tests.fixtures_chromium",
    "tests.fixtures_folders",
    "tests.fixtures_mariadb",
    "tests.fixtures_nursery",
    "tests.fixtures_routes",
    "tests.fixtures_sandbox",
    "tests.fixtures_statements",
    "tests.fixtures_templates",
    "tests.fixtures_wikis",
    "tests.named_facts",
    "tests.one_worker",
    "tests.suite_logs",
]

# No deadline: the machine is shared, and no test may fail for being slow.
settings.register_profile(
    "suite", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that skips itself has shown nothing: the run fails, and its summary names the test."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
