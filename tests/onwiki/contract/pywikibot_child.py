# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process of its own for plain pywikibot, without any of our set-up around it.

Reads one JSON object from standard input: ``api_url``, ``dbname``, ``folder`` (private, empty),
optionally ``login`` and ``password`` of a bot password, ``revids``, ``talk_page``. Writes one JSON
object: what the wiki answered for the revisions, and the page's text after a section was added.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def main() -> None:
    task = json.load(sys.stdin)
    _prepare(Path(task["folder"]))
    site = _site(task)
    answer: dict[str, Any] = {"query": _revisions(site, task["revids"])}
    if "login" in task:
        _log_in(site, task["login"], task["password"])
        answer["user"] = site.user()
        answer["text"] = _add_section(site, task["talk_page"])
    json.dump(answer, sys.stdout)


def _prepare(folder: Path) -> None:
    os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"
    os.environ["PYWIKIBOT_DIR"] = str(folder)
    os.chdir(folder)
    (folder / "user-config.py").touch(mode=0o600)


def _site(task: dict[str, Any]) -> Any:
    import pywikibot  # noqa: PLC0415 - it reads the environment when it is imported
    from pywikibot.family import Family  # noqa: PLC0415

    place = urlsplit(task["api_url"])
    scripts = place.path.removesuffix("/api.php")
    base: Any = Family

    class OneWiki(base):  # type: ignore[misc]
        name = "contract"
        langs = {task["dbname"]: place.netloc}  # noqa: RUF012 - pywikibot's own way

        def protocol(self, code: str) -> str:  # noqa: ARG002 - pywikibot looks for the name
            return str(place.scheme)

        def scriptpath(self, code: str) -> str:  # noqa: ARG002
            return str(scripts)

    config: Any = pywikibot.config
    config.put_throttle = config.minthrottle = config.maxthrottle = 0
    config.max_retries = 1
    config.solve_captcha = False
    user = task.get("login", "").partition("@")[0] or None
    return pywikibot.Site(task["dbname"], OneWiki(), user=user)


def _revisions(site: Any, revids: list[int]) -> Any:
    request = site.simple_request(
        action="query",
        prop="revisions",
        revids="|".join(str(revid) for revid in revids),
        rvprop="ids|timestamp|user|userid|flags|comment|sha1|size|tags",
        formatversion=2,
    )
    return request.submit()["query"]


def _log_in(site: Any, login: str, password: str) -> None:
    from pywikibot import login as logins  # noqa: PLC0415

    make: Any = logins.ClientLoginManager
    manager = make(password=password, site=site, user=site.username())
    manager.login_name = login
    site.login_manager = manager
    assert manager.login()
    site.login()


def _add_section(site: Any, title: str) -> str:
    import pywikibot  # noqa: PLC0415

    page: Any = pywikibot.Page(site, title)
    site.editpage(page, summary="Reminder", text="Body ~~~~", section="new", minor=False, bot=True)
    return str(page.get(force=True))


if __name__ == "__main__":
    main()
