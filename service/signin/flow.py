# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a callback to a person. No Flask.

The identity says who somebody is; one question to the central wiki says which rights the account
has today. If that question fails, filing stays open and reading stays closed: a functionary can
sign in again, while a report cannot wait for a wiki.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from oauth.account import GlobalAccount
from oauth.admission import Mark, admit, marks
from oauth.errors import Detail, RequestExpired, Step, WikiUnreachable
from oauth.handshake import REQUEST_TOKEN_LIFETIME_S, Begun, Consumer, Handshake, RequestToken
from oauth.identity import Identity
from service.desks.desk import Desk
from service.desks.membership import desks_of
from service.rights.settling import Told, loses, settle
from service.services import Clock, Services
from service.sessions.person import Person
from service.sessions.store import SessionStore

AskAccount = Callable[[int, str], GlobalAccount | None]
"""The global account with a central id and a name; None when the wiki shows none. Raises
WikiUnreachable."""

Arrive = Callable[[Person], None]
"""Called with a person whose rights were told just now, before anything is served."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pending:
    """What the session keeps of a sign-in that was begun."""

    request_token: RequestToken
    began: datetime

    def to_json(self) -> dict[str, object]:
        return {"token": self.request_token.to_json(), "began": self.began.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Pending:
        """The inverse of ``to_json``."""
        return cls(
            RequestToken.from_json(value["token"]), datetime.fromisoformat(str(value["began"]))
        )


@dataclass(frozen=True)
class SignIn:
    """The two halves of a sign-in, with the browser's way to the wiki and back between them."""

    handshake: Handshake
    ask_account: AskAccount = field(repr=False)
    arrive: Arrive = field(repr=False)
    desks: tuple[Desk, ...]
    clock: Clock

    @classmethod
    def for_services(cls, services: Services, sessions: SessionStore) -> SignIn:
        config = services.config

        def arrive(person: Person) -> None:
            told = Told(person.central_id, person.name, person.desks)
            now = services.clock()
            if loses(services.database, services.domain, services.desks, told):
                sessions.end_all(person.central_id)
            settle(services.database, services.domain, services.desks, told, now)

        return cls(
            handshake=Handshake(
                config.oauth_wiki,
                Consumer(config.oauth_consumer_key, config.oauth_consumer_secret),
                config.callback_url,
            ),
            ask_account=services.accounts.ask,
            arrive=arrive,
            desks=services.desks,
            clock=services.clock,
        )

    def begin(self) -> tuple[Begun, Pending]:
        """Where to send the browser, and what its session keeps. Raises SignInError."""
        begun = self.handshake.begin()
        return begun, Pending(begun.request_token, self.clock())

    def finish(self, pending: Pending, query: Mapping[str, str]) -> Person:
        """The person who accepted; ``pending`` was taken out of the session. Raises SignInError."""
        if self.clock() - pending.began > timedelta(seconds=REQUEST_TOKEN_LIFETIME_S):
            raise RequestExpired(Step.CALLBACK, Detail.EXPIRED)
        person = self.person(self.handshake.finish(pending.request_token, query))
        if person.rights_checked is not None:
            self.arrive(person)
        return person

    def person(self, identity: Identity) -> Person:
        """The identity with today's rights. Raises LockedAccount, HiddenAccount."""
        account = self._account(identity)
        now = self.clock()
        why = marks(identity, account, now)
        return Person(
            central_id=identity.central_id,
            name=identity.username,
            blocked=Mark.BLOCKED in why,
            new=Mark.NEW in why,
            desks=frozenset() if account is None else desks_of(account, self.desks, now.date()),
            edit_count=identity.edit_count if account is None else account.edit_count,
            registered=identity.registered if account is None else account.registered,
            home=None if account is None else account.home,
            rights_checked=None if account is None else now,
        )

    def _account(self, identity: Identity) -> GlobalAccount | None:
        try:
            account = self.ask_account(identity.central_id, identity.username)
        except WikiUnreachable as error:
            _logger.warning("rights not confirmed at sign-in: %s", error)
            return None
        return admit(identity, account)
