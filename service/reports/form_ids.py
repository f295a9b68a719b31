# SPDX-License-Identifier: AGPL-3.0-or-later
"""The id of a report before it is filed: given by the page, signed, and good for one person only.

The browser seals the parts under this id, so it has to exist before anything is posted; and a form
that is posted twice carries it twice, which makes it one report.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer

from service.ids import BadId, new_id, to_bytes, to_text


class BadFormId(Exception):
    """A form id that this server did not give to this person for this desk."""


@dataclass(frozen=True)
class IssuedForm:
    """``report`` is the future report's id in its address form; ``signed`` goes back with it."""

    report: str
    signed: str


class FormIds:
    """Gives ids to forms. ``secret`` is CS_SECRET_KEY.

    They do not expire: writing may take as long as it takes, and a session ends by itself.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def issue(self, central_id: int, desk: str) -> IssuedForm:
        """A fresh id."""
        report = to_text(new_id())
        return IssuedForm(report, self._signer(central_id, desk).sign(report).decode())

    def read(self, signed: str, central_id: int, desk: str) -> bytes:
        """The id in ``signed``. Raises BadFormId."""
        try:
            return to_bytes(self._signer(central_id, desk).unsign(signed).decode())
        except (BadSignature, BadId, UnicodeDecodeError):
            raise BadFormId from None

    def _signer(self, central_id: int, desk: str) -> Signer:
        return Signer(
            self._secret,
            salt=f"report form of {central_id} to {desk}",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )
