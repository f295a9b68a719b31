# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's wikis and its bot, as the rooms of onwiki know them."""

from urllib.parse import urlsplit

import pytest

from onwiki.bot import BotAccess, OAuth
from onwiki.sandbox import demo
from onwiki.sandbox.wikis import SANDBOX, SANDBOX2, SandboxWiki
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox


def address_of(sandbox: Sandbox, wiki: SandboxWiki) -> Wiki:
    place = urlsplit(sandbox.base_url)
    assert place.hostname is not None
    return Wiki(
        dbname=wiki.dbname,
        host=place.hostname,
        scheme=place.scheme,
        port=place.port,
        script_path=wiki.script_path,
        article_path=wiki.article_path,
    )


@pytest.fixture
def first_wiki(sandbox: Sandbox) -> Wiki:
    return address_of(sandbox, SANDBOX)


@pytest.fixture
def second_wiki(sandbox: Sandbox) -> Wiki:
    return address_of(sandbox, SANDBOX2)


@pytest.fixture
def bot() -> BotAccess:
    """The demo's owner-only consumer: bot flag, apihighlimits."""
    keys = OAuth(demo.BOT.key, demo.BOT.secret, demo.BOT_ACCESS_KEY, demo.BOT_ACCESS_SECRET)
    return BotAccess(demo.BOT_NAME, keys)
