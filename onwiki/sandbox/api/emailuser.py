# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=emailuser``: the sandbox keeps the mail in its database and sends nothing (131, 132)."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox import accounts
from onwiki.sandbox.api.errors import ApiError
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.store import next_id
from onwiki.sandbox.titles import user_name


def execute(request: ApiRequest) -> dict[str, Any]:
    """Send to ``target``; raises ``noemailtext`` when that account takes no mail."""
    params = request.params
    target, subject = params.required("target"), params.required("subject")
    body = params.required("text")
    params.ignore("ccme")
    sender = request.caller.account
    if sender is None or not request.caller.may("sendemail"):
        raise ApiError("mailnologin", "You must be logged in and have a valid email address.")
    recipient = accounts.local_by_name(request.db, request.wiki.dbname, user_name(target) or "")
    if recipient is None:
        raise ApiError("notarget", "You have not specified a valid recipient.")
    if not recipient.central.emailable:
        raise ApiError("noemailtext", "This user has not specified a valid email address.")
    block = accounts.block_of(request.db, sender)
    if block and not block.email:
        raise ApiError("blockedemailuser", "You have been blocked from sending email.")
    request.db.execute(
        "INSERT INTO mail (wiki, id, sender, recipient, subject, body, timestamp)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            request.wiki.dbname,
            next_id(request.db, "mail", request.wiki.dbname),
            sender.id,
            recipient.id,
            subject,
            body,
            request.now,
        ),
    )
    return {"emailuser": {"result": "Success"}}
