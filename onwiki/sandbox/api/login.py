# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=login`` and ``logout`` for bot passwords, as pywikibot's BotPassword uses them."""

from __future__ import annotations

import hmac
from typing import Any

from onwiki.sandbox import accounts, sessions
from onwiki.sandbox.api.request import ApiRequest
from onwiki.sandbox.rights import granted_rights
from onwiki.sandbox.titles import user_name

BOT_PASSWORD_GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage", "sendemail")


def execute_login(request: ApiRequest) -> dict[str, Any]:
    """``lgname`` is ``Name@application``; without a token one is handed out (``NeedToken``)."""
    params = request.params
    params.ignore("lgdomain")
    name, password = params.text("lgname") or "", params.text("lgpassword") or ""
    token = params.text("lgtoken")
    session = request.caller.session
    if not token:
        return {"login": {"result": "NeedToken", "token": session.token("login")}}
    if not session.accepts("login", token):
        return {"login": {"result": "WrongToken"}}
    owner, _, application = name.partition("@")
    account = accounts.local_by_name(request.db, request.wiki.dbname, user_name(owner) or "")
    row = (
        account
        and request.db.execute(
            "SELECT password FROM bot_password WHERE central_id = ? AND app_id = ?",
            (account.central.id, application),
        ).fetchone()
    )
    if not account or not row or not hmac.compare_digest(row["password"], password):
        reason = "Incorrect username or password entered.\nPlease try again."
        return {"login": {"result": "Failed", "reason": reason}}
    if account.central.locked:
        reason = "You cannot log in because your account is globally locked."
        return {"login": {"result": "Failed", "reason": reason}}
    rights = granted_rights(BOT_PASSWORD_GRANTS) & frozenset(account.rights)
    request.logged_in = sessions.start(request.db, account.central.id, rights, remember=True)
    return {"login": {"result": "Success", "lguserid": account.id, "lgusername": account.name}}


def execute_logout(request: ApiRequest) -> dict[str, Any]:
    """End the session; the token was checked before."""
    sessions.end(request.db, request.caller.session)
    return {}
