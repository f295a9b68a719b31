# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that the modules with a desk's views share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desks", __name__, template_folder="templates")
