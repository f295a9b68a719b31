# SPDX-License-Identifier: AGPL-3.0-or-later
"""pywikibot set up in code, for one wiki. Child process only.

One Family of ours whose code is the dbname and whose host comes from the allow-list:
`pywikibot.Site(url=…)` would contact any host (DESIGN section 7).
"""

import math
from typing import Any

import pywikibot
from pywikibot import config
from pywikibot.comms import http
from pywikibot.exceptions import NoUsernameError
from pywikibot.family import Family
from pywikibot.login import ClientLoginManager
from pywikibot.site import APISite

from onwiki.bot.access import BotAccess, BotPassword, OAuth
from onwiki.bot.agent import USER_AGENT
from onwiki.bot.protocol import WikiAddress
from onwiki.bot.request import OneTryRequest
from onwiki.errors import Unavailable, WikiUnavailable

FAMILY = "communitysupport"
CONNECT_TIMEOUT_S = 5.0


class OneWiki(APISite):
    """A site all of whose requests, sign-in included, are tried once by POST."""

    @staticmethod
    def _request_class(kwargs: dict[str, Any]) -> type[OneTryRequest]:
        kwargs.pop("expiry", None)
        return OneTryRequest


def configure(read_timeout_s: float) -> None:
    """Everything that pywikibot would take from a user's config file."""
    config.user_agent_format = USER_AGENT
    config.max_retries = 0
    config.retry_wait = 0
    config.socket_timeout = (min(CONNECT_TIMEOUT_S, read_timeout_s), math.ceil(read_timeout_s))
    config.solve_captcha = False  # its default waits for input()
    config.put_throttle = config.minthrottle = config.maxthrottle = 0
    config.log = []
    config.debug_log = []
    pywikibot.bot.set_interface("buffer")  # its logger prints whole URLs
    http.session.max_redirects = 0
    http.session.trust_env = False  # no .netrc, no proxy that somebody else's shell names


def family_of(address: WikiAddress) -> Family:
    """Our Family, knowing one wiki."""

    class CommunitySupportFamily(Family):
        name = FAMILY
        langs = {address.dbname: address.netloc}  # noqa: RUF012 - pywikibot's own attribute

        def protocol(self, code: str) -> str:
            del code
            return address.scheme

        def scriptpath(self, code: str) -> str:
            del code
            return address.script_path

    return CommunitySupportFamily()  # type: ignore[no-untyped-call]


def open_site(address: WikiAddress, access: BotAccess | None, *, sign_in: bool) -> OneWiki:
    """The wiki, signed in where there are credentials.

    For reading (`sign_in` false) refused credentials are no obstacle: an owner-only consumer
    is refused on wikis where the bot never made an account, and reading needs no rights.
    Raises WikiUnavailable.
    """
    family = family_of(address)
    if access is not None and access.credentials is not None:
        try:
            return signed_in(address, family, access)
        except NoUsernameError:
            config.authenticate.clear()
            http.session.cookies.clear()
    if sign_in:
        raise WikiUnavailable(Unavailable.SIGN_IN_REFUSED)
    return OneWiki(address.dbname, family)


def signed_in(address: WikiAddress, family: Family, access: BotAccess) -> OneWiki:
    """Raises NoUsernameError when the wiki refuses the credentials or knows another name."""
    match access.credentials:
        case OAuth(consumer_key, consumer_secret, access_key, access_secret):
            config.authenticate[address.netloc] = (
                consumer_key,
                consumer_secret,
                access_key,
                access_secret,
            )
            return OneWiki(address.dbname, family, access.name)
        case BotPassword(login, password):
            site = OneWiki(address.dbname, family, access.name)
            manager = ClientLoginManager(site=site, user=access.name, password=password)
            manager.login_name = login
            if not manager.login():
                raise NoUsernameError("sign-in refused")
            site.login()
            if not site.logged_in():
                raise NoUsernameError("sign-in refused")
            return site
        case None:
            raise NoUsernameError("no credentials")
