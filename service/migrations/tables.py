# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every table of the service: a feature's tables are in ``service/<feature>/models.py``."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from sqlalchemy import MetaData

import service
from service.database import Base


def all_tables() -> MetaData:
    """The metadata with the models of every feature loaded."""
    for feature in pkgutil.iter_modules(service.__path__, "service."):
        name = f"{feature.name}.models"
        if feature.ispkg and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return Base.metadata
