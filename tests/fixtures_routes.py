# SPDX-License-Identifier: AGPL-3.0-or-later
"""What werkzeug compiles for each route is kept for the process: making an app is mostly that.

Loaded by tests/conftest.py. What is compiled builds an address from arguments; it is a function of
the route's text alone and is handed its rule when called. Matching is made anew for each app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from werkzeug.routing import Rule


@pytest.fixture(scope="session", autouse=True)
def compiled_routes() -> Iterator[None]:
    original = Rule._compile_builder
    kept: dict[object, Callable[..., tuple[str, str]]] = {}

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:  # their values are written into what is compiled
            return original(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = original(rule, append_unknown)
        return kept[key]

    patch = pytest.MonkeyPatch()
    patch.setattr(Rule, "_compile_builder", compile_builder)
    yield
    patch.undo()
