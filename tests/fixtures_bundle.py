# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixture ``built_bundle``: the browser code, built once for all tests of this process.

Loaded by tests/conftest.py: imported into several conftests it would be built for each of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.web.browser.node import REPOSITORY, run_node


@pytest.fixture(scope="session")
def built_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, built as for production. Nothing may be written into it."""
    folder = tmp_path_factory.mktemp("bundle")
    run_node(REPOSITORY / "service/web/browser/build.mjs", str(folder))
    return folder
