# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who made an edit: accounts, temporary ones, addresses, imports, and people who were renamed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from onwiki.accounts import Resolved
from onwiki.evidence import AuthorKind, Authorship, Exists, authorship
from onwiki.evidence.asking import Asker
from onwiki.evidence.check import check_with
from onwiki.links import Revision

AskerOf = Callable[..., tuple[Asker, Any]]

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REF = Revision("enwiki", 8)


def answer(user: str, userid: int, **more: object) -> dict[str, Any]:
    revision = {
        "revid": 8, "parentid": 7, "minor": False, "user": user, "userid": userid,
        "timestamp": "2026-05-03T14:02:00Z", "size": 10, **more,
    }  # fmt: skip
    page = {"pageid": 3, "ns": 3, "title": "User talk:Larkspur", "revisions": [revision]}
    return {"query": {"pages": [page]}}


def central(userid: int, name: str, number: int) -> dict[str, Any]:
    user = {
        "userid": userid, "name": name, "centralids": {"CentralAuth": number, "local": userid},
        "attachedlocal": {"CentralAuth": True, "local": True},
    }  # fmt: skip
    return {"query": {"users": [user]}}


def found(asker_of: AskerOf, *answers: dict[str, Any]) -> Exists:
    asker, _ = asker_of(*answers)
    finding = check_with(asker, [REF], NOW)[REF]
    assert isinstance(finding, Exists)
    return finding


EMPTY: dict[str, Any] = {"query": {}}


@pytest.mark.parametrize(
    ("user", "userid", "more", "kind", "remark"),
    [
        ("Thornbury", 6, {}, AuthorKind.REGISTERED, None),
        ("192.0.2.7", 0, {"anon": True}, AuthorKind.ADDRESS, "finding-author-address"),
        ("2001:DB8::7", 0, {"anon": True}, AuthorKind.ADDRESS, "finding-author-address"),
        ("~2026-17", 9, {"temp": True}, AuthorKind.TEMPORARY, "finding-author-temporary"),
        ("~2026-17", 9, {}, AuthorKind.TEMPORARY, "finding-author-temporary"),
        ("w>Thornbury", 0, {}, AuthorKind.IMPORTED, None),
        ("imported>192.0.2.7", 0, {"anon": True}, AuthorKind.IMPORTED, None),
    ],
)
def test_kind_of_author_is_told(
    asker_of: AskerOf,
    user: str,
    userid: int,
    more: dict[str, object],
    kind: AuthorKind,
    remark: str | None,
) -> None:
    finding = found(asker_of, answer(user, userid, **more), EMPTY)
    assert (finding.author, finding.author_kind) == (user, kind)
    assert finding.remarks == ((remark,) if remark else ())


def test_imported_edit_proves_nothing_about_the_account_of_that_name(asker_of: AskerOf) -> None:
    finding = found(asker_of, answer("w>Thornbury", 0), EMPTY)
    assert finding.message_key == "finding-exists-imported"
    assert authorship(finding, [Resolved(6, "Thornbury", None)]) is Authorship.UNKNOWN


def test_creation_is_told(asker_of: AskerOf) -> None:
    finding = found(asker_of, answer("Thornbury", 6, parentid=0), EMPTY)
    assert (finding.creation, finding.message_key) == (True, "finding-exists-creation")


def test_renamed_author_is_known_by_the_central_id(asker_of: AskerOf) -> None:
    """The wiki shows the new name; the reporter remembers the old one, which is free by now."""
    finding = found(
        asker_of,
        answer("Newname", 6),
        {"query": EMPTY["query"] | central(6, "Newname", 4)["query"]},
    )
    assert finding.central_id == 4
    assert authorship(finding, [Resolved(4, "Oldname", None)]) is Authorship.NAMED
    assert authorship(finding, [Resolved(77, "Newname", None)]) is Authorship.OTHERS


def test_account_that_is_not_attached_has_no_central_id(asker_of: AskerOf) -> None:
    users = central(6, "Thornbury", 4)
    users["query"]["users"][0]["attachedlocal"]["CentralAuth"] = False
    assert found(asker_of, answer("Thornbury", 6), users).central_id is None


def test_page_is_called_what_the_wiki_calls_it_now(asker_of: AskerOf) -> None:
    moved = answer("Thornbury", 6)
    moved["query"]["pages"][0]["title"] = "User talk:Larkspur/Archive"
    assert found(asker_of, moved, EMPTY).title == "User talk:Larkspur/Archive"
