# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filings that no page of ours makes: two at once, and sealed files that would tell whose they are."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.reports.record import Report
from service.reports.store import Reports
from service.sealing import age
from service.sealing.parts import BOX_STEP, PART_STEP
from tests.service.reports.forms import Form
from tests.service.reports.desk import ReaderKey

from service.reports.filing import FilledForm, SealedFiling, check_sealed
