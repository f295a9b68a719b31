# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the groups of a sandbox wiki may do: the few rights that change an answer of ours."""

from __future__ import annotations

from collections.abc import Iterable

_USER = (
    "createaccount", "read", "edit", "createpage", "createtalk", "viewmyprivateinfo",
    "editmyprivateinfo", "editmyoptions", "abusefilter-view", "abusefilter-log",
    "abusefilter-log-detail", "move", "minoredit", "sendemail", "applychangetags",
    "viewmywatchlist", "editmywatchlist", "mwoauthmanagemygrants",
)  # fmt: skip

GROUP_RIGHTS: dict[str, tuple[str, ...]] = {
    "*": ("createaccount", "read", "edit", "createpage", "createtalk"),
    "user": _USER,
    "autoconfirmed": ("autoconfirmed", "editsemiprotected"),
    "temp": ("read", "edit"),
    "bot": ("bot", "autoconfirmed", "editsemiprotected", "apihighlimits", "noratelimit",
            "nominornewtalk", "suppressredirect"),
    "sysop": ("block", "delete", "undelete", "deletedhistory", "deletedtext", "deleterevision",
              "deletelogentry", "protect", "editprotected", "apihighlimits", "noratelimit",
              "rollback", "abusefilter-log-private", "abusefilter-view-private"),
    "suppress": ("hideuser", "suppressrevision", "viewsuppressed", "suppressionlog",
                 "deletedhistory", "deletedtext", "deleterevision", "deletelogentry"),
    "checkuser": ("checkuser", "checkuser-log"),
    "steward": ("userrights",),
}  # fmt: skip

GLOBAL_GROUP_RIGHTS: dict[str, tuple[str, ...]] = {
    "steward": ("centralauth-lock", "centralauth-suppress", "globalblock", "viewsuppressed",
                "suppressrevision", "hideuser", "deletedhistory", "deletedtext",
                "apihighlimits", "noratelimit"),
    "ombuds": ("checkuser-log", "suppressionlog", "viewsuppressed", "deletedhistory"),
    "global-sysop": ("deletedhistory", "deletedtext", "delete", "block"),
}  # fmt: skip

GRANT_RIGHTS: dict[str, tuple[str, ...]] = {
    "mwoauth-authonly": (),
    "basic": ("autoconfirmed", "editsemiprotected", "read", "nominornewtalk", "noratelimit",
              "abusefilter-log", "abusefilter-view", "abusefilter-log-detail",
              "viewmywatchlist"),
    "highvolume": ("bot", "apihighlimits", "suppressredirect"),
    "editpage": ("edit", "minoredit", "applychangetags"),
    "createeditmovepage": ("createpage", "createtalk", "move", "edit", "minoredit"),
    "sendemail": ("sendemail",),
}  # fmt: skip
"""Which of the owner's rights a consumer may use, by OAuth grant (``GrantsInfo`` of MediaWiki)."""


def rights_of(groups: Iterable[str], global_groups: Iterable[str] = ()) -> tuple[str, ...]:
    """All rights that come with the groups, in order, each once."""
    held = [right for group in groups for right in GROUP_RIGHTS.get(group, ())]
    held += [right for group in global_groups for right in GLOBAL_GROUP_RIGHTS.get(group, ())]
    return tuple(dict.fromkeys(held))


def granted_rights(grants: Iterable[str]) -> frozenset[str]:
    """The most that a consumer or a bot password with these grants can use."""
    return frozenset(right for grant in grants for right in GRANT_RIGHTS.get(grant, ()))
