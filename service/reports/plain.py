# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing for those who file without JavaScript: the server reads the words once, seals, forgets.

The page says so before a word is typed (DESIGN 6, "Without JavaScript").
"""

from __future__ import annotations

from collections.abc import Mapping

from service.ids import to_text
from service.reports.form import LONGEST_NARRATIVE, FieldError, FilingRefused, SealedFiling
from service.reports.store import seal_part
from service.sealing import age
from service.sealing.parts import BOX_STEP, PartContext, frame


def seal_here(form_id: bytes, narrative: str, readers: Mapping[int, str]) -> SealedFiling:
    """What the browser would have made of ``narrative``, for ``readers`` (recipients by central
    id). Raises FilingRefused when it is too long or empty. The report's identity exists in this
    call only.
    """
    text = narrative.replace("\r\n", "\n").strip()
    if not text:
        raise FilingRefused([FieldError("narrative", "reports-error-narrative-empty")])
    body = text.encode()
    if len(body) > LONGEST_NARRATIVE:
        kib = LONGEST_NARRATIVE // 1024
        raise FilingRefused([FieldError("narrative", "reports-error-narrative-long", {"kib": kib})])
    identity, recipient = age.new_identity()
    return SealedFiling(
        recipient,
        seal_part(recipient, form_id, "narrative", body),
        {reader: seal_box(form_id, identity, recipient) for reader, recipient in readers.items()},
    )


def seal_box(report_id: bytes, identity: str, recipient: str) -> bytes:
    """A report's identity, sealed to one reader."""
    context = PartContext(to_text(report_id), "box")
    return age.seal(frame(context, identity.encode("ascii"), BOX_STEP), [recipient])
