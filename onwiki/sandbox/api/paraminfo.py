# SPDX-License-Identifier: AGPL-3.0-or-later
"""``action=paraminfo``: the API's description of itself, as far as pywikibot reads it.

pywikibot looks up here which modules there are, which of them want a POST, how many values and
results they take, and the prefix of their parameters (044).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onwiki.sandbox.api import (
    abuselog,
    compare,
    globaluserinfo,
    info,
    logevents,
    readrevisions,
    tokens,
    usercontribs,
    userinfo,
    users,
)
from onwiki.sandbox.api.request import ApiRequest


@dataclass(frozen=True)
class Module:
    """One module: its place, its prefix, its lists of keywords and its plain parameters."""

    path: str
    group: str
    prefix: str = ""
    choices: Mapping[str, Sequence[str]] | None = None
    plain: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    counted: bool = False
    posted: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition("+")[2]


_ACTIONS = (
    Module("compare", "action", choices={"prop": compare.KNOWN},
           numbers=("fromrev", "torev"), plain=("torelative",)),
    Module("discussiontoolsfindcomment", "action", plain=("idorname",)),
    Module("edit", "action", posted=True, numbers=("pageid", "baserevid"),
           plain=("title", "section", "sectiontitle", "text", "summary", "appendtext",
                  "prependtext", "minor", "notminor", "bot", "createonly", "nocreate", "recreate",
                  "redirect", "md5", "tags", "watchlist", "token")),
    Module("emailuser", "action", posted=True, plain=("target", "subject", "text", "token")),
    Module("login", "action", "lg", plain=("name", "password", "token"), posted=True),
    Module("logout", "action", plain=("token",), posted=True),
    Module("paraminfo", "action", plain=("modules",)),
)  # fmt: skip

_QUERY = (
    Module("query+info", "prop", "in", {"prop": info.KNOWN, "testactions": ("edit",)},
           plain=("testactionsdetail",)),
    Module("query+links", "prop", "pl", {"namespace": ()}, ("continue", "titles"), counted=True),
    Module("query+revisions", "prop", "rv", {"prop": readrevisions.KNOWN, "slots": ("main",)},
           plain=("start", "end", "dir", "user", "excludeuser", "continue"),
           numbers=("startid", "endid"), counted=True),
    Module("query+templates", "prop", "tl", {"namespace": ()}, ("continue",), counted=True),
    Module("query+abuselog", "list", "afl", {"prop": abuselog.KNOWN}, ("user",), ("logid",),
           counted=True),
    Module("query+allusers", "list", "au", {"prop": users.KNOWN}, ("group", "prefix", "from"),
           counted=True),
    Module("query+logevents", "list", "le", {"prop": logevents.KNOWN},
           ("type", "action", "user", "title", "continue"), ("ids",), counted=True),
    Module("query+usercontribs", "list", "uc",
           {"prop": usercontribs.KNOWN, "show": usercontribs.SHOW}, ("user", "continue"),
           counted=True),
    Module("query+users", "list", "us", {"prop": users.KNOWN}, ("users",), ("userids",)),
    Module("query+globaluserinfo", "meta", "gui", {"prop": globaluserinfo.KNOWN}, ("user",),
           ("id",)),
    Module("query+siteinfo", "meta", "si", {"prop": ("general", "namespaces")}),
    Module("query+tokens", "meta", "", {"type": tokens.KNOWN}),
    Module("query+userinfo", "meta", "ui", {"prop": userinfo.KNOWN}),
)  # fmt: skip


def execute(request: ApiRequest) -> dict[str, Any]:
    """The modules asked for; unknown ones are left out with a warning."""
    params = request.params
    params.ignore("helpformat", "querymodules", "mainmodule", "pagesetmodule", "formatmodules")
    known = {module.path: module for module in (*_ACTIONS, *_QUERY)}
    found = []
    for path in params.multi("modules"):
        if path == "main":
            found.append(_main())
        elif path == "query":
            found.append(_query())
        elif path in known:
            found.append(_describe(known[path]))
        else:
            request.warn("paraminfo", f'The module "{path}" was not found.')
    return {"paraminfo": {"helpformat": "none", "modules": found}}


def _main() -> dict[str, Any]:
    names = sorted([module.name for module in _ACTIONS] + ["query"])
    parameters = [
        _choice("action", names, submodules={name: name for name in names}, multi=False),
        _choice("format", ["json"], submodules={"json": "json"}, multi=False),
        *(_plain(name, "string") for name in ("assert", "assertuser", "requestid", "origin")),
        _plain("maxlag", "integer"),
        _plain("formatversion", "string"),
    ]
    return {"name": "main", "path": "main", "prefix": "", "parameters": parameters}


def _query() -> dict[str, Any]:
    parameters = []
    for group in ("prop", "list", "meta"):
        names = {module.name: module.path for module in _QUERY if module.group == group}
        parameters.append(_choice(group, sorted(names), submodules=names, multi=True))
    templates = {"templates": "query+templates"}
    parameters.append(_choice("generator", ["templates"], submodules=templates, multi=False))
    for name, kind in (("titles", "string"), ("pageids", "integer"), ("revids", "integer")):
        parameters.append(_plain(name, kind) | {"multi": True, "limit": 50, "highlimit": 500})
    parameters += [_plain(name, "boolean") for name in ("redirects", "indexpageids")]
    parameters.append(_plain("continue", "string"))
    return {"name": "query", "path": "query", "group": "action", "prefix": "",
            "parameters": parameters}  # fmt: skip


def _describe(module: Module) -> dict[str, Any]:
    parameters = [
        _choice(name, values, submodules=None, multi=True)
        for name, values in (module.choices or {}).items()
    ]
    parameters += [_plain(name, "string") for name in module.plain]
    parameters += [_plain(name, "integer") for name in module.numbers]
    if module.counted:
        parameters.append(
            _plain("limit", "limit") | {"default": 10, "min": 1, "max": 500, "highmax": 5000}
        )
    fields: dict[str, Any] = {
        "name": module.name,
        "path": module.path,
        "group": module.group,
        "prefix": module.prefix,
        "parameters": parameters,
    }
    if module.posted:
        fields["mustbeposted"] = True
    return fields


def _plain(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "required": False, "multi": False}


def _choice(
    name: str, values: Sequence[str], *, submodules: dict[str, str] | None, multi: bool
) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": name,
        "type": list(values),
        "required": False,
        "multi": multi,
        "lowlimit": 50,
        "highlimit": 500,
        "limit": 50,
    }
    if submodules is not None:
        fields["submodules"] = submodules
    return fields
