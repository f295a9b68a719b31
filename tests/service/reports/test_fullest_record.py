# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report's sealed record has one size: the fullest that there can be must fit it."""

from __future__ import annotations

import json
import os
from datetime import date

from service.attachments.sizes import CLASSES, MOST_FILES, MOST_NUMBERS
from service.desks.desk import MOST_READERS
from service.matching.tokens import Kind
from service.reports.hold import Entered, Hold
from service.reports.models import ReportRow
from service.reports.record import (
    MOST_ACCOUNTS,
    MOST_ANSWERS,
    MOST_LINKS,
    Attachment,
    Contact,
    Link,
    LinkState,
    Membership,
    Meta,
    Reviewed,
    Stage,
)

DAY = date(2026, 11, 24)
VERSION = 10**9
READERS = frozenset(range(10**8, 10**8 + MOST_READERS))
"""Central ids of nine digits: CentralAuth has fewer than a hundred million accounts."""


def test_fullest_record_fits_its_column() -> None:
    tokens = [Membership(Kind.ACCOUNT, os.urandom(32)) for _ in range(MOST_ACCOUNTS)]
    tokens += [Membership(Kind.REVISION, os.urandom(32)) for _ in range(MOST_LINKS)]
    tokens += [Membership(Kind.REPORTER, os.urandom(32))]
    apart = {reader: Entered(VERSION + reader, DAY) for reader in READERS}
    meta = Meta(
        reporter=os.urandom(32),
        folded_at=VERSION,
        memberships=tuple(tokens),
        hidden_from=READERS,
        boxes=READERS | {10**9},
        opened_by=READERS,
        recused_silently=READERS,
        stage=Stage.ANSWERED,
        read_on=DAY,
        contact=Contact.EMAIL,
        review=True,
        reviewed=Reviewed.COUNTED,
        findings=MOST_LINKS,
        asked_again=MOST_ANSWERS,
        asking_again=MOST_LINKS,
        links=tuple(Link("be_x_oldwikisource", LinkState.NOT_EVIDENCE) for _ in range(MOST_LINKS)),
        hold=Hold(5, DAY, Entered(VERSION, DAY), apart),
        voice=True,
        acted_on=DAY,
        prolonged=True,
        events=1000,
        added=20,
        messages=100,
        added_at=VERSION,
        added_on=DAY,
        attachments=tuple(Attachment(MOST_NUMBERS - 1 - n, CLASSES[-1]) for n in range(MOST_FILES)),
    )
    text = json.dumps(meta.to_json(), ensure_ascii=False, separators=(",", ":")).encode()

    assert len(text) <= ReportRow.__table__.c.meta.info["sealed"]
    assert Meta.from_json(json.loads(text)) == meta
