# SPDX-License-Identifier: AGPL-3.0-or-later
"""The environments of the service's tests."""

from __future__ import annotations

from tests.service.conftest import environ, production_environ

__all__ = ["environ", "production_environ"]
