# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test has: fixtures of servers from the plugins beside this file, and Hypothesis."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures_chromium",
    "tests.fixtures_mariadb",
    "tests.fixtures_sandbox",
    "tests.fixtures_wikis",
    "tests.named_facts",
]

# No deadline: the machine is shared, and no test may fail for being slow.
settings.register_profile(
    "suite", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")
