# SPDX-License-Identifier: AGPL-3.0-or-later
"""A client of the Action API with a session for each account that logged in."""

from __future__ import annotations

from typing import Any

import requests

from tests.realwiki.interface import PASSWORD, TIMEOUT_S, Answer, Fields

USER_AGENT = "community-support-tests (contract suite, local wiki)"


class ApiClient:
    """Speaks to one api.php; ``close`` gives the connections back."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._sessions: dict[str | None, requests.Session] = {}
        self._tokens: dict[tuple[str | None, str], str] = {}

    def ask(self, fields: Fields, *, by: str | None = None, get: bool = False) -> Answer:
        """One request, logged out or as an account."""
        session = self._session(by)
        fields = {"format": "json", "formatversion": "2", **fields}
        answer = (
            session.get(self._api_url, params=fields, timeout=TIMEOUT_S)
            if get
            else session.post(self._api_url, data=fields, timeout=TIMEOUT_S)
        )
        return Answer(answer.status_code, answer.headers, answer.json())

    def must(self, by: str | None, fields: Fields) -> Any:
        """A request that has to succeed; gives its body."""
        answer = self.ask(fields, by=by)
        assert answer.error is None, answer.body
        return answer.body

    def token(self, by: str | None, kind: str = "csrf") -> str:
        """A token of an account's session; fetched once, it stays good as long as the session."""
        self._session(by)
        if (by, kind) not in self._tokens:
            body = self.must(by, {"action": "query", "meta": "tokens", "type": kind})
            self._tokens[by, kind] = body["query"]["tokens"][f"{kind}token"]
        return self._tokens[by, kind]

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _session(self, name: str | None) -> requests.Session:
        if name not in self._sessions:
            session = requests.Session()
            session.headers["User-Agent"] = USER_AGENT
            self._sessions[name] = session
            if name is not None:
                self._log_in(name)
        return self._sessions[name]

    def _log_in(self, name: str) -> None:
        fields = {
            "action": "login",
            "lgname": name,
            "lgpassword": PASSWORD,
            "lgtoken": self.token(name, "login"),
        }
        body = self.must(name, fields)
        assert body["login"]["result"] == "Success", body
