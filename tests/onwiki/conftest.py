# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's wikis and its bot, as the rooms of onwiki know them; and either kind of wiki."""

from urllib.parse import urlsplit

import pytest

from onwiki.bot import BotAccess, BotPassword, OAuth
from onwiki.sandbox import demo
from onwiki.sandbox.wikis import SANDBOX, SANDBOX2, SandboxWiki
from onwiki.wikis import Wiki
from tests.fixtures_sandbox import Sandbox
from tests.realwiki.interface import BOT, BOT_APP, BOT_PASSWORD, WikiUnderTest


def wiki_at(base_url: str, dbname: str, script_path: str) -> Wiki:
    place = urlsplit(base_url)
    assert place.hostname is not None
    return Wiki(
        dbname=dbname,
        host=place.hostname,
        scheme=place.scheme,
        port=place.port,
        script_path=script_path,
    )


def address_of(sandbox: Sandbox, wiki: SandboxWiki) -> Wiki:
    return wiki_at(sandbox.base_url, wiki.dbname, wiki.script_path)


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


@pytest.fixture(
    params=["sandbox_wiki", pytest.param("real_wiki", marks=pytest.mark.realwiki)], scope="session"
)
def either_wiki(request: pytest.FixtureRequest) -> WikiUnderTest:
    """The same test on the sandbox and on Debian's MediaWiki."""
    wiki: WikiUnderTest = request.getfixturevalue(request.param)
    return wiki


@pytest.fixture
def address(either_wiki: WikiUnderTest) -> Wiki:
    return wiki_at(either_wiki.base_url, either_wiki.dbname, either_wiki.script_path)


@pytest.fixture
def contract_bot() -> BotAccess:
    """A bot password: Debian's MediaWiki has no OAuth."""
    return BotAccess(BOT, BotPassword(f"{BOT}@{BOT_APP}", BOT_PASSWORD))
