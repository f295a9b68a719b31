# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real MediaWiki as the contract suite sees it: everything happens through its own API."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.realwiki.client import ApiClient
from tests.realwiki.history import import_elsewhere
from tests.realwiki.install import code_folder
from tests.realwiki.interface import PASSWORD, Answer, Fields, Part
from tests.realwiki.server import ADMIN, DBNAME, Running, maintain


class RealWiki:
    """Debian's MediaWiki. Implements ``WikiUnderTest``."""

    kind = "real"
    dbname = DBNAME
    script_path = "/w"
    admin = ADMIN

    def __init__(self, running: Running) -> None:
        self.base_url = running.base_url
        self.api_url = f"{running.base_url}/w/api.php"
        self._data = Path(running.data)
        self._client = ApiClient(self.api_url)
        self._people: dict[str, int] = {}

    def close(self) -> None:
        self._client.close()

    def ask(self, fields: Fields, *, by: str | None = None, get: bool = False) -> Answer:
        return self._client.ask(fields, by=by, get=get)

    def api(self, *, by: str | None = None, get: bool = False, **params: str | int) -> Answer:
        return self.ask(params, by=by, get=get)

    def token(self, by: str) -> str:
        return self._client.token(by)

    def person(self, name: str, groups: Sequence[str] = ()) -> int:
        if name not in self._people:
            self._create(name)
            self._people[name] = self._user(name)["userid"]
        if groups:
            self._act(
                "userrights", "userrights", user=name, add="|".join(groups), reason="contract suite"
            )
        return self._people[name]

    def _create(self, name: str) -> None:
        """Make an account; another worker may have made it before."""
        created = self._client.ask(
            {
                "action": "createaccount",
                "username": name,
                "password": PASSWORD,
                "retype": PASSWORD,
                "reason": "contract suite",
                "createreturnurl": self.base_url,
                "createtoken": self._client.token(self.admin, "createaccount"),
            },
            by=self.admin,
        )
        assert created.error is None, created.body

    def edit(
        self, title: str, by: str, text: str, *, comment: str = "edit", minor: bool = False
    ) -> int:
        fields: dict[str, str | int] = {
            "action": "edit",
            "title": title,
            "text": text,
            "summary": comment,
            "token": self.token(by),
        }
        if minor:
            fields["minor"] = 1
        body = self._client.must(by, fields)
        revid: int = body["edit"]["newrevid"]
        return revid

    def hide(self, revid: int, *parts: Part, suppress: bool = False) -> None:
        self._act(
            "revisiondelete",
            type="revision",
            ids=revid,
            hide="|".join(part.value for part in parts),
            suppress="yes" if suppress else "no",
        )

    def delete(self, title: str) -> None:
        self._act("delete", title=title, reason="contract suite")

    def protect(self, title: str) -> None:
        exists = "missing" not in self._page(title)
        action = "edit" if exists else "create"
        self._act("protect", title=title, protections=f"{action}=sysop", reason="contract suite")

    def block(self, name: str, *, pages: Sequence[str] = (), hide_name: bool = False) -> None:
        fields: dict[str, str | int] = {}
        if pages:
            fields |= {"partial": 1, "pagerestrictions": "|".join(pages), "allowusertalk": 1}
        if hide_name:
            fields |= {"hidename": 1}
        fields |= {"expiry": "never", "reason": "contract suite", "nocreate": 1}
        self._act("block", user=name, **fields)

    def move(self, old: str, new: str) -> int:
        self._act("move", **{"from": old, "to": new, "reason": "contract suite"})
        wanted = {"action": "query", "list": "logevents", "letype": "move", "letitle": old}
        body = self._client.must(self.admin, wanted)
        number: int = body["query"]["logevents"][0]["logid"]
        return number

    def set_model(self, title: str, model: str, text: str) -> None:
        self._act("edit", title=title, text=text, contentmodel=model)

    def import_edit(self, title: str, author: str, text: str) -> int:
        import_elsewhere(self._data, title, author, text)
        revid: int = self._page(title, prop="info")["lastrevid"]
        return revid

    def rename(self, old: str, new: str) -> None:
        """By MediaWiki's script; before 1.40 that is an extension's, and takes options."""
        code = code_folder()
        if (code / "maintenance" / "renameUser.php").exists():
            maintain(code, self._data, "renameUser.php", "--skip-page-moves", old, new)
        else:
            script = "extensions/Renameuser/maintenance/renameUser.php"
            maintain(code, self._data, script, f"--oldname={old}", f"--newname={new}")

    def _act(self, action: str, kind: str = "csrf", /, **fields: str | int) -> Any:
        """One deed of the administrator; ``kind`` is the token that it takes."""
        given: dict[str, str | int] = {**fields, "action": action}
        return self._client.must(
            self.admin, {**given, "token": self._client.token(self.admin, kind)}
        )

    def _user(self, name: str) -> dict[str, Any]:
        body = self._client.must(None, {"action": "query", "list": "users", "ususers": name})
        found: dict[str, Any] = body["query"]["users"][0]
        return found

    def _page(self, title: str, **more: str) -> dict[str, Any]:
        body = self._client.must(None, {"action": "query", "titles": title, **more})
        found: dict[str, Any] = body["query"]["pages"][0]
        return found
