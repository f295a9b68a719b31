# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions in the database. No Flask.

The browser holds 256 random bits; the row's key is their HMAC under CS_SECRET_KEY, so a dump opens
no session, and a new secret ends all. What a session holds is sealed at rest. A request writes
only the keys that it changed, onto the row as it then is: two requests of one session
cannot undo each other's writes, and what was taken out stays out.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session as DatabaseSession

from service.database import Database
from service.rows import change, find, find_alone, put, swap
from service.sealing.at_rest import AtRestError
from service.services import Clock
from service.sessions.models import SessionRow
from service.sessions.person import Person
from service.vault import Vault

_logger = logging.getLogger(__name__)

PERSON: Final = "person"
"""Key under which a session keeps the signed-in person (``Person.to_json``)."""

ABSOLUTE: Final = timedelta(hours=12)
"""No session lasts longer: rights are read at sign-in, so they are never older than this."""
IDLE: Final = timedelta(hours=4)
"""A reporter may write for a long time before the browser asks the server for anything."""
IDLE_FUNCTIONARY: Final = timedelta(minutes=30)
SIGNED_OUT: Final = timedelta(minutes=20)
"""Sign-ins that were begun: the wiki forgets them after ten minutes."""
TOUCH: Final = timedelta(minutes=1)
"""The time of the last request is written at most this often."""


class Deleted:
    """Stands for a key that a request took out."""


DELETED: Final = Deleted()
Changes = Mapping[str, Any]


@dataclass
class Stored:
    """A session as it is in the database. ``values`` is JSON, ``blob`` what they were read from."""

    began: datetime
    seen: datetime
    values: dict[str, Any]
    blob: bytes = b""

    @property
    def signed_in(self) -> bool:
        return PERSON in self.values

    def ends(self) -> datetime:
        """When it is over unless it is used before."""
        if not self.signed_in:
            return self.began + SIGNED_OUT
        idle = IDLE_FUNCTIONARY if self.values[PERSON]["desks"] else IDLE
        return min(self.seen + idle, self.began + ABSOLUTE)


@dataclass(frozen=True)
class Open:
    """One of a person's sessions. ``id``: the row's, which opens nothing."""

    id: bytes
    began: datetime
    seen: datetime


class SessionStore:
    """``secret`` is CS_SECRET_KEY. Rows are reached by id and by person: on MariaDB two who come
    from both sides dead-lock, so what ends, begins or goes through sessions is begun anew.
    """

    def __init__(self, database: Database, vault: Vault, secret: str, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._secret = secret.encode()
        self._clock = clock

    def is_due(self, stored: Stored) -> bool:
        """Whether the time of the last request has to be written again."""
        return self._clock() - stored.seen >= TOUCH

    def csrf_token(self, token: str) -> str:
        """The token that this session's forms carry; it needs no row."""
        return self._hmac(b"csrf", token.encode()).hex()

    def tab_label(self, token: str) -> str:
        """Random-looking and the same for as long as the session lives."""
        return self._hmac(b"tab", token.encode())[:16].hex()

    def load(self, token: str) -> Stored | None:
        """The session that the cookie names, unless it is over."""
        row_id = self._id(token)
        return self._living(row_id, find_alone(self._database, SessionRow.blob, row_id))

    def create(self, values: Mapping[str, Any], *, replacing: str | None = None) -> str:
        """A new session under a new id; the one that it replaces is gone in the same moment."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        row_id = self._id(token)
        row = {
            "id": row_id,
            "person": self._person_label(values),
            "ends": (now + ABSOLUTE).date(),
            "blob": self._seal(row_id, Stored(now, now, dict(values))),
        }

        def begin(session: DatabaseSession) -> None:
            # First: on MariaDB it waits for rows of others, who would wait for the one that goes.
            session.execute(delete(SessionRow).where(SessionRow.ends < now.date()))
            if replacing is not None:
                self._delete(session, replacing)
            put(session, SessionRow, row)

        self._database.write_anew(begin)
        return token

    def change(self, token: str, changes: Changes) -> bool:
        """Write ``changes`` and the time. False when the session is over: nothing was written."""

        def write(values: dict[str, Any]) -> None:
            for key, value in changes.items():
                if isinstance(value, Deleted):
                    values.pop(key, None)
                else:
                    values[key] = value

        with self._database.write() as session:
            return self.change_within(session, token, write)

    def change_within(
        self,
        session: DatabaseSession,
        token: str,
        change_values: Callable[[dict[str, Any]], None],
        known: Stored | None = None,
    ) -> bool:
        """The same in a transaction of the caller's: ``change_values`` gets the values as they are
        by now, whatever another request wrote since this one began. It must set them anew, not
        alter what they hold. With ``known``, as they were read, they are not asked for if nobody
        wrote.
        """
        row_id = self._id(token)
        if known is not None and known.blob:
            new = replace(known, values=dict(known.values), seen=self._clock())
            change_values(new.values)
            if swap(session, SessionRow, row_id, "blob", known.blob, self._seal(row_id, new)):
                return True
        stored = self._living(row_id, _blob(find(session, SessionRow, row_id, lock=True)))
        if stored is None:
            return False
        change_values(stored.values)
        stored.seen = self._clock()
        change(session, SessionRow, row_id, {"blob": self._seal(row_id, stored)})
        return True

    def take(self, token: str, key: str) -> Any:
        """Take a value out: of several requests at once, one gets it and the others None."""
        row_id = self._id(token)
        with self._database.write() as session:
            stored = self._living(row_id, _blob(find(session, SessionRow, row_id, lock=True)))
            if stored is None or key not in stored.values:
                return None
            value = stored.values.pop(key)
            change(session, SessionRow, row_id, {"blob": self._seal(row_id, stored)})
        return value

    def end(self, token: str) -> None:
        self._database.write_anew(lambda session: self._delete(session, token))

    def end_all(self, central_id: int) -> None:
        """Sign a person out everywhere."""
        person = self._label_of(central_id)
        all_of_person = delete(SessionRow).where(SessionRow.person == person)
        self._database.write_anew(lambda session: session.execute(all_of_person))

    def end_everybody(self) -> None:
        """Sign everybody out, and end sign-ins that were begun."""
        self._database.write_anew(lambda session: session.execute(delete(SessionRow)))

    def of_person(self, central_id: int) -> list[Open]:
        """A person's sessions that are not over, the latest used first."""
        with self._database.read() as session:
            rows = list(
                session.scalars(
                    select(SessionRow).where(SessionRow.person == self._label_of(central_id))
                )
            )
            found = [(row.id, self._living(row.id, row.blob)) for row in rows]
        living = [Open(row_id, one.began, one.seen) for row_id, one in found if one is not None]
        return sorted(living, key=lambda one: one.seen, reverse=True)

    def end_of_person(self, central_id: int, row_id: bytes) -> None:
        """End one of a person's sessions; another person's stays."""
        person = self._label_of(central_id)
        one = delete(SessionRow).where(SessionRow.id == row_id, SessionRow.person == person)
        self._database.write_anew(lambda session: session.execute(one))

    def row_id(self, token: str) -> bytes:
        """What stands for the session in ``of_person``."""
        return self._id(token)

    def people(self, before: datetime) -> dict[int, str]:
        """Central ids and names of everybody in an open session about whom the wiki was last asked
        before that moment, or gave no answer.
        """
        with self._database.read() as session:
            rows = session.scalars(select(SessionRow)).all()
            living = [self._living(row.id, row.blob) for row in rows]
        people = (Person.from_json(one.values[PERSON]) for one in living if one and one.signed_in)
        return {
            one.central_id: one.name
            for one in people
            if one.rights_checked is None or one.rights_checked < before
        }

    def refresh(self, central_id: int, values: Mapping[str, Any]) -> None:
        """Note what the wiki said of a person, in all open sessions of that person."""
        label = self._label_of(central_id)

        def note(session: DatabaseSession) -> None:
            rows = select(SessionRow).where(SessionRow.person == label).with_for_update()
            for row in session.scalars(rows):
                stored = self._living(row.id, row.blob)
                if stored is None:
                    continue
                stored.values[PERSON] = {**stored.values[PERSON], **values}
                row.blob = self._seal(row.id, stored)

        self._database.write_anew(note)

    def _delete(self, session: DatabaseSession, token: str) -> None:
        session.execute(delete(SessionRow).where(SessionRow.id == self._id(token)))

    def _living(self, row_id: bytes, blob: bytes | None) -> Stored | None:
        if blob is None:
            return None
        try:
            document = self._vault.open(SessionRow.blob, row_id, blob)
        except AtRestError as error:
            # Keys that were dropped from the ring, or a row that somebody changed: sign in again.
            _logger.warning("session does not open: %s", error)
            return None
        stored = Stored(
            began=datetime.fromtimestamp(document["began"], UTC),
            seen=datetime.fromtimestamp(document["seen"], UTC),
            values=document["values"],
            blob=blob,
        )
        return stored if self._clock() < stored.ends() else None

    def _seal(self, row_id: bytes, stored: Stored) -> bytes:
        document = {
            "began": int(stored.began.timestamp()),
            "seen": int(stored.seen.timestamp()),
            "values": stored.values,
        }
        return self._vault.seal(SessionRow.blob, row_id, document)

    def _person_label(self, values: Mapping[str, Any]) -> bytes:
        person = values.get(PERSON)
        return secrets.token_bytes(32) if person is None else self._label_of(person["central_id"])

    def _label_of(self, central_id: int) -> bytes:
        return self._hmac(b"person", central_id.to_bytes(8, "big"))

    def _id(self, token: str) -> bytes:
        return self._hmac(b"session", token.encode())

    def _hmac(self, purpose: bytes, value: bytes) -> bytes:
        return hmac.digest(self._secret, b"session 1 " + purpose + b"\0" + value, hashlib.sha256)


def _blob(row: Row[Any] | None) -> bytes | None:
    return None if row is None else row.blob
