# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox as the contract suite sees it: things happen in its store, answers are its API's."""

from __future__ import annotations

from collections.abc import Sequence

import requests

from onwiki.sandbox import accounts, logs, revisions, sessions, wikis
from onwiki.sandbox.accounts import LocalAccount
from onwiki.sandbox.revisions import Hidden
from onwiki.sandbox.store import Store
from onwiki.sandbox.titles import parse_title
from tests.realwiki.client import USER_AGENT
from tests.realwiki.interface import (
    BOT,
    BOT_APP,
    BOT_PASSWORD,
    ELSEWHERE,
    TIMEOUT_S,
    Answer,
    Fields,
    Part,
)

_BITS = {Part.TEXT: Hidden.TEXT, Part.COMMENT: Hidden.COMMENT, Part.USER: Hidden.USER}


class SandboxedWiki:
    """The first wiki of a running sandbox. Implements ``WikiUnderTest``."""

    kind = "sandbox"
    dbname = wikis.SANDBOX.dbname
    script_path = wikis.SANDBOX.script_path
    admin = "Warden"

    def __init__(self, base_url: str, store: Store) -> None:
        self.base_url = base_url
        self.api_url = f"{base_url}{self.script_path}/api.php"
        self._store = store
        self._cookies: dict[str, str] = {}
        self.person(self.admin, ("sysop", "suppress"))
        self.person(BOT, ("bot",))
        with store.writing() as db:
            central = accounts.central_by_name(db, BOT)
            assert central is not None
            row = (central.id, BOT_APP, BOT_PASSWORD)
            db.execute("INSERT INTO bot_password VALUES (?, ?, ?)", row)

    def api(self, *, by: str | None = None, get: bool = False, **params: str | int) -> Answer:
        return self.ask(params, by=by, get=get)

    def ask(self, fields: Fields, *, by: str | None = None, get: bool = False) -> Answer:
        fields = {"format": "json", "formatversion": "2", **fields}
        cookies = {sessions.COOKIE: self._cookie(by)} if by else {}
        answer = requests.request(
            "GET" if get else "POST",
            self.api_url,
            params=fields if get else None,
            data=None if get else fields,
            cookies=cookies,
            headers={"User-Agent": USER_AGENT},
            timeout=TIMEOUT_S,
        )
        return Answer(answer.status_code, answer.headers, answer.json())

    def token(self, by: str) -> str:
        body = self.api(by=by, action="query", meta="tokens").body
        token: str = body["query"]["tokens"]["csrftoken"]
        return token

    def person(self, name: str, groups: Sequence[str] = ()) -> int:
        now = self._store.now()
        with self._store.writing() as db:
            account = accounts.local_by_name(db, self.dbname, name)
            if account is None:
                central = accounts.create_central(db, name, self.dbname, now)
                account = accounts.attach(db, central, self.dbname, now, registered=now)
            if groups:
                accounts.set_groups(db, account, groups)
            return account.id

    def edit(
        self, title: str, by: str, text: str, *, comment: str = "edit", minor: bool = False
    ) -> int:
        with self._store.writing() as db:
            account = accounts.local_by_name(db, self.dbname, by)
            assert account is not None
            saved = revisions.save(
                db,
                self.dbname,
                parse_title(title),
                account,
                text,
                comment,
                self._store.now(),
                minor=minor,
            )
            return saved.id

    def hide(self, revid: int, *parts: Part, suppress: bool = False) -> None:
        bits = Hidden.RESTRICTED if suppress else Hidden(0)
        for part in parts:
            bits |= _BITS[part]
        with self._store.writing() as db:
            revisions.hide(db, self.dbname, revid, bits)

    def delete(self, title: str) -> None:
        with self._store.writing() as db:
            page = revisions.page_by_title(db, self.dbname, parse_title(title))
            assert page is not None
            revisions.delete(db, page)
        self._log("delete", "delete", title)

    def protect(self, title: str) -> None:
        target = parse_title(title)
        with self._store.writing() as db:
            exists = revisions.page_by_title(db, self.dbname, target) is not None
            action = "edit" if exists else "create"
            revisions.protect(db, self.dbname, target, "sysop", action)

    def block(self, name: str, *, pages: Sequence[str] = (), hide_name: bool = False) -> None:
        now = self._store.now()
        with self._store.writing() as db:
            accounts.block(
                db,
                self._account(name),
                self._account(self.admin),
                now,
                "contract suite",
                pages=pages or None,
                own_talk=False,
                hides_name=hide_name,
            )

    def move(self, old: str, new: str) -> int:
        source, target = parse_title(old), parse_title(new)
        with self._store.writing() as db:
            db.execute(
                "UPDATE page SET ns = ?, title = ? WHERE wiki = ? AND ns = ? AND title = ?",
                (target.ns, target.text, self.dbname, source.ns, source.text),
            )
        params = {"target_ns": target.ns, "target_title": new, "suppressredirect": False}
        return self._log("move", "move", old, params)

    def set_model(self, title: str, model: str, text: str) -> None:
        account = self._account(self.admin)
        with self._store.writing() as db:
            revisions.save(
                db,
                self.dbname,
                parse_title(title),
                account,
                text,
                "",
                self._store.now(),
                model=model,
            )

    def import_edit(self, title: str, author: str, text: str) -> int:
        now, by = self._store.now(), f"{ELSEWHERE}>{author}"
        with self._store.writing() as db:
            return revisions.save(db, self.dbname, parse_title(title), by, text, "", now).id

    def rename(self, old: str, new: str) -> None:
        central = self._account(old).central
        with self._store.writing() as db:
            accounts.rename(db, central, new)

    def _log(
        self, kind: str, action: str, title: str, params: dict[str, object] | None = None
    ) -> int:
        performer = self._account(self.admin)
        now = self._store.now()
        with self._store.writing() as db:
            return logs.record(
                db,
                performer,
                kind,
                action,
                parse_title(title),
                now,
                comment="contract suite",
                params=params,
            )

    def _account(self, name: str) -> LocalAccount:
        with self._store.reading() as db:
            found = accounts.local_by_name(db, self.dbname, name)
        assert found is not None, name
        return found

    def _cookie(self, name: str) -> str:
        if name not in self._cookies:
            central = self._account(name).central
            with self._store.writing() as db:
                self._cookies[name] = sessions.start(db, central.id, remember=True).id
        return self._cookies[name]
