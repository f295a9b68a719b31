# SPDX-License-Identifier: AGPL-3.0-or-later
"""Templates are compiled once a process, not once for each of the thousands of apps of the suite.

Loaded by tests/conftest.py. What is kept belongs to the source's checksum: Jinja compares it.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Bytecode in memory, by the template's name and where it lies."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self.kept.get(bucket.key)
        if kept is not None:
            bucket.load_bytecode(BytesIO(kept))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    before = Flask.jinja_options
    Flask.jinja_options = {**before, "bytecode_cache": Compiled()}
    yield
    Flask.jinja_options = before
