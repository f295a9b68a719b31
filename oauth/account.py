# SPDX-License-Identifier: AGPL-3.0-or-later
"""A global account as CentralAuth tells it: names, groups, edits, locks.

One anonymous ``meta=globaluserinfo`` (CentralAuth, ApiQueryGlobalUserInfo); the JWT's figures are
local to one wiki, these are not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from oauth.errors import Detail, Step, WikiUnreachable
from oauth.transport import USER_AGENT, Exchange

_NOBODY: Final = frozenset({"invaliduserid", "nosuchuserid", "invaliduser", "baduser"})
"""Error codes that say "no such account": ids that nobody has, names that nobody can have. In some
versions ``baduser`` carries the parameter's name (``baduser_guiuser``)."""


@dataclass(frozen=True, repr=False)
class LocalAccount:
    """The account on one wiki. ``groups`` are the explicit ones; ``blocked`` includes partial."""

    dbname: str
    groups: frozenset[str]
    edit_count: int
    blocked: bool

    def __repr__(self) -> str:
        return "LocalAccount(withheld)"


@dataclass(frozen=True, repr=False)
class GlobalAccount:
    """``local`` is keyed by dbname; ``groups`` are global; ``edit_count`` is that of all wikis.

    ``hidden`` is practically never true: a hidden account is not shown at all (None).
    """

    central_id: int
    name: str
    home: str | None
    registered: datetime | None
    edit_count: int
    groups: frozenset[str]
    local: Mapping[str, LocalAccount]
    locked: bool
    hidden: bool
    signatory: bool | None = None
    """Whether the noticeboard links to the account's user page; None when that was not asked."""

    def __repr__(self) -> str:
        # A person must not get into a log by way of an f-string or a traceback with locals.
        return "GlobalAccount(withheld)"


@dataclass(frozen=True, repr=False)
class Signing:
    """The question whether ``name`` signed the access to nonpublic personal data policy: whether a
    page of the wiki that is asked links to the user page, or its talk page.
    """

    noticeboard: str
    """Title of that page."""
    name: str

    def query(self) -> dict[str, str]:
        """What is asked in the same request."""
        pages = "|".join(f"{namespace}:{self.name}" for namespace in ("User", "User talk"))
        return {"titles": self.noticeboard, "prop": "links", "pltitles": pages}

    def __repr__(self) -> str:
        return "Signing(withheld)"


def fetch_account(
    api_url: str,
    *,
    central_id: int | None = None,
    name: str | None = None,
    signing: Signing | None = None,
    timeout_s: float = 5.0,
    deadline_s: float = 10.0,
    user_agent: str = USER_AGENT,
) -> GlobalAccount | None:
    """Ask ``api_url`` (an ``api.php`` of the farm) about one account, in one POST.

    Exactly one of ``central_id`` and ``name``; ``signing`` is asked along. None: no such account,
    or one whose name is hidden; they look the same. Raises WikiUnreachable (also for API errors,
    maxlag, read-only).
    """
    if (central_id is None) == (name is None):
        raise ValueError("give a central id or a name")
    who = {"guiid": str(central_id)} if name is None else {"guiuser": name}
    if signing is not None:
        who |= signing.query()
    query = {
        "action": "query",
        "meta": "globaluserinfo",
        "guiprop": "groups|merged|editcount",
        "format": "json",
        "formatversion": "2",
        **who,
    }
    answer = Exchange(timeout_s, deadline_s, user_agent).post(Step.ACCOUNT, api_url, data=query)
    account = parse_account(answer.text)
    if account is not None and central_id is not None and account.central_id != central_id:
        raise WikiUnreachable(Step.ACCOUNT, Detail.WRONG_ACCOUNT)
    return account


def parse_account(text: str) -> GlobalAccount | None:
    """Read the body of an answer (format 2). Raises WikiUnreachable for what is not one."""
    try:
        answer = json.loads(text)
        if "error" in answer:
            if _is_nobody(answer["error"]["code"]):
                return None
            detail = Detail.API_ERROR
        else:
            return _account(answer["query"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        detail = Detail.UNREADABLE
    raise WikiUnreachable(Step.ACCOUNT, detail)


def _is_nobody(code: str) -> bool:
    return code.removesuffix("_guiuser").removesuffix("_guiid") in _NOBODY


def _account(query: Mapping[str, object]) -> GlobalAccount | None:
    info = query["globaluserinfo"]
    if not isinstance(info, dict):
        raise TypeError
    if _flag(info, "missing"):
        return None
    home = info.get("home")
    return GlobalAccount(
        central_id=_number(info["id"]),
        name=_text(info["name"]),
        home=None if home is None else _text(home),
        registered=_moment(info.get("registration")),
        edit_count=_number(info["editcount"]),
        groups=_texts(info["groups"]),
        local={local.dbname: local for local in map(_local, _rows(info["merged"]))},
        locked=_flag(info, "locked"),
        hidden=_flag(info, "hidden"),
        signatory=_is_linked(query["pages"]) if "pages" in query else None,
    )


def _is_linked(pages: object) -> bool:
    """Whether the one page that was asked for has any of the links that were asked for. A page
    that is missing links to nobody.
    """
    (page,) = _rows(pages)
    return bool(_rows(page.get("links", [])))


def _local(row: Mapping[str, object]) -> LocalAccount:
    return LocalAccount(
        dbname=_text(row["wiki"]),
        groups=_texts(row.get("groups", [])),
        edit_count=_number(row["editcount"]),
        blocked=_flag(row, "blocked"),
    )


def _flag(info: Mapping[str, object], key: str) -> bool:
    """Flags are there or not there; format 1 writes ``""`` for true, a block is an object."""
    return info.get(key, False) is not False


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _rows(value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise TypeError
    return value


def _texts(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise TypeError
    return frozenset(_text(item) for item in value)


def _moment(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(_text(value)).astimezone(UTC)
