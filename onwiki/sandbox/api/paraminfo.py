# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=paraminfo``: just enough of MediaWiki's self-description for pywikibot to start."""

from __future__ import annotations

from typing import Any

from onwiki.sandbox.api.request import ApiRequest

_PREFIXES = {
    "query+revisions": "rv",
    "query+info": "in",
    "query+users": "us",
    "query+allusers": "au",
    "query+logevents": "le",
    "query+usercontribs": "uc",
    "query+abuselog": "afl",
    "query+userinfo": "ui",
    "query+siteinfo": "si",
    "query+globaluserinfo": "gui",
    "query+tokens": "",
}


def execute(request: ApiRequest) -> dict[str, Any]:
    """Name, path and prefix of the modules asked for, with their limit parameter."""
    params = request.params
    params.ignore("helpformat", "querymodules", "mainmodule", "pagesetmodule", "formatmodules")
    modules = [_module(path) for path in params.multi("modules")]
    return {"paraminfo": {"helpformat": "none", "modules": modules}}


def _module(path: str) -> dict[str, Any]:
    group = {"main": "", "query": "action"}.get(path, "list" if "+" in path else "action")
    prefix = _PREFIXES.get(path, "")
    parameters = []
    if prefix:
        parameters.append(
            {"name": "limit", "type": "limit", "default": 10, "max": 500, "highmax": 5000}
        )
    return {
        "name": path.rpartition("+")[2],
        "path": path,
        "group": group,
        "prefix": prefix,
        "parameters": parameters,
    }
