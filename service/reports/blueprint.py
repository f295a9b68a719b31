# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint of the reporter's pages, which two modules fill."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

blueprint = Blueprint("reports", __name__, template_folder="templates")

JUST_FILED: Final = "filed"
"""Key in the session: ids of reports that the worker may not have folded yet."""
