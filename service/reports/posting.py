# SPDX-License-Identifier: AGPL-3.0-or-later
"""Posted files, and errors as the pages show them."""

from __future__ import annotations

from datetime import date

from flask import request
from werkzeug.datastructures import FileStorage

from service.i18n import msg
from service.i18n.request import write_day
from service.reports.form import FieldError


def error_json(error: FieldError) -> dict[str, str]:
    """The field and the sentence, as plain text: templates and scripts escape by themselves."""
    values = {
        name: write_day(value) if isinstance(value, date) else value
        for name, value in error.values.items()
    }
    return {"field": error.field, "message": msg(error.message_key, **values).unescape()}


def count_of(text: str) -> int:
    """A small number that was posted; -1 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


def posted_file(name: str) -> bytes:
    """A file of a multipart form; nothing where there is none."""
    posted: FileStorage | None = request.files.get(name)
    return b"" if posted is None else posted.read()
