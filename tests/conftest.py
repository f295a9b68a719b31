# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures that every room may use come from plugins beside this file."""

pytest_plugins = ["tests.fixtures_sandbox"]
