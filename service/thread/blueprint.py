# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint of what goes between a reporter and a desk."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("thread", __name__, template_folder="templates")
