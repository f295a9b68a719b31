# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=sitematrix``: Wikimedia's wikis as our snapshot has them, and one that is newer.

After ApiSiteMatrix: wikis by language under running numbers, all others under ``specials``.
"""

from __future__ import annotations

from typing import Any

from onwiki.sandbox.api.request import ApiRequest
from onwiki.wikis import Wiki, WikiList

NEWER = Wiki(dbname="qqwiki", host="qq.wikipedia.org", lang="qq")
_FLAGS = ("closed", "private", "fishbowl")


def execute(request: ApiRequest) -> dict[str, Any]:
    """Everything at once: the real one breaks off after 5,000 languages only."""
    request.params.ignore("smlangprop", "smsiteprop", "smtype", "smstate", "smlimit", "smcontinue")
    by_language: dict[str, list[Wiki]] = {}
    specials: list[Wiki] = []
    wikis = [*WikiList.snapshot(), NEWER]
    for wiki in wikis:
        (specials if wiki.lang is None else by_language.setdefault(wiki.lang, [])).append(wiki)
    matrix: dict[str, Any] = {"count": len(wikis)}
    for number, (code, some) in enumerate(sorted(by_language.items())):
        direction = "rtl" if some[0].rtl else "ltr"
        sites = [_site(wiki) for wiki in some]
        matrix[str(number)] = {"code": code, "site": sites, "dir": direction}
    return {"sitematrix": matrix | {"specials": [_site(wiki) for wiki in specials]}}


def _site(wiki: Wiki) -> dict[str, Any]:
    flags = {flag: True for flag in _FLAGS if getattr(wiki, flag)}
    return {"url": f"https://{wiki.host}", "dbname": wiki.dbname, **flags}
